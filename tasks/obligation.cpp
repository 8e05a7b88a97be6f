#include "tasks/obligation.h"

#include <algorithm>
#include <array>

#include "tasks/difficulty_notice.h"
#include "tasks/due.h"

namespace tram::tasks {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kNames = {"loading", "confirmation", "return_task", "milestone",
                                                     "cadence", "occurrence",   "result",      "notice",
                                                     "answer",  "assessment",   "report",      "office_report"};
constexpr std::array<std::string_view, 5> kStandings = {"to_come", "open", "met", "met_late", "missed"};
constexpr std::array<int, 12> kRules = {10, 12, 13, 15, 17, 4, 14, 26, 11, 19, 24, 25};

// Collects the obligations of one assignment; each method is one part of article 6.
class Collector {
 public:
  Collector(const AssignmentFacts& facts, const WorkingTimes& calendars, const Policy& policy, Moment now)
      : facts_(facts), calendars_(calendars), policy_(policy), now_(now) {
    result_.due = last_good_moment(facts.deadline, calendars.body, facts.deadline_facts, policy);
    if (result_.due.written) end_ = date_of(*result_.due.written);
    start_ = term_begin(facts.start, facts.deadline_facts.event_on, facts.issued_on, policy);
    result_.duration = duration_class(start_, end_, policy);
    for (const UpdateFact& u : facts.updates)
      if (u.says_result) finished_ = u.acted;
  }

  Obligations collect() {
    handing_over();
    receiving();
    if (facts_.handed_over && !facts_.deadline_facts.waits) {
      updates();
      recurrence();
      result();
    }
    assessments();
    classify();
    notice();
    drop_before_the_rules();
    return std::move(result_);
  }

 private:
  Obligation& add(ObligationKind kind, Moment opens, Moment written, Moment due, const WorkingTime& calendar) {
    Obligation o;
    o.kind = kind;
    o.number = result_.list.empty() || result_.list.back().kind != kind ? 0 : result_.list.back().number + 1;
    o.opens = opens;
    o.written = written;
    o.due = due;
    o.provisional = !calendar.knows_year(date_of(due));
    return result_.list.emplace_back(o);
  }

  void handing_over() {
    const Moment due = loading_due(facts_.issued_on, calendars_.office, policy_);
    add(ObligationKind::loading, moment_at(facts_.issued_on, {}), due, due, calendars_.office).acted =
        facts_.handed_over;
  }

  void receiving() {
    if (!facts_.handed_over) return;
    const Moment from = *facts_.handed_over;
    const Moment due = confirmation_due(from, calendars_.body);
    Obligation& confirm = add(ObligationKind::confirmation, from, due, due, calendars_.body);
    confirm.in_hours = true;
    // Who returns a task has received it.
    confirm.acted = facts_.confirmed ? facts_.confirmed : facts_.returned;
    const Moment until = return_due(from, facts_.confirmed, calendars_.body, policy_);
    Obligation& give_back = add(ObligationKind::return_task, from, until, until, calendars_.body);
    give_back.in_hours = true;
    give_back.acted = facts_.returned;
    if (facts_.returned_received) {
      const Moment answer = answer_due(*facts_.returned_received, calendars_.office, policy_);
      add(ObligationKind::answer, *facts_.returned_received, answer, answer, calendars_.office).acted = facts_.answered;
    }
  }

  std::optional<Moment> first_update(Moment from) const {
    for (const UpdateFact& u : facts_.updates)
      if (u.acted >= from) return u.acted;
    return std::nullopt;
  }

  // An update that is due after the work was finished is not due any more.
  bool still_due(Moment due) const { return !finished_ || due <= *finished_; }

  void update(ObligationKind kind, const UpdateDue& u) {
    if (still_due(u.due)) add(kind, u.opens, u.written, u.due, calendars_.body).acted = first_update(u.opens);
  }

  void updates() {
    if (result_.duration != DurationClass::long_or_none) {
      if (end_)
        for (const UpdateDue& u : milestones(result_.duration, start_, *end_, calendars_.body, policy_))
          update(ObligationKind::milestone, u);
      return;
    }
    if (facts_.recurrence && !end_) return;  // the recurrence takes the place of the cadence
    // Up to the end of the term, and no further ahead than the next date.
    LocalDate last = date_of(now_) + days{366};
    if (end_ && *end_ < last) last = *end_;
    const Cadence cadence = cadence_of(facts_.cadence, policy_);
    for (const UpdateDue& u : cadence_updates(cadence, start_, last, calendars_.body, policy_)) {
      update(ObligationKind::cadence, u);
      if (u.opens > now_) break;
    }
  }

  void recurrence() {
    Moment opens = moment_at(start_, {});
    for (const Occurrence& o : recurring_dates(facts_, calendars_.body, policy_, now_)) {
      if (!still_due(o.due)) break;
      Obligation& due = add(ObligationKind::occurrence, opens, o.written, o.due, calendars_.body);
      due.acted = answer_of_occurrence(opens, date_of(o.written));
      // Two dates may fall on one moment when both were moved (O25); then one report answers both.
      opens = std::max(opens, o.due + seconds{1});
    }
    for (std::size_t i = result_.list.size(); i-- > 1;) {
      Obligation &later = result_.list[i], &earlier = result_.list[i - 1];
      if (later.kind != ObligationKind::occurrence || earlier.kind != later.kind) break;
      if (earlier.due == later.due) later.opens = earlier.opens, later.acted = earlier.acted;
    }
  }

  std::optional<Moment> answer_of_occurrence(Moment from, LocalDate written) const {
    std::optional<Moment> first = first_update(from);
    for (const ReportFact& report : facts_.reports) {
      const bool answers = report.answers ? *report.answers == written : report.acted >= from;
      if (answers && (!first || report.acted < *first)) first = report.acted;
    }
    return first;
  }

  void result() {
    if (!end_ || result_.due.state != DueState::fixed) return;
    const Moment due = final_update_due(result_.duration, *end_, calendars_.body, policy_);
    add(ObligationKind::result, moment_at(start_, {}), *result_.due.written, due, calendars_.body).acted = finished_;
  }

  void assessments() {
    for (const UpdateFact& u : facts_.updates) {
      if (!u.received) continue;
      const Moment due = assessment_due(*u.received, calendars_.follow_up, policy_);
      add(ObligationKind::assessment, *u.received, due, due, calendars_.follow_up).acted = u.assessed;
    }
  }

  void classify() {
    OutcomeFacts facts;
    facts.begun = !facts_.updates.empty();
    facts.behind = has_missed_update(result_.list, now_);
    facts.completed = facts_.completed;
    if (result_.due.state == DueState::fixed) facts.last_good_moment = result_.due.due;
    result_.outcome = outcome_of(facts, now_);
  }

  // One for the term, and one for each recurring date that passed without a report.
  void notice() {
    const std::size_t count = result_.list.size();
    for (std::size_t i = 0; i < count; ++i) {
      const Obligation& o = result_.list[i];
      if (o.kind == ObligationKind::occurrence && standing_of(o, now_) == Standing::missed) add_notice(o.due);
    }
    if (notice_needed(result_.outcome, Execution::as_assigned) && result_.due.due) add_notice(*result_.due.due);
  }

  void add_notice(Moment due) {
    Obligation& notice = add(ObligationKind::notice, due + seconds{1}, due, due, calendars_.body);
    if (facts_.notice_closed && *facts_.notice_closed > due) notice.acted = facts_.notice_closed;
  }

  void drop_before_the_rules() {
    const auto from = rules_in_force_from(facts_.of_the_centre, policy_);
    if (!from) return;
    std::erase_if(result_.list, [&](const Obligation& o) { return o.written < moment_at(*from, {}); });
  }

  const AssignmentFacts& facts_;
  const WorkingTimes& calendars_;
  const Policy& policy_;
  Moment now_;
  Obligations result_;
  LocalDate start_{};
  std::optional<LocalDate> end_;
  std::optional<Moment> finished_;
};

}  // namespace

std::string_view name_of(ObligationKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

int rule_of(ObligationKind kind) {
  return kRules[static_cast<std::size_t>(kind)];
}

// R36: how a limit stands; an act at the due moment itself is in time (R47).
Standing standing_of(const Obligation& o, Moment now) {
  if (o.acted) return in_time(*o.acted, o.due) ? Standing::met : Standing::met_late;
  if (!in_time(now, o.due)) return Standing::missed;
  return now < o.opens ? Standing::to_come : Standing::open;
}

std::string_view name_of(Standing standing) {
  return kStandings[static_cast<std::size_t>(standing)];
}

bool is_open_notice(const Obligation& o) {
  return o.kind == ObligationKind::notice && !o.acted;
}

Obligations obligations_of(const AssignmentFacts& facts, const WorkingTimes& calendars, const Policy& policy,
                           Moment now) {
  return Collector(facts, calendars, policy, now).collect();
}

std::vector<Occurrence> recurring_dates(const AssignmentFacts& facts, const WorkingTime& body, const Policy& policy,
                                        Moment now) {
  if (!facts.recurrence) return {};
  const LocalDate start = term_begin(facts.start, facts.deadline_facts.event_on, facts.issued_on, policy);
  const Due due = last_good_moment(facts.deadline, body, facts.deadline_facts, policy);
  const DateSpan term{start, due.written ? date_of(*due.written) : date_of(now) + days{31}};
  if (term.to < term.from && !facts.recurrence->span) return {};
  auto dates = occurrences(*facts.recurrence, term, body, policy);
  return dates ? std::move(*dates) : std::vector<Occurrence>{};
}

// R71: no obligation for a time before the rules that govern the document were in force (O21).
std::optional<LocalDate> rules_in_force_from(bool of_the_centre, const Policy& policy) {
  return of_the_centre ? std::optional(policy.in_force_centre) : policy.in_force_province;
}

// R6: a due update whose moment passed without one in time.
bool has_missed_update(std::span<const Obligation> list, Moment now) {
  return std::any_of(list.begin(), list.end(), [&](const Obligation& o) {
    const bool is_update = o.kind == ObligationKind::milestone || o.kind == ObligationKind::cadence ||
                           o.kind == ObligationKind::occurrence;
    return is_update && now > o.due && (!o.acted || *o.acted > o.due);
  });
}

}  // namespace tram::tasks
