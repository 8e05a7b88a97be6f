#include "station/web/password_pool.h"

#include "crypto/password.h"
#include "crypto/random.h"

namespace tram::station {

PasswordPool::PasswordPool(const Limits& limits)
    : longest_queue_(limits.password_checks_at_once + limits.password_checks_waiting) {
  for (std::size_t i = 0; i < limits.password_checks_at_once; ++i) threads_.emplace_back([this] { run(); });
}

PasswordPool::~PasswordPool() {
  stop();
}

bool PasswordPool::check(std::string stored, std::string password, std::function<void(bool)> done) {
  {
    const std::lock_guard guard(lock_);
    if (stopping_ || waiting_.size() + running_ >= longest_queue_) return false;
    waiting_.push_back({std::move(stored), std::move(password), std::move(done)});
  }
  changed_.notify_one();
  return true;
}

void PasswordPool::stop() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void PasswordPool::run() {
  std::unique_lock guard(lock_);
  while (true) {
    changed_.wait(guard, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Check check = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    guard.unlock();
    const bool matches = crypto::password_matches(check.stored, check.password);
    crypto::wipe(check.password);
    check.done(matches);
    check.done = nullptr;
    guard.lock();
    --running_;
  }
}

}  // namespace tram::station
