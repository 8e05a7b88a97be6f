#include "station/report/report_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "sync/text.h"

namespace tram::station {
namespace {

constexpr std::array<std::string_view, 4> kClocks = {"unset", "device", "network", "hub"};
constexpr std::size_t kLabel = 32;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

// The number in two or four digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool in(int value, int low, int high) {
  return value >= low && value <= high;
}

bool is_total_key(std::string_view key) {
  return !key.empty() && key.size() <= kLabel && is_small(key.front()) &&
         std::all_of(key.begin(), key.end(), [](char c) { return is_small(c) || is_digit(c) || c == '_'; });
}

}  // namespace

bool is_line(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && text.front() != ' ' && text.back() != ' ' &&
         std::none_of(text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }) &&
         sync::valid_text(text);
}

bool is_report_label(std::string_view text) {
  return !text.empty() && text.size() <= kLabel && std::all_of(text.begin(), text.end(), [](char c) {
    return is_small(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool is_rfc3339(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != kShape.size() + 1 && text.size() != kShape.size() + 6) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) return false;
  const std::chrono::year_month_day day{std::chrono::year{digits(text, 0, 4)},
                                        std::chrono::month{static_cast<unsigned>(digits(text, 5, 2))},
                                        std::chrono::day{static_cast<unsigned>(digits(text, 8, 2))}};
  if (!day.ok() || !in(digits(text, 11, 2), 0, 23) || !in(digits(text, 14, 2), 0, 59) ||
      !in(digits(text, 17, 2), 0, 59))
    return false;
  const std::string_view zone = text.substr(kShape.size());
  if (zone.size() == 1) return zone == "Z";
  return (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && in(digits(zone, 1, 2), 0, 14) &&
         in(digits(zone, 4, 2), 0, 59);
}

bool are_totals(const ReportTotals& totals) {
  return totals.size() <= kTotals && std::all_of(totals.begin(), totals.end(), [](const auto& total) {
           return is_total_key(total.first) && total.second >= -kLargestInteger && total.second <= kLargestInteger;
         });
}

std::string_view clock_word(sync::ClockQuality clock) {
  return kClocks.at(static_cast<std::size_t>(clock));
}

std::optional<sync::ClockQuality> clock_of(std::string_view word) {
  const auto at = std::find(kClocks.begin(), kClocks.end(), word);
  if (at == kClocks.end()) return std::nullopt;
  return static_cast<sync::ClockQuality>(at - kClocks.begin());
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

}  // namespace tram::station
