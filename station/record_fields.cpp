#include "station/record_fields.h"

#include <algorithm>

#include "tasks/original_text.h"

namespace tram::station {

using sync::Layer;

Fields::Fields(Station& station, const sync::RecordId& record) {
  for (sync::FieldRow& row : station.store().fields(record, Layer::provisional))
    rows_.emplace(row.field, std::move(row));
}
std::string Fields::text(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<std::string>();
  return value ? *value : std::string();
}
std::int64_t Fields::integer(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<std::int64_t>();
  return value ? *value : 0;
}
std::optional<ByteArray<16>> Fields::id(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<sync::RawId>();
  return value ? std::optional(value->bytes) : std::nullopt;
}
std::optional<std::int32_t> Fields::date(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<sync::CivilDate>();
  return value ? std::optional(value->days) : std::nullopt;
}
std::uint16_t Fields::event(std::uint16_t field) const {
  const auto at = rows_.find(field);
  return at == rows_.end() ? std::uint16_t{0} : at->second.event;
}

std::vector<ByteArray<16>> set_members(Station& station, const sync::RecordId& record, std::uint16_t field) {
  std::vector<ByteArray<16>> found;
  const auto row = station.store().field(record, field, Layer::provisional);
  if (!row) return found;
  for (const sync::VersionId& id : row->heads) {
    const auto version = station.store().version(id);
    const auto* value = version ? version->value.get<sync::RawId>() : nullptr;
    if (value) found.push_back(value->bytes);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Body body_of(Station& station, const sync::OrganisationId& id) {
  const sync::Organisation* o = station.directory().organisation(id);
  if (o == nullptr) return {id.hex().substr(0, 8), ""};
  // R60: the Vietnamese name is the record, others are reading aids.
  std::vector<tasks::TextVersion> names;
  const auto add = [&](std::string_view language, const std::string& text, bool original) {
    if (!text.empty()) names.push_back({std::string(language), text, original});
  };
  add("vi", o->name_vi, true);
  add("en", o->name_en, false);
  add("lo", o->name_lo, false);
  add("km", o->name_km, false);
  const auto shown = tasks::shown_text(names, "vi");
  if (!shown) return {o->code, "", false};
  return {o->code, std::string(shown->text), shown->reading_aid};
}

}  // namespace tram::station
