// What a site does with its assignments: confirm, return, update (R12-R17), with the two persons of R27 and R51. An
// update or return is a draft until a second person approves exactly that version; then it becomes one changeset.
#pragma once
#include <boost/json.hpp>

#include "station/acts.h"
#include "station/store/drafts.h"
#include "station/task_view.h"

namespace tram::node {

using station::Actor;
using station::DraftId;
using station::Station;

struct ActDone {
  std::string id;                       // of the assignment or the draft
  std::optional<sync::Hash> changeset;  // none while it waits for approval
  std::string state;                    // "to_send" or "to_approve"
};
boost::json::object json_of(const ActDone& done);

// Keeps what a person wrote until a second one decides (station/act/act.h), in a transaction of its own.
ActDone add_draft(Station& station, const station::Permit& may, std::string_view kind, const sync::RecordId& home,
                  const boost::json::object& content);

// Confirms receipt (R12). Refusals: not_ours, already_received, role_missing.
ActDone receive(Station& station, const Actor& actor, const sync::RecordId& assignment);
// Drafts a return with its reason (R13).
ActDone draft_return(Station& station, const Actor& actor, const sync::RecordId& assignment, std::string_view reason);

struct UpdateEntry {
  std::int64_t progress = 0;  // 0..100
  std::string state;          // "started" or "done"
  std::string note;
  std::string completed_on;  // YYYY-MM-DD, with an hour if the deadline has one; empty with "done" = today
};
// Refusals: not_ours, bad_value, role_missing.
ActDone draft_update(Station& station, const Actor& actor, const sync::RecordId& assignment, const UpdateEntry& entry);

// Seals the version as it stands and signs it. Refusals: unknown_draft, same_person, wrong_state, role_missing.
ActDone approve(Station& station, const Actor& actor, const DraftId& draft);
// The author takes a version back before it is approved (R52). Refusals: unknown_draft, not_the_author,
// decided_already.
ActDone withdraw_draft(Station& station, const Actor& actor, const DraftId& draft);
// Back to the author with a reason, kept for good (R52).
ActDone give_back(Station& station, const Actor& actor, const DraftId& draft, std::string_view reason);

// The items of docs/api.md: GET /approvals, GET /outbox, GET /status. `mine` needs the person who looks.
boost::json::object approvals_json(Station& station, const std::optional<sync::PersonId>& viewer);
boost::json::object outbox_json(Station& station);
boost::json::object status_json(Station& station);

}  // namespace tram::node
