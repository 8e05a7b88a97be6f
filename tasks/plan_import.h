// A plan as an office brings it: a document file and a task file (domain, "The import file of a plan"), read all or
// nothing, with every bad cell named. This file owns what the cells mean; comparing with what is already loaded, and
// what a correction after hand-over needs (decisions 4), are left to others. Workbooks are read elsewhere.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/deadline.h"
#include "tasks/organisation.h"
#include "tasks/recurrence.h"

namespace tram::tasks {

enum class Zone : std::uint8_t { open, closed, practice };
enum class Secrecy : std::uint8_t { normal = 0, confidential = 1, top_secret = 2 };  // R2; class 3 never gets this far

enum class Priority : std::uint8_t { key, normal, urgent };
enum class Scope : std::uint8_t { nationwide, sector, region, province, local };
std::string_view name_of(Priority priority);
std::optional<Priority> priority_named(std::string_view name);
std::string_view name_of(Scope scope);
std::optional<Scope> scope_named(std::string_view name);

struct PlanDocument {
  std::string name, number, symbol, kind;
  LocalDate issued_on{};
  std::string issued_by, assigning_body, follow_up_body;  // ids of the directory
  Secrecy confidentiality = Secrecy::normal;
  std::string summary;
};

struct TaskRow {
  std::size_t row = 0;  // in the task file
  std::string ref;      // NFC, unique
  std::string title;
  std::vector<std::string> lead;          // one assignment each
  std::vector<std::string> coordinating;  // no assignment (R5)
  std::optional<DateOrHour> start{};
  Deadline deadline;
  std::optional<Recurrence> recurrence{};
  std::string condition;  // the assignment waits for it (R48); empty = none
  Priority priority = Priority::normal;
  Scope scope = Scope::local;
};

// A condition that no two assignments share: each gets its own date (decisions 6).
inline constexpr std::string_view kOnRequest = "on request";

struct Plan {
  PlanDocument document;
  std::vector<TaskRow> tasks;  // in the order of the file
  std::size_t assignments() const;
};

// Reads both files. A document of a class that this zone does not hold is refused before anything else is looked at,
// with one problem that names nothing of it (R9, O18).
Imported<Plan> parse_plan(std::string_view document_csv, std::string_view tasks_csv, const Directory& directory,
                          Zone zone);

}  // namespace tram::tasks
