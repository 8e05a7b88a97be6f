// A token bucket per address (reliability design 5.5): 20 requests a second, bursts of 60. Confined to the loop.
#pragma once
#include <string>
#include <unordered_map>

#include "station/web/limits.h"

namespace tram::station {

class RequestRate {
 public:
  explicit RequestRate(const Limits& limits) : limits_(limits) {}
  bool take(const std::string& address_group, MonoTime now);

 private:
  struct Bucket {
    std::int64_t milli_tokens;
    MonoTime filled;
  };
  void forget_full(MonoTime now);

  Limits limits_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// The address itself, of IPv6 its /64: one subscriber owns all of a /64.
std::string address_group(const std::string& address);

}  // namespace tram::station
