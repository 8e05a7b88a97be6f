#include "hub/news_desk.h"

#include "station/web/refusal.h"

namespace tram::hub {
namespace {

using station::error_reply;
using station::Reply;

constexpr std::chrono::seconds kLongestWait{55};
constexpr std::chrono::hours kTicketLife{1};
constexpr std::chrono::milliseconds kTick{1'000};
constexpr std::size_t kMostWaiting = 1'024;

Reply nothing_so_far() {
  Reply reply;
  reply.status = 204;
  return reply;
}

Reply there_is_something() {
  Reply reply;
  reply.content_type = "application/octet-stream";
  return reply;
}

}  // namespace

NewsDesk::NewsDesk(station::Station& station, station::ApplicationThread& application)
    : station_(station), application_(application) {}

NewsDesk::~NewsDesk() {
  stop();
}

void NewsDesk::start() {
  thread_ = std::thread([this] { run(); });
}

void NewsDesk::poke() {
  const std::lock_guard guard(lock_);
  poked_ = true;
  changed_.notify_one();
}

void NewsDesk::stop() {
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return;
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  (void)application_.run_and_wait([this] {
    for (auto& [device, waiting] : waiting_) waiting.respond(nothing_so_far());
    waiting_.clear();
  });
}

void NewsDesk::run() {
  std::unique_lock guard(lock_);
  while (!stopping_) {
    changed_.wait_for(guard, kTick, [this] { return stopping_ || poked_; });
    const bool moved = std::exchange(poked_, false);
    if (stopping_ || count_ == 0) continue;
    guard.unlock();
    (void)application_.run_and_wait([this, moved] { look(moved); });
    guard.lock();
  }
}

NewsDesk::Known NewsDesk::known_now(const sync::DeviceId& device) {
  const sync::Directory& directory = station_.directory();
  Known known{directory.version(), 0, 0};
  const auto seq = [this](const sync::StreamId& id) {
    const auto row = station_.store().stream(id);
    return row ? row->seq : 0;
  };
  known.own_stream = seq(sync::device_stream(station_.zone(), device));
  if (const sync::Device* row = directory.device(device))
    known.body_stream = seq(sync::organisation_stream(station_.zone(), row->site));
  return known;
}

sync::WaitTicket NewsDesk::issue(const sync::DeviceId& device) {
  if (const auto old = ticket_of_.find(device); old != ticket_of_.end()) tickets_.erase(old->second);
  crypto::SystemEntropy entropy;
  sync::WaitTicket ticket;
  entropy.fill(ticket.bytes);
  ticket_of_[device] = ticket;
  tickets_[ticket] = {device, known_now(device), std::chrono::steady_clock::now() + kTicketLife};
  // What this answer says is no news to a request of the same device that still waits.
  if (const auto waiting = waiting_.find(device); waiting != waiting_.end()) waiting->second.ticket = ticket;
  return ticket;
}

void NewsDesk::wait(std::string_view text, station::Respond respond) {
  const auto bytes = from_hex(text);
  sync::WaitTicket ticket;
  if (bytes && bytes->size() == ticket.bytes.size()) std::copy(bytes->begin(), bytes->end(), ticket.bytes.begin());
  const auto now = std::chrono::steady_clock::now();
  const auto at = tickets_.find(ticket);
  if (at == tickets_.end() || at->second.ends < now)
    return respond(error_reply(403, "ticket_unknown", "This ticket is not known here.", "Exchange first."));
  const sync::DeviceId device = at->second.device;
  if (const auto before = waiting_.find(device); before != waiting_.end()) {
    before->second.respond(nothing_so_far());  // one request of a device waits at a time
    waiting_.erase(before);
  }
  if (waiting_.size() >= kMostWaiting) {
    Reply shed = error_reply(503, "busy", "The hub is busy.", "Your work is saved; it is sent by itself.");
    shed.headers.emplace_back("Retry-After", "60");
    return respond(shed);
  }
  waiting_[device] = {ticket, std::move(respond), now + kLongestWait};
  count_ = waiting_.size();
  look(true);
}

void NewsDesk::look(bool moved) {
  const auto now = std::chrono::steady_clock::now();
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const Waiting& waiting = at->second;
    const auto ticket = tickets_.find(waiting.ticket);
    const bool news = ticket == tickets_.end() || (moved && ticket->second.known != known_now(at->first));
    if (!news && now < waiting.ends) {
      ++at;
      continue;
    }
    waiting.respond(news ? there_is_something() : nothing_so_far());
    at = waiting_.erase(at);
  }
  count_ = waiting_.size();
}

}  // namespace tram::hub
