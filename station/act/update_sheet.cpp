#include "station/act/update_sheet.h"

#include <algorithm>
#include <set>

#include "station/task_view.h"

namespace tram::station {
namespace {

constexpr std::array kColumns = {
    tasks::ColumnRule{"ref"},
    tasks::ColumnRule{"progress"},
    tasks::ColumnRule{"state"},
    tasks::ColumnRule{"note"},
    tasks::ColumnRule{"completed_on", tasks::Presence::optional},
    tasks::ColumnRule{"result", tasks::Presence::optional},
    tasks::ColumnRule{"difficulty", tasks::Presence::optional},
    tasks::ColumnRule{"cause", tasks::Presence::optional},
    tasks::ColumnRule{"next_step", tasks::Presence::optional},
};

ActRefused at(std::size_t row, std::string_view column, const ActRefused& why) {
  return {why.exit, why.code,
          "row " + std::to_string(row) + (column.empty() ? "" : ", column " + std::string(column)) + ": " + why.message,
          why.next.empty() ? "Correct the table and load it again; nothing was taken in." : why.next};
}

struct NothingKept {};  // a dry run leaves its transaction

class Sheet {
 public:
  Sheet(Station& station, const Actor& actor)
      : station_(station), actor_(actor), spec_(*act_named("report-progress")) {}

  void take(const tasks::CsvRow& row, SheetTaken& taken) {
    std::string_view column = "ref";
    try {
      const sync::RecordId assignment = assignment_at(row);
      if (!seen_.insert(assignment).second) throw refused("duplicate_ref", "this task stands twice in the table.");
      ActEntry entry;
      for (const EntryField& field : spec_.fields) {
        column = field.name;
        take_entry(station_, field, row.at(field.name), entry);
      }
      column = "";
      for (const ActResult& r : carry_out_here(station_, actor_, spec_, {assignment}, entry))
        taken.drafts.push_back(r.id);
      ++taken.rows;
    } catch (const ActRefused& why) {
      throw at(row.row, column, why);
    }
  }

 private:
  sync::RecordId assignment_at(const tasks::CsvRow& row) {
    return assignment_of(station_, task_named(station_, row.at("ref")), std::nullopt).id;
  }

  Station& station_;
  const Actor& actor_;
  const ActSpec& spec_;
  std::set<sync::RecordId> seen_;
};

}  // namespace

SheetTaken take_update_sheet(Station& station, const Actor& actor, std::string_view csv, bool dry_run) {
  const std::array asked{tasks::Action::draft_update};
  need_right(actor, asked);
  tasks::Problems problems;
  const auto rows = tasks::read_csv(csv, kColumns, problems);
  if (!rows || !problems.empty()) {
    const auto list = problems.take();
    if (list.empty()) throw refused("missing_column", "This is no table.", "Give columns ref, progress, state, note.");
    throw at(list.front().row, list.front().column,
             refused(std::string(tasks::name_of(list.front().code)), list.front().message));
  }
  if (rows->size() > kActTargets)
    throw refused("too_many_rows", "At most " + std::to_string(kActTargets) + " rows at once.", "Split the table.");
  SheetTaken taken;
  try {
    station.transact([&] {
      Sheet sheet(station, actor);
      for (const tasks::CsvRow& row : *rows) sheet.take(row, taken);
      if (dry_run) throw NothingKept{};
    });
  } catch (const NothingKept&) {
    taken.drafts.clear();
  }
  return taken;
}

boost::json::object json_of(const SheetTaken& taken) {
  boost::json::array drafts;
  for (const std::string& id : taken.drafts) drafts.push_back(boost::json::value(id));
  return {{"rows", taken.rows}, {"drafts", std::move(drafts)}};
}

}  // namespace tram::station
