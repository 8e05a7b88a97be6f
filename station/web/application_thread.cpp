#include "station/web/application_thread.h"

#include <future>

namespace tram::station {

ApplicationThread::ApplicationThread() : thread_([this] { run(); }) {}

ApplicationThread::~ApplicationThread() {
  stop();
}

bool ApplicationThread::post(std::function<void()> work) {
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

bool ApplicationThread::run_and_wait(const std::function<void()>& work) {
  if (is_this_thread()) {
    work();
    return true;
  }
  std::promise<void> done;
  auto finished = done.get_future();
  if (!post([&] {
        work();
        done.set_value();
      }))
    return false;
  finished.wait();
  return true;
}

void ApplicationThread::stop() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ApplicationThread::run() {
  std::unique_lock guard(lock_);
  while (true) {
    changed_.wait(guard, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    guard.unlock();
    work();
    work = nullptr;
    guard.lock();
  }
}

}  // namespace tram::station
