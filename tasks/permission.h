// Who may do what (R37): role x action x relation, deny by default, decided at one point that form, API, import,
// command line and exchange pass (R51). This file owns the question and its answer; the rows stand in
// permission_matrix.h, and the store and the hub check again by the signed policy rows of the directory.
#pragma once
#include <cstdint>
#include <string_view>

#include "tasks/plan_import.h"
#include "tasks/record_types.h"

namespace tram::tasks {

// Numbered as in changeset headers (reliability design, 5.6).
enum class Role : std::uint8_t {
  none = 0,
  viewer = 1,
  operator_ = 2,
  approver = 3,
  follow_up = 4,
  inspector = 5,
  site_admin = 6,
  auditor = 7,
  hub_office = 8,
  hub_operator = 9,
  hub_security = 10,
};
using Roles = std::uint32_t;
constexpr Roles bit(Role role) {
  return 1U << static_cast<unsigned>(role);
}

enum class Action : std::uint8_t {
  read_record,
  read_station,  // what waits, who was heard, the directory of bodies
  exchange_now,
  // the office
  load_document,
  hand_over,
  recall,
  answer_return,
  move_deadline,
  record_event,
  settle_office_side,
  receive_report,
  set_calendar,
  set_policy,
  publish_rating,
  rehome_task,
  accept_completion,  // or not (O15)
  // the implementing body
  confirm,
  return_task,
  draft_update,
  draft_report,
  submit_report,
  approve,
  withdraw,
  send_notice,
  explain,
  break_into_subtasks,
  enter_from_paper,
  settle_own_side,
  resolve_conflict,
  redact,
  note_shared,  // a field that every body of the record may write
  propose,      // a write that waits for the side that has the authority
  attach_file,
  // following and inspecting
  assess,
  urge,
  request_information,
  note_contact,
  flag_finding,
  plan_inspection,
  // the installation
  carry_bundle,
  manage_accounts,
  manage_hub_accounts,
  run_installation,
  read_audit,
  manage_devices,
};
inline constexpr std::size_t kActions = static_cast<std::size_t>(Action::manage_devices) + 1;
std::string_view name_of(Action action);

// The person who asks, by the session and never by the request.
struct Actor {
  Roles roles = 0;
  bool clearance = false;      // on the account, for class 1-2
  bool fresh_login = false;    // not older than 5 minutes
  bool second_person = false;  // another person agreed to this very act
};
// The record that the act is about. `relations` are those of the actor's body to it (record_types.h).
struct Subject {
  std::uint16_t relations = 0;
  Secrecy confidentiality = Secrecy::normal;
  Zone zone = Zone::open;
  bool written_by_actor = false;  // the version that would be approved
};

enum class Verdict : std::uint8_t {
  allowed,
  no_such_right,    // no row of the matrix names role and action
  not_ones_own,     // the role may, but not for a record of this body
  wrong_zone,       // R54: a class that this installation does not hold
  needs_clearance,  // R8
  is_the_author,    // R27, R53
  needs_second_person,
  needs_fresh_login,
};
std::string_view name_of(Verdict verdict);

Verdict may(const Actor& actor, Action action, const Subject& subject);

}  // namespace tram::tasks
