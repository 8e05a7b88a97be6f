// What waits for a person's decision (sync design 1 and 4): open proposals, quarantined work, and homes that cannot be
// relied on. Acts run inside the caller's transaction and sign one changeset each.
#pragma once
#include <boost/json.hpp>

#include "station/task_view.h"

namespace tram::station {

// Proposals that nobody answered yet, here or anywhere.
std::vector<sync::VersionRow> open_proposals(Station& station);
// Accepting writes the proposal's value in the same changeset; an all-or-nothing proposal is answered whole, by any of
// its ids. Refusals: unknown_proposal, not_acceptable (a creation), role_missing.
sync::Acknowledge answer_proposal(Station& station, const Actor& actor, std::string_view id,
                                  sync::ProposalAnswer answer, std::string_view text);

// Adopts a quarantined changeset, named by its hash or by any of its versions. Refusals: unknown_changeset,
// not_quarantined, not_adoptable (nobody can read it), role_missing.
sync::Acknowledge adopt_changeset(Station& station, const Actor& actor, std::string_view id);
// A disputed home is listed no more: somebody answers for all that it has come to here. Refusals:
// not_disputed, role_missing.
boost::json::object settle_dispute(Station& station, const Actor& actor, std::string_view home);
// Takes the content of a changeset out everywhere. Refusals: unknown_changeset, not_receipted, already_redacted,
// ground_missing, role_missing.
sync::Acknowledge redact_changeset(Station& station, const Actor& actor, std::string_view changeset,
                                   std::string_view ground);

boost::json::object proposals_json(Station& station);
// {"items": quarantined operations, "homes": disputed and poisoned ones, "damaged": changesets that came damaged,
// "newer": of a newer program, not read yet, "lost": own ones damaged before the hub had them,
// "review": receipted work of compromised devices (hub)}
boost::json::object quarantine_json(Station& station);
// Alerts that stand as long as their cause: homes that are disputed or could not be applied.
boost::json::array standing_alerts(Station& station);

}  // namespace tram::station
