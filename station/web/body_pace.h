// How long the server waits for the next bytes of a body (reliability design 5.2 step 8): a deadline for the whole, and
// a least amount in each window after the first, so that a body that drips holds no connection.
#pragma once
#include <algorithm>

#include "station/web/limits.h"

namespace tram::station {

class BodyPace {
 public:
  BodyPace(const Limits& limits, MonoTime start)
      : limits_(limits), end_(start + limits.body_time), window_end_(start + limits.body_window) {}

  void received(std::size_t bytes, MonoTime now) {
    in_window_ += bytes;
    if (now < window_end_) return;
    first_window_ = false;
    in_window_ = 0;
    window_end_ = now + limits_.body_window;
  }
  // Nothing read until then: the connection is closed.
  MonoTime deadline() const {
    const bool fast_enough = first_window_ || in_window_ >= limits_.body_window_bytes;
    return std::min(end_, fast_enough ? window_end_ + limits_.body_window : window_end_);
  }

 private:
  Limits limits_;
  MonoTime end_;
  MonoTime window_end_;
  std::size_t in_window_ = 0;
  bool first_window_ = true;
};

}  // namespace tram::station
