// When to try the hub again (reliability design 6, node back-off). Pure: the random number is a parameter.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tram::station {

constexpr std::chrono::milliseconds kFirstRetry{2'000};
constexpr std::chrono::milliseconds kLongestRetry{300'000};

// U(0, min(5 min, 2 s x 2^failures)); success resets `failures` to 0.
constexpr std::chrono::milliseconds retry_delay(std::uint32_t failures, std::uint64_t random) {
  const std::int64_t most =
      std::min(kLongestRetry.count(), kFirstRetry.count() << std::min<std::uint32_t>(failures, 20));
  return std::chrono::milliseconds(static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(most) + 1)));
}

// A stated Retry-After is obeyed, plus up to a quarter, so that those told the same do not come back together.
constexpr std::chrono::milliseconds retry_delay(std::uint32_t failures, std::uint64_t random,
                                                std::optional<std::chrono::milliseconds> retry_after) {
  if (!retry_after || retry_after->count() <= 0) return retry_delay(failures, random);
  const auto quarter = static_cast<std::uint64_t>(retry_after->count()) / 4;
  return *retry_after + std::chrono::milliseconds(static_cast<std::int64_t>(random % (quarter + 1)));
}

}  // namespace tram::station
