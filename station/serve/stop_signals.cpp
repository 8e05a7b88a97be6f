#include "station/serve/stop_signals.h"

#include <signal.h>

#include <atomic>

namespace tram::station {
namespace {

sigset_t stopping() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

std::atomic<bool> told_to_end{false};

}  // namespace

bool program_is_stopping() {
  return told_to_end;
}

StopSignals::StopSignals() {
  told_to_end = false;
  const sigset_t set = stopping();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() {
  const sigset_t set = stopping();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool StopSignals::wait(std::chrono::milliseconds patience) {
  const sigset_t set = stopping();
  const timespec limit{.tv_sec = patience.count() / 1000, .tv_nsec = (patience.count() % 1000) * 1'000'000};
  if (::sigtimedwait(&set, nullptr, &limit) <= 0) return false;
  told_to_end = true;
  return true;
}

}  // namespace tram::station
