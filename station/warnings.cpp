#include "station/warnings.h"

#include <algorithm>
#include <set>

#include "station/assignment_facts.h"
#include "station/schema.h"
#include "station/store/accounts.h"
#include "tasks/record_schema.h"
#include "tasks/report_calendar.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using sync::Role;
using tasks::field_number;
using tasks::ObligationKind;
using tasks::Recipient;
using tasks::RecordType;

// A draft that waits answers whatever it may answer; receipt is confirmed without one. What was signed here counts
// from its signature, so nothing that only has to be sent warns anybody.
tasks::WorkStep step_of(const AssignmentView& a, ObligationKind kind) {
  const bool takes_a_draft = kind != ObligationKind::confirmation && a.work == WorkState::to_approve;
  return takes_a_draft ? tasks::WorkStep::to_approve : tasks::WorkStep::nothing_written;
}

// Reports that were submitted, as regime and period.
std::set<std::pair<std::string, std::string>> submitted_reports(Station& station) {
  std::set<std::pair<std::string, std::string>> found;
  constexpr auto kType = static_cast<std::uint16_t>(RecordType::report);
  for (const sync::RecordRow& row : station.store().records_of_type(kType, sync::Layer::provisional)) {
    if (row.owner != station.organisation()) continue;
    const Fields f(station, row.id);
    if (f.event(field_number(RecordType::report, "state")) < tasks::event_number(RecordType::report, "submitted"))
      continue;
    found.emplace(f.text(field_number(RecordType::report, "regime")),
                  f.text(field_number(RecordType::report, "period")));
  }
  return found;
}

class Collector {
 public:
  explicit Collector(Station& station) : station_(station), regulation_(station, moment_now()) {}

  std::vector<tasks::Warning> collect() {
    for (const TaskView& t : task_views(station_))
      for (const AssignmentView& a : t.assignments)
        for (const tasks::Obligation& o : a.obligations) obligation(t, a, o);
    reports();
    return std::move(list_);
  }

 private:
  void obligation(const TaskView& t, const AssignmentView& a, const tasks::Obligation& o) {
    if (o.kind == ObligationKind::confirmation && (!first_ || o.opens < *first_)) first_ = o.opens;
    const Recipient recipient = tasks::who_can_act(o.kind, step_of(a, o.kind));
    const std::string body = recipient == Recipient::office      ? a.assigning
                             : recipient == Recipient::follow_up ? a.follow_up
                                                                 : a.body.code;
    if (body != station_.organisation_code()) return;
    add(t.document + ":" + t.ref, o, body, recipient);
  }

  void add(std::string about, const tasks::Obligation& o, const std::string& body, Recipient recipient) {
    const auto urgency = tasks::urgency_of(o, regulation_.working_time(body), regulation_.policy(), regulation_.now());
    if (urgency != tasks::Urgency::none) list_.push_back({std::move(about), o.kind, urgency, o.due, body, recipient});
  }

  // R24, R25: the regulation's own reports, since the first task came.
  void reports() {
    if (!first_) return;
    const bool office = station_.program() == Program::hub;
    const std::string body = station_.organisation_code();
    const auto submitted = submitted_reports(station_);
    const int year = int{std::chrono::year_month_day{tasks::date_of(regulation_.now())}.year()};
    for (const int y : {year - 1, year, year + 1})
      for (const tasks::ReportDue& due :
           tasks::report_calendar(y, office ? tasks::Reporter::office : tasks::Reporter::site, {},
                                  regulation_.working_time(body), regulation_.policy())) {
        if (due.due < *first_ || submitted.contains({due.regime, due.period})) continue;
        tasks::Obligation o;
        o.kind = office ? ObligationKind::office_report : ObligationKind::report;
        o.written = o.due = due.due;
        add(due.regime + " " + due.period, o, body, tasks::who_can_act(o.kind, tasks::WorkStep::nothing_written));
      }
  }

  Station& station_;
  Regulation regulation_;
  std::optional<tasks::Moment> first_;  // hand-over
  std::vector<tasks::Warning> list_;
};

bool can_act(const Actor& actor, Recipient recipient) {
  switch (recipient) {
    case Recipient::operator_:
      return actor.has(Role::operator_);
    case Recipient::approver:
      return actor.has(Role::approver);
    case Recipient::courier:
      return actor.has(Role::approver) || actor.has(Role::site_admin) || actor.has(Role::hub_operator);
    case Recipient::office:  // at a site: what waits for it as the body that broke a task into parts (R18)
      return actor.has(Role::hub_office) || actor.has(Role::approver);
    case Recipient::follow_up:
      return actor.has(Role::follow_up) || actor.has(Role::hub_office);
  }
  return false;
}

std::string digest_key(const sync::PersonId& person) {
  return "digest." + person.hex();
}

}  // namespace

std::vector<tasks::Warning> warnings(Station& station) {
  if (!station.enrolled()) return {};
  return Collector(station).collect();
}

std::vector<tasks::Warning> warnings_for(Station& station, const Actor& actor) {
  auto list = warnings(station);
  std::erase_if(list, [&](const tasks::Warning& w) { return !can_act(actor, w.recipient); });
  return list;
}

json::object warnings_json(std::vector<tasks::Warning> list, bool all) {
  std::stable_sort(list.begin(), list.end(), [](const tasks::Warning& a, const tasks::Warning& b) {
    return a.urgency != b.urgency ? a.urgency > b.urgency : a.due < b.due;
  });
  std::size_t counts[4] = {};
  json::array items;
  for (const tasks::Warning& w : list) {
    ++counts[static_cast<std::size_t>(w.urgency)];
    if (!all && items.size() == tasks::kMaxDigestLines) continue;
    items.push_back({{"about", w.about},
                     {"kind", tasks::name_of(w.kind)},
                     {"rule", "R" + std::to_string(tasks::rule_of(w.kind))},
                     {"urgency", tasks::name_of(w.urgency)},
                     {"due", tasks::format_moment(w.due)},
                     {"org", w.body},
                     {"recipient", tasks::name_of(w.recipient)}});
  }
  const std::size_t more = list.size() - items.size();
  return {{"as_of", tasks::format_moment(moment_now())},
          {"overdue", counts[static_cast<std::size_t>(tasks::Urgency::overdue)]},
          {"due", counts[static_cast<std::size_t>(tasks::Urgency::due)]},
          {"soon", counts[static_cast<std::size_t>(tasks::Urgency::soon)]},
          {"items", std::move(items)},
          {"more", more}};
}

json::object daily_digest_json(Station& station, const Actor& actor) {
  const std::string today = tasks::format_date(tasks::date_of(moment_now()));
  const std::string key = digest_key(actor.person);
  if (const auto kept = station.text_meta(key); kept && kept->starts_with(today + "\n"))
    return json::parse(kept->substr(today.size() + 1)).as_object();
  json::object digest = warnings_json(warnings_for(station, actor), false);
  digest["date"] = today;
  digest["person"] = actor.name;
  station.transact([&] { station.put_text_meta(key, today + "\n" + json::serialize(digest)); });
  return digest;
}

}  // namespace tram::station
