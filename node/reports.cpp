#include "node/reports.h"

#include <algorithm>

#include "station/exchange_formats.h"
#include "station/people.h"
#include "station/permission_gate.h"
#include "station/report/report_export.h"
#include "station/report/report_frame.h"
#include "station/task_json.h"
#include "sync/approval.h"
#include "sync/limits.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::node {
namespace {

namespace json = boost::json;
using station::Draft;
using station::Drafts;
using station::DraftState;
using station::Fields;
using sync::Operation;
using sync::OperationKind;
using sync::Value;
using tasks::event_number;
using tasks::field_number;
using tasks::RecordType;

constexpr std::string_view kReport = "report";
constexpr auto kType = static_cast<std::uint16_t>(RecordType::report);
constexpr auto kState = field_number(RecordType::report, "state");
constexpr auto kApproved = event_number(RecordType::report, "approved");
constexpr auto kSubmitted = event_number(RecordType::report, "submitted");
constexpr std::size_t kTextBytes = 32u << 10;

Operation set(const sync::RecordId& record, std::string_view field, Value value) {
  Operation op;
  op.record = record;
  op.field = tasks::find_field(RecordType::report, field)->field;
  op.value = std::move(value);
  return op;
}
Operation event(const sync::RecordId& record, std::uint16_t number) {
  Operation op;
  op.kind = OperationKind::status_event;
  op.record = record;
  op.field = kState;
  op.event = number;
  return op;
}
Value moment_value(tasks::Moment m) {
  return Value(Value::Variant(sync::ZonedMoment{m.time_since_epoch().count() * 1000, 420}));
}
tasks::Moment now() {
  return tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(station::wall_clock_ms() / 1000)}};
}

std::string regime_of(const std::string& recurrence) {
  const std::string first = recurrence.substr(0, recurrence.find('\n'));
  return first.substr(0, first.find(' '));
}

// Our tasks whose recurrence is this regime: their occurrences are what the report answers (R24, R67).
std::vector<station::TaskView> tasks_of_regime(Station& station, const std::string& regime) {
  station::TaskFilter filter;
  filter.organisation = station.organisation_code();
  std::vector<station::TaskView> found;
  for (station::TaskView& t : station::task_views(station, filter))
    if (regime_of(t.recurrence) == regime) found.push_back(std::move(t));
  return found;
}

// The occurrence a report answers: that of the named day, else the next one not yet met.
tasks::Occurrence occurrence_of(const std::vector<station::TaskView>& tasks, const std::string& period) {
  std::optional<tasks::Occurrence> found;
  for (const station::TaskView& t : tasks) {
    for (const station::OccurrenceView& o : t.occurrences) {
      const bool fits =
          period.empty() ? !o.met && o.when.due >= now() : tasks::format_date(tasks::date_of(o.when.written)) == period;
      if (fits && (!found || o.when.due < found->due)) found = o.when;
    }
  }
  if (!found) throw station::refused("no_occurrence", "No date of this regime fits.", "Check --regime and --period.");
  return *found;
}

std::vector<station::ReportRow> rows_of(Station& station) {
  station::TaskFilter filter;
  filter.organisation = station.organisation_code();
  std::vector<station::ReportRow> rows;
  for (const station::TaskView& t : station::task_views(station, filter)) {
    for (const station::AssignmentView& a : t.assignments) {
      if (a.body.code != station.organisation_code()) continue;
      station::ReportRow row;
      row.ref = t.ref;
      row.title = t.title;
      row.org = a.body.code;
      row.state = a.state;
      row.outcome = tasks::name_of(a.outcome);
      if (a.due.state == tasks::DueState::fixed && a.due.due) row.deadline = tasks::format_moment(*a.due.due);
      row.progress = std::to_string(a.progress);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

json::array frozen(const std::vector<station::ReportRow>& rows) {
  json::array list;
  for (const station::ReportRow& r : rows) {
    const json::array row{r.ref, r.title, r.org, r.state, r.outcome, r.deadline, r.progress, r.note};
    list.push_back(row);
  }
  return list;
}

std::vector<station::ReportRow> thaw(const Bytes& figures) {
  std::vector<station::ReportRow> rows;
  const json::value parsed = json::parse(as_text(figures));
  for (const auto& item : parsed.as_array()) {
    const auto& cells = item.as_array();
    const auto text = [&](std::size_t i) { return std::string(cells.at(i).as_string()); };
    rows.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7)});
  }
  return rows;
}

json::object content_of(const Draft& draft) {
  return json::parse(as_text(draft.content)).as_object();
}
std::string text_of(const json::object& content, std::string_view key) {
  return std::string(content.at(key).as_string());
}

std::string optional_text(const json::object& content, std::string_view key) {
  const json::value* found = content.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

void check_paper(const ReportEntry& entry) {
  if (entry.paper_reason.empty() && entry.paper_moment.empty()) return;
  if (entry.paper_reason != "technical_fault" && entry.paper_reason != "special_demand")
    throw station::refused("bad_value", "Paper names its reason: technical_fault or special_demand (R30).",
                           "Give one of them.");
  if (!tasks::parse_moment(entry.paper_moment))
    throw station::refused("bad_moment", "What came on paper keeps its own time (R61).",
                           "Write it like 2025-04-23T10:00:00+07:00.");
}

sync::RecordId report_named(Station& station, std::string_view id) {
  const auto record = sync::RecordId::parse(id);
  const auto row = record ? station.store().record(*record, sync::Layer::provisional) : std::nullopt;
  if (row && row->type == kType) return *record;
  // The draft's id names the report that it became, too.
  if (const auto draft_id = DraftId::parse(id)) {
    const auto draft = Drafts(station.connection()).get(*draft_id);
    const auto changeset = draft && draft->changeset ? station.store().changeset(*draft->changeset) : std::nullopt;
    if (changeset) return changeset->home;
  }
  throw station::refused("unknown_report", "There is no such report here.", "See `report list`.");
}

// The person who wrote a status event of a report, and the changeset of it.
std::optional<sync::VersionRow> event_of(Station& station, const sync::RecordId& report, std::uint16_t number) {
  for (const sync::VersionRow& v : station.store().all_versions(report, kState))
    if (v.event == number) return v;
  return std::nullopt;
}

}  // namespace

namespace {

// R52: what was sent is corrected by a new version that names the old one.
ReportEntry revision_of(Station& station, const ReportEntry& entry) {
  const sync::RecordId old = report_named(station, entry.corrects);
  if (!event_of(station, old, kSubmitted))
    throw station::wrong_state("not_submitted", "Only a submitted report has revisions.",
                               "Return this one to its author.");
  for (const auto& row : station.store().records_of_type(kType, sync::Layer::provisional))
    if (const auto id = Fields(station, row.id).id(field_number(RecordType::report, "corrects"));
        id && *id == old.bytes)
      throw station::wrong_state("revised_already", "This report has a revision.", "Correct the newest one.");
  const Fields f(station, old);
  ReportEntry revised = entry;
  revised.corrects = old.hex();
  revised.regime = f.text(field_number(RecordType::report, "regime"));
  revised.period = f.text(field_number(RecordType::report, "period"));
  return revised;
}

}  // namespace

json::object reports_json(Station& station) {
  json::array items;
  for (const Draft& d : Drafts(station.connection()).in_state(DraftState::to_approve)) {
    if (d.kind != kReport) continue;
    const json::object c = content_of(d);
    items.push_back({{"id", d.id.hex()},
                     {"regime", text_of(c, "regime")},
                     {"period", text_of(c, "period")},
                     {"state", "to_approve"},
                     {"due", text_of(c, "due")},
                     {"author", d.author_name},
                     {"site", station.organisation_code()}});
  }
  for (const auto& row : station.store().records_of_type(kType, sync::Layer::provisional)) {
    const Fields f(station, row.id);
    const auto* spec = tasks::find_event(RecordType::report, kState, f.event(kState));
    json::object o{{"id", row.id.hex()},
                   {"regime", f.text(field_number(RecordType::report, "regime"))},
                   {"period", f.text(field_number(RecordType::report, "period"))},
                   {"state", spec ? std::string(spec->name) : "drafted"}};
    const auto at = f.rows().find(field_number(RecordType::report, "due"));
    o["due"] = at == f.rows().end() ? json::value(nullptr) : station::value_json(station, at->second.value);
    if (const auto approved = event_of(station, row.id, kApproved)) {
      const auto text = sync::approved_text(station.store(), station.schema(), row.id, approved->id);
      o["approved_text_current"] = text ? json::value(text->current) : json::value(nullptr);
    }
    const auto submitted = event_of(station, row.id, kSubmitted);
    o["signed_at"] = submitted ? json::value(station::rfc3339(submitted->written_ms)) : json::value(nullptr);
    o["received_at"] = submitted && submitted->hub_time_ms ? json::value(station::rfc3339(submitted->hub_time_ms))
                                                           : json::value(nullptr);
    o["site"] = station::body_of(station, row.owner).code;
    const auto corrects = f.id(field_number(RecordType::report, "corrects"));
    o["corrects"] = corrects ? json::value(sync::RecordId{*corrects}.hex()) : json::value(nullptr);
    items.push_back(std::move(o));
  }
  return {{"items", std::move(items)}};
}

ActDone draft_report(Station& station, const Actor& actor, const ReportEntry& entry) {
  const station::Permit may = station::permit(station, actor, tasks::Action::draft_report);
  if (!tasks::is_clean_utf8(entry.text) || entry.text.size() > kTextBytes)
    throw station::refused("bad_value", "The text is not valid, or too long.", "Shorten or correct it.");
  ReportEntry asked = entry;
  if (!entry.corrects.empty()) asked = revision_of(station, entry);
  check_paper(asked);
  const auto tasks = tasks_of_regime(station, asked.regime);
  const tasks::Occurrence occurrence = occurrence_of(tasks, asked.period);
  const std::string day = tasks::format_date(tasks::date_of(occurrence.written));
  json::array answers;
  for (const station::TaskView& t : tasks) answers.push_back(json::value(t.ref));
  for (const std::string& other : asked.also) {
    const auto more = tasks_of_regime(station, other);
    (void)occurrence_of(more, day);  // it falls together, or it is refused
    for (const station::TaskView& t : more)
      if (std::find(answers.begin(), answers.end(), json::value(t.ref)) == answers.end())
        answers.push_back(json::value(t.ref));
  }
  const json::object content{{"regime", asked.regime},
                             {"corrects", asked.corrects},
                             {"paper_reason", asked.paper_reason},
                             {"paper_moment", asked.paper_moment},
                             {"period", day},
                             {"due", tasks::format_moment(occurrence.due)},
                             {"text", tasks::to_nfc(entry.text)},
                             {"answers", std::move(answers)},
                             {"rows", frozen(rows_of(station))},
                             {"frozen_at", tasks::format_moment(now())}};
  return add_draft(station, may, kReport, sync::RecordId{}, content);
}

ActDone approve_report(Station& station, const Actor& actor, const DraftId& id) {
  ActDone result{"", std::nullopt, "to_send"};
  station.transact([&] {
    Drafts drafts(station.connection());
    const auto draft = drafts.get(id);
    if (!draft || draft->kind != kReport)
      throw station::refused("unknown_draft", "There is no such report waiting.", "See `report list`.");
    const station::Permit may = station::permit(station, actor, tasks::Action::approve, {.author = draft->author});
    const auto sealed = drafts.approve(id, actor.person, draft->content_hash(), station::wall_clock_ms());
    if (!sealed) throw station::wrong_state("decided_already", "This was decided already.", "See `report list`.");
    const json::object c = content_of(*draft);
    Operation create = station.create_record(kType);
    const sync::RecordId report = create.record;
    const std::string figures = json::serialize(c.at("rows"));
    if (figures.size() > sync::limits::kTextBytes)
      throw station::refused("over_limit", "The report has more rows than one record holds.",
                             "Report fewer tasks at once.");
    std::vector<Operation> ops;
    ops.push_back(std::move(create));
    ops.push_back(set(report, "regime", Value::text(text_of(c, "regime"))));
    ops.push_back(set(report, "period", Value::text(text_of(c, "period"))));
    ops.push_back(set(report, "due", moment_value(*tasks::parse_moment(text_of(c, "due")))));
    ops.push_back(
        set(report, "figures", Value(Value::Variant(sync::Structure{Bytes(figures.begin(), figures.end())}))));
    ops.push_back(set(report, "text", Value::text(text_of(c, "text"))));
    ops.push_back(set(report, "written_by", Value::id(draft->author)));
    ops.push_back(set(report, "frozen_at", moment_value(*tasks::parse_moment(text_of(c, "frozen_at")))));
    const sync::Hash seal = draft->content_hash();
    ops.push_back(set(report, "sealed_hash", Value(Value::Variant(Bytes(seal.begin(), seal.end())))));
    if (const auto corrected = sync::RecordId::parse(optional_text(c, "corrects")))
      ops.push_back(set(report, "corrects", Value::id(*corrected)));
    if (const std::string reason = optional_text(c, "paper_reason"); !reason.empty()) {
      ops.push_back(set(report, "paper_reason", Value::text(reason)));
      ops.push_back(set(report, "paper_moment", moment_value(*tasks::parse_moment(optional_text(c, "paper_moment")))));
    }
    for (const auto& ref : c.at("answers").as_array()) {
      Operation add = set(report, "answers", Value::text(ref.as_string()));
      add.kind = OperationKind::set_add;
      ops.push_back(std::move(add));
    }
    ops.push_back(event(report, kApproved));
    const auto saved = station.save(may, report, std::move(ops));
    if (!drafts.set_changeset(id, saved.changeset))
      throw station::wrong_state("decided_already", "This was decided already.", "See `report list`.");
    station.audit(actor, "approve_report", report.hex(), "done", "author " + draft->author_name);
    result.id = report.hex();
    result.changeset = saved.changeset;
  });
  return result;
}

ActDone submit_report(Station& station, const Actor& actor, std::string_view id) {
  ActDone result;
  station.transact([&] {
    const sync::RecordId report = report_named(station, id);
    const station::Permit may = station::permit(station, actor, tasks::Action::submit_report, {.record = report});
    if (Fields(station, report).event(kState) != kApproved)
      throw station::wrong_state("not_approved", "Only an approved report that was not submitted yet can be submitted.",
                                 "See `report list`.");
    const auto saved = station.save(may, report, {event(report, kSubmitted)});
    station.audit(actor, "submit_report", report.hex(), "done");
    result = {report.hex(), saved.changeset, "to_send"};
  });
  return result;
}

namespace {

struct Signed {
  station::ReportContent content;
  sync::LogId log;
  std::uint64_t seq = 0;
};

constexpr std::uint32_t kRevisions = 64;

Signed content_of_report(Station& station, const sync::RecordId& report, std::uint32_t depth = 0) {
  const auto approved = event_of(station, report, kApproved);
  const auto submitted = event_of(station, report, kSubmitted);
  if (!approved || !submitted)
    throw station::wrong_state("not_submitted", "Only a submitted report is exported.", "Approve and submit it first.");
  const Fields f(station, report);
  const auto text = [&](std::string_view name) { return f.text(tasks::find_field(RecordType::report, name)->field); };
  Signed result;
  station::ReportContent& c = result.content;
  c.id = report;
  c.site = station.organisation_code();
  c.site_name = station::body_of(station, station.organisation()).name;
  c.form = "progress";
  c.period = text("period");
  c.regime = text("regime");
  c.text = text("text");
  const auto at = f.rows().find(field_number(RecordType::report, "due"));
  if (at != f.rows().end())
    if (const auto* m = at->second.value.get<sync::ZonedMoment>())
      c.due = station::rfc3339(static_cast<std::uint64_t>(m->ms));
  const auto figures = f.rows().find(field_number(RecordType::report, "figures"));
  if (figures != f.rows().end())
    if (const auto* s = figures->second.value.get<sync::Structure>()) c.rows = thaw(s->bytes);
  c.totals["assignments"] = static_cast<std::int64_t>(c.rows.size());
  for (const auto outcome : {"done_on_time", "done_late", "in_progress_late", "in_progress_on_time", "not_done_overdue",
                             "not_started_in_time", "not_started_overdue"})
    c.totals[outcome] =
        std::count_if(c.rows.begin(), c.rows.end(), [&](const station::ReportRow& r) { return r.outcome == outcome; });
  const auto author = f.id(field_number(RecordType::report, "written_by"));
  c.prepared_by = author ? station::person_name(station, sync::PersonId{*author}) : "";
  c.approved_by = station::person_name(station, approved->person);
  c.created = station::rfc3339(submitted->written_ms);
  if (const auto old = f.id(field_number(RecordType::report, "corrects")); old && depth < kRevisions) {
    const Signed before = content_of_report(station, sync::RecordId{*old}, depth + 1);
    const auto bytes = station::report_json(before.content);
    if (!bytes) throw station::ActRefused(bytes.error().code);
    c.revision = before.content.revision + 1;
    c.supersedes = station::report_hash(*bytes);
  }
  c.clock = sync::ClockQuality::device;
  const auto changeset = station.store().changeset(submitted->changeset);
  result.log = changeset->log;
  result.seq = changeset->seq;
  return result;
}

station::ReportSigning signing_of(Station& station, const Signed& report) {
  crypto::VerifyKey root{};
  if (const auto stored = station.store().meta(sync::meta::kRootKey); stored && stored->size() == root.size())
    std::copy(stored->begin(), stored->end(), root.begin());
  auto proof = station::directory_proof(station.directory(), root, station.device());
  if (!proof) throw station::ActRefused(proof.error().code);
  return {station.device_key(), std::move(*proof), report.log, report.seq};
}

}  // namespace

std::vector<sync::Frame> waiting_report_frames(Station& station) {
  std::vector<sync::Frame> frames;
  for (const auto& row : station.store().records_of_type(kType, sync::Layer::provisional)) {
    const auto submitted = event_of(station, row.id, kSubmitted);
    if (!submitted || submitted->layer == sync::Layer::confirmed || row.owner != station.organisation()) continue;
    const Signed report = content_of_report(station, row.id);
    const auto made = station::sign_report(report.content, signing_of(station, report));
    if (!made) throw station::ActRefused(made.error().code);
    auto frame = station::encode_report_frame(made->tsig, made->json);
    if (frame) frames.push_back(std::move(*frame));
  }
  return frames;
}

std::string export_report(Station& station, const Actor& actor, std::string_view id,
                          const std::filesystem::path& folder) {
  const sync::RecordId record = report_named(station, id);
  (void)station::permit(station, actor, tasks::Action::read_record, {.record = record});
  station::need_exchange(station, tasks::ExchangeFormat::signed_export, tasks::Direction::out);
  const Signed report = content_of_report(station, record);
  const auto written = station::write_report_export(folder, report.content, signing_of(station, report));
  if (!written) throw station::ActRefused(written.error().code);
  station.transact([&] { station.audit(actor, "export_report", record.hex(), "done"); });
  return written->string();
}

}  // namespace tram::node
