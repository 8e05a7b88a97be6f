#pragma once
// Spans of the simulated time, in milliseconds.

#include <cstdint>

namespace tram::simulation {

constexpr std::uint64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::uint64_t kYear = 365 * kDay;

}  // namespace tram::simulation
