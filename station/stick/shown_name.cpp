// The cleaning of foreign names.
#include "station/stick/shown_name.h"

#include <cstdint>

namespace tram::station {
namespace {

constexpr std::size_t kMostBytes = 120;

// The length of the well-formed UTF-8 sequence at the start, 0 if there is none; its code point in `point`.
std::size_t sequence_length(std::string_view text, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) {
    point = byte(0);
    return 1;
  }
  const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC2 ? 2 : 0;
  if (length == 0 || byte(0) > 0xF4 || text.size() < length) return 0;
  point = byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point < kLeast[length] || surrogate || point > 0x10FFFF ? 0 : length;
}

bool harmless(std::uint32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
  const bool invisible = (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
                         (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF || point == 0x061C;
  return !control && !invisible;
}

}  // namespace

std::string shown_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    std::uint32_t point = 0;
    const std::size_t length = sequence_length(name, point);
    const std::string_view shown = length != 0 && harmless(point) ? name.substr(0, length) : std::string_view("?");
    if (out.size() + shown.size() > kMostBytes) break;
    out += shown;
    name.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace tram::station
