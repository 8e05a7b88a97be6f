#include "hub/report_regimes.h"

#include <map>
#include <set>

#include "station/permission_gate.h"
#include "station/regulation.h"
#include "station/store/app_meta.h"
#include "station/task_view.h"
#include "tasks/csv.h"
#include "tasks/record_schema.h"
#include "tasks/report_calendar.h"
#include "tasks/text.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using tasks::field_number;
using tasks::RecordType;

constexpr std::string_view kRegimes = "report_regimes";
constexpr std::size_t kMostRegimes = 2'000;
constexpr std::array kColumns = {tasks::ColumnRule{"org"}, tasks::ColumnRule{"name"}, tasks::ColumnRule{"recurrence"}};

// By (body, name): the recurrence as it is encoded.
using Regimes = std::map<std::pair<std::string, std::string>, std::string>;

Regimes known_regimes(Station& station) {
  Regimes found;
  const auto stored = station::AppMeta(station.connection()).get(kRegimes);
  if (!stored) return found;
  const json::value rows = json::parse(as_text(*stored));
  for (const json::value& row : rows.as_array()) {
    const json::array& cells = row.as_array();
    const auto text = [&](std::size_t i) { return std::string(cells.at(i).as_string()); };
    found[{text(0), text(1)}] = text(2);
  }
  return found;
}

void keep(Station& station, const Regimes& regimes) {
  json::array rows;
  for (const auto& [key, recurrence] : regimes) rows.push_back(json::array{key.first, key.second, recurrence});
  const std::string text = json::serialize(rows);
  station::AppMeta(station.connection()).put(kRegimes, as_bytes(text));
}

Regimes read_regimes(Station& station, std::string_view csv) {
  tasks::Problems problems;
  Regimes regimes;
  const auto rows = tasks::read_csv(csv, kColumns, problems);
  if (!rows) throw refused_import(problems.take());
  for (const tasks::CsvRow& row : *rows) {
    const std::string org(tasks::trimmed(row.at("org"))), name = tasks::to_nfc(tasks::trimmed(row.at("name")));
    const auto recurrence = tasks::parse_recurrence(tasks::trimmed(row.at("recurrence")));
    if (station.directory().organisation(org) == nullptr)
      problems.add(tasks::errc::unknown_body, row.row, "org", "the directory has no body of this id");
    if (name.empty()) problems.add(tasks::errc::missing_value, row.row, "name", "a regime has a name");
    if (!recurrence) {
      problems.add(static_cast<tasks::errc>(recurrence.error().value()), row.row, "recurrence",
                   "this is none of the forms of the import file");
      continue;
    }
    if (!regimes.emplace(std::pair(org, name), tasks::encode(*recurrence)).second)
      problems.add(tasks::errc::duplicate_ref, row.row, "name", "this body has the regime twice");
  }
  if (regimes.size() > kMostRegimes) problems.add(tasks::errc::too_many_rows, 0, "", "at most 2,000 regimes");
  if (!problems.empty()) throw refused_import(problems.take());
  return regimes;
}

struct Came {
  std::string id, state;
  std::optional<tasks::Moment> submitted;
};

// The newest submitted report of a body for a regime and period.
std::map<std::tuple<std::string, std::string, std::string>, Came> reports_that_came(Station& station) {
  constexpr auto kState = field_number(RecordType::report, "state");
  std::map<std::tuple<std::string, std::string, std::string>, Came> found;
  for (const auto& row :
       station.store().records_of_type(static_cast<std::uint16_t>(RecordType::report), sync::Layer::confirmed)) {
    const station::Fields f(station, row.id);
    Came came;
    came.id = row.id.hex();
    if (const auto* spec = tasks::find_event(RecordType::report, kState, f.event(kState))) came.state = spec->name;
    for (const sync::VersionRow& v : station.store().all_versions(row.id, kState))
      if (v.event == tasks::event_number(RecordType::report, "submitted"))
        came.submitted = tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(v.written_ms / 1000)}};
    if (!came.submitted) continue;
    Came& at = found[{station::body_of(station, row.owner).code, f.text(field_number(RecordType::report, "regime")),
                      f.text(field_number(RecordType::report, "period"))}];
    // The first one answers the date; a revision does not make it late.
    if (!at.submitted || *came.submitted < *at.submitted) at = std::move(came);
  }
  return found;
}

}  // namespace

RegimesImported import_regimes(Station& station, const Actor& actor, std::string_view csv) {
  (void)station::permit(station, actor, tasks::Action::load_document);
  const Regimes before = known_regimes(station);
  const Regimes now = read_regimes(station, csv);
  RegimesImported done;
  for (const auto& [key, recurrence] : now) {
    const auto at = before.find(key);
    ++(at == before.end() ? done.added : at->second == recurrence ? done.unchanged : done.changed);
  }
  for (const auto& [key, recurrence] : before) done.removed += now.contains(key) ? 0 : 1;
  if (before == now) return done;
  station.transact([&] {
    keep(station, now);
    station.audit(actor, "regimes_import", "reports", "done", std::to_string(now.size()) + " regimes");
  });
  return done;
}

json::object reports_due_json(Station& station, int year, const std::optional<std::string>& organisation) {
  station::Regulation regulation(station, station::moment_now());
  const Regimes regimes = known_regimes(station);
  const auto came = reports_that_came(station);
  std::set<std::string> bodies;
  for (const sync::Device* d : station.directory().devices())
    if (const auto* o = station.directory().organisation(d->site); o != nullptr && d->id != station.device())
      bodies.insert(o->code);
  for (const auto& [key, recurrence] : regimes) bodies.insert(key.first);
  if (organisation) bodies = {*organisation};
  json::array items;
  for (const std::string& body : bodies) {
    std::vector<tasks::OwnRegime> own;
    for (const auto& [key, recurrence] : regimes)
      if (key.first == body)
        if (const auto parsed = tasks::decode_recurrence(recurrence)) own.push_back({key.second, *parsed});
    for (const tasks::ReportDue& due :
         tasks::report_calendar(year, tasks::Reporter::site, own, regulation.working_time(body), regulation.policy())) {
      // A site names a report by its recurrence where the file gives the regime a name of the office.
      auto at = came.find({body, due.regime, due.period});
      if (const auto named = regimes.find({body, due.regime}); at == came.end() && named != regimes.end())
        at = came.find({body, named->second.substr(0, named->second.find_first_of(" \n")), due.period});
      json::object item{{"org", body}, {"regime", due.regime}, {"period", due.period}};
      item["due"] = tasks::format_moment(due.due);
      item["report"] = at == came.end() ? json::value(nullptr) : json::value(at->second.id);
      item["state"] = at == came.end() ? json::value(nullptr) : json::value(at->second.state);
      item["submitted"] =
          at == came.end() ? json::value(nullptr) : json::value(tasks::format_moment(*at->second.submitted));
      item["late"] = at == came.end() ? json::value(nullptr) : json::value(*at->second.submitted > due.due);
      const auto acted = at == came.end() ? std::optional<tasks::Moment>() : at->second.submitted;
      item["explanation_needed"] = tasks::explanation_needed(due.due, acted, false, regulation.now());
      items.push_back(std::move(item));
    }
  }
  return {{"items", std::move(items)}};
}

}  // namespace tram::hub
