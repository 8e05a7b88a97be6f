#include "station/assignment_facts.h"

#include <algorithm>

#include "tasks/difficulty_notice.h"
#include "tasks/record_schema.h"
#include "tasks/waiting.h"

namespace tram::station {
namespace {

using sync::Layer;
using tasks::event_number;
using tasks::field_number;
using tasks::Moment;
using tasks::RecordType;

constexpr std::uint16_t kAssignmentState = field_number(RecordType::assignment, "state");
constexpr std::uint16_t kCreation = 0;

tasks::LocalDate date_of_days(std::int32_t days) {
  return tasks::LocalDate{std::chrono::days{days}};
}

bool admitted(const sync::VersionRow& v) {
  return v.verdict == sync::Verdict::admitted;
}

std::optional<Moment> received_at(const sync::VersionRow& v) {
  return v.layer == Layer::confirmed ? std::optional(moment_of_ms(v.hub_time_ms)) : std::nullopt;
}

// R43: the engine keeps the signed time where it lies between two hub moments that the site can prove, and clamps it
// where it does not. Before the receipt the site's own screens go by the signed time.
Moment counted(const sync::VersionRow& v, const tasks::Policy& policy) {
  const Moment signed_at = moment_of_ms(v.written_ms);
  if (v.layer != Layer::confirmed) return signed_at;
  tasks::FourTimes times;
  times.acted = signed_at;
  times.received = received_at(v);
  const bool kept = (v.effective_ms >> 16) == v.written_ms;
  const tasks::ClockProof proof =
      kept ? tasks::ClockProof{signed_at, std::max(signed_at, *times.received)} : tasks::ClockProof{};
  return tasks::counted_moment(times, proof, policy).value_or(signed_at);
}

// The moments of one record's status events, the first of each kind.
class Events {
 public:
  Events(Station& station, const sync::RecordId& record, std::uint16_t field)
      : versions_(station.store().all_versions(record, field)) {}
  const sync::VersionRow* first(std::uint16_t event) const {
    for (const sync::VersionRow& v : versions_)
      if (v.event == event && admitted(v)) return &v;
    return nullptr;
  }
  std::optional<Moment> moment(std::uint16_t event, const tasks::Policy& policy) const {
    const sync::VersionRow* v = first(event);
    return v ? std::optional(counted(*v, policy)) : std::nullopt;
  }

 private:
  std::vector<sync::VersionRow> versions_;
};

// What hangs on the assignment: updates with their assessments, the answer to a return, notices of difficulty.
class Children {
 public:
  Children(Station& station, const tasks::Policy& policy, tasks::AssignmentFacts& facts)
      : station_(station), policy_(policy), facts_(facts) {}

  void read(const sync::RecordId& home) {
    const auto rows = station_.store().records_of_home(home, Layer::provisional);
    for (const sync::RecordRow& row : rows)
      if (row.type == static_cast<std::uint16_t>(RecordType::assessment)) assessment(row);
    for (const sync::RecordRow& row : rows) {
      if (row.type == static_cast<std::uint16_t>(RecordType::progress_update)) update(row);
      if (row.type == static_cast<std::uint16_t>(RecordType::feedback)) feedback(row);
      if (row.type == static_cast<std::uint16_t>(RecordType::notice)) notice(row);
    }
    std::sort(facts_.updates.begin(), facts_.updates.end(),
              [](const tasks::UpdateFact& a, const tasks::UpdateFact& b) { return a.acted < b.acted; });
  }

 private:
  std::optional<sync::VersionRow> creation(const sync::RecordId& record) {
    for (sync::VersionRow& v : station_.store().all_versions(record, kCreation))
      if (admitted(v)) return std::move(v);
    return std::nullopt;
  }

  void assessment(const sync::RecordRow& row) {
    const auto of = Fields(station_, row.id).id(field_number(RecordType::assessment, "update"));
    const auto made = creation(row.id);
    if (!of || !made) return;
    const Moment at = counted(*made, policy_);
    const auto [slot, fresh] = assessed_.emplace(sync::RecordId{*of}, at);
    if (!fresh) slot->second = std::min(slot->second, at);
  }

  void update(const sync::RecordRow& row) {
    const auto made = creation(row.id);
    if (!made) return;
    tasks::UpdateFact fact{counted(*made, policy_), received_at(*made), {}, false};
    if (const auto at = assessed_.find(row.id); at != assessed_.end()) fact.assessed = at->second;
    fact.says_result = Fields(station_, row.id).text(field_number(RecordType::progress_update, "work_state")) == "done";
    facts_.updates.push_back(fact);
  }

  void feedback(const sync::RecordRow& row) {
    const Events events(station_, row.id, field_number(RecordType::feedback, "state"));
    for (const char* answer : {"adjusted", "handed_on", "upheld"}) {
      const auto* event = tasks::find_event(RecordType::feedback, field_number(RecordType::feedback, "state"),
                                            std::string_view(answer));
      const auto at = events.moment(event->event, policy_);
      if (at && (!facts_.answered || *at < *facts_.answered)) facts_.answered = at;
    }
  }

  void notice(const sync::RecordRow& row) {
    const Events events(station_, row.id, field_number(RecordType::notice, "state"));
    tasks::NoticeTimes times;
    times.sent = events.moment(event_number(RecordType::notice, "sent"), policy_);
    times.received_by_office = events.moment(event_number(RecordType::notice, "received_by_office"), policy_);
    times.received_by_inspection = events.moment(event_number(RecordType::notice, "received_by_inspection"), policy_);
    const auto closed = tasks::notice_closed(times);
    if (closed && (!facts_.notice_closed || *closed > *facts_.notice_closed)) facts_.notice_closed = closed;
  }

  Station& station_;
  const tasks::Policy& policy_;
  tasks::AssignmentFacts& facts_;
  std::map<sync::RecordId, Moment> assessed_;
};

// R8: a closed zone has no updates; there begun and done are what a body says of its work.
void add_states(const Events& events, const tasks::Policy& policy, tasks::AssignmentFacts& facts) {
  for (const char* state : {"started", "done"}) {
    const auto number = tasks::find_event(RecordType::assignment, kAssignmentState, std::string_view(state))->event;
    const sync::VersionRow* v = events.first(number);
    if (v == nullptr) continue;
    facts.updates.push_back({counted(*v, policy), received_at(*v), {}, std::string_view(state) == "done"});
  }
}

// O15: completion counts from its approval, or only once the assigning side has verified it.
std::optional<tasks::DateOrHour> completion(const Fields& f, std::optional<Moment> done, const tasks::Policy& policy) {
  const auto state = f.event(kAssignmentState);
  const bool counts = state == event_number(RecordType::assignment, "verified") ||
                      (state == event_number(RecordType::assignment, "done") &&
                       policy.completion_counts == tasks::CompletionCounts::approval);
  if (!counts) return std::nullopt;
  const auto said = tasks::parse_date_or_hour(f.text(field_number(RecordType::assignment, "completion_date")));
  if (said) return *said;
  if (!done) return std::nullopt;
  return tasks::DateOrHour{tasks::date_of(*done), std::nullopt};
}

std::optional<tasks::Cadence> cadence_named(std::string_view text) {
  const auto recurrence = tasks::parse_recurrence(text);
  return recurrence ? std::optional(recurrence->cadence) : std::nullopt;
}

}  // namespace

ReportAnswers read_report_answers(Station& station, const tasks::Policy& policy) {
  constexpr auto kType = static_cast<std::uint16_t>(RecordType::report);
  constexpr auto kState = field_number(RecordType::report, "state");
  ReportAnswers found;
  for (const sync::RecordRow& row : station.store().records_of_type(kType, Layer::provisional)) {
    const Events events(station, row.id, kState);
    const auto submitted = events.moment(event_number(RecordType::report, "submitted"), policy);
    if (!submitted) continue;
    const Fields f(station, row.id);
    tasks::ReportFact fact{*submitted, std::nullopt};
    if (const auto written = tasks::parse_date(f.text(field_number(RecordType::report, "period"))))
      fact.answers = *written;
    for (const auto& v : station.store().all_versions(row.id, field_number(RecordType::report, "answers"))) {
      const auto* ref = v.value.get<std::string>();
      if (ref && v.kind == sync::OperationKind::set_add && admitted(v)) found[{row.owner, *ref}].push_back(fact);
    }
  }
  return found;
}

TaskFacts task_facts(const Fields& task, const Fields& document) {
  TaskFacts facts;
  facts.ref = task.text(field_number(RecordType::task, "ref"));
  if (const auto on = document.date(field_number(RecordType::document, "issued_on")))
    facts.issued_on = date_of_days(*on);
  facts.has_document = !task.id(field_number(RecordType::task, "parent_assignment"));
  facts.of_the_centre = document.id(field_number(RecordType::document, "upper")).has_value();
  if (const auto start = tasks::parse_date_or_hour(task.text(field_number(RecordType::task, "start"))))
    facts.start = *start;
  if (const auto on = task.date(field_number(RecordType::task, "event_happened_on")))
    facts.event_on = date_of_days(*on);
  if (const auto r = tasks::decode_recurrence(task.text(field_number(RecordType::task, "recurrence"))))
    facts.recurrence = *r;
  facts.cadence = cadence_named(task.text(field_number(RecordType::task, "reporting_cadence")));
  facts.condition = task.text(field_number(RecordType::task, "condition"));
  return facts;
}

tasks::FourTimes confirmation_times(Station& station, const sync::RecordId& assignment) {
  const Events events(station, assignment, kAssignmentState);
  tasks::FourTimes times;
  const auto record = [&](tasks::TimeOf which, std::optional<Moment> moment) {
    if (!moment) return;
    if (const auto next = tasks::recorded(times, which, *moment)) times = *next;
  };
  if (const auto* given = events.first(event_number(RecordType::assignment, "handed_over")))
    record(tasks::TimeOf::handed_over, received_at(*given) ? received_at(*given) : moment_of_ms(given->written_ms));
  if (const auto* taken = events.first(event_number(RecordType::assignment, "available")))
    record(tasks::TimeOf::available, moment_of_ms(taken->written_ms));
  if (const auto* confirmed = events.first(event_number(RecordType::assignment, "received"))) {
    record(tasks::TimeOf::acted, moment_of_ms(confirmed->written_ms));
    record(tasks::TimeOf::received, received_at(*confirmed));
  }
  return times;
}

tasks::AssignmentFacts assignment_facts(Station& station, const sync::RecordId& assignment, const Fields& fields,
                                        const TaskFacts& task, const ReportAnswers& reports,
                                        const tasks::Policy& policy) {
  tasks::AssignmentFacts facts;
  facts.issued_on = task.issued_on;
  facts.of_the_centre = task.of_the_centre;
  facts.start = task.start;
  facts.recurrence = task.recurrence;
  facts.cadence = task.cadence;
  const Events events(station, assignment, kAssignmentState);
  const auto moment = [&](std::uint16_t event) { return events.moment(event, policy); };
  facts.handed_over = moment(event_number(RecordType::assignment, "handed_over"));
  if (!task.has_document && facts.handed_over) facts.issued_on = tasks::date_of(*facts.handed_over);
  facts.confirmed = moment(event_number(RecordType::assignment, "received"));
  facts.returned = moment(event_number(RecordType::assignment, "returned"));
  if (const auto* returned = events.first(event_number(RecordType::assignment, "returned")))
    facts.returned_received = received_at(*returned);
  std::optional<tasks::LocalDate> met_on;
  if (const auto on = fields.date(field_number(RecordType::assignment, "condition_met_on"))) met_on = date_of_days(*on);
  facts.deadline_facts.waits = tasks::waits(task.condition, met_on);
  facts.deadline_facts.event_on = task.event_on;
  if (const auto d = tasks::decode_deadline(fields.text(field_number(RecordType::assignment, "deadline"))))
    facts.deadline = *d;
  Children(station, policy, facts).read(assignment);
  if (!station.schema().types().contains(static_cast<std::uint16_t>(RecordType::progress_update)))
    add_states(events, policy, facts);
  if (const auto body = fields.id(field_number(RecordType::assignment, "implementing_body")))
    if (const auto at = reports.find({sync::OrganisationId{*body}, task.ref}); at != reports.end())
      facts.reports = at->second;
  facts.completed = completion(fields, moment(event_number(RecordType::assignment, "done")), policy);
  return facts;
}

}  // namespace tram::station
