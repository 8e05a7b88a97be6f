#include "station/web/request_rate.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "crypto/bytes.h"

namespace tram::station {

bool RequestRate::take(const std::string& group, MonoTime now) {
  if (limits_.requests_per_second == 0) return true;
  const std::int64_t full = std::int64_t{limits_.request_burst} * 1'000;
  if (buckets_.size() >= limits_.tracked_addresses && !buckets_.contains(group)) forget_full(now);
  auto& bucket = buckets_.try_emplace(group, Bucket{full, now}).first->second;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - bucket.filled);
  // Capped before the product: a bucket that slept for years is full, not overflowed.
  const std::int64_t waited = std::clamp<std::int64_t>(elapsed.count(), 0, 3'600'000);
  bucket.milli_tokens = std::min(full, bucket.milli_tokens + waited * limits_.requests_per_second);
  bucket.filled += std::chrono::milliseconds(waited);
  if (elapsed.count() > waited) bucket.filled = now;
  if (bucket.milli_tokens < 1'000) return false;
  bucket.milli_tokens -= 1'000;
  return true;
}

// A bucket that is full again says nothing; if none is, everybody starts anew rather than memory growing.
void RequestRate::forget_full(MonoTime now) {
  const auto refill = std::chrono::seconds(limits_.request_burst / limits_.requests_per_second + 1);
  std::erase_if(buckets_, [&](const auto& item) { return now - item.second.filled > refill; });
  if (buckets_.size() >= limits_.tracked_addresses) buckets_.clear();
}

std::string address_group(const std::string& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  return to_hex(ByteView(bytes).first(8)) + "/64";
}

}  // namespace tram::station
