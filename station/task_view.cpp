#include "station/task_view.h"

#include <algorithm>
#include <set>

#include "station/assignment_facts.h"
#include "station/rule_changes.h"
#include "station/store/drafts.h"
#include "station/text_order.h"
#include "tasks/hand_over.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

using sync::Layer;
using tasks::field_number;
using tasks::RecordType;

struct TaskFields {
  static constexpr auto kFollowUp = field_number(RecordType::task, "follow_up_body");
  static constexpr auto kCoordinating = field_number(RecordType::task, "coordinating_bodies");
  static constexpr auto kContent = field_number(RecordType::task, "content");
  static constexpr auto kPriority = field_number(RecordType::task, "priority");
  static constexpr auto kState = field_number(RecordType::task, "state");
  static constexpr auto kRef = field_number(RecordType::task, "ref");
  static constexpr auto kRecurrence = field_number(RecordType::task, "recurrence");
  static constexpr auto kCondition = field_number(RecordType::task, "condition");
};
struct AssignmentFields {
  static constexpr auto kBody = field_number(RecordType::assignment, "implementing_body");
  static constexpr auto kAssigning = field_number(RecordType::assignment, "assigning_side");
  static constexpr auto kFollowUp = field_number(RecordType::assignment, "follow_up_body");
  static constexpr auto kState = field_number(RecordType::assignment, "state");
  static constexpr auto kPercent = field_number(RecordType::assignment, "percent");
  static constexpr auto kNextStep = field_number(RecordType::assignment, "agreed_next_step");
};

// A task that goes with another that goes with another ...: further than this nobody follows.
constexpr int kMostCompanions = 4;

// One reading of what a list of tasks needs.
class Builder {
 public:
  explicit Builder(Station& station)
      : station_(station),
        order_(station.task_order()),
        regulation_(station, moment_now()),
        changed_(station, regulation_.now()) {
    if (station.program() == Program::hub) return;
    for (const Draft& d : Drafts(station.connection()).in_state(DraftState::to_approve)) drafts_.insert(d.home);
    for (const sync::RecordId& home : station.store().homes_waiting()) waiting_.insert(home);
  }

  // `depth` counts sub-tasks of sub-tasks, which are shown with their own parents.
  std::optional<TaskView> task(const sync::RecordId& id, int depth = 0) {
    const TaskOrder::Place* place = order_.place(id);
    if (place == nullptr) return std::nullopt;
    const Fields f(station_, id);
    TaskView t;
    t.id = id;
    t.document_id = place->document;
    if (!place->parent.is_zero()) t.parent = parent_of(place->parent);
    const Fields& doc = document(t.document_id);
    t.document_number = doc.text(field_number(RecordType::document, "number"));
    t.document = document_label(t.document_number, doc.text(field_number(RecordType::document, "symbol")));
    t.ref = f.text(TaskFields::kRef);
    t.title = f.text(TaskFields::kContent);
    t.priority = f.text(TaskFields::kPriority);
    t.recurrence = f.text(TaskFields::kRecurrence);
    t.condition = f.text(TaskFields::kCondition);
    const auto* spec = tasks::find_event(RecordType::task, TaskFields::kState, f.event(TaskFields::kState));
    t.state = spec ? std::string(spec->name) : "open";
    t.follow_up = code_in(f, TaskFields::kFollowUp);
    for (const auto& body : set_members(station_, id, TaskFields::kCoordinating))
      t.coordinating.push_back(body_of(station_, sync::OrganisationId{body}));
    std::sort(t.coordinating.begin(), t.coordinating.end(),
              [](const Body& a, const Body& b) { return a.code < b.code; });
    const TaskFacts facts = task_facts(f, doc);
    for (const sync::RecordId& one : place->assignments) t.assignments.push_back(assignment(one, t, facts));
    std::sort(t.assignments.begin(), t.assignments.end(),
              [](const AssignmentView& a, const AssignmentView& b) { return a.body.code < b.body.code; });
    for (const AssignmentView& a : t.assignments) t.lead.push_back(a.body);
    judge_dates(t);
    if (depth == 0)
      for (AssignmentView& a : t.assignments) add_sub_tasks(a);
    return t;
  }

 private:
  ParentView parent_of(const sync::RecordId& assignment) {
    ParentView parent;
    parent.assignment = assignment;
    parent.task = order_.task_of(assignment);
    if (const TaskOrder::Place* place = order_.place(parent.task)) {
      const Fields& doc = document(place->document);
      parent.ref = place->ref;
      parent.document = document_label(doc.text(field_number(RecordType::document, "number")),
                                       doc.text(field_number(RecordType::document, "symbol")));
    }
    return parent;
  }

  void add_sub_tasks(AssignmentView& a) {
    for (const sync::RecordId& id : order_.sub_tasks_of(a.id)) {
      const auto part = task(id, 1);
      if (!part) continue;
      for (const AssignmentView& of : part->assignments)
        a.sub_tasks.push_back({id, part->ref, part->title, of.body, of.state, of.outcome, of.due.due,
                               tasks::sub_task_standing(a.due, of.due).ends_after_parent});
    }
  }

  const Fields& document(const sync::RecordId& id) {
    if (const auto at = documents_.find(id); at != documents_.end()) return at->second;
    return documents_.emplace(id, Fields(station_, id)).first->second;
  }

  std::string code_in(const Fields& f, std::uint16_t field) {
    const auto body = f.id(field);
    return body ? body_of(station_, sync::OrganisationId{*body}).code : std::string();
  }

  // Few tasks recur, and only those are answered by reports.
  const ReportAnswers& reports(const TaskFacts& task) {
    static const ReportAnswers kNone;
    if (!task.recurrence) return kNone;
    if (!reports_) reports_ = read_report_answers(station_, regulation_.policy());
    return *reports_;
  }

  tasks::AssignmentFacts facts_of(const sync::RecordId& id, const Fields& f, const TaskFacts& task,
                                  const sync::RecordId& document, int depth) {
    tasks::AssignmentFacts facts =
        assignment_facts(station_, id, f, task, reports(task), regulation_.policy(task.of_the_centre));
    if (const auto* with = std::get_if<tasks::WithTask>(&facts.deadline.meaning))
      add_companion(facts.deadline_facts, document, with->ref, depth);
    return facts;
  }

  // `with:REF`: the date of another task of the same document.
  void add_companion(tasks::DeadlineFacts& facts, const sync::RecordId& document_id, const std::string& ref,
                     int depth) {
    if (depth == kMostCompanions) return;
    for (const sync::RecordId& other : order_.with_ref(ref)) {
      const TaskOrder::Place* place = order_.place(other);
      if (place->document != document_id || place->assignments.empty()) continue;
      const sync::RecordId first = place->assignments.front();
      const Fields f(station_, first);
      const auto found =
          facts_of(first, f, task_facts(Fields(station_, other), document(document_id)), document_id, depth + 1);
      const auto due =
          tasks::last_good_moment(found.deadline, regulation_.working_time(code_in(f, AssignmentFields::kBody)),
                                  found.deadline_facts, regulation_.policy(found.of_the_centre));
      facts.companion_due = due.due;
      facts.companion_written = due.written;
      return;
    }
  }

  AssignmentView assignment(const sync::RecordId& id, TaskView& task, const TaskFacts& of_task) {
    const Fields f(station_, id);
    AssignmentView a;
    a.id = id;
    a.task = task.id;
    if (const auto body = f.id(AssignmentFields::kBody)) a.body = body_of(station_, sync::OrganisationId{*body});
    a.follow_up = code_in(f, AssignmentFields::kFollowUp);
    a.assigning = code_in(f, AssignmentFields::kAssigning);
    const auto* spec =
        tasks::find_event(RecordType::assignment, AssignmentFields::kState, f.event(AssignmentFields::kState));
    a.state = spec ? std::string(spec->name) : "loaded";
    a.progress = f.integer(AssignmentFields::kPercent);
    a.agreed_next_step = f.text(AssignmentFields::kNextStep);
    for (const auto& [n, field] : f.rows())
      if (field.conflict) a.values = std::max(a.values, field.heads.size());
    const tasks::AssignmentFacts facts = facts_of(id, f, of_task, task.document_id, 0);
    const tasks::WorkingTimes hours = regulation_.working_times(a.body.code, a.follow_up);
    tasks::Obligations all =
        tasks::obligations_of(facts, hours, regulation_.policy(facts.of_the_centre), regulation_.now());
    a.due = all.due;
    a.outcome = all.outcome;
    if (a.state != "cancelled") {
      tasks::Recomputed held = changed_.hold_against(facts, a.body.code, a.follow_up, std::move(all.list));
      a.obligations = std::move(held.list);
      a.moved = std::move(held.moved);
    }
    if (facts.deadline != tasks::Deadline{})
      a.deadline_written = facts.deadline.words.empty() ? tasks::canonical_text(facts.deadline) : facts.deadline.words;
    if (facts.deadline_facts.waits) a.waiting_for = task.condition;
    if (const auto* after = std::get_if<tasks::AfterEvent>(&facts.deadline.meaning);
        after && a.due.state == tasks::DueState::open)
      a.waiting_for = after->event;
    a.work = work_state(id);
    if (task.occurrences.empty())
      for (const tasks::Occurrence& o :
           tasks::recurring_dates(facts, hours.body, regulation_.policy(facts.of_the_centre), regulation_.now()))
        task.occurrences.push_back({o, tasks::Standing::to_come, false});
    return a;
  }

  WorkState work_state(const sync::RecordId& home) {
    if (station_.program() == Program::hub) return WorkState::none;
    if (drafts_.contains(home)) return WorkState::to_approve;
    if (waiting_.contains(home)) {
      bool waits = false, sent = true;
      for (const auto& row : station_.store().waiting_of_home(home)) {
        waits = waits || row.hub_seq == 0;
        sent = sent && row.sent;
      }
      if (waits) return sent ? WorkState::waiting_receipt : WorkState::to_send;
    }
    for (const auto& receipt : station_.store().receipts_of_home(home))
      if (const auto log = station_.store().log(receipt.log); log && log->own) return WorkState::delivered;
    return WorkState::none;
  }

  // How a date stands for the task is how the body stands with it that is furthest behind.
  void judge_dates(TaskView& t) {
    for (OccurrenceView& o : t.occurrences) {
      std::optional<tasks::Standing> worst;
      for (const AssignmentView& a : t.assignments)
        for (const tasks::Obligation& due : a.obligations) {
          if (due.kind != tasks::ObligationKind::occurrence || due.written != o.when.written) continue;
          const auto standing = tasks::standing_of(due, regulation_.now());
          if (!worst || gravity(standing) > gravity(*worst)) worst = standing;
        }
      if (worst) o.standing = *worst;
      o.met = worst == tasks::Standing::met;
    }
  }
  static int gravity(tasks::Standing s) {
    switch (s) {
      case tasks::Standing::met:
        return 0;
      case tasks::Standing::met_late:
        return 1;
      case tasks::Standing::to_come:
        return 2;
      case tasks::Standing::open:
        return 3;
      case tasks::Standing::missed:
        return 4;
    }
    return 0;
  }

  Station& station_;
  const TaskOrder& order_;
  Regulation regulation_;
  ChangedRules changed_;
  std::set<sync::RecordId> drafts_, waiting_;
  std::optional<ReportAnswers> reports_;
  std::map<sync::RecordId, Fields> documents_;
};

// What can be said of a task before it is built: most of a filtered list is never read further.
class FirstLook {
 public:
  FirstLook(Station& station, const TaskFilter& filter)
      : station_(station), order_(station.task_order()), filter_(filter) {
    if (filter.organisation) body_ = sync::organisation_id(station.zone(), *filter.organisation);
  }
  bool may_fit(const sync::RecordId& id) {
    const TaskOrder::Place* place = order_.place(id);
    return place != nullptr && of_document(place->document) && of_body(*place) && says(id, place->ref);
  }

 private:
  bool of_document(const sync::RecordId& id) {
    if (!filter_.document) return true;
    const auto [at, fresh] = documents_.try_emplace(id);
    if (fresh) {
      const Fields f(station_, id);
      const std::string number = f.text(field_number(RecordType::document, "number"));
      const std::string label = document_label(number, f.text(field_number(RecordType::document, "symbol")));
      at->second = *filter_.document == number || *filter_.document == label || *filter_.document == id.hex();
    }
    return at->second;
  }
  bool of_body(const TaskOrder::Place& place) {
    if (!body_) return true;
    return std::any_of(place.assignments.begin(), place.assignments.end(), [&](const sync::RecordId& a) {
      const auto row = station_.store().field(a, AssignmentFields::kBody, Layer::provisional);
      const auto* held = row ? row->value.get<sync::RawId>() : nullptr;
      return held != nullptr && held->bytes == body_->bytes;
    });
  }
  bool says(const sync::RecordId& id, const std::string& ref) {
    if (!filter_.words) return true;
    const auto row = station_.store().field(id, TaskFields::kContent, Layer::provisional);
    const auto* title = row ? row->value.get<std::string>() : nullptr;
    return contains_folded(ref + " " + (title ? *title : std::string()), *filter_.words);
  }

  Station& station_;
  const TaskOrder& order_;
  const TaskFilter& filter_;
  std::optional<sync::OrganisationId> body_;
  std::map<sync::RecordId, bool> documents_;
};

bool fits(const TaskView& t, const TaskFilter& filter) {
  if (filter.document && *filter.document != t.document && *filter.document != t.document_number &&
      *filter.document != t.document_id.hex())
    return false;
  if (filter.words && !contains_folded(t.ref + " " + t.title, *filter.words)) return false;
  if (!filter.organisation && !filter.outcome) return true;
  return std::any_of(t.assignments.begin(), t.assignments.end(), [&](const AssignmentView& a) {
    return (!filter.organisation || a.body.code == *filter.organisation) &&
           (!filter.outcome || a.outcome == *filter.outcome);
  });
}

}  // namespace

std::string_view name(WorkState state) {
  switch (state) {
    case WorkState::none:
      return "";
    case WorkState::to_approve:
      return "to_approve";
    case WorkState::to_send:
      return "to_send";
    case WorkState::waiting_receipt:
      return "waiting_receipt";
    case WorkState::delivered:
      return "delivered";
  }
  return "";
}

tasks::Moment moment_now() {
  return moment_of_ms(wall_clock_ms());
}

std::vector<TaskView> task_views_of(Station& station, const std::vector<sync::RecordId>& ids) {
  std::vector<TaskView> list;
  if (!station.enrolled() || ids.empty()) return list;
  Builder builder(station);
  for (const sync::RecordId& id : ids)
    if (auto view = builder.task(id)) list.push_back(std::move(*view));
  return list;
}

std::vector<TaskView> task_views(Station& station, const TaskFilter& filter) {
  if (!station.enrolled()) return {};
  auto ids = station.task_order().in_order();
  if (!filter.takes_all()) {
    FirstLook look(station, filter);
    std::erase_if(ids, [&](const sync::RecordId& id) { return !look.may_fit(id); });
  }
  auto list = task_views_of(station, ids);
  std::erase_if(list, [&](const TaskView& t) { return !fits(t, filter); });
  return list;
}

TaskView task_named(Station& station, std::string_view ref) {
  TaskFilter filter;
  std::string wanted(ref);
  if (const auto colon = wanted.find(':'); colon != std::string::npos) {
    filter.document = wanted.substr(0, colon);
    wanted = wanted.substr(colon + 1);
  }
  std::vector<sync::RecordId> ids;
  if (station.enrolled()) ids = station.task_order().with_ref(wanted);
  if (const auto id = sync::RecordId::parse(wanted)) ids.push_back(*id);
  std::vector<TaskView> found = task_views_of(station, ids);
  std::erase_if(found, [&](const TaskView& t) { return !fits(t, filter); });
  if (found.empty()) throw refused("unknown_ref", "There is no task " + wanted + " here.", "Check the reference.");
  if (found.size() > 1)
    throw refused("ambiguous_ref", "Several documents hold a task " + wanted + ".", "Write DOCUMENT:REF.");
  return std::move(found.front());
}

const AssignmentView& assignment_of(Station& station, const TaskView& task, std::optional<std::string_view> code) {
  const std::string own = station.organisation_code();
  for (const AssignmentView& a : task.assignments) {
    if (code ? a.body.code == *code : a.body.code == own) return a;
  }
  if (!code && task.assignments.size() == 1) return task.assignments.front();
  if (!code && station.program() == Program::hub)
    throw refused("which_body", "Task " + task.ref + " has several assignments.", "Name the body with --org.");
  throw refused("unknown_body", "Task " + task.ref + " is not assigned to this body.", "Check the reference.");
}

}  // namespace tram::station
