#include "node/assignment_acts.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "station/act/act.h"
#include "station/permission_gate.h"
#include "station/task_json.h"
#include "sync/limits.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::node {
namespace {

namespace json = boost::json;
using station::Draft;
using station::Drafts;
using station::DraftState;
using station::Permit;
using sync::Operation;
using sync::OperationKind;
using sync::Value;
using tasks::Action;
using tasks::event_number;
using tasks::field_number;
using tasks::RecordType;

constexpr std::string_view kUpdate = "update";
constexpr std::string_view kReturn = "return";
constexpr std::size_t kNoteBytes = 16u << 10;

// The assignment as it stands, of our own organisation, and not over.
struct Own {
  station::TaskView task;
  station::AssignmentView assignment;
};
Own own_assignment(Station& station, const sync::RecordId& id) {
  for (station::TaskView& t : station::task_views(station)) {
    for (const station::AssignmentView& a : t.assignments) {
      if (a.id != id) continue;
      if (a.body.code != station.organisation_code())
        throw station::refused("not_ours", "This assignment belongs to another body.",
                               "Only its own body reports on it.");
      if (a.state == "cancelled")
        throw station::wrong_state("cancelled", "This assignment was cancelled.", "Nothing more is due.");
      station::AssignmentView copy = a;
      return {std::move(t), std::move(copy)};
    }
  }
  throw station::refused("unknown_assignment", "There is no such assignment here.", "Check the reference.");
}

// What is not here is said before who may.
Permit permit_own(Station& station, const Actor& actor, Action action, const sync::RecordId& id) {
  const std::array asked{action};
  station::need_right(actor, asked);
  (void)own_assignment(station, id);
  return station::permit(station, actor, action, {.record = id});
}

Operation set(const sync::RecordId& record, std::uint16_t field, Value value) {
  Operation op;
  op.record = record;
  op.field = field;
  op.value = std::move(value);
  return op;
}
Operation event(const sync::RecordId& record, std::uint16_t number) {
  Operation op;
  op.kind = OperationKind::status_event;
  op.record = record;
  op.field = field_number(RecordType::assignment, "state");
  op.event = number;
  return op;
}

std::string checked_text(std::string_view text, std::size_t most, const char* what) {
  if (!tasks::is_clean_utf8(text) || text.size() > most)
    throw station::refused("bad_value", std::string(what) + " is no valid text, or too long.",
                           "Shorten or correct it.");
  return tasks::to_nfc(text);
}

json::object content_of(const Draft& draft) {
  return json::parse(as_text(draft.content)).as_object();
}
std::string text_of(const json::object& content, std::string_view key) {
  const auto* v = content.if_contains(key);
  return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

// The changeset of an approved update: the progress update itself, and what it says of its assignment (R27).
std::vector<Operation> operations_of_update(Station& station, const Draft& draft) {
  const json::object content = content_of(draft);
  const std::int64_t progress = content.at("progress").to_number<std::int64_t>();
  const std::string state = text_of(content, "state");
  const std::string completed = text_of(content, "completed_on");
  Operation create = station.create_record(static_cast<std::uint16_t>(RecordType::progress_update), draft.home);
  const sync::RecordId update = create.record;
  const auto field = [](std::string_view name) { return tasks::find_field(RecordType::progress_update, name)->field; };
  std::vector<Operation> operations;
  operations.push_back(std::move(create));
  const auto as_of = static_cast<std::int64_t>(draft.created_ms / 1000 * 1000);
  operations.push_back(set(update, field("as_of"), Value(Value::Variant(sync::ZonedMoment{as_of, 420}))));
  operations.push_back(set(update, field("text"), Value::text(text_of(content, "note"))));
  operations.push_back(set(update, field("percent"), Value::integer(progress)));
  operations.push_back(set(update, field("written_by"), Value::id(draft.author)));
  operations.push_back(set(update, field("work_state"), Value::text(state)));
  const sync::Hash seal = draft.content_hash();
  operations.push_back(set(update, field("sealed_hash"), Value(Value::Variant(Bytes(seal.begin(), seal.end())))));
  if (!completed.empty()) operations.push_back(set(update, field("completion_date"), Value::text(completed)));
  operations.push_back(set(draft.home, field_number(RecordType::assignment, "percent"), Value::integer(progress)));
  const Own own = own_assignment(station, draft.home);
  if (state == "done") {
    operations.push_back(
        set(draft.home, field_number(RecordType::assignment, "completion_date"), Value::text(completed)));
    operations.push_back(event(draft.home, event_number(RecordType::assignment, "done")));
  } else if (own.assignment.state != "started") {
    operations.push_back(event(draft.home, event_number(RecordType::assignment, "started")));
  }
  return operations;
}

// Feedback with its reason, and the event that gives the task back (R13).
std::vector<Operation> operations_of_return(Station& station, const Draft& draft) {
  const json::object content = content_of(draft);
  Operation create = station.create_record(static_cast<std::uint16_t>(RecordType::feedback), draft.home);
  const sync::RecordId feedback = create.record;
  const auto field = [](std::string_view name) { return tasks::find_field(RecordType::feedback, name)->field; };
  std::vector<Operation> operations;
  operations.push_back(std::move(create));
  operations.push_back(set(feedback, field("kind"), Value::text("return")));
  operations.push_back(set(feedback, field("text"), Value::text(text_of(content, "reason"))));
  operations.push_back(set(feedback, field("written_by"), Value::id(draft.author)));
  Operation raised;
  raised.kind = OperationKind::status_event;
  raised.record = feedback;
  raised.field = field("state");
  raised.event = event_number(RecordType::feedback, "raised");
  operations.push_back(std::move(raised));
  operations.push_back(event(draft.home, event_number(RecordType::assignment, "returned")));
  return operations;
}

sync::Hash seal_entry(Station& station, const Permit& may, const Draft& draft) {
  auto operations = draft.kind == kUpdate ? operations_of_update(station, draft) : operations_of_return(station, draft);
  return station.save(may, draft.home, std::move(operations)).changeset;
}

[[noreturn]] void refuse_draft(Error e) {
  if (e == station::errc::same_person)
    throw station::refused("same_person", "You wrote this version, so you cannot approve it. It stays in the queue.",
                           "Ask another approver, or have a substitute named.");
  if (e == station::errc::wrong_state)
    throw station::wrong_state("decided_already", "This was decided already.", "Look at the history.");
  throw station::refused("unknown_draft", "There is no such item waiting.", "See the approval desk.");
}

std::string iso(std::uint64_t ms) {
  return station::rfc3339(ms);
}

}  // namespace

ActDone add_draft(Station& station, const Permit& may, std::string_view kind, const sync::RecordId& home,
                  const json::object& content) {
  DraftId id;
  station.transact([&] {
    id = station::put_draft(station, may, kind, home, home, content);
    station.audit(may.actor(), "draft_" + std::string(kind), (home.is_zero() ? id.hex() : home.hex()), "to_approve");
  });
  return {id.hex(), std::nullopt, "to_approve"};
}

json::object json_of(const ActDone& done) {
  return {{"id", done.id},
          {"changeset", done.changeset ? json::value(to_hex(*done.changeset)) : json::value(nullptr)},
          {"state", done.state}};
}

ActDone receive(Station& station, const Actor& actor, const sync::RecordId& id) {
  const auto done = station::carry_out(station, actor, *station::act_named("receive"), {id}, {});
  return {done.front().id, done.front().changeset, done.front().state};
}

ActDone draft_return(Station& station, const Actor& actor, const sync::RecordId& id, std::string_view reason) {
  const Permit may = permit_own(station, actor, Action::return_task, id);
  (void)own_assignment(station, id);
  const std::string text = checked_text(reason, kNoteBytes, "The reason");
  if (tasks::trimmed(text).empty())
    throw station::refused("missing_value", "A return needs its reason.", "Say why, and whose it is if you know.");
  return add_draft(station, may, kReturn, id, {{"reason", text}});
}

ActDone draft_update(Station& station, const Actor& actor, const sync::RecordId& id, const UpdateEntry& entry) {
  const Permit may = permit_own(station, actor, Action::draft_update, id);
  const Own own = own_assignment(station, id);
  if (own.assignment.state == "loaded")
    throw station::wrong_state("not_handed_over", "This task was not handed over yet.", "Wait for it.");
  if (entry.progress < 0 || entry.progress > 100)
    throw station::refused("bad_value", "Progress is a number from 0 to 100.", "Correct it.");
  if (entry.state != "started" && entry.state != "done")
    throw station::refused("bad_value", "The state is started or done.", "Correct it.");
  std::string completed = entry.completed_on;
  if (entry.state == "done" && completed.empty()) {
    const tasks::Moment now{std::chrono::seconds{static_cast<std::int64_t>(station::wall_clock_ms() / 1000)}};
    completed = tasks::format_date(tasks::date_of(now));
  }
  if (!completed.empty() && !tasks::parse_date_or_hour(completed))
    throw station::refused("bad_date", "\"" + completed + "\" is no date.", "Write YYYY-MM-DD.");
  return add_draft(station, may, kUpdate, id,
                   {{"progress", entry.progress},
                    {"state", entry.state},
                    {"note", checked_text(entry.note, kNoteBytes, "The note")},
                    {"completed_on", completed}});
}

ActDone approve(Station& station, const Actor& actor, const DraftId& id) {
  const std::array asked{Action::approve};
  station::need_right(actor, asked);
  ActDone result{id.hex(), std::nullopt, "to_send"};
  station.transact([&] {
    Drafts drafts(station.connection());
    const auto draft = drafts.get(id);
    const station::ActSpec* act = draft ? station::act_named(draft->kind) : nullptr;
    if (!draft || (act == nullptr && draft->kind != kUpdate && draft->kind != kReturn))
      refuse_draft(station::errc::no_such_row);
    const Permit may =
        station::permit(station, actor, Action::approve, {.record = draft->home, .author = draft->author});
    const auto sealed = drafts.approve(id, actor.person, draft->content_hash(), station::wall_clock_ms());
    if (!sealed) refuse_draft(sealed.error());
    result.changeset = act ? station::carry_out_draft(station, may, *act, *draft) : seal_entry(station, may, *draft);
    if (!drafts.set_changeset(id, *result.changeset)) refuse_draft(station::errc::wrong_state);
    station.audit(actor, "approve_" + draft->kind, draft->home.hex(), "done", "author " + draft->author_name);
  });
  return result;
}

ActDone withdraw_draft(Station& station, const Actor& actor, const DraftId& id) {
  (void)station::permit(station, actor, Action::withdraw);
  station.transact([&] {
    const auto done = Drafts(station.connection()).remove(id, actor.person);
    if (!done && done.error() == station::errc::not_the_author)
      throw station::refused("not_the_author", "Only its author takes a version back (R52).",
                             "Give it back to the author with a reason.");
    if (!done) refuse_draft(done.error());
    station.audit(actor, "draft_withdrawn", id.hex(), "done");
  });
  return {id.hex(), std::nullopt, "withdrawn"};
}

ActDone give_back(Station& station, const Actor& actor, const DraftId& id, std::string_view reason) {
  (void)station::permit(station, actor, Action::approve);
  const std::string text = checked_text(reason, station::kDraftReasonBytes, "The reason");
  if (tasks::trimmed(text).empty())
    throw station::refused("missing_value", "A return to the author needs its reason.", "Say what is to be changed.");
  station.transact([&] {
    const auto done = Drafts(station.connection()).give_back(id, actor.person, text, station::wall_clock_ms());
    if (!done) refuse_draft(done.error());
    station.audit(actor, "draft_returned", id.hex(), "done");
  });
  return {id.hex(), std::nullopt, "returned"};
}

json::object approvals_json(Station& station, const std::optional<sync::PersonId>& viewer) {
  const auto tasks = station::task_views(station);
  json::array items;
  for (const Draft& d : Drafts(station.connection()).in_state(DraftState::to_approve)) {
    const json::object content = content_of(d);
    json::object item{
        {"id", d.id.hex()}, {"kind", d.kind}, {"author", d.author_name}, {"written_at", iso(d.created_ms)}};
    item["task"] = nullptr;
    item["ref"] = text_of(content, "period");
    item["title"] = text_of(content, "regime");
    item["org"] = station.organisation_code();
    for (const auto& t : tasks)
      for (const auto& a : t.assignments)
        if (a.id == d.home) {
          item["task"] = t.id.hex();
          item["ref"] = t.ref;
          item["title"] = t.title;
          item["org"] = a.body.code;
        }
    const auto* progress = content.if_contains("progress");
    item["progress"] = progress ? *progress : json::value(nullptr);
    item["state"] = content.contains("state") ? json::value(text_of(content, "state")) : json::value(nullptr);
    const std::string note = text_of(content, content.contains("note")     ? "note"
                                              : content.contains("reason") ? "reason"
                                                                           : "text");
    item["note"] = note;
    item["mine"] = viewer && *viewer == d.author;
    items.push_back(std::move(item));
  }
  return {{"items", std::move(items)}};
}

json::object outbox_json(Station& station) {
  const auto tasks = station::task_views(station);
  const auto label = [&](const sync::RecordId& home, json::object& item) {
    item["ref"] = "";
    item["title"] = "";
    for (const auto& t : tasks) {
      const bool own =
          std::any_of(t.assignments.begin(), t.assignments.end(), [&](const auto& a) { return a.id == home; });
      if (!own && t.id != home) continue;
      item["ref"] = t.ref;
      item["title"] = t.title;
    }
  };
  json::array to_approve, to_send, waiting;
  for (const Draft& d : Drafts(station.connection()).in_state(DraftState::to_approve)) {
    json::object item{{"id", d.id.hex()}, {"kind", d.kind}, {"at", iso(d.created_ms)}};
    label(d.home, item);
    to_approve.push_back(std::move(item));
  }
  for (const sync::LogRow& log : station.store().logs()) {
    if (!log.own) continue;
    station.store().each_changeset(log.log, log.receipted_seq + 1, [&](const sync::ChangesetRow& row) {
      const auto header = sync::decode_header(row.bytes.header);
      if (!header || header->person.is_zero() || row.home.bytes == header->person.bytes || row.hub_seq != 0)
        return true;
      const auto record = station.store().record(row.home, sync::Layer::provisional);
      json::object item{{"id", to_hex(row.hash)},
                        {"kind", record ? std::string(station.schema().type_name(record->type)) : "change"},
                        {"at", iso(header->written_ms())}};
      label(row.home, item);
      (row.sent ? waiting : to_send).push_back(std::move(item));
      return true;
    });
  }
  return {
      {"to_approve", std::move(to_approve)}, {"to_send", std::move(to_send)}, {"waiting_receipt", std::move(waiting)}};
}

json::object status_json(Station& station) {
  const station::HonestCounts counts = station::honest_counts(station);
  json::object o{{"site", station.organisation_code()}, {"device", station.device().hex()},
                 {"enrolled", station.enrolled()},      {"to_approve", counts.to_approve},
                 {"to_send", counts.to_send},           {"waiting_receipt", counts.waiting_receipt}};
  const std::uint64_t now = station::wall_clock_ms();
  const auto number_meta = [&](std::string_view name) -> std::optional<std::uint64_t> {
    const auto text = station.text_meta(name);
    return text ? std::optional(std::strtoull(text->c_str(), nullptr, 10)) : std::nullopt;
  };
  const auto last = number_meta("last_exchange");
  const auto bundle = number_meta("last_bundle");
  o["last_exchange"] = last ? json::value(iso(*last)) : json::value(nullptr);
  const std::uint64_t contact = std::max(last.value_or(0), bundle.value_or(0));
  o["hub_contact_age_s"] = contact ? json::value(now > contact ? (now - contact) / 1000 : 0) : json::value(nullptr);
  const auto ahead_ms = static_cast<std::int64_t>(sync::meta_u64(station.store(), sync::meta::kClockAhead));
  o["clock_offset_s"] = ahead_ms / 1000;
  const std::uint64_t news = sync::directory_as_of_ms(station.store());
  o["directory_as_of"] = news ? json::value(iso(news)) : json::value(nullptr);
  json::array alerts = station::standing_alerts(station);
  if (static_cast<std::uint64_t>(std::abs(ahead_ms)) > sync::limits::kClockJumpMs)
    alerts.push_back(
        {{"code", "clock_doubtful"}, {"message", std::to_string(ahead_ms / 1000) + " s"}, {"at", iso(now)}});
  for (const auto& alert : station.alerts())
    alerts.push_back({{"code", alert.code}, {"message", alert.subject}, {"at", iso(alert.at_ms)}});
  o["alerts"] = std::move(alerts);
  return o;
}

}  // namespace tram::node
