#include "node/link/hub_link.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "node/link/exchange_run.h"
#include "node/link/news_wait.h"
#include "station/net/retry_delay.h"
#include "station/program_log.h"
#include "station/serve/answer.h"

namespace tram::node {
namespace {

using station::ActRefused;
using station::ExchangeResult;
using station::Reply;
using station::Respond;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kNewsPace{1'000};
constexpr milliseconds kIdle{60'000};
constexpr milliseconds kIdleJitter{15'000};  // to either side, so that sites do not come in step

ActRefused stopping() {
  return {station::exit_status::kUnreachable, "stopping", "The program is stopping.", "Try again when it has started."};
}

std::uint64_t random_number() {
  crypto::SystemEntropy entropy;
  ByteArray<8> bytes{};
  entropy.fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t b : bytes) number = number << 8 | b;
  return number;
}

milliseconds idle_delay() {
  const auto span = static_cast<std::uint64_t>(2 * kIdleJitter.count() + 1);
  return kIdle - kIdleJitter + milliseconds(static_cast<std::int64_t>(random_number() % span));
}

}  // namespace

class HubLink::Loop {
 public:
  Loop(Station& station, station::ApplicationThread& application) : station_(station), application_(application) {}
  ~Loop() { stop(); }

  void start() {
    thread_ = std::thread([this] { run(); });
    news_.start();
  }

  void poke() {
    const std::lock_guard guard(lock_);
    poked_ = true;
    changed_.notify_one();
  }

  void exchange_now(Respond respond) {
    {
      const std::lock_guard guard(lock_);
      if (!stopping_) {
        waiting_.push_back(std::move(respond));
        changed_.notify_one();
        return;
      }
    }
    respond(station::refusal_of(stopping()));
  }

  void stop() {
    {
      const std::lock_guard guard(lock_);
      stopping_ = true;
      changed_.notify_one();
    }
    news_.stop();
    if (thread_.joinable()) thread_.join();
    for (const Respond& respond : std::exchange(waiting_, {})) respond(station::refusal_of(stopping()));
  }

  station::ExchangeCount count;

 private:
  void run() {
    std::unique_lock guard(lock_);
    while (!stopping_) {
      const auto now = steady_clock::now();
      // Saved work does not shorten a pause that the hub or the back-off asked for; a person does.
      const auto due = std::max(not_before_, poked_ ? now : idle_until_);
      if (waiting_.empty() && now < due) {
        changed_.wait_until(guard, due);
        continue;
      }
      const bool asked = !waiting_.empty();
      const bool idle_over = now >= idle_until_;
      poked_ = false;
      auto waiting = std::exchange(waiting_, {});
      guard.unlock();
      if (asked || idle_over || has_something_to_send()) exchange(waiting);
      guard.lock();
    }
  }

  // The hub said that there is something: an exchange, at most one a second.
  void news() {
    const std::lock_guard guard(lock_);
    idle_until_ = steady_clock::now();
    not_before_ = std::max(not_before_, last_run_ + kNewsPace);
    changed_.notify_one();
  }

  // With the newest ticket, whoever's exchange brought it. On the application thread.
  void wait_for_news() {
    const auto ticket = station_.take_ticket();
    if (!ticket) return;
    try {
      news_.use(link_of(station_, {}), *ticket);
    } catch (const ActRefused&) {  // no address is known: then nothing waits
    }
  }

  // Also right after enrolment, when nothing was ever fetched.
  bool has_something_to_send() {
    bool something = false;
    try {
      on_station([&] {
        something =
            station_.enrolled() && (station_.store().count_waiting(false) > 0 || !station_.text_meta("last_exchange"));
        wait_for_news();
      });
    } catch (const std::exception& error) {
      station::log_failure("sync", "not_looked", error.what());
    }
    return something;
  }

  void exchange(const std::vector<Respond>& waiting) {
    Pause pause;
    ExchangeResult result = ExchangeResult::done;
    const Reply reply = reply_of_run(pause, result);
    for (const Respond& respond : waiting) respond(reply);
    // Without enrolment there is no link that could have failed.
    const bool no_link = not_enrolled_;
    if (!no_link) count.add(result);
    const auto now = steady_clock::now();
    const bool done = result == ExchangeResult::done || no_link;
    failures_ = done ? 0 : (waiting.empty() ? failures_ + 1 : 1);
    const std::lock_guard guard(lock_);
    last_run_ = now;
    not_before_ = now + (done && !pause ? milliseconds(0) : station::retry_delay(failures_, random_number(), pause));
    // After a failure the next try is due as soon as the pause is over.
    idle_until_ = done && !pause ? now + idle_delay() : not_before_;
  }

  Reply reply_of_run(Pause& pause, ExchangeResult& result) {
    not_enrolled_ = false;
    try {
      const SyncReport report = exchange_until_done(
          station_, {[this](const auto& work) { on_station(work); }, [this] { return is_stopping(); }}, pause);
      return {.body = boost::json::serialize(json_of(report)), .headers = {}};
    } catch (const ActRefused& refused) {
      not_enrolled_ = refused.code == "not_enrolled";
      if (!not_enrolled_ && !is_stopping()) station::log_event("sync", refused.code);
      result = refused.exit == station::exit_status::kUnreachable ? ExchangeResult::unreachable
               : refused.exit == station::exit_status::kFailed    ? ExchangeResult::failed
                                                                  : ExchangeResult::refused;
      return station::refusal_of(refused);
    } catch (const std::exception& error) {
      station::log_failure("sync", "exchange_failed", error.what());
      result = ExchangeResult::failed;
      return station::error_reply(500, "internal", "Something went wrong here.", "Try again.");
    }
  }

  // Runs on the application thread and carries an exception over.
  void on_station(const std::function<void()>& work) {
    std::exception_ptr thrown;
    const bool ran = application_.run_and_wait([&] {
      try {
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
    });
    if (thrown) std::rethrow_exception(thrown);
    if (!ran) throw stopping();
  }

  bool is_stopping() const { return stopping_; }

  Station& station_;
  station::ApplicationThread& application_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  bool poked_ = false;
  std::vector<Respond> waiting_;
  steady_clock::time_point not_before_ = steady_clock::now();
  steady_clock::time_point idle_until_ = steady_clock::now();
  steady_clock::time_point last_run_{};
  // Of the link's thread alone.
  std::uint32_t failures_ = 0;
  bool not_enrolled_ = false;
  NewsWait news_{[this] { news(); }};
  std::thread thread_;
};

HubLink::HubLink(Station& station, station::ApplicationThread& application)
    : loop_(std::make_unique<Loop>(station, application)) {}
HubLink::~HubLink() = default;

void HubLink::start() {
  loop_->start();
}
void HubLink::poke() {
  loop_->poke();
}
void HubLink::stop() {
  loop_->stop();
}
void HubLink::exchange_now(Respond respond) {
  loop_->exchange_now(std::move(respond));
}
const station::ExchangeCount& HubLink::count() const {
  return loop_->count;
}

}  // namespace tram::node
