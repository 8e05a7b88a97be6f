// Argon2id away from loop and application thread: 2 at once, 8 waiting (hub 4 and 32), so that logins cost at most
// 128 MiB and stop nothing else (reliability design 5.5).
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "station/web/limits.h"

namespace tram::station {

class PasswordPool {
 public:
  explicit PasswordPool(const Limits& limits);
  ~PasswordPool();  // stop()
  PasswordPool(const PasswordPool&) = delete;
  PasswordPool& operator=(const PasswordPool&) = delete;

  // Calls `done(matches)` on a thread of the pool. False when too many wait: answered with 429.
  bool check(std::string stored, std::string password, std::function<void(bool)> done);
  // Finishes the checks under way, drops those that wait, joins.
  void stop();

 private:
  struct Check {
    std::string stored;
    std::string password;
    std::function<void(bool)> done;
  };
  void run();

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Check> waiting_;
  std::size_t longest_queue_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tram::station
