// The rows of the permission matrix (reliability design, 5.6; domain, article 3.4 and R37). A row grants; what no row
// grants is denied.
#pragma once
#include <array>

#include "tasks/permission.h"

namespace tram::tasks {

struct PermissionRow {
  Action action;
  Roles roles;
  std::uint16_t relations;  // one of them must hold
  bool second_person = false;
  bool fresh_login = false;
};

namespace permission_table {
using enum Action;
using writer::all, writer::asg, writer::fol, writer::hub, writer::imp, writer::ins, writer::own;
inline constexpr Roles kViewer = bit(Role::viewer), kOperator = bit(Role::operator_), kApprover = bit(Role::approver),
                       kFollowUp = bit(Role::follow_up), kInspector = bit(Role::inspector),
                       kSiteAdmin = bit(Role::site_admin), kAuditor = bit(Role::auditor),
                       kOffice = bit(Role::hub_office), kHubOperator = bit(Role::hub_operator),
                       kSecurity = bit(Role::hub_security);
inline constexpr Roles kEverybody = kViewer | kOperator | kApprover | kFollowUp | kInspector | kSiteAdmin | kAuditor |
                                    kOffice | kHubOperator | kSecurity;
inline constexpr bool kSecond = true, kFresh = true;

inline constexpr std::array kRows = {
    // Everybody of a body reads what is its own; follow-up what it follows, inspection its branch, the office all.
    PermissionRow{read_record, kViewer | kOperator | kApprover | kSiteAdmin, asg | imp | own | all},
    PermissionRow{read_record, kFollowUp, fol},
    PermissionRow{read_record, kInspector, ins},
    PermissionRow{read_record, kOffice, hub},
    PermissionRow{read_station, kEverybody, own | hub},
    PermissionRow{exchange_now, kEverybody, own | hub},

    PermissionRow{load_document, kOffice, hub},
    PermissionRow{hand_over, kOffice, hub},
    PermissionRow{recall, kOffice, hub},
    PermissionRow{answer_return, kOffice, hub | asg},
    PermissionRow{move_deadline, kOffice, hub | asg},
    PermissionRow{record_event, kOffice, hub},
    PermissionRow{settle_office_side, kOffice, hub},
    PermissionRow{receive_report, kOffice, hub},
    PermissionRow{set_calendar, kOffice, hub},
    PermissionRow{set_policy, kOffice, hub, kSecond},  // R72
    PermissionRow{publish_rating, kOffice, hub},
    PermissionRow{rehome_task, kOffice, hub | asg},
    PermissionRow{accept_completion, kOffice, hub | asg},

    PermissionRow{confirm, kOperator | kApprover, imp},
    PermissionRow{return_task, kOperator | kApprover, imp},
    PermissionRow{draft_update, kOperator, imp},
    PermissionRow{draft_report, kOperator, imp | own},
    PermissionRow{submit_report, kOperator | kApprover, imp | own},
    PermissionRow{approve, kApprover, imp | own},
    PermissionRow{approve, kOffice, hub},  // the hub's own drafts
    PermissionRow{withdraw, kOperator, imp | own},
    PermissionRow{send_notice, kOperator, imp},
    PermissionRow{explain, kOperator, imp | own | all},  // R34: on a rating of its own, too
    PermissionRow{break_into_subtasks, kOperator | kApprover, imp},
    // R18: a body follows its sub-tasks in the same way; at a site it is the assigning side of nothing else.
    PermissionRow{recall, kApprover, asg},
    PermissionRow{answer_return, kApprover, asg},
    PermissionRow{move_deadline, kApprover, asg},
    PermissionRow{accept_completion, kApprover, asg},
    PermissionRow{enter_from_paper, kOperator, imp | own, kSecond},  // R61
    PermissionRow{settle_own_side, kOperator | kApprover, imp | own},
    PermissionRow{resolve_conflict, kApprover, imp | own},
    PermissionRow{resolve_conflict, kOffice, hub | asg},
    PermissionRow{redact, kApprover, own},  // what its own body wrote
    PermissionRow{redact, kOffice, hub},
    PermissionRow{note_shared, kOperator | kApprover, imp | own | all},
    PermissionRow{note_shared, kFollowUp, fol},
    PermissionRow{note_shared, kOffice, hub | asg},
    PermissionRow{propose, kOperator | kApprover, imp | own | all},
    PermissionRow{propose, kFollowUp, fol},
    PermissionRow{propose, kOffice, hub | asg},
    PermissionRow{attach_file, kOperator | kApprover, imp | own | all},
    PermissionRow{attach_file, kFollowUp, fol},
    PermissionRow{attach_file, kOffice, hub | asg},

    PermissionRow{assess, kFollowUp, fol},
    PermissionRow{urge, kFollowUp, fol},
    PermissionRow{urge, kOffice, hub},
    PermissionRow{request_information, kFollowUp, fol},
    PermissionRow{request_information, kOffice, hub | asg},
    PermissionRow{note_contact, kFollowUp, fol},
    PermissionRow{flag_finding, kInspector, ins},
    PermissionRow{plan_inspection, kInspector, ins | own},

    PermissionRow{carry_bundle, kApprover | kSiteAdmin, own, false, kFresh},
    PermissionRow{carry_bundle, kHubOperator, hub, false, kFresh},
    PermissionRow{manage_accounts, kSiteAdmin, own, false, kFresh},
    PermissionRow{manage_hub_accounts, kSecurity, hub, kSecond, kFresh},
    PermissionRow{run_installation, kSiteAdmin, own, false, kFresh},
    PermissionRow{run_installation, kHubOperator, hub, false, kFresh},
    PermissionRow{read_audit, kAuditor, own},
    PermissionRow{read_audit, kSecurity, hub},
    PermissionRow{manage_devices, kSecurity, hub, kSecond, kFresh},
};
}  // namespace permission_table

inline constexpr auto& kPermissions = permission_table::kRows;

}  // namespace tram::tasks
