#include "station/courier_register.h"

#include <algorithm>

#include "station/exchange_formats.h"
#include "station/permission_gate.h"
#include "station/record_fields.h"
#include "station/store/bundles.h"
#include "station/task_json.h"
#include "tasks/courier.h"
#include "tasks/lines.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::field_number;
using tasks::RecordType;

constexpr std::string_view kMediaMeta = "media";
constexpr std::size_t kNumberBytes = 64;
constexpr std::uint32_t kBundlesShown = 10'000;

std::string code_in(const Fields& f) {
  const auto at = f.rows().find(field_number(RecordType::courier_entry, "bundle"));
  const auto* bytes = at == f.rows().end() ? nullptr : at->second.value.get<Bytes>();
  return bytes == nullptr ? std::string() : std::string(as_text(*bytes));
}

}  // namespace

std::vector<std::string> registered_media(Station& station) {
  std::vector<std::string> media;
  const auto text = station.text_meta(kMediaMeta);
  if (!text) return media;
  for (const std::string_view line : tasks::split(*text, '\n'))
    if (!line.empty()) media.emplace_back(line);
  return media;
}

void register_medium(Station& station, const Actor& actor, std::string_view number) {
  (void)permit(station, actor, tasks::Action::run_installation);
  const std::string name = tasks::to_nfc(tasks::trimmed(number));
  if (name.empty() || name.size() > kNumberBytes || name.find('\n') != std::string::npos || !tasks::is_clean_utf8(name))
    throw refused("bad_value", "The number of a medium is a short line of text.", "Correct it.");
  auto media = registered_media(station);
  if (std::find(media.begin(), media.end(), name) != media.end())
    throw wrong_state("exists", "This medium is registered already.", "Nothing to do.");
  if (media.size() >= kMedia)
    throw refused("over_limit", "No more media can be registered.", "Take old ones out of use.");
  media.push_back(name);
  std::string text;
  for (const std::string& one : media) text += one + "\n";
  station.transact([&] {
    station.put_text_meta(kMediaMeta, text);
    station.audit(actor, "medium_add", name, "done");
  });
}

void need_medium(Station& station, std::string_view medium) {
  if (tasks::medium_is_taken(medium, registered_media(station), zone_of(station))) return;
  throw refused("medium_not_registered", "In a closed zone only registered media are taken (R56).",
                "Name one with --medium; the administrator registers it with `medium add`.");
}

json::object courier_json(Station& station) {
  json::array items;
  std::vector<tasks::CourierEntry> entries;
  for (const auto& row : station.store().records_of_type(static_cast<std::uint16_t>(RecordType::courier_entry),
                                                         sync::Layer::provisional)) {
    if (row.owner != station.organisation()) continue;
    const Fields f(station, row.id);
    const auto text = [&](std::string_view name) {
      return f.text(tasks::find_field(RecordType::courier_entry, name)->field);
    };
    tasks::CourierEntry e;
    e.bundle = code_in(f);
    e.zone = text("zone");
    e.handed_by = text("handed_by");
    e.handed_to = text("handed_to");
    e.medium = text("medium");
    const auto at = f.rows().find(field_number(RecordType::courier_entry, "handed_at"));
    const auto other = f.id(field_number(RecordType::courier_entry, "other_end"));
    items.push_back({{"id", row.id.hex()},
                     {"bundle", e.bundle},
                     {"zone", e.zone},
                     {"handed_by", e.handed_by},
                     {"handed_to", e.handed_to},
                     {"handed_at", at == f.rows().end() ? json::value(nullptr) : value_json(station, at->second.value)},
                     {"medium", e.medium},
                     {"other_end", other ? json::value(body_of(station, sync::OrganisationId{*other}).code)
                                         : json::value(nullptr)}});
    entries.push_back(std::move(e));
  }
  std::vector<std::string> codes;
  for (const Bundle& b : Bundles(station.connection()).recent(kBundlesShown)) codes.push_back(b.code);
  const tasks::RegisterDifference difference = tasks::register_difference(entries, codes);
  const auto list = [](const std::vector<std::string>& all) {
    json::array found;
    for (const std::string& code : all) found.push_back(json::value(code));
    return found;
  };
  return {{"items", std::move(items)},
          {"without_entry", list(difference.without_entry)},
          {"without_bundle", list(difference.without_bundle)}};
}

}  // namespace tram::station
