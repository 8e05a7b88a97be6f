// What each act writes. A function gets one target and gives the changesets, in the order in which they are signed.
#pragma once
#include "station/act/change_builder.h"

namespace tram::station::act_work {

using Changes = std::vector<ActChange>;

// At a site work is given to bodies below it alone (R18). Refusal: not_below.
void need_below(Station& station, const sync::Organisation& body);

// body_work.cpp: the body that has the assignment, and answers.
Changes receive(const ActContext& act);
Changes give_update(const ActContext& act);
Changes give_state(const ActContext& act);
Changes correct_update(const ActContext& act);
Changes give_notice(const ActContext& act);
Changes explain(const ActContext& act);
Changes answer_urging(const ActContext& act);
Changes answer_request(const ActContext& act);
Changes answer_finding(const ActContext& act);
Changes open_difference(const ActContext& act);
Changes offer_settlement(const ActContext& act);
Changes settle_difference(const ActContext& act);

// sub_task_work.cpp: the body that has the assignment, as the assigning side of its parts.
Changes break_down(const ActContext& act);

// following_work.cpp: follow-up and inspection.
Changes assess(const ActContext& act);
Changes urge(const ActContext& act);
Changes close_urging(const ActContext& act);
Changes request(const ActContext& act);
Changes close_request(const ActContext& act);
Changes note_contact(const ActContext& act);
Changes note_finding(const ActContext& act);
Changes clear_finding(const ActContext& act);
Changes plan_inspection(const ActContext& act);
Changes step_inspection(const ActContext& act);
Changes inspection_has_notice(const ActContext& act);
Changes note_courier(const ActContext& act);

// office_work.cpp: the assigning side.
Changes recall(const ActContext& act);
Changes recall_document(const ActContext& act);
Changes replace(const ActContext& act);
Changes rehome(const ActContext& act);
Changes answer_return(const ActContext& act);
Changes move_deadline(const ActContext& act);
Changes accept_completion(const ActContext& act);
Changes reopen(const ActContext& act);
Changes office_has_notice(const ActContext& act);
Changes answer_notice(const ActContext& act);
Changes judge_explanation(const ActContext& act);
Changes take_report(const ActContext& act);

}  // namespace tram::station::act_work
