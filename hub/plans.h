// Loading, correcting and handing over documents with their tasks (R4, R7, R49; decisions 1-6).
#pragma once
#include "hub/directory_office.h"
#include "tasks/time.h"

namespace tram::hub {

// A correction after hand-over names the document it rests on (R49).
struct ByDocument {
  std::string number;
  tasks::LocalDate on;
};
struct PlanFiles {
  std::string document_csv;
  std::string tasks_csv;
};
struct PlanImport {
  std::string document;  // id
  std::size_t tasks = 0, assignments = 0;
  std::size_t changes = 0;  // changesets signed; 0 = the same file again
  std::vector<tasks::ImportProblem> warnings;
};
// All or nothing. Refusals: those of the file, with row and column; needs_document.
PlanImport import_plan(Station& station, const Actor& actor, const PlanFiles& files, std::optional<ByDocument> by,
                       bool dry_run);

struct HandOver {
  std::string unsigned_reason;
  std::optional<Actor> second;
};
// Starts the statutory clocks of every assignment that has none yet; returns how many. Refusals: unknown_document,
// ambiguous_document, unsigned_document.
std::size_t hand_over(Station& station, const Actor& actor, std::string_view document, const HandOver& how);

struct EventRecorded {
  std::string event;
  std::size_t tasks = 0;
};
// The named event happened: deadlines that count from it are set, tasks that wait for it are freed (R4, R48).
// Refusals: unknown_event, ambiguous_event, on_request.
EventRecorded record_event(Station& station, const Actor& actor, std::string_view name, tasks::LocalDate on,
                           std::optional<std::string> document);

}  // namespace tram::hub
