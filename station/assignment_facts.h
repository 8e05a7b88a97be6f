// The facts of one assignment as the rules take them (tasks/obligation.h): its moments, updates, reports and notices,
// read from the signed acts of the store. It decides nothing: what is due, met or late is said by tasks/.
#pragma once
#include "station/record_fields.h"
#include "station/regulation.h"
#include "tasks/clocks.h"

namespace tram::station {

// Submitted reports by the body that made them and the ref they answer (R24, R67); read once for a list of tasks.
using ReportAnswers = std::map<std::pair<sync::OrganisationId, std::string>, std::vector<tasks::ReportFact>>;
ReportAnswers read_report_answers(Station& station, const tasks::Policy& policy);

// What an assignment has from its task and document.
struct TaskFacts {
  std::string ref;
  tasks::LocalDate issued_on{};
  bool has_document = true;    // a sub-task has none: it counts from its own hand-over (R18)
  bool of_the_centre = false;  // came down from a higher hub (R71)
  std::optional<tasks::DateOrHour> start;
  std::optional<tasks::LocalDate> event_on;
  std::optional<tasks::Recurrence> recurrence;
  std::optional<tasks::Cadence> cadence;
  std::string condition;
};
TaskFacts task_facts(const Fields& task, const Fields& document);

// The four times of an assignment's confirmation (R41): handed over and received at the hub, available and acted at the
// site. Each is recorded once; what did not happen yet, or is not known here, is missing.
tasks::FourTimes confirmation_times(Station& station, const sync::RecordId& assignment);

// All but the companion of a `with:REF` deadline, which is another task's.
tasks::AssignmentFacts assignment_facts(Station& station, const sync::RecordId& assignment, const Fields& fields,
                                        const TaskFacts& task, const ReportAnswers& reports,
                                        const tasks::Policy& policy);

}  // namespace tram::station
