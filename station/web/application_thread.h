// The one thread that runs what the program does: handlers of the web, commands of the control socket, answers of
// background work. One at a time, so the application needs no locks; never the loop, so a slow one stops no socket.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tram::station {

class ApplicationThread {
 public:
  ApplicationThread();
  ~ApplicationThread();  // stop()
  ApplicationThread(const ApplicationThread&) = delete;
  ApplicationThread& operator=(const ApplicationThread&) = delete;

  // Runs `work` after all that was posted before; false once stop() has begun, and then it never runs. The queue is
  // bounded by its users: each connection has one request in flight. `work` must not throw.
  bool post(std::function<void()> work);
  // Posts and waits; called on the thread itself it runs at once. False as in post().
  bool run_and_wait(const std::function<void()>& work);
  // Finishes what is queued, then joins. Not to be called on the thread itself.
  void stop();
  bool is_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void run();

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tram::station
