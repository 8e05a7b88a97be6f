#include "tasks/offline.h"

#include <array>

namespace tram::tasks {

std::string_view name_of(Needs needs) {
  constexpr std::array<std::string_view, 3> kNames = {"nothing", "receipt", "hub"};
  return kNames[static_cast<std::size_t>(needs)];
}

// R40: everything goes on at a site with no network, except what needs the other side.
Needs needs_other_side(Action action) {
  switch (action) {
    // The hub's own acts reach a site with its next exchange or bundle.
    case Action::load_document:
    case Action::hand_over:
    case Action::recall:
    case Action::answer_return:
    case Action::move_deadline:
    case Action::record_event:
    case Action::settle_office_side:
    case Action::receive_report:
    case Action::set_calendar:
    case Action::set_policy:
    case Action::publish_rating:
    case Action::rehome_task:
    case Action::accept_completion:
    case Action::exchange_now:
    case Action::manage_hub_accounts:
    case Action::manage_devices:
      return Needs::hub;
    // Kept by the site itself.
    case Action::read_record:
    case Action::read_station:
    case Action::draft_update:
    case Action::draft_report:
    case Action::withdraw:
    case Action::carry_bundle:
    case Action::manage_accounts:
    case Action::run_installation:
    case Action::read_audit:
      return Needs::nothing;
    case Action::submit_report:
    case Action::redact:
    case Action::note_shared:
    case Action::propose:
    case Action::attach_file:
    case Action::confirm:
    case Action::return_task:
    case Action::approve:
    case Action::send_notice:
    case Action::explain:
    case Action::break_into_subtasks:
    case Action::enter_from_paper:
    case Action::settle_own_side:
    case Action::resolve_conflict:
    case Action::assess:
    case Action::urge:
    case Action::request_information:
    case Action::note_contact:
    case Action::flag_finding:
    case Action::plan_inspection:
      return Needs::receipt;
  }
  return Needs::hub;
}

// R40: what needs the other side says so, and says what is waiting.
std::string_view says_waiting(Action action, const WaitingWork& work) {
  const Needs needs = needs_other_side(action);
  if (needs == Needs::nothing) return "";
  if (needs == Needs::hub) return "waits_for_hub";
  if (work.to_approve > 0) return "to_approve";
  if (work.to_send > 0) return "to_send";
  return work.waiting_for_receipt > 0 ? "waiting_receipt" : "";
}

}  // namespace tram::tasks
