// Acts on tasks that both programs offer: setting a field by its name, resolving a conflict. Each runs
// inside the caller's transaction and signs one changeset.
#pragma once
#include "station/decisions.h"
#include "station/task_view.h"

namespace tram::station {

// The value of a field from its text: numbers, dates (YYYY-MM-DD), deadlines and recurrences in the import file's
// forms, bodies by code, else text in NFC. Refusals: bad_value and the codes of tasks/.
sync::Value value_of_text(Station& station, const sync::FieldSpec& spec, std::string_view text);

// `task set REF FIELD VALUE`: a field of the task's assignment (of `org`, or our own) or of the task itself.
sync::Acknowledge set_field(Station& station, const Actor& actor, const TaskView& task,
                            std::optional<std::string_view> org, std::string_view field, std::string_view value);

struct Conflict {
  std::string id;  // record-field
  sync::FieldRow row;
};
std::vector<Conflict> conflicts(Station& station);
// keep: "mine", "theirs", or a value. The reason is asked for where tasks/lost_edit.h says so; it stays in the audit
// log and, on tasks and assignments, among their notes. Refusals: unknown_conflict, not_ours, ambiguous_keep,
// reason_missing.
sync::Acknowledge resolve_conflict(Station& station, const Actor& actor, std::string_view id, std::string_view keep,
                                   std::string_view reason = "");

// Every operation on one field, newest last; the record by its hex id, or a task's ref (then its assignment or itself).
std::vector<sync::VersionRow> explain(Station& station, std::string_view record, std::string_view field);

// Our own changesets that nobody receipted yet, as counts of what people would count (ui design 3).
struct HonestCounts {
  std::uint64_t to_approve = 0;
  std::uint64_t to_send = 0;
  std::uint64_t waiting_receipt = 0;
};
HonestCounts honest_counts(Station& station);

}  // namespace tram::station
