#include "node/link/news_wait.h"

namespace tram::node {
namespace {

constexpr std::chrono::seconds kLongerThanTheHubWaits{90};
constexpr std::size_t kAnswerBytes = 4 * 1024;  // it is empty, or a refusal

}  // namespace

void NewsWait::start() {
  thread_ = std::thread([this] { run(); });
}

void NewsWait::use(station::HubLink link, const sync::WaitTicket& ticket) {
  const std::lock_guard guard(lock_);
  link_ = std::move(link);
  ticket_ = ticket;
  changed_.notify_one();
}

void NewsWait::stop() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void NewsWait::run() {
  std::unique_lock guard(lock_);
  while (!stopping_) {
    if (!ticket_) {
      changed_.wait(guard, [this] { return stopping_ || ticket_; });
      continue;
    }
    const sync::WaitTicket ticket = *ticket_;
    station::HubLink link = link_;
    link.slowest_for = kLongerThanTheHubWaits;
    link.answer_bytes = kAnswerBytes;
    link.cancelled = [this] {
      const std::lock_guard look(lock_);
      return stopping_;
    };
    guard.unlock();
    const auto answer = station::get_wait(link, ticket.bytes);
    const bool nothing = answer && answer->status == 204;
    const bool news = answer && answer->status == 200;
    guard.lock();
    // Used up, refused or out of reach: the next exchange brings a new one.
    if (!nothing && ticket_ == ticket) ticket_.reset();
    if (!news || stopping_) continue;
    guard.unlock();
    on_news_();
    guard.lock();
  }
}

}  // namespace tram::node
