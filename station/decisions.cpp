#include "station/decisions.h"

#include <algorithm>
#include <set>

#include "station/people_office.h"
#include "station/permission_gate.h"
#include "station/regulation.h"
#include "station/store/accounts.h"
#include "station/store/drafts.h"
#include "station/task_json.h"
#include "station/web/permissions.h"
#include "sync/apply.h"
#include "sync/audit_anchor.h"
#include "sync/dispute.h"
#include "sync/limits.h"
#include "sync/redaction.h"
#include "sync/revocation.h"
#include "sync/waiting_list.h"
#include "tasks/approval.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

namespace json = boost::json;

constexpr std::size_t kReviewed = 500;  // of compromised devices, in one listing

// Proposals that an answer of ours names which has no receipt yet.
std::set<sync::VersionId> answered_here(Station& station) {
  std::set<sync::VersionId> found;
  for (const sync::RecordId& home : station.store().homes_waiting())
    for (const sync::VersionRow& v : station.store().versions_of_home(home))
      if (v.layer == sync::Layer::provisional && v.kind == sync::OperationKind::proposal_answer &&
          v.verdict == sync::Verdict::admitted)
        found.insert(v.seen.begin(), v.seen.end());
  return found;
}

// The operation that a version came from, as it was signed.
std::optional<sync::Operation> operation_of(Station& station, const sync::VersionRow& v) {
  const auto row = station.store().changeset(v.changeset);
  const auto body = row ? sync::decode_body(row->bytes.body) : Result<sync::Body>(sync::errc::unknown_record);
  if (!body || v.operation >= body->operations.size()) return std::nullopt;
  return body->operations[v.operation];
}

std::optional<sync::Hash> hash_named(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != sizeof(sync::Hash)) return std::nullopt;
  sync::Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

sync::ChangesetRow changeset_named(Station& station, std::string_view id) {
  std::optional<sync::ChangesetRow> row;
  if (const auto hash = hash_named(id)) row = station.store().changeset(*hash);
  if (const auto version = row ? std::nullopt : sync::VersionId::parse(id))
    if (const auto v = station.store().version(*version)) row = station.store().changeset(v->changeset);
  if (!row) throw refused("unknown_changeset", "There is no such changeset here.", "See `quarantine list`.");
  return *row;
}

// A changeset is its body's own, whatever its record is.
Permit permit_about(Station& station, const Actor& actor, tasks::Action action, const sync::ChangesetRow& row) {
  ActAbout about;
  if (station.store().record(row.home, sync::Layer::provisional)) about.record = row.home;
  const auto header = sync::decode_header(row.bytes.header);
  const sync::Device* device = header ? station.directory().device(header->device) : nullptr;
  if (device != nullptr && device->site == station.organisation()) about.relations = tasks::writer::own;
  return permit(station, actor, action, about);
}

sync::World world_of(Station& station) {
  const sync::Directory& directory = station.directory();
  const auto* keys = directory.hub_keys();
  return {station.schema(), directory, keys ? keys->hub_organisation : sync::OrganisationId{}, station.zone(),
          station.program() == Program::hub};
}

std::string_view answer_word(sync::ProposalAnswer answer) {
  switch (answer) {
    case sync::ProposalAnswer::accept:
      return "accepted";
    case sync::ProposalAnswer::decline:
      return "declined";
    case sync::ProposalAnswer::withdraw:
      return "withdrawn";
  }
  return "unknown";
}

json::object home_json(Station& station, const sync::HomeRow& home) {
  const auto record = station.store().record(home.home, sync::Layer::confirmed);
  return {{"home", home.home.hex()},
          {"type", record ? json::value(station.schema().type_name(record->type)) : json::value(nullptr)},
          {"disputed", home.disputed},
          {"poisoned", home.poisoned}};
}

std::vector<sync::HomeRow> marked_homes(Station& station) {
  return station.store().marked_homes();
}

}  // namespace

std::vector<sync::VersionRow> open_proposals(Station& station) {
  auto found = station.store().versions_with_verdict(sync::Verdict::proposal);
  const auto answered = answered_here(station);
  std::erase_if(found, [&](const sync::VersionRow& v) { return v.superseded || answered.contains(v.id); });
  return found;
}

sync::Acknowledge answer_proposal(Station& station, const Actor& actor, std::string_view id,
                                  sync::ProposalAnswer answer, std::string_view text) {
  const auto open = open_proposals(station);
  const auto named = std::find_if(open.begin(), open.end(), [&](const auto& v) { return v.id.hex() == id; });
  if (named == open.end())
    throw refused("unknown_proposal", "There is no open proposal of this id.", "See `proposals list`.");
  const bool withdraws = answer == sync::ProposalAnswer::withdraw;
  const Permit may = permit(station, actor, withdraws ? tasks::Action::propose : tasks::Action::resolve_conflict,
                            {.record = named->home});
  const bool whole = named->reason == sync::Reason::all_or_nothing;
  std::vector<sync::Operation> operations, writes;
  for (const sync::VersionRow& v : open) {
    if (v.id != named->id && !(whole && v.changeset == named->changeset)) continue;
    sync::Operation reply;
    reply.kind = sync::OperationKind::proposal_answer;
    std::copy(v.id.bytes.begin(), v.id.bytes.end(), reply.target.begin());
    reply.answer = answer;
    reply.text = tasks::to_nfc(text);
    operations.push_back(std::move(reply));
    if (answer != sync::ProposalAnswer::accept) continue;
    const auto said = operation_of(station, v);
    if (!said || v.kind == sync::OperationKind::record_create)
      throw refused("not_acceptable", "This proposal cannot be taken over as it is.",
                    "Enter what it proposes yourself, or decline it.");
    // The write itself, by one who has the authority; what it supersedes is what is known here.
    sync::Operation write;
    write.kind = said->kind;
    write.record = said->record;
    write.field = said->field;
    write.value = said->value;
    write.event = said->event;
    if (said->kind == sync::OperationKind::set_remove) write.seen = said->seen;
    writes.push_back(std::move(write));
  }
  for (sync::Operation& write : writes) operations.push_back(std::move(write));
  station.audit(actor, "proposal_answer", std::string(id), std::string(answer_word(answer)));
  // All or nothing: an answer never stands without the write that belongs to it.
  return station.save(may, named->home, std::move(operations), answer == sync::ProposalAnswer::accept);
}

sync::Acknowledge adopt_changeset(Station& station, const Actor& actor, std::string_view id) {
  const sync::ChangesetRow row = changeset_named(station, id);
  const Permit may = permit_about(station, actor, tasks::Action::resolve_conflict, row);
  const auto stored = station.store().receipt_of_changeset(row.hash);
  const auto receipt = stored ? sync::decode_receipt(stored->bytes) : Result<sync::Receipt>(sync::errc::bad_value);
  const bool quarantined =
      receipt && std::any_of(receipt->exceptions.begin(), receipt->exceptions.end(),
                             [](const auto& e) { return e.verdict == sync::Verdict::quarantined; });
  if (!quarantined)
    throw wrong_state("not_quarantined", "This changeset is not quarantined.", "See `quarantine list`.");
  if (!sync::read_changeset(row.bytes, world_of(station), 0))
    throw refused("not_adoptable", "Nobody can read this changeset, so nobody can answer for it.",
                  "Enter what it should have said anew.");
  sync::Operation adopt;
  adopt.kind = sync::OperationKind::adopt;
  adopt.target = row.hash;
  station.audit(actor, "adopt", to_hex(row.hash), "done");
  return station.save(may, row.home, {std::move(adopt)});
}

json::object settle_dispute(Station& station, const Actor& actor, std::string_view home) {
  const auto id = sync::RecordId::parse(home);
  ActAbout about;
  if (id && station.store().record(*id, sync::Layer::provisional)) about.record = *id;
  (void)permit(station, actor, tasks::Action::resolve_conflict, about);
  if (!id || !sync::settle_dispute(station.store(), *id))
    throw wrong_state("not_disputed", "Nothing of this record is disputed.", "See `quarantine list`.");
  station.audit(actor, "dispute_settle", id->hex(), "done");
  return home_json(station, *station.store().home(*id));
}

sync::Acknowledge redact_changeset(Station& station, const Actor& actor, std::string_view changeset,
                                   std::string_view ground) {
  const std::string words = tasks::to_nfc(ground);
  if (words.empty() || !tasks::is_clean_utf8(words))
    throw refused("ground_missing", "A redaction names its legal ground.", "Give it with --ground.");
  const sync::ChangesetRow row = changeset_named(station, changeset);
  const Permit may = permit_about(station, actor, tasks::Action::redact, row);
  if (row.hub_seq == 0)
    throw wrong_state("not_receipted", "The hub has no receipt for this changeset yet.", "Wait for its receipt.");
  if (sync::redacted(station.store(), row.hash) == sync::Redacted::yes)
    throw wrong_state("already_redacted", "The content of this changeset is removed already.", "Nothing to do.");
  sync::Operation redact;
  redact.kind = sync::OperationKind::redact;
  redact.target = row.hash;
  redact.text = words;
  station.audit(actor, "redact", to_hex(row.hash), "done", words);
  return station.save(may, row.home, {std::move(redact)});
}

json::object proposals_json(Station& station) {
  json::array items;
  for (const sync::VersionRow& v : open_proposals(station)) {
    json::object one = version_json(station, v);
    one["id"] = v.id.hex();
    one["record_id"] = v.record.hex();
    one["own"] = v.organisation == station.organisation();
    // What it rests on: the authority change of its own body that lost.
    if (v.reason == sync::Reason::depends_on_lost_change)
      if (const auto said = operation_of(station, v); said && said->auth_base)
        one["depends_on"] = said->auth_base->hex();
    items.push_back(std::move(one));
  }
  return {{"items", std::move(items)}};
}

json::object quarantine_json(Station& station) {
  json::array items, homes, damaged, newer, lost, review;
  for (const sync::VersionRow& v : station.store().versions_with_verdict(sync::Verdict::quarantined)) {
    json::object one = version_json(station, v);
    one["id"] = v.id.hex();
    items.push_back(std::move(one));
  }
  for (const sync::HomeRow& home : marked_homes(station)) homes.push_back(home_json(station, home));
  for (const sync::Hash& hash : sync::waiting_list(station.store(), sync::waiting::kDamaged))
    damaged.push_back(json::value(to_hex(hash)));
  for (const sync::Hash& hash : sync::waiting_list(station.store(), sync::waiting::kNewer))
    newer.push_back(json::value(to_hex(hash)));
  for (const sync::Hash& hash : sync::waiting_list(station.store(), sync::waiting::kLost)) {
    const auto row = station.store().changeset(hash);
    lost.push_back({{"changeset", to_hex(hash)}, {"home", row ? row->home.hex() : ""}, {"seq", row ? row->seq : 0}});
  }
  if (station.program() == Program::hub) {
    for (const sync::ReceiptRow& r : sync::suspect_work(station.store(), station.directory(), kReviewed)) {
      const auto log = station.store().log(r.log);
      review.push_back({{"changeset", to_hex(r.changeset)},
                        {"home", r.home.hex()},
                        {"device", log ? log->device.hex() : ""},
                        {"received", rfc3339(r.hub_time_ms)}});
    }
  }
  return {{"items", std::move(items)}, {"homes", std::move(homes)}, {"damaged", std::move(damaged)},
          {"newer", std::move(newer)}, {"lost", std::move(lost)},   {"review", std::move(review)}};
}

namespace {

// R53: who may approve here today: accounts with the role, their own or by mandate.
std::vector<tasks::Mandate> approvers(Station& station) {
  const tasks::LocalDate day = tasks::date_of(moment_of_ms(wall_clock_ms()));
  std::vector<tasks::Mandate> found;
  for (const AccountRow& row : AccountTable(station.connection()).all()) {
    const auto roles = static_cast<Roles>(row.roles | mandated_roles(station, row.person));
    if (row.disabled || !has_role(roles, Role::approver)) continue;
    found.push_back({row.person.hex(), station.organisation_code(), day, day, "account " + row.name, false});
  }
  return found;
}

// What waits for an approval that nobody here may give.
void add_lonely_drafts(Station& station, json::array& list) {
  const auto waiting = Drafts(station.connection()).in_state(DraftState::to_approve);
  if (waiting.empty()) return;
  const auto may = approvers(station);
  const std::uint64_t now = wall_clock_ms();
  for (const Draft& d : waiting)
    if (tasks::only_the_author_is_left(d.author.hex(), station.organisation_code(), may,
                                       tasks::date_of(moment_of_ms(now))))
      list.push_back({{"code", "only_the_author_left"}, {"message", d.id.hex()}, {"at", rfc3339(now)}});
}

// What the state of this station itself asks for: room on the disk (reliability design 2.2), and a directory without
// news for 45 days (S-E5).
void add_own_alerts(Station& station, json::array& list) {
  const std::uint64_t now = wall_clock_ms();
  if (station.program() == Program::node) add_lonely_drafts(station, list);
  if (station.database().full()) list.push_back({{"code", "no_space"}, {"message", ""}, {"at", rfc3339(now)}});
  const std::uint64_t news = station.program() == Program::node ? sync::directory_as_of_ms(station.store()) : 0;
  if (news != 0 && now > news + sync::limits::kDirectoryOldMs)
    list.push_back(
        {{"code", sync::name(sync::OutcomeCode::dir_stale)}, {"message", rfc3339(news)}, {"at", rfc3339(now)}});
  // A site whose audit log is shorter than it said before: restored from a backup, or cut. A person has to ask.
  if (station.program() == Program::hub)
    for (const sync::Device* device : station.directory().devices())
      if (sync::audit_set_back(station.store(), device->id))
        list.push_back({{"code", "audit_set_back"}, {"message", device->id.hex()}, {"at", rfc3339(now)}});
  for (const auto& [year, bodies] : missing_years(station, moment_of_ms(now)))
    list.push_back({{"code", "calendar_year_missing"}, {"message", std::to_string(year)}, {"at", rfc3339(now)}});
}

}  // namespace

json::array standing_alerts(Station& station) {
  json::array list;
  for (const sync::HomeRow& home : marked_homes(station)) {
    const std::string at = rfc3339(wall_clock_ms());
    if (home.disputed) list.push_back({{"code", "disputed"}, {"message", home.home.hex()}, {"at", at}});
    if (home.poisoned) list.push_back({{"code", "poisoned"}, {"message", home.home.hex()}, {"at", at}});
  }
  const auto waits = [&](std::string_view name, std::string_view code) {
    for (const sync::Hash& hash : sync::waiting_list(station.store(), name))
      list.push_back({{"code", code}, {"message", to_hex(hash)}, {"at", rfc3339(wall_clock_ms())}});
  };
  waits(sync::waiting::kNewer, sync::name(sync::OutcomeCode::too_new));  // update needed
  waits(sync::waiting::kLost, "lost_work");
  add_own_alerts(station, list);
  return list;
}

}  // namespace tram::station
