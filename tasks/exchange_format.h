// The ways in which data go to and come from other systems (R38): which documented format may pass in which direction,
// in which zone. The formats themselves stand in docs/formats.md and docs/api.md.
#pragma once
#include <optional>
#include <string_view>

#include "tasks/plan_import.h"

namespace tram::tasks {

enum class ExchangeFormat : std::uint8_t { csv, xlsx, json_api, edxml, signed_export, rating_file, calendar_file };
std::string_view name_of(ExchangeFormat format);
std::optional<ExchangeFormat> exchange_format_named(std::string_view name);

enum class Direction : std::uint8_t { in, out };
// edXML is read, not written; an export and a rating only leave; nothing of the closed zone speaks to another system.
bool may_exchange(ExchangeFormat format, Direction direction, Zone zone);

}  // namespace tram::tasks
