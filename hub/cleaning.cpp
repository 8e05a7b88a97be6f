#include "hub/cleaning.h"

#include "station/act/change_builder.h"
#include "station/task_json.h"
#include "tasks/cleaning.h"
#include "tasks/csv.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Fields;
using sync::Value;
using tasks::field_number;
using tasks::RecordType;

constexpr std::array kRunColumns = {tasks::ColumnRule{"id"}, tasks::ColumnRule{"field"}, tasks::ColumnRule{"before"},
                                    tasks::ColumnRule{"after"}, tasks::ColumnRule{"why"}};

struct Looked {
  std::vector<tasks::CleanedEntry> entries;
  std::map<std::string, json::object> shown;  // by id
};

Looked entries_of(Station& station) {
  Looked looked;
  for (const station::TaskView& t : station::task_views(station))
    for (const station::AssignmentView& a : t.assignments) {
      if (a.state == "cancelled" || a.state == "recalled") continue;
      const std::string id = a.id.hex();
      looked.entries.push_back({id, a.body.code, t.title, t.document_id.hex()});
      looked.shown[id] = {
          {"id", id}, {"ref", t.ref}, {"document", t.document}, {"org", a.body.code}, {"title", t.title}};
    }
  return looked;
}

json::array runs_json(Station& station, const std::string& period) {
  json::array runs;
  for (const auto& row :
       station.store().records_of_type(static_cast<std::uint16_t>(RecordType::report), sync::Layer::confirmed)) {
    const Fields f(station, row.id);
    if (f.text(field_number(RecordType::report, "regime")) != kCleaningRegime ||
        f.text(field_number(RecordType::report, "period")) != period)
      continue;
    const auto at = f.rows().find(field_number(RecordType::report, "figures"));
    const auto* list = at == f.rows().end() ? nullptr : at->second.value.get<sync::Structure>();
    boost::system::error_code failed;
    json::value changes = list ? json::parse(as_text(list->bytes), failed) : json::value(json::array());
    const auto by = f.id(field_number(RecordType::report, "written_by"));
    const auto frozen = f.rows().find(field_number(RecordType::report, "frozen_at"));
    runs.push_back({{"id", row.id.hex()},
                    {"signed_by", by ? station::person_name(station, sync::PersonId{*by}) : ""},
                    {"signed_at", frozen == f.rows().end() ? json::value(nullptr)
                                                           : station::value_json(station, frozen->second.value)},
                    {"changes", failed ? json::value(json::array()) : std::move(changes)}});
  }
  return runs;
}

std::vector<tasks::CleanedChange> changes_in(Station& station, std::string_view csv) {
  tasks::Problems problems;
  const auto rows = tasks::read_csv(csv, kRunColumns, problems);
  if (!rows || !problems.empty()) throw refused_import(problems.take());
  if (rows->size() > kCleanedRows)
    throw station::refused("too_many_rows", "At most " + std::to_string(kCleanedRows) + " rows in one run.",
                           "Sign it in several runs.");
  std::vector<tasks::CleanedChange> changes;
  for (const tasks::CsvRow& row : *rows) {
    const auto id = sync::RecordId::parse(row.at("id"));
    if (!id || !station.store().record(*id, sync::Layer::confirmed))
      throw station::refused("unknown_record",
                             "row " + std::to_string(row.row) + ", column id: there is no such record here.",
                             "Take ids from `task list` or `record list`.");
    changes.push_back({row.at("id"), row.at("field"), row.at("before"), row.at("after"), row.at("why")});
  }
  return changes;
}

}  // namespace

json::object cleaning_json(Station& station, const tasks::Period& period) {
  const std::string name = tasks::format_period(period);
  const auto now = station::moment_now();
  const auto due = tasks::cleaning_due(period, station::Regulation(station, now).policy());
  const Looked looked = entries_of(station);
  json::array doubles;
  for (const std::vector<std::string>& group : tasks::double_entries(looked.entries)) {
    json::array same;
    for (const std::string& id : group) same.push_back(looked.shown.at(id));
    doubles.push_back(std::move(same));
  }
  json::array runs = runs_json(station, name);
  const bool overdue = due && *due < now && runs.empty();
  return {{"period", name},
          {"due", station::moment_json(due)},
          {"overdue", overdue},
          {"double_entries", std::move(doubles)},
          {"runs", std::move(runs)}};
}

sync::RecordId sign_cleaning(Station& station, const Actor& actor, const tasks::Period& period, std::string_view csv) {
  const station::Permit may = station::permit(station, actor, tasks::Action::load_document);
  const tasks::CleaningRun run{period, actor.name, changes_in(station, csv)};
  if (!tasks::cleaning_run_is_complete(run))
    throw station::refused("incomplete_run",
                           "Each row of a run changes something and says why; a month has none (R65).",
                           "Fill in before, after and why.");
  json::array list;
  for (const tasks::CleanedChange& c : run.changes)
    list.push_back({{"id", c.id}, {"field", c.field}, {"before", c.before}, {"after", c.after}, {"why", c.why}});
  const std::string text = json::serialize(list);
  if (text.size() > sync::limits::kTextBytes - 64)
    throw station::refused("over_limit", "This list is too long for one run.", "Sign it in several runs.");
  station::ChangeBuilder b(station, RecordType::report);
  const auto set = [&](std::string_view field, Value value) {
    b.set(b.home(), RecordType::report, field, std::move(value));
  };
  set("regime", Value::text(std::string(kCleaningRegime)));
  set("period", Value::text(tasks::format_period(period)));
  set("figures", Value(Value::Variant(sync::Structure{Bytes(text.begin(), text.end())})));
  set("written_by", Value::id(actor.person));
  const auto now = static_cast<std::int64_t>(station::wall_clock_ms() / 1000 * 1000);
  set("frozen_at", Value(Value::Variant(sync::ZonedMoment{now, 420})));
  station.transact([&] {
    station::ActChange change = b.take();
    (void)station.save(may, change.home, std::move(change.operations), true);
    station.audit(actor, "cleaning_sign", tasks::format_period(period), "done",
                  std::to_string(run.changes.size()) + " changes");
  });
  return b.home();
}

}  // namespace tram::hub
