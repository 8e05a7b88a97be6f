// The small text forms that report.json and report.tsig share, each checked in one place (docs/formats/report.md).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sync/container.h"

namespace tram::station {

using ReportTotals = std::map<std::string, std::int64_t, std::less<>>;

// Largest integer that every reader of JSON keeps exactly (2^53 - 1); larger amounts are decimal strings.
inline constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;
inline constexpr std::size_t kNameBytes = 256;     // a person or an organisation in words
inline constexpr std::size_t kSiteCodeBytes = 64;  // as in the organisation tree
inline constexpr std::uint32_t kLargestRevision = 9999;
inline constexpr std::size_t kTotals = 64;

// One line: NFC UTF-8 of 1..most bytes, no control character, no space at either end.
bool is_line(std::string_view text, std::size_t most);
// A template or a period, as it stands in names of folders: 1..32 of [A-Za-z0-9-].
bool is_report_label(std::string_view text);
// `2025-06-18T10:00:00Z` or with `+07:00`; a day and a time that exist, without fractions.
bool is_rfc3339(std::string_view text);
// Keys [a-z][a-z0-9_]{0,31}, values within kLargestInteger, at most kTotals of them.
bool are_totals(const ReportTotals& totals);

// unset, device, network, hub.
std::string_view clock_word(sync::ClockQuality clock);
std::optional<sync::ClockQuality> clock_of(std::string_view word);

// Decimal digits without sign or leading zeros.
std::optional<std::uint64_t> parse_count(std::string_view text);

}  // namespace tram::station
