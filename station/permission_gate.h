// The one point that every act passes (R37, R51; reliability design, 5.6): page and API, command line and import ask
// here, with the person of the session or of the command line, and get a permit or a refusal. Nobody else can make a
// permit, and Station::save, drafts, accounts and the directory take nothing without one. The rules are those of
// tasks/permission_matrix.h; this file finds out what they ask about: the relation of this station's body to the
// record, its class, its author. What comes by exchange is judged by the signed policy of the directory, which
// schema.cpp makes of the same relations.
#pragma once
#include <optional>
#include <span>

#include "station/people.h"
#include "tasks/permission.h"

namespace tram::station {

// What the act is about.
struct ActAbout {
  std::optional<sync::RecordId> record{};  // none: the station itself
  std::uint16_t relations = 0;             // beside those found: a record that the act makes is its body's own
  std::optional<sync::PersonId> author{};  // of the version that would be approved
  const Actor* second = nullptr;           // the other person of an act that needs two
  bool second_later = false;               // the other person acts in a step of its own
};

class Permit {
 public:
  const Actor& actor() const { return actor_; }
  tasks::Action action() const { return action_; }
  sync::Role role() const { return role_; }  // the role that a changeset of this act names

 private:
  friend Permit permit(Station&, const Actor&, tasks::Action, const ActAbout&);
  Permit(Actor actor, tasks::Action action, sync::Role role) : actor_(std::move(actor)), action_(action), role_(role) {}
  Actor actor_;
  tasks::Action action_;
  sync::Role role_;
};

// Refusals: role_missing, not_ours, wrong_zone, needs_clearance, same_person, second_person, login_not_fresh.
Permit permit(Station& station, const Actor& actor, tasks::Action action, const ActAbout& about = {});

// The same question before the record is known: has the person a role that the matrix names for one of these actions?
// Refusal: role_missing.
void need_right(const Actor& actor, std::span<const tasks::Action> actions);

// R8: in a closed zone nobody reads records without a clearance. Refusal: needs_clearance.
void need_clearance(const Station& station, const Actor& actor);

// The relations of this station's body to a record, as bits of tasks/record_types.h; `own` and, at the hub, `hub` for
// the station itself.
std::uint16_t relations_to(Station& station, const std::optional<sync::RecordId>& record);
// The code of a refusal; empty for what is allowed.
std::string_view refusal_code(tasks::Verdict verdict);

}  // namespace tram::station
