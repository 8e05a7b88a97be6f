// What people see of documents, tasks and assignments: read from the folded fields (confirmed, with our own
// unreceipted work on top), with the outcome class of R6 computed by tasks/ at the moment of asking. Reads alone.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "station/station.h"
#include "tasks/outcome.h"
#include "tasks/plan_import.h"

namespace tram::station {

struct Body {
  std::string code;
  std::string name;
};

// How far our own work on a record has come (ui design 3, "Honest state of sync").
enum class WorkState : std::uint8_t { none, to_approve, to_send, waiting_receipt, delivered };
std::string_view name(WorkState state);

struct AssignmentView {
  sync::RecordId id;
  sync::RecordId task;
  Body body;
  std::string state;  // loaded, handed_over, available, received, returned, started, done, ...
  tasks::Outcome outcome = tasks::Outcome::not_started_in_time;
  tasks::Due due;
  std::string deadline_written;
  std::int64_t progress = 0;
  std::string waiting_for;
  std::string agreed_next_step;
  WorkState work = WorkState::none;
  std::size_t values = 1;  // the most values that one of its fields has at once
};

struct OccurrenceView {
  tasks::Occurrence when;
  bool met = false;
};

struct TaskView {
  sync::RecordId id;
  sync::RecordId document_id;
  std::string ref;
  std::string document;  // number and symbol, "406-KH/TU"
  std::string document_number;
  std::string title;
  std::string state;
  std::string priority;
  std::string recurrence;
  std::string condition;
  std::string follow_up;
  std::vector<Body> lead;
  std::vector<Body> coordinating;
  std::vector<AssignmentView> assignments;
  std::vector<OccurrenceView> occurrences;
};

struct TaskFilter {
  std::optional<std::string> organisation;  // an assignment of this body
  std::optional<tasks::Outcome> outcome;
  std::optional<std::string> document;  // number, number-symbol or id
  std::optional<std::string> words;     // in ref or title, case-folded
};

// In the order of their documents and refs (natural order: II.2 before II.10).
std::vector<TaskView> task_views(Station& station, const TaskFilter& filter = {});

// One task by its ref, or DOCUMENT:REF where several documents hold it. Refusals: unknown_ref, ambiguous_ref.
TaskView task_named(Station& station, std::string_view ref);
// The assignment of a body in a task; without a code the station's own, or the only one. Refusal: unknown_body.
const AssignmentView& assignment_of(Station& station, const TaskView& task, std::optional<std::string_view> code);

// The fields of one record by their numbers.
class Fields {
 public:
  Fields(Station& station, const sync::RecordId& record);
  std::string text(std::uint16_t field) const;
  std::int64_t integer(std::uint16_t field) const;
  std::optional<ByteArray<16>> id(std::uint16_t field) const;
  std::optional<std::int32_t> date(std::uint16_t field) const;
  std::uint16_t event(std::uint16_t field) const;
  const std::map<std::uint16_t, sync::FieldRow>& rows() const { return rows_; }

 private:
  std::map<std::uint16_t, sync::FieldRow> rows_;
};

// The elements of a set field that are ids.
std::vector<ByteArray<16>> set_members(Station& station, const sync::RecordId& record, std::uint16_t field);

// The working time in force: the newest calendars of the directory. Refusal: no_calendar.
tasks::WorkingTime working_time(Station& station);
Body body_of(Station& station, const sync::OrganisationId& id);

}  // namespace tram::station
