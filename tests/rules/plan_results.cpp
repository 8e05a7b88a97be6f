// What tasks/ makes of a generated plan, in the form of its expected.csv (tests/data/make_plan.py): one line for each
// assignment of each folder named on the command line, written to results.csv beside it.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "station/workbook/workbook.h"
#include "tasks/lines.h"
#include "tasks/obligation.h"
#include "tasks/plan_import.h"
#include "tasks/text.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::on;

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string shown(std::optional<Moment> moment) {
  return moment ? format_moment(*moment).substr(0, 19) : "";
}

std::string name_of(DueState state) {
  constexpr std::string_view kNames[] = {"none", "fixed", "planned", "open"};
  return std::string(kNames[static_cast<std::size_t>(state)]);
}

std::string list_of(const Obligations& all, ObligationKind kind, Moment until) {
  std::string out;
  for (const Obligation& o : all.list) {
    if (o.kind != kind || o.due > until) continue;
    if (!out.empty()) out += ' ';
    if (kind == ObligationKind::occurrence) out += shown(o.written) + '>';
    out += shown(o.due);
  }
  return out;
}

struct Plans {
  std::map<std::string, LocalDate> events;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> acts;
  std::string hours;
  Moment handed{}, now{};
};

Plans read_facts(const std::string& folder) {
  Plans p;
  const std::string events = content(folder + "/events.csv");
  for (const std::string_view line : split(events, '\n'))
    if (const auto f = split(line, '\t'); f.size() == 2) p.events[to_nfc(f[0])] = on(f[1]);
  bool first = true;
  const std::string facts = content(folder + "/facts.csv");
  for (const std::string_view line : split(facts, '\n')) {
    const auto f = split(line, '\t');
    if (first) p.hours = f[0], p.handed = at(f[1]), p.now = at(f[2]);
    if (!first && f.size() == 5) p.acts[{std::string(f[0]), std::string(f[1])}] = {f.begin(), f.end()};
    first = false;
  }
  return p;
}

std::string line_of(const TaskRow& task, const std::string& lead, const PlanDocument& document, const Plans& p,
                    const WorkingTime& calendar) {
  const auto& acts = p.acts.at({task.ref, lead});
  AssignmentFacts f;
  f.issued_on = document.issued_on;
  f.handed_over = p.handed;
  if (!acts[2].empty()) f.confirmed = at(acts[2]);
  for (const std::string_view word : words_of(acts[3])) f.updates.push_back({at(word), {}, {}, false});
  if (!acts[4].empty()) {
    f.completed = DateOrHour{on(acts[4]), {}};
    f.updates.back().says_result = true;
  }
  f.start = task.start;
  f.deadline = task.deadline;
  f.deadline_facts.waits = !task.condition.empty();
  if (const auto* span = std::get_if<AfterEvent>(&task.deadline.meaning))
    if (const auto event = p.events.find(span->event); event != p.events.end())
      f.deadline_facts.event_on = event->second;
  f.recurrence = task.recurrence;
  const Obligations all = obligations_of(f, {calendar, calendar, calendar}, Policy{}, p.now);
  const Moment ever = at("2299-01-01");
  std::string out = task.ref + '\t' + lead + '\t' + name_of(all.due.state) + '\t' + shown(all.due.written) + '\t' +
                    shown(all.due.due) + '\t' + std::to_string(static_cast<int>(all.duration));
  for (const auto& [kind, until] :
       std::initializer_list<std::pair<ObligationKind, Moment>>{{ObligationKind::confirmation, ever},
                                                                {ObligationKind::return_task, ever},
                                                                {ObligationKind::loading, ever},
                                                                {ObligationKind::milestone, ever},
                                                                {ObligationKind::cadence, p.now},
                                                                {ObligationKind::occurrence, ever},
                                                                {ObligationKind::result, ever}})
    out += '\t' + list_of(all, kind, until);
  return out + '\t' + std::string(name_of(all.outcome)) + '\n';
}

// A table of the plan: a file, or a sheet of the plan's workbook.
std::string table(const std::string& folder, const std::string& name) {
  const std::string workbook = content(folder + "/plan.xlsx");
  if (workbook.empty()) return content(folder + '/' + name);
  const auto text = station::table_text(workbook, name);
  if (!text) std::cerr << folder << ' ' << name << ": " << text.error().message() << '\n';
  return text ? *text : std::string();
}

bool work(const std::string& folder) {
  const auto directory = parse_organisations(table(folder, "organisations.csv"), {});
  if (!directory.value) return false;
  const auto plan = parse_plan(table(folder, "document.csv"), table(folder, "tasks.csv"), *directory.value, Zone::open);
  if (!plan.value) {
    for (const ImportProblem& p : plan.problems) std::cerr << folder << ": " << p.row << ' ' << p.message << '\n';
    return false;
  }
  const Plans facts = read_facts(folder);
  const WorkingTime calendar = facts.hours == "A" ? testing::calendar_a() : testing::calendar_b();
  std::ofstream out(folder + "/results.csv", std::ios::binary);
  for (const TaskRow& task : plan.value->tasks)
    for (const std::string& lead : task.lead) out << line_of(task, lead, plan.value->document, facts, calendar);
  return out.good();
}

}  // namespace
}  // namespace tram::tasks

int main(int argc, char** argv) {
  bool good = true;
  for (int i = 1; i < argc; ++i) good = tram::tasks::work(argv[i]) && good;
  return good ? 0 : 1;
}
