#include "station/task_view.h"

#include <algorithm>
#include <set>

#include "station/store/drafts.h"
#include "station/text_order.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

using sync::Layer;
using tasks::field_number;
using tasks::RecordType;

constexpr std::uint16_t number(RecordType type) {
  return static_cast<std::uint16_t>(type);
}

struct TaskFields {
  static constexpr auto kDocument = field_number(RecordType::task, "document");
  static constexpr auto kFollowUp = field_number(RecordType::task, "follow_up_body");
  static constexpr auto kCoordinating = field_number(RecordType::task, "coordinating_bodies");
  static constexpr auto kContent = field_number(RecordType::task, "content");
  static constexpr auto kEventOn = field_number(RecordType::task, "event_happened_on");
  static constexpr auto kPriority = field_number(RecordType::task, "priority");
  static constexpr auto kState = field_number(RecordType::task, "state");
  static constexpr auto kRef = field_number(RecordType::task, "ref");
  static constexpr auto kStart = field_number(RecordType::task, "start");
  static constexpr auto kRecurrence = field_number(RecordType::task, "recurrence");
  static constexpr auto kCondition = field_number(RecordType::task, "condition");
};
struct AssignmentFields {
  static constexpr auto kTask = field_number(RecordType::assignment, "task");
  static constexpr auto kBody = field_number(RecordType::assignment, "implementing_body");
  static constexpr auto kDeadline = field_number(RecordType::assignment, "deadline");
  static constexpr auto kState = field_number(RecordType::assignment, "state");
  static constexpr auto kPercent = field_number(RecordType::assignment, "percent");
  static constexpr auto kNextStep = field_number(RecordType::assignment, "agreed_next_step");
  static constexpr auto kCompleted = field_number(RecordType::assignment, "completion_date");
  static constexpr auto kConditionMet = field_number(RecordType::assignment, "condition_met_on");
};

tasks::LocalDate date_of_days(std::int32_t days) {
  return tasks::LocalDate{std::chrono::days{days}};
}
tasks::Moment moment_of_ms(std::uint64_t ms) {
  return tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(ms / 1000)}};
}

// One reading of everything that a list of tasks needs.
class Builder {
 public:
  explicit Builder(Station& station)
      : station_(station), calendar_(working_time(station)), now_(moment_of_ms(wall_clock_ms())) {
    for (const Draft& d : Drafts(station.connection()).in_state(DraftState::to_approve)) drafts_.insert(d.home);
    for (const sync::RecordId& home : station.store().homes_waiting()) waiting_.insert(home);
    for (const auto& row : station.store().records_of_type(number(RecordType::progress_update), Layer::provisional))
      updates_[row.home].push_back(created_at(row));
    for (const auto& row : station.store().records_of_type(number(RecordType::report), Layer::provisional))
      read_report(row);
  }

  std::vector<TaskView> tasks() {
    std::map<sync::RecordId, TaskView> found;
    for (const auto& row : station_.store().records_of_type(number(RecordType::task), Layer::provisional)) {
      TaskView view = task(row);
      found.emplace(view.id, std::move(view));
    }
    for (const auto& row : station_.store().records_of_type(number(RecordType::assignment), Layer::provisional)) {
      const Fields fields(station_, row.id);
      const auto of = fields.id(AssignmentFields::kTask);
      const auto at = of ? found.find(sync::RecordId{*of}) : found.end();
      if (at != found.end()) at->second.assignments.push_back(assignment(row, fields, at->second));
    }
    std::vector<TaskView> list;
    for (auto& [id, view] : found) {
      finish(view);
      list.push_back(std::move(view));
    }
    settle_companions(list);
    std::sort(list.begin(), list.end(), [](const TaskView& a, const TaskView& b) {
      return std::tuple(a.document, natural_key(a.ref)) < std::tuple(b.document, natural_key(b.ref));
    });
    return list;
  }

 private:
  struct DocumentFacts {
    std::string label, number;
    std::optional<std::int32_t> issued_on;
  };

  tasks::Moment created_at(const sync::RecordRow& row) {
    const auto changeset = station_.store().changeset(row.changeset);
    const auto header =
        changeset ? sync::decode_header(changeset->bytes.header) : Result<sync::Header>(sync::errc::truncated);
    return moment_of_ms(header ? header->written_ms() : 0);
  }

  // A submitted report answers the occurrences of the tasks it names (issue: the Wednesday relay).
  void read_report(const sync::RecordRow& row) {
    constexpr auto kState = field_number(RecordType::report, "state");
    constexpr auto kAnswers = field_number(RecordType::report, "answers");
    constexpr auto kSubmitted = tasks::event_number(RecordType::report, "submitted");
    std::optional<tasks::Moment> submitted;
    for (const auto& v : station_.store().all_versions(row.id, kState))
      if (v.event == kSubmitted && v.verdict == sync::Verdict::admitted) submitted = moment_of_ms(v.written_ms);
    if (!submitted) return;
    for (const auto& v : station_.store().all_versions(row.id, kAnswers)) {
      const auto* text = v.value.get<std::string>();
      if (text && v.kind == sync::OperationKind::set_add && v.verdict == sync::Verdict::admitted)
        report_answers_[{row.owner, *text}].push_back(*submitted);
    }
  }

  const DocumentFacts& document(const sync::RecordId& id) {
    if (const auto at = documents_.find(id); at != documents_.end()) return at->second;
    const Fields f(station_, id);
    DocumentFacts facts;
    facts.number = f.text(field_number(RecordType::document, "number"));
    const std::string symbol = f.text(field_number(RecordType::document, "symbol"));
    facts.label = symbol.empty() ? facts.number : facts.number + "-" + symbol;
    facts.issued_on = f.date(field_number(RecordType::document, "issued_on"));
    return documents_.emplace(id, std::move(facts)).first->second;
  }

  TaskView task(const sync::RecordRow& row) {
    const Fields f(station_, row.id);
    TaskView t;
    t.id = row.id;
    if (const auto d = f.id(TaskFields::kDocument)) t.document_id = sync::RecordId{*d};
    const DocumentFacts& doc = document(t.document_id);
    t.document = doc.label;
    t.document_number = doc.number;
    t.ref = f.text(TaskFields::kRef);
    t.title = f.text(TaskFields::kContent);
    t.priority = f.text(TaskFields::kPriority);
    t.recurrence = f.text(TaskFields::kRecurrence);
    t.condition = f.text(TaskFields::kCondition);
    const auto event = f.event(TaskFields::kState);
    const auto* spec = tasks::find_event(RecordType::task, TaskFields::kState, event);
    t.state = spec ? std::string(spec->name) : "open";
    if (const auto fol = f.id(TaskFields::kFollowUp)) t.follow_up = body_of(station_, sync::OrganisationId{*fol}).code;
    for (const auto& id : set_members(station_, row.id, TaskFields::kCoordinating))
      t.coordinating.push_back(body_of(station_, sync::OrganisationId{id}));
    std::sort(t.coordinating.begin(), t.coordinating.end(),
              [](const Body& a, const Body& b) { return a.code < b.code; });
    if (const auto on = f.date(TaskFields::kEventOn)) event_on_[row.id] = date_of_days(*on);
    if (const auto start = tasks::parse_date_or_hour(f.text(TaskFields::kStart))) starts_[row.id] = start->date;
    return t;
  }

  AssignmentView assignment(const sync::RecordRow& row, const Fields& f, const TaskView& task) {
    AssignmentView a;
    a.id = row.id;
    a.task = task.id;
    if (const auto body = f.id(AssignmentFields::kBody)) a.body = body_of(station_, sync::OrganisationId{*body});
    const auto event = f.event(AssignmentFields::kState);
    const auto* spec = tasks::find_event(RecordType::assignment, AssignmentFields::kState, event);
    a.state = spec ? std::string(spec->name) : "loaded";
    a.progress = f.integer(AssignmentFields::kPercent);
    a.agreed_next_step = f.text(AssignmentFields::kNextStep);
    for (const auto& [n, field] : f.rows())
      if (field.conflict) a.values = std::max(a.values, field.heads.size());
    const bool waits = !task.condition.empty() && !f.date(AssignmentFields::kConditionMet);
    if (waits) a.waiting_for = task.condition;
    if (const auto deadline = tasks::decode_deadline(f.text(AssignmentFields::kDeadline))) {
      tasks::DeadlineFacts facts;
      facts.waits = waits;
      if (const auto at = event_on_.find(task.id); at != event_on_.end()) facts.event_on = at->second;
      a.due = tasks::last_good_moment(*deadline, calendar_, facts);
      a.deadline_written = deadline->words.empty() ? tasks::canonical_text(*deadline) : deadline->words;
      if (const auto* with = std::get_if<tasks::WithTask>(&deadline->meaning))
        companions_[a.id] = {with->ref, *deadline, waits};
      if (const auto* after = std::get_if<tasks::AfterEvent>(&deadline->meaning);
          after && a.due.state == tasks::DueState::open)
        a.waiting_for = after->event;
    }
    a.work = work_state(row.id);
    done_[a.id] = a.state == "done" || a.state == "verified" ? f.text(AssignmentFields::kCompleted) : std::string();
    finished_[a.id] = a.state == "done" || a.state == "verified";
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

  void finish(TaskView& t) {
    std::sort(t.assignments.begin(), t.assignments.end(),
              [](const AssignmentView& a, const AssignmentView& b) { return a.body.code < b.body.code; });
    for (const AssignmentView& a : t.assignments) t.lead.push_back(a.body);
    if (!t.recurrence.empty()) fill_occurrences(t);
    for (AssignmentView& a : t.assignments) classify(a, t);
  }

  void fill_occurrences(TaskView& t) {
    const auto recurrence = tasks::decode_recurrence(t.recurrence);
    if (!recurrence) return;
    // From the start (else the day of issue) to the deadline; an open end is looked at a month ahead.
    const DocumentFacts& doc = document(t.document_id);
    tasks::DateSpan term;
    term.from = starts_.contains(t.id) ? starts_[t.id]
                : doc.issued_on        ? date_of_days(*doc.issued_on)
                                       : tasks::date_of(now_);
    term.to = tasks::date_of(now_) + std::chrono::days{31};
    for (const AssignmentView& a : t.assignments)
      if (a.due.written) term.to = tasks::date_of(*a.due.written);
    const auto list = tasks::occurrences(*recurrence, term, calendar_);
    if (!list) return;
    for (const auto& o : *list) t.occurrences.push_back({o, false});
  }

  std::vector<tasks::Moment> answers(const AssignmentView& a, const TaskView& t) {
    std::vector<tasks::Moment> moments;
    if (const auto at = updates_.find(a.id); at != updates_.end()) moments = at->second;
    const sync::OrganisationId body = sync::organisation_id(station_.zone(), a.body.code);
    if (const auto at = report_answers_.find({body, t.ref}); at != report_answers_.end())
      moments.insert(moments.end(), at->second.begin(), at->second.end());
    return moments;
  }

  void classify(AssignmentView& a, TaskView& t) {
    tasks::OutcomeFacts facts;
    facts.begun = updates_.contains(a.id);
    if (a.due.state == tasks::DueState::fixed) facts.last_good_moment = a.due.due;
    if (finished_[a.id]) {
      const auto on = tasks::parse_date_or_hour(done_[a.id]);
      facts.completed = on ? *on : tasks::DateOrHour{tasks::date_of(now_), std::nullopt};
    }
    std::vector<tasks::Occurrence> dates;
    for (const OccurrenceView& o : t.occurrences) dates.push_back(o.when);
    const auto moments = answers(a, t);
    facts.behind = tasks::is_behind(dates, moments, now_);
    a.outcome = tasks::outcome_of(facts, now_);
    tasks::Moment previous{};
    for (OccurrenceView& o : t.occurrences) {
      o.met = o.met || std::any_of(moments.begin(), moments.end(),
                                   [&](tasks::Moment m) { return m > previous && m <= o.when.due; });
      previous = o.when.due;
    }
  }

  // `with:REF`: the date of another task of the same document.
  void settle_companions(std::vector<TaskView>& list) {
    for (TaskView& t : list) {
      for (AssignmentView& a : t.assignments) {
        const auto at = companions_.find(a.id);
        if (at == companions_.end()) continue;
        for (const TaskView& other : list) {
          if (other.document_id != t.document_id || other.ref != at->second.ref || other.assignments.empty()) continue;
          tasks::DeadlineFacts facts;
          facts.waits = at->second.waits;
          facts.companion_due = other.assignments.front().due.due;
          facts.companion_written = other.assignments.front().due.written;
          a.due = tasks::last_good_moment(at->second.deadline, calendar_, facts);
          classify(a, t);
        }
      }
    }
  }

  struct Companion {
    std::string ref;
    tasks::Deadline deadline;
    bool waits = false;
  };

  Station& station_;
  tasks::WorkingTime calendar_;
  tasks::Moment now_;
  std::set<sync::RecordId> drafts_, waiting_;
  std::map<sync::RecordId, std::vector<tasks::Moment>> updates_;
  std::map<std::pair<sync::OrganisationId, std::string>, std::vector<tasks::Moment>> report_answers_;
  std::map<sync::RecordId, DocumentFacts> documents_;
  std::map<sync::RecordId, tasks::LocalDate> event_on_, starts_;
  std::map<sync::RecordId, Companion> companions_;
  std::map<sync::RecordId, std::string> done_;
  std::map<sync::RecordId, bool> finished_;
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

Fields::Fields(Station& station, const sync::RecordId& record) {
  for (sync::FieldRow& row : station.store().fields(record, Layer::provisional))
    rows_.emplace(row.field, std::move(row));
}
std::string Fields::text(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<std::string>();
  return value ? *value : std::string();
}
std::int64_t Fields::integer(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<std::int64_t>();
  return value ? *value : 0;
}
std::optional<ByteArray<16>> Fields::id(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<sync::RawId>();
  return value ? std::optional(value->bytes) : std::nullopt;
}
std::optional<std::int32_t> Fields::date(std::uint16_t field) const {
  const auto at = rows_.find(field);
  const auto* value = at == rows_.end() ? nullptr : at->second.value.get<sync::CivilDate>();
  return value ? std::optional(value->days) : std::nullopt;
}
std::uint16_t Fields::event(std::uint16_t field) const {
  const auto at = rows_.find(field);
  return at == rows_.end() ? std::uint16_t{0} : at->second.event;
}

std::vector<ByteArray<16>> set_members(Station& station, const sync::RecordId& record, std::uint16_t field) {
  std::vector<ByteArray<16>> found;
  const auto row = station.store().field(record, field, Layer::provisional);
  if (!row) return found;
  for (const sync::VersionId& id : row->heads) {
    const auto version = station.store().version(id);
    const auto* value = version ? version->value.get<sync::RawId>() : nullptr;
    if (value) found.push_back(value->bytes);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

tasks::WorkingTime working_time(Station& station) {
  std::vector<tasks::Calendar> calendars;
  for (const sync::CalendarEntry* entry : station.directory().calendars())
    if (auto calendar = tasks::decode_calendar(entry->content)) calendars.push_back(std::move(*calendar));
  std::stable_sort(calendars.begin(), calendars.end(), [](const auto& a, const auto& b) { return a.owner > b.owner; });
  auto merged = tasks::WorkingTime::merge(calendars);
  if (!merged)
    throw wrong_state("no_calendar", "There is no calendar here yet, so no deadline can be computed.",
                      "Enrol first, or take in the newest directory.");
  return std::move(*merged);
}

Body body_of(Station& station, const sync::OrganisationId& id) {
  const sync::Organisation* o = station.directory().organisation(id);
  if (o == nullptr) return {id.hex().substr(0, 8), ""};
  return {o->code, o->name_vi.empty() ? o->name_en : o->name_vi};
}

std::vector<TaskView> task_views(Station& station, const TaskFilter& filter) {
  if (!station.enrolled()) return {};
  auto list = Builder(station).tasks();
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
  std::vector<TaskView> found;
  for (TaskView& t : task_views(station, filter))
    if (t.ref == wanted || t.id.hex() == wanted) found.push_back(std::move(t));
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
