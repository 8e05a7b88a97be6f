#include "tasks/exchange_format.h"

#include <algorithm>
#include <array>

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"csv",           "xlsx",        "json_api",     "edxml",
                                                    "signed_export", "rating_file", "calendar_file"};

}  // namespace

std::string_view name_of(ExchangeFormat format) {
  return kNames[static_cast<std::size_t>(format)];
}

// R38: what is not documented is not exchanged.
std::optional<ExchangeFormat> exchange_format_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ExchangeFormat>(found - kNames.begin());
}

// R38: data exchange with the systems of other bodies, by documented formats.
bool may_exchange(ExchangeFormat format, Direction direction, Zone zone) {
  switch (format) {
    case ExchangeFormat::edxml:
      return direction == Direction::in && zone != Zone::closed;
    case ExchangeFormat::json_api:
    case ExchangeFormat::rating_file:
      return zone != Zone::closed && (format == ExchangeFormat::json_api || direction == Direction::out);
    case ExchangeFormat::signed_export:
      return direction == Direction::out;
    case ExchangeFormat::csv:
    case ExchangeFormat::xlsx:
    case ExchangeFormat::calendar_file:
      return true;
  }
  return false;
}

}  // namespace tram::tasks
