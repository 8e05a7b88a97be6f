#include <array>

#include "station/act/act_work.h"
#include "tasks/cause.h"
#include "tasks/following.h"

namespace tram::station {
namespace {

using tasks::Action;
using tasks::RecordType;
using enum EntryKind;

constexpr EntryField kReason{"reason", "why", text, true};
constexpr EntryField kByDocument{"by_document", "number of the document that says so", text, true};
constexpr EntryField kOn{"on", "its date", date, true};

constexpr std::array kRecall = {kReason, kByDocument, kOn};
constexpr std::array kReplace = {kReason, kByDocument, kOn,
                                 EntryField{"to", "the body that gets the task", body, true}};
constexpr std::array kRehome = {
    EntryField{"to", "the body that goes on with it, where not exactly one stands in", body}};
constexpr std::array kRecallDocument = {kReason, kByDocument, kOn,
                                        EntryField{"replaced_by", "number of the document that replaces it"}};
constexpr std::array kAnswerReturn = {
    EntryField{"decision", "adjusted, upheld or handed_on", word, true, "adjusted upheld handed_on"},
    EntryField{"text", "the answer", text, true}, EntryField{"to", "handed_on: the other body", body}};
constexpr std::array kDeadline = {EntryField{"deadline", "in a form of the import file", text, true}, kByDocument, kOn};
constexpr std::array kReopen = {EntryField{"text", "why the completion is not accepted", text, true}};

constexpr std::array kUpdate = {EntryField{"progress", "0 to 100", number, true},
                                EntryField{"state", "started or done", word, true, "started done"},
                                EntryField{"note", "what was done", text, true},
                                EntryField{"completed_on", "the day the work was finished"},
                                EntryField{"result", "result and products"},
                                EntryField{"difficulty", "what is difficult"},
                                EntryField{"cause", "its coded cause", word, false, tasks::kCauses},
                                EntryField{"next_step", "what comes next"}};
constexpr std::array kState = {EntryField{"state", "started or done", word, true, "started done"},
                               EntryField{"completed_on", "the day the work was finished", text}};
constexpr std::array kPaper = {
    EntryField{"progress", "0 to 100", number, true},
    EntryField{"state", "started or done", word, true, "started done"},
    EntryField{"note", "what stands on the paper", text, true},
    EntryField{"paper_reason", "technical_fault or special_demand", word, true, "technical_fault special_demand"},
    EntryField{"paper_moment", "the true time of the paper", moment, true},
    EntryField{"completed_on", "the day the work was finished"}};
constexpr std::array kNotice = {EntryField{"cause", "its coded cause", word, true, tasks::kCauses},
                                EntryField{"text", "what is difficult", text, true}};
constexpr std::array kExplain = {EntryField{"cause", "its coded cause", word, true, tasks::kCauses},
                                 EntryField{"text", "the explanation", text, true},
                                 EntryField{"remedy", "what is done about it"}};
constexpr std::array kBreak = {EntryField{"to", "the bodies below that do it, separated by spaces", bodies, true},
                               EntryField{"content", "what is to be done", text, true},
                               EntryField{"deadline", "in a form of the import file", text},
                               EntryField{"start", "a date, or date and time", text},
                               EntryField{"priority", "key, normal or urgent", word, false, "key normal urgent"},
                               EntryField{"ref", "its reference; the parent's with a number if not given", text}};
constexpr std::array kText = {EntryField{"text", "the words", text, true}};
constexpr std::array kOpenDifference = {EntryField{"fact", "what differs, for instance percent", text, true},
                                        EntryField{"reported_value", "as the body reported it", text, true},
                                        EntryField{"system_value", "as the system has it", text, true},
                                        EntryField{"reason", "why, if it is known"}};
constexpr std::array kOffer = {EntryField{"agreed_value", "the value that is right", text, true},
                               EntryField{"reason", "why", text, true}};

constexpr std::array kAssess = {
    EntryField{"judgement", "satisfied, incomplete or wrong", word, true, "satisfied incomplete wrong"},
    EntryField{"text", "in words"}, EntryField{"update", "the update; the newest one if not given", record}};
constexpr std::array kUrge = {
    EntryField{"kind", "complete_data, correct_data or hurry", word, true, "complete_data correct_data hurry"},
    EntryField{"text", "in words", text, true}, EntryField{"answer_due", "until when an answer is asked for", moment}};
constexpr std::array kRequest = {
    EntryField{"kind", "information, report, or start of a task on request", word, true, "information report start"},
    EntryField{"text", "what is asked for", text, true}, EntryField{"due", "until when", moment}};
constexpr std::array kContact = {EntryField{"means", "how", word, true, tasks::kContactWays},
                                 EntryField{"on", "the day", date, true}, EntryField{"with", "with whom", text, true},
                                 EntryField{"text", "what was said", text, true}};
constexpr std::array kFinding = {
    EntryField{"finding", "delay, wrong_data or breach", word, true, "delay wrong_data breach"},
    EntryField{"text", "in words", text, true}, EntryField{"recommendation", "what should be done"},
    EntryField{"plan", "the inspection plan it belongs to", record}};
constexpr std::array kPlan = {EntryField{"period", "for instance 2025-Q2", text, true},
                              EntryField{"kind", "regular or sudden", word, true, "regular sudden"},
                              EntryField{"bodies", "codes, separated by spaces", bodies, true},
                              EntryField{"contents", "what is inspected", text, true},
                              EntryField{"reason", "sudden: why"},
                              EntryField{"number", "of the plan's document"},
                              EntryField{"approved_on", "its date", date}};
constexpr std::array kStep = {
    EntryField{"to", "approved, started, closed or withdrawn", word, true, "approved started closed withdrawn"},
    EntryField{"approved_on", "the day of the approval", date}};
constexpr std::array kOwner = {EntryField{"owner", "the body that sees to it", body}};
constexpr std::array kAnswerNotice = {EntryField{"text", "the answer", text, true},
                                      EntryField{"owner", "the body that sees to it", body}};
constexpr std::array kJudge = {EntryField{"decision", "accepted or not_accepted", word, true, "accepted not_accepted"}};
constexpr std::array kTakeReport = {EntryField{"decision", "received or returned", word, true, "received returned"}};

constexpr std::array kCourier = {EntryField{"bundle", "its code, as printed", text, true},
                                 EntryField{"handed_by", "who handed it over", text, true},
                                 EntryField{"handed_to", "to whom", text, true},
                                 EntryField{"handed_at", "when", moment, true},
                                 EntryField{"medium", "number of the medium; a closed zone asks for it", text},
                                 EntryField{"other_end", "the body it goes to, or comes from", body}};
constexpr auto kNode = programs::node, kHub = programs::hub, kEither = programs::both;
constexpr auto kOf = ActTarget::assignment;

const std::array kActs = {
    // The office.
    ActSpec{"recall", "task recall", "take a wrong hand-over back; the site sees \"recalled\"", kEither, Action::recall,
            Action::recall, kOf, RecordType::assignment, false, kRecall, act_work::recall},
    ActSpec{"replace", "task replace", "recall a task from one body and hand it to another", kHub, Action::recall,
            Action::recall, kOf, RecordType::assignment, false, kReplace, act_work::replace, true},
    ActSpec{"rehome", "task rehome", "hand the work of a body that ended to its successor (R58)", kHub,
            Action::rehome_task, Action::rehome_task, kOf, RecordType::assignment, false, kRehome, act_work::rehome,
            true},
    ActSpec{"recall-document", "plan recall", "recall a document with all its assignments", kHub, Action::recall,
            Action::recall, ActTarget::document, RecordType::document, false, kRecallDocument,
            act_work::recall_document},
    ActSpec{"answer-return", "task answer", "answer a returned task (R11)", kEither, Action::answer_return,
            Action::answer_return, kOf, RecordType::assignment, false, kAnswerReturn, act_work::answer_return},
    ActSpec{"move-deadline", "task deadline", "move a deadline by a document (R49)", kEither, Action::move_deadline,
            Action::move_deadline, kOf, RecordType::assignment, false, kDeadline, act_work::move_deadline},
    ActSpec{"accept",
            "task accept",
            "accept a completion",
            kEither,
            Action::accept_completion,
            Action::accept_completion,
            kOf,
            RecordType::assignment,
            false,
            {},
            act_work::accept_completion},
    ActSpec{"reopen", "task reopen", "a completion that is not accepted goes on (O15)", kEither,
            Action::accept_completion, Action::accept_completion, kOf, RecordType::assignment, false, kReopen,
            act_work::reopen},
    ActSpec{"receive-notice", "notice receive", "the office has a notice of difficulty (R26)", kHub,
            Action::receive_report, Action::receive_report, ActTarget::record, RecordType::notice, false, kOwner,
            act_work::office_has_notice},
    ActSpec{"answer-notice", "notice answer", "answer a notice of difficulty and close it (R26)", kHub,
            Action::receive_report, Action::receive_report, ActTarget::record, RecordType::notice, false, kAnswerNotice,
            act_work::answer_notice},
    ActSpec{"judge-explanation", "explanation judge", "accept an explanation, or not (R28, R34)", kHub,
            Action::receive_report, Action::receive_report, ActTarget::record, RecordType::explanation, false, kJudge,
            act_work::judge_explanation},
    ActSpec{"take-report", "report take", "receive a submitted report, or return it", kHub, Action::receive_report,
            Action::receive_report, ActTarget::record, RecordType::report, false, kTakeReport, act_work::take_report},
    // The implementing body.
    ActSpec{"receive",
            "task receive",
            "confirm receipt (R12)",
            kNode,
            Action::confirm,
            Action::confirm,
            kOf,
            RecordType::assignment,
            false,
            {},
            act_work::receive},
    ActSpec{"break", "task break", "break a task into a sub-task for bodies below; with clocks of its own (R18)", kNode,
            Action::break_into_subtasks, Action::break_into_subtasks, kOf, RecordType::assignment, false, kBreak,
            act_work::break_down, true},
    ActSpec{"report-progress", "task report", "a progress update with all its fields; waits for approval", kNode,
            Action::draft_update, Action::draft_update, kOf, RecordType::assignment, true, kUpdate,
            act_work::give_update},
    ActSpec{"state", "task state", "closed zone: begun or done, without content (R8); waits for approval", kNode,
            Action::draft_update, Action::draft_update, kOf, RecordType::assignment, true, kState,
            act_work::give_state},
    ActSpec{"correct", "task correct", "a new update that corrects a sent one (R52); waits for approval", kNode,
            Action::draft_update, Action::draft_update, ActTarget::record, RecordType::progress_update, true, kUpdate,
            act_work::correct_update},
    ActSpec{"paper", "task paper", "enter from paper, with its true time (R61); waits for the second person", kNode,
            Action::enter_from_paper, Action::enter_from_paper, kOf, RecordType::assignment, true, kPaper,
            act_work::give_update},
    ActSpec{"notice", "task notice", "notice of difficulty (R26); waits for approval", kNode, Action::send_notice,
            Action::send_notice, kOf, RecordType::assignment, true, kNotice, act_work::give_notice},
    ActSpec{"explain", "task explain", "written explanation (R28, R34); waits for approval", kNode, Action::explain,
            Action::explain, ActTarget::any, RecordType::assignment, true, kExplain, act_work::explain},
    ActSpec{"answer-urging", "urging answer", "answer an urging (R22)", kNode, Action::confirm, Action::confirm,
            ActTarget::record, RecordType::urging, false, kText, act_work::answer_urging},
    ActSpec{"answer-request", "request answer", "answer a request for information", kNode, Action::confirm,
            Action::confirm, ActTarget::record, RecordType::request, false, kText, act_work::answer_request},
    ActSpec{"answer-finding", "finding answer", "answer a finding of the inspection (R20)", kNode, Action::confirm,
            Action::confirm, ActTarget::record, RecordType::inspection_note, false, kText, act_work::answer_finding},
    // Following and inspecting.
    ActSpec{"assess", "task assess", "assess the newest update (R19)", kEither, Action::assess, Action::assess, kOf,
            RecordType::assignment, false, kAssess, act_work::assess},
    ActSpec{"urge", "task urge", "urge a body, or many; numbered and dated (R22)", kEither, Action::urge, Action::urge,
            kOf, RecordType::assignment, false, kUrge, act_work::urge},
    ActSpec{"close-urging",
            "urging close",
            "close an urging",
            kEither,
            Action::urge,
            Action::urge,
            ActTarget::record,
            RecordType::urging,
            false,
            {},
            act_work::close_urging},
    ActSpec{"request", "task request", "ask a body for information, a report, or to start", kEither,
            Action::request_information, Action::request_information, kOf, RecordType::assignment, false, kRequest,
            act_work::request},
    ActSpec{"close-request",
            "request close",
            "close a request",
            kEither,
            Action::request_information,
            Action::request_information,
            ActTarget::record,
            RecordType::request,
            false,
            {},
            act_work::close_request},
    ActSpec{"contact", "task contact", "note a contact by meeting, telephone, fax or mail (R23)", kEither,
            Action::note_contact, Action::note_contact, kOf, RecordType::assignment, false, kContact,
            act_work::note_contact},
    ActSpec{"finding", "task finding", "flag a finding of the inspection (R20)", kEither, Action::flag_finding,
            Action::flag_finding, kOf, RecordType::assignment, false, kFinding, act_work::note_finding},
    ActSpec{"clear-finding",
            "finding clear",
            "a finding is cleared",
            kEither,
            Action::flag_finding,
            Action::flag_finding,
            ActTarget::record,
            RecordType::inspection_note,
            false,
            {},
            act_work::clear_finding},
    ActSpec{"plan-inspection", "inspection plan", "plan an inspection, regular or sudden (R66)", kEither,
            Action::plan_inspection, Action::plan_inspection, ActTarget::none, RecordType::inspection_plan, false,
            kPlan, act_work::plan_inspection},
    ActSpec{"step-inspection", "inspection step", "approve, start, close or withdraw a plan", kEither,
            Action::plan_inspection, Action::plan_inspection, ActTarget::record, RecordType::inspection_plan, false,
            kStep, act_work::step_inspection},
    ActSpec{"inspection-has-notice",
            "notice inspected",
            "the inspecting body has a notice of difficulty (R26)",
            kEither,
            Action::flag_finding,
            Action::flag_finding,
            ActTarget::record,
            RecordType::notice,
            false,
            {},
            act_work::inspection_has_notice},
    ActSpec{"courier", "courier note", "enter a bundle that was handed over in the register (R56)", kEither,
            Action::carry_bundle, Action::carry_bundle, ActTarget::none, RecordType::courier_entry, false, kCourier,
            act_work::note_courier},
    // Both sides of a difference (R21).
    ActSpec{"open-difference", "difference open", "two values for one fact (R21)", kEither, Action::settle_own_side,
            Action::settle_office_side, ActTarget::any, RecordType::difference, false, kOpenDifference,
            act_work::open_difference},
    ActSpec{"offer-settlement", "difference offer", "offer the value that is right (R21)", kEither,
            Action::settle_own_side, Action::settle_office_side, ActTarget::record, RecordType::difference, false,
            kOffer, act_work::offer_settlement},
    ActSpec{"settle-difference",
            "difference settle",
            "agree to the other side's offer (R21)",
            kEither,
            Action::settle_own_side,
            Action::settle_office_side,
            ActTarget::record,
            RecordType::difference,
            false,
            {},
            act_work::settle_difference},
};

}  // namespace

std::span<const ActSpec> all_acts() {
  return kActs;
}

const ActSpec* act_named(std::string_view name) {
  for (const ActSpec& spec : kActs)
    if (spec.name == name) return &spec;
  return nullptr;
}

tasks::Action action_of(const ActSpec& spec, Program program) {
  return program == Program::hub ? spec.at_hub : spec.action;
}

}  // namespace tram::station
