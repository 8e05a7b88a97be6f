#include "station/web/login_throttle.h"

#include <algorithm>

namespace tram::station {
namespace {

using std::chrono::seconds;

// 5 failures are free; the wait after failure 5 is 2 s, then it doubles.
seconds wait_after(std::uint32_t failures) {
  if (failures < kFreeLogins) return seconds(0);
  const std::uint32_t doublings = std::min<std::uint32_t>(failures - kFreeLogins + 1, 16);
  return std::min(kLongestLoginWait, seconds(std::int64_t{1} << doublings));
}

// The time until the oldest of `limit` attempts leaves the window; drops those that have left it.
seconds wait_for_window(std::deque<MonoTime>& attempts, std::size_t limit, seconds window, MonoTime now) {
  while (!attempts.empty() && now - attempts.front() >= window) attempts.pop_front();
  if (attempts.size() < limit) return seconds(0);
  return std::chrono::ceil<seconds>(attempts.front() + window - now);
}

}  // namespace

std::chrono::seconds LoginThrottle::begin(const std::string& name, const std::string& address, MonoTime now) {
  seconds wait = wait_for_window(all_, kLoginsPerMinute, seconds(60), now);
  if (const auto known = per_address_.find(address); known != per_address_.end()) {
    wait = std::max(wait, wait_for_window(known->second, kLoginsPerAddress, kLoginWindow, now));
    if (known->second.empty()) per_address_.erase(known);
  }
  if (const auto known = failures_.find({name, address}); known != failures_.end()) {
    const MonoTime next = known->second.last + wait_after(known->second.count);
    if (next > now) wait = std::max(wait, std::chrono::ceil<seconds>(next - now));
  }
  if (wait > seconds(0)) return wait;
  forget_oldest();
  auto& failures = failures_[{name, address}];
  ++failures.count;
  failures.last = now;
  per_address_[address].push_back(now);
  all_.push_back(now);
  return seconds(0);
}

void LoginThrottle::succeeded(const std::string& name, const std::string& address) {
  failures_.erase({name, address});
  // A person who signs in is no guesser: the address gets this attempt back.
  const auto known = per_address_.find(address);
  if (known != per_address_.end() && !known->second.empty()) known->second.pop_back();
}

void LoginThrottle::forget_oldest() {
  if (failures_.size() >= kTrackedLogins)
    failures_.erase(std::min_element(failures_.begin(), failures_.end(),
                                     [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  if (per_address_.size() >= kTrackedLogins)
    per_address_.erase(std::min_element(per_address_.begin(), per_address_.end(), [](const auto& a, const auto& b) {
      return a.second.empty() || (!b.second.empty() && a.second.back() < b.second.back());
    }));
}

}  // namespace tram::station
