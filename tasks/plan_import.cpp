#include "tasks/plan_import.h"

#include <algorithm>
#include <array>

#include "tasks/csv.h"
#include "tasks/plan_document.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, 3> kPriorities = {"key", "normal", "urgent"};
constexpr std::array<std::string_view, 5> kScopes = {"nationwide", "sector", "region", "province", "local"};
constexpr std::size_t kMaxRefBytes = 128;
constexpr std::size_t kMaxConditionBytes = 1024;
constexpr std::size_t kMaxCompanions = 32;  // tasks in a row that wait for the next one's date

constexpr std::array kColumns = {
    ColumnRule{"ref"},
    ColumnRule{"title"},
    ColumnRule{"lead"},
    ColumnRule{"coordinating"},
    ColumnRule{"start", Presence::optional},
    ColumnRule{"deadline", Presence::required, Formula::span_allowed},
    ColumnRule{"recurrence"},
    ColumnRule{"condition"},
    ColumnRule{"priority"},
    ColumnRule{"scope"},
};

template <class E, std::size_t N>
std::optional<E> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

// Reads one task file; every problem is added, so that one run names them all.
class TaskReader {
 public:
  TaskReader(const Directory& directory, Zone zone, Problems& problems, std::vector<ImportProblem>& warnings)
      : directory_(directory), zone_(zone), problems_(problems), warnings_(warnings) {}

  TaskRow read(const CsvRow& row) {
    row_ = row.row;
    TaskRow task;
    task.row = row.row;
    task.ref = ref(row);
    task.title = title(row);
    task.lead = bodies(row, "lead");
    task.coordinating = bodies(row, "coordinating");
    if (words_of(row.at("lead")).empty()) problem(errc::missing_value, "lead", "A task needs a lead body.");
    task.start = start(row);
    if (auto deadline = parse_deadline(row.at("deadline")))
      task.deadline = *std::move(deadline);
    else
      problem(errc::bad_deadline, "deadline",
              "A deadline is empty, 2025-06-30, 2025-06-30T10:00, 2025-06, 2025-Q2, 2025, one of these after "
              "\"before:\", or +30d after EVENT.");
    if (const std::string text = value(row, "recurrence"); !text.empty()) {
      if (auto recurrence = parse_recurrence(text))
        task.recurrence = *std::move(recurrence);
      else
        problem(errc::bad_recurrence, "recurrence",
                "A recurrence is weekly:wed:10:00, monthly, monthly:25, quarterly, half-yearly or yearly, with or "
                "without \"from DATE to DATE\".");
    }
    task.condition = condition(row);
    if (const auto priority = priority_named(value(row, "priority")))
      task.priority = *priority;
    else
      problem(errc::bad_priority, "priority", "The priority is key, normal or urgent.");
    if (const auto scope = scope_named(value(row, "scope")))
      task.scope = *scope;
    else
      problem(errc::bad_scope, "scope", "The scope is nationwide, sector, region, province or local.");
    warn_about(task);
    return task;
  }

 private:
  static std::string value(const CsvRow& row, std::string_view column) { return to_nfc(trimmed(row.at(column))); }
  void problem(errc code, std::string_view column, std::string message) {
    problems_.add(code, row_, column, std::move(message));
  }
  void warning(errc code, std::string_view column, std::string message) {
    if (warnings_.size() < kMaxImportProblems)
      warnings_.push_back({code, row_, std::string(column), std::move(message)});
  }

  std::string ref(const CsvRow& row) {
    std::string ref = to_nfc(row.at("ref"));  // compared exactly after NFC, so nothing is trimmed
    if (trimmed(ref).empty())
      problem(errc::missing_value, "ref", "A task needs a ref.");
    else if (ref.size() > kMaxRefBytes || has_control_character(ref) || trimmed(ref) != ref)
      problem(errc::bad_ref, "ref", "A ref is one line of at most 128 bytes, without spaces around it.");
    else if (const auto [first, fresh] = refs_.emplace(ref, row_); !fresh)
      problem(errc::duplicate_ref, "ref",
              "The ref " + ref + " stands in row " + std::to_string(first->second) + " already.");
    return ref;
  }

  std::string title(const CsvRow& row) {
    std::string title = value(row, "title");
    if (zone_ == Zone::closed && !title.empty())
      problem(errc::no_place_in_zone, "title", "The closed zone has no place for the content of a task.");
    if (zone_ != Zone::closed && title.empty()) problem(errc::missing_value, "title", "A task needs a title.");
    return title;
  }

  std::vector<std::string> bodies(const CsvRow& row, std::string_view column) {
    std::vector<std::string> ids;
    for (const std::string_view word : words_of(row.at(column))) {
      std::string id = to_nfc(word);
      if (!directory_.contains(id))
        problem(errc::unknown_body, column, "The directory has no body with the id " + id.substr(0, kMaxIdBytes) + ".");
      else if (std::find(ids.begin(), ids.end(), id) != ids.end())
        problem(errc::duplicate_body, column, "The body " + id + " is named twice.");
      else
        ids.push_back(std::move(id));
    }
    return ids;
  }

  std::optional<DateOrHour> start(const CsvRow& row) {
    const std::string text = value(row, "start");
    if (text.empty()) return std::nullopt;
    const auto start = parse_date_or_hour(text);
    if (start) return *start;
    problem(errc::bad_date, "start", "A start is empty, 2025-04-16 or 2025-04-16T10:00.");
    return std::nullopt;
  }

  std::string condition(const CsvRow& row) {
    std::string text = value(row, "condition");
    // The text is an event's name, so it is one line.
    if (text.size() > kMaxConditionBytes || has_control_character(text))
      problem(errc::cell_too_large, "condition", "A condition is one line of at most 1,024 bytes.");
    return text;
  }

  void warn_about(const TaskRow& task) {
    if (!task.condition.empty() && !std::holds_alternative<NoDeadline>(task.deadline.meaning))
      warning(errc::planned_deadline, "deadline",
              "The task waits for its condition; the deadline is shown as planned.");
    if (const auto* span = std::get_if<AfterEvent>(&task.deadline.meaning))
      warning(errc::open_event, "deadline", "The deadline stays open until this event is recorded: " + span->event);
    for (const std::string& id : task.coordinating)
      if (std::find(task.lead.begin(), task.lead.end(), id) != task.lead.end())
        warning(errc::lead_coordinates_too, "coordinating", "The body " + id + " leads this task already.");
    if (task.start && starts_after(*task.start, task.deadline))
      warning(errc::start_after_deadline, "start", "The start lies after the deadline.");
  }

  static bool starts_after(const DateOrHour& start, const Deadline& deadline) {
    if (const auto* until = std::get_if<UntilDate>(&deadline.meaning))
      return until->precision == Precision::day && start.date > until->first_day;
    if (const auto* until = std::get_if<UntilHour>(&deadline.meaning)) return start.date > until->at.date;
    return false;
  }

  const Directory& directory_;
  Zone zone_;
  Problems& problems_;
  std::vector<ImportProblem>& warnings_;
  std::map<std::string, std::size_t> refs_;
  std::size_t row_ = 0;
};

// `with:REF` needs a task of the same file, and no ring of tasks that wait for each other.
void check_companions(const std::vector<TaskRow>& tasks, Problems& problems) {
  std::map<std::string_view, const WithTask*> companion;
  for (const TaskRow& task : tasks) companion[task.ref] = std::get_if<WithTask>(&task.deadline.meaning);
  for (const TaskRow& task : tasks) {
    const WithTask* with = companion[task.ref];
    if (with == nullptr) continue;
    if (!companion.contains(with->ref)) {
      problems.add(errc::unknown_ref, task.row, "deadline", "The file has no task with the ref " + with->ref + ".");
      continue;
    }
    std::size_t steps = 0;
    while (with != nullptr && steps <= kMaxCompanions) {
      const auto next = companion.find(with->ref);
      with = next == companion.end() ? nullptr : next->second;
      ++steps;
    }
    if (steps > kMaxCompanions)
      problems.add(errc::cycle, task.row, "deadline", "Tasks wait for each other's date, or more than 32 in a row do.");
    if (problems.full()) return;
  }
}

}  // namespace

std::string_view name_of(Priority priority) {
  return kPriorities[static_cast<std::size_t>(priority)];
}
std::optional<Priority> priority_named(std::string_view name) {
  return named<Priority>(kPriorities, name);
}
std::string_view name_of(Scope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}
std::optional<Scope> scope_named(std::string_view name) {
  return named<Scope>(kScopes, name);
}

std::size_t Plan::assignments() const {
  std::size_t count = 0;
  for (const TaskRow& task : tasks) count += task.lead.size();
  return count;
}

Imported<Plan> parse_plan(std::string_view document_csv, std::string_view tasks_csv, const Directory& directory,
                          Zone zone) {
  Problems problems;
  auto document = parse_plan_document(document_csv, directory, zone, problems);
  // Without a document of a class that belongs here, the task file is not looked at (R9).
  if (!document) return {std::nullopt, problems.take(), {}};
  const auto table = read_csv(tasks_csv, kColumns, problems);
  if (!table) return {std::nullopt, problems.take(), {}};

  Plan plan{*std::move(document), {}};
  std::vector<ImportProblem> warnings;
  TaskReader reader(directory, zone, problems, warnings);
  for (const CsvRow& row : *table) plan.tasks.push_back(reader.read(row));
  if (plan.tasks.empty()) problems.add(errc::missing_value, 0, "ref", "The task file has no task.");
  if (problems.empty()) check_companions(plan.tasks, problems);
  if (!problems.empty()) return {std::nullopt, problems.take(), std::move(warnings)};
  return {std::move(plan), {}, std::move(warnings)};
}

}  // namespace tram::tasks
