#include "tasks/permission.h"

#include "tasks/permission_matrix.h"

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, kActions> kNames = {
    "read_record",
    "read_station",
    "exchange_now",
    "load_document",
    "hand_over",
    "recall",
    "answer_return",
    "move_deadline",
    "record_event",
    "settle_office_side",
    "receive_report",
    "set_calendar",
    "set_policy",
    "publish_rating",
    "rehome_task",
    "accept_completion",
    "confirm",
    "return_task",
    "draft_update",
    "draft_report",
    "submit_report",
    "approve",
    "withdraw",
    "send_notice",
    "explain",
    "break_into_subtasks",
    "enter_from_paper",
    "settle_own_side",
    "resolve_conflict",
    "redact",
    "note_shared",
    "propose",
    "attach_file",
    "assess",
    "urge",
    "request_information",
    "note_contact",
    "flag_finding",
    "plan_inspection",
    "carry_bundle",
    "manage_accounts",
    "manage_hub_accounts",
    "run_installation",
    "read_audit",
    "manage_devices",
};
constexpr std::array<std::string_view, 8> kVerdicts = {
    "allowed",         "no_such_right", "not_ones_own",        "wrong_zone",
    "needs_clearance", "is_the_author", "needs_second_person", "needs_fresh_login",
};

}  // namespace

std::string_view name_of(Action action) {
  return kNames[static_cast<std::size_t>(action)];
}
std::string_view name_of(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

// R37, R51: one point that every entrance passes; what no row grants is denied.
Verdict may(const Actor& actor, Action action, const Subject& subject) {
  if ((subject.confidentiality != Secrecy::normal) != (subject.zone == Zone::closed)) return Verdict::wrong_zone;
  if (subject.confidentiality != Secrecy::normal && !actor.clearance) return Verdict::needs_clearance;
  bool has_role = false;
  for (const PermissionRow& row : kPermissions) {
    if (row.action != action || (row.roles & actor.roles) == 0) continue;
    has_role = true;
    if ((row.relations & subject.relations) == 0) continue;
    if (action == Action::approve && subject.written_by_actor) return Verdict::is_the_author;
    if (row.second_person && !actor.second_person) return Verdict::needs_second_person;
    if (row.fresh_login && !actor.fresh_login) return Verdict::needs_fresh_login;
    return Verdict::allowed;
  }
  return has_role ? Verdict::not_ones_own : Verdict::no_such_right;
}

}  // namespace tram::tasks
