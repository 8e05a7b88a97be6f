#include "station/report_differences.h"

#include "station/task_json.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::field_number;
using tasks::RecordType;

// The cells of a frozen row (node/reports.cpp): ref, title, org, state, outcome, deadline, progress, note.
enum Cell : std::size_t { kRef = 0, kOrg = 2, kState = 3, kOutcome = 4, kDeadline = 5, kProgress = 6, kCells = 8 };

struct Now {
  std::string state, outcome, deadline, progress;
};

std::map<std::pair<std::string, std::string>, Now> system_now(Station& station) {
  std::map<std::pair<std::string, std::string>, Now> found;
  for (const TaskView& t : task_views(station)) {
    for (const AssignmentView& a : t.assignments) {
      Now now{a.state, std::string(tasks::name_of(a.outcome)), "", std::to_string(a.progress)};
      if (a.due.state == tasks::DueState::fixed && a.due.due) now.deadline = tasks::format_moment(*a.due.due);
      found[{t.ref, a.body.code}] = std::move(now);
    }
  }
  return found;
}

std::optional<json::array> figures_of(const Fields& fields) {
  const auto at = fields.rows().find(field_number(RecordType::report, "figures"));
  const auto* structure = at == fields.rows().end() ? nullptr : at->second.value.get<sync::Structure>();
  if (structure == nullptr) return std::nullopt;
  boost::system::error_code ec;
  json::value parsed = json::parse(as_text(structure->bytes), ec);
  if (ec || !parsed.is_array()) return std::nullopt;
  return parsed.as_array();
}

std::optional<std::vector<std::string>> cells_of(const json::value& row) {
  if (!row.is_array() || row.get_array().size() < kCells) return std::nullopt;
  std::vector<std::string> cells;
  for (const json::value& cell : row.get_array()) {
    if (!cell.is_string()) return std::nullopt;
    cells.emplace_back(cell.get_string());
  }
  return cells;
}

}  // namespace

json::object report_differences_json(Station& station, std::string_view id) {
  const auto record = sync::RecordId::parse(id);
  const auto row = record ? station.store().record(*record, sync::Layer::provisional) : std::nullopt;
  if (!row || row->type != static_cast<std::uint16_t>(RecordType::report))
    throw refused("unknown_report", "There is no such report here.", "See `report list`.");
  const Fields fields(station, *record);
  const auto figures = figures_of(fields);
  if (!figures) throw refused("no_figures", "This report holds no figures that can be compared.", "Read its text.");
  const auto now = system_now(station);
  json::array items;
  const auto compare = [&](const std::vector<std::string>& cells, std::string_view fact, std::size_t cell,
                           const std::string& system) {
    if (cells[cell] == system) return;
    items.push_back(
        {{"ref", cells[kRef]}, {"org", cells[kOrg]}, {"fact", fact}, {"reported", cells[cell]}, {"system", system}});
  };
  for (const json::value& value : *figures) {
    const auto cells = cells_of(value);
    if (!cells) continue;
    const auto at = now.find({(*cells)[kRef], (*cells)[kOrg]});
    if (at == now.end()) {
      items.push_back({{"ref", (*cells)[kRef]},
                       {"org", (*cells)[kOrg]},
                       {"fact", "assignment"},
                       {"reported", "here"},
                       {"system", "missing"}});
      continue;
    }
    compare(*cells, "state", kState, at->second.state);
    compare(*cells, "outcome", kOutcome, at->second.outcome);
    compare(*cells, "deadline", kDeadline, at->second.deadline);
    compare(*cells, "progress", kProgress, at->second.progress);
  }
  json::object whole{{"report", record->hex()}};
  const auto frozen = fields.rows().find(field_number(RecordType::report, "frozen_at"));
  whole["frozen_at"] = frozen == fields.rows().end() ? json::value(nullptr) : value_json(station, frozen->second.value);
  whole["items"] = std::move(items);
  return whole;
}

}  // namespace tram::station
