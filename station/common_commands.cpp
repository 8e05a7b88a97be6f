#include "station/common_commands.h"

#include <algorithm>

#include "station/acts.h"
#include "station/attachment_commands.h"
#include "station/audit_anchors.h"
#include "station/backup_commands.h"
#include "station/courier_register.h"
#include "station/decisions.h"
#include "station/exchange.h"
#include "station/exchange_formats.h"
#include "station/figures.h"
#include "station/people_commands.h"
#include "station/relays.h"
#include "station/stick/bundle_read.h"
#include "station/task_json.h"
#include "station/verify.h"
#include "station/warning_commands.h"
#include "sync/merge.h"
#include "tasks/lost_edit.h"
#include "tasks/offline.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::Action;

CommandResult acknowledged(const sync::Acknowledge& a) {
  return done(json::object{{"changeset", to_hex(a.changeset)}});
}

CommandResult task_list(Station& station, const Invocation& in) {
  TaskFilter filter;
  filter.organisation = in.get("--org");
  filter.document = in.get("--document");
  if (const auto outcome = in.get("--outcome")) {
    filter.outcome = tasks::outcome_named(*outcome);
    if (!filter.outcome) throw wrong_usage("There is no outcome class of this name.");
  }
  json::object list = task_list_json(task_views(station, filter));
  json::array warnings;
  for (const auto& [year, bodies] : missing_years(station, moment_now())) {
    json::array of;
    for (const std::string& body : bodies) of.push_back(json::value(body));
    warnings.push_back(
        {{"code", "calendar_year_missing"},
         {"message", "The days off of " + std::to_string(year) + " are not known: what falls due then is provisional."},
         {"year", year},
         {"bodies", std::move(of)}});
  }
  list["warnings"] = std::move(warnings);
  return done(std::move(list));
}

CommandResult task_show(Station& station, const Invocation& in) {
  return done(task_detail_json(station, task_named(station, in.words.at(0))));
}

CommandResult task_set(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  sync::Acknowledge saved;
  station.transact([&] {
    const TaskView task = task_named(station, in.words.at(0));
    const auto org = in.get("--org");
    saved = set_field(station, actor, task, org ? std::optional<std::string_view>(*org) : std::nullopt, in.words.at(1),
                      in.words.at(2));
  });
  return acknowledged(saved);
}

CommandResult bundle_export(Station& station, const Invocation& in) {
  const BundleOut out = export_bundle(station, in.path(in.need("--out")), in.get("--site"));
  return done(bundle_out_json(out));
}

CommandResult bundle_import(Station& station, const Invocation& in) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& word : in.words) paths.push_back(in.path(word));
  const auto results = import_bundles(station, paths, {}, [&] { need_medium(station, in.need("--medium")); });
  return {bundle_in_json(results), exit_of(results)};
}

CommandResult bundle_check(const Invocation& in) {
  json::array list;
  int exit = 0;
  for (const std::string& word : in.words) {
    const sync::Inspection i = check_bundle_file(in.path(word));
    exit = sync::worst_exit(exit, sync::exit_status(i.code));
    list.push_back({{"file", word},
                    {"outcome", sync::name(i.code)},
                    {"complete", i.code == sync::OutcomeCode::ok_new},
                    {"code", i.bundle_code},
                    {"have_bytes", i.have_bytes},
                    {"want_bytes", i.want_bytes}});
  }
  return {json::object{{"bundles", std::move(list)}}, exit};
}

CommandResult conflict_resolve(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  sync::Acknowledge saved;
  station.transact(
      [&] { saved = resolve_conflict(station, actor, in.words.at(0), in.need("--keep"), in.need("--reason")); });
  return acknowledged(saved);
}

Command proposal_command(std::string word, sync::ProposalAnswer answer, std::string help) {
  const bool own = answer == sync::ProposalAnswer::withdraw;
  Command c{"proposals " + std::move(word),
            {own ? Action::propose : Action::resolve_conflict},
            std::move(help),
            {},
            {},
            false,
            {},
            {},
            {}};
  c.words = {{"ID"}};
  c.options = {option("--reason", "why")};
  c.run = [answer](Station& station, const Invocation& in) {
    const Actor& actor = in.person();
    sync::Acknowledge saved;
    station.transact([&] { saved = answer_proposal(station, actor, in.words.at(0), answer, in.need("--reason")); });
    return acknowledged(saved);
  };
  return c;
}

CommandResult quarantine_adopt(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  sync::Acknowledge saved;
  station.transact([&] { saved = adopt_changeset(station, actor, in.words.at(0)); });
  return acknowledged(saved);
}

CommandResult quarantine_settle(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  json::object home;
  station.transact([&] { home = settle_dispute(station, actor, in.words.at(0)); });
  return done(std::move(home));
}

CommandResult redact_command(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  sync::Acknowledge saved;
  station.transact([&] { saved = redact_changeset(station, actor, in.words.at(0), in.need("--ground")); });
  return acknowledged(saved);
}

CommandResult explain_field(Station& station, const Invocation& in) {
  json::array items;
  for (const sync::VersionRow& v : explain(station, in.words.at(0), in.words.at(1)))
    items.push_back(version_json(station, v));
  return done(json::object{{"items", std::move(items)}});
}

CommandResult digest(Station& station, const Invocation& in) {
  sync::OrganisationId scope = station.organisation();
  if (const auto site = in.get("--site")) {
    const auto* o = station.directory().organisation(*site);
    if (o == nullptr) throw refused("unknown_body", "There is no such body.", "Check --site.");
    scope = o->id;
  }
  const bool whole = station.program() == Program::hub && !in.get("--site");
  const sync::Hash sum =
      whole ? station.engine().digest_of_all(station.store()) : station.engine().digest(station.store(), scope);
  json::object o{{"digest", to_hex(sum)}, {"as_of", rfc3339(sync::meta_u64(station.store(), sync::meta::kHubTime))}};
  if (station.program() == Program::node)
    o["provisional_digest"] = to_hex(station.engine().provisional_digest(station.store(), scope));
  return done(std::move(o));
}

CommandResult verify(Station& station, const Invocation& in) {
  std::optional<AuditAnchor> anchor;
  if (const auto file = in.get("--anchor")) anchor = read_anchor(station, read_small_file(in.path(*file), 4096));
  const Verification v = verify_station(station, anchor);
  if (!v.damaged.empty()) (void)station.step_alone(sync::Mend{v.damaged});
  json::array problems;
  for (const Problem& p : v.problems) problems.push_back({{"code", p.code}, {"subject", p.subject}});
  const bool ok = v.problems.empty();
  return {json::object{{"ok", ok}, {"changesets", v.changesets}, {"problems", std::move(problems)}},
          ok ? exit_status::kDone : exit_status::kRefused};
}

CommandResult user_add(Station& station, const Invocation& in) {
  std::string password = in.input;
  if (const auto end = password.find_first_of("\r\n"); end != std::string::npos) password.resize(end);
  // The first person on a console becomes its administrator; later ones are added by that person (decisions 13).
  const bool first = station.program() == Program::node && !station.text_meta("administrator");
  std::optional<Actor> second;
  if (in.second.user) second = second_person(station, in.person(), in.second, sync::role_bit(sync::Role::hub_security));
  const std::string org = in.get("--org").value_or(station.organisation_code());
  const Actor added = add_user(station, first ? nullptr : &in.person(), in.words.at(0), in.need("--role"), org,
                               password, second ? &*second : nullptr, in.has("--clearance"));
  return done(json::object{{"user", added.name}});
}

}  // namespace

json::object bundle_out_json(const BundleOut& out) {
  json::object covers{{"from", out.from_seq}, {"to", out.to_seq}};
  return {{"file", out.file}, {"bytes", out.bytes}, {"code", out.code}, {"covers", std::move(covers)}};
}

json::object bundle_in_json(const std::vector<BundleIn>& bundles) {
  json::array list;
  for (const BundleIn& b : bundles) {
    json::array waiting;
    for (const auto& [from, to] : b.waiting_for) waiting.push_back({{"from", from}, {"to", to}});
    json::object o{{"file", b.file},       {"outcome", sync::name(b.outcome)}, {"from", b.from}, {"kind", b.kind},
                   {"applied", b.applied}, {"waiting_for", std::move(waiting)}};
    o["message"] = sync::sentence(b.outcome);
    o["next"] = sync::next_action(b.outcome);
    json::array warnings;
    for (const sync::OutcomeCode w : b.warnings) warnings.push_back(json::value(sync::name(w)));
    o["warnings"] = std::move(warnings);
    list.push_back(std::move(o));
  }
  return {{"bundles", std::move(list)}};
}

json::object conflicts_json(Station& station) {
  json::array items;
  for (const Conflict& c : conflicts(station)) {
    const auto record = station.store().record(c.row.record, sync::Layer::provisional);
    const sync::FieldSpec* spec = record ? station.schema().field(record->type, c.row.field) : nullptr;
    json::array values;
    std::vector<tasks::ConcurrentValue> concurrent;
    for (const sync::VersionId& head : c.row.heads) concurrent.push_back({head.hex(), "", head == c.row.winner});
    const auto gave_way = tasks::overridden(concurrent);
    for (const sync::VersionId& head : c.row.heads) {
      const auto v = station.store().version(head);
      if (!v) continue;
      json::object one = version_json(station, *v);
      one["in_force"] = head == c.row.winner;
      one["overridden"] = std::find(gave_way.begin(), gave_way.end(), head.hex()) != gave_way.end();
      values.push_back(std::move(one));
    }
    items.push_back({{"id", c.id},
                     {"record", c.row.record.hex()},
                     {"type", record ? std::string(station.schema().type_name(record->type)) : ""},
                     {"field", spec ? spec->name : ""},
                     {"waits_for_person", spec != nullptr && tasks::waits_for_a_person(spec->name)},
                     {"values", std::move(values)}});
  }
  return {{"items", std::move(items)}};
}

namespace {

// R40: what a command needs of the other side, at a site; the strongest of what it may be.
std::string_view need_of(const Command& command) {
  tasks::Needs strongest = tasks::Needs::nothing;
  for (const Action action : command.asks.any()) strongest = std::max(strongest, tasks::needs_other_side(action));
  return tasks::name_of(strongest);
}

}  // namespace

Command list_of_commands(const std::vector<Command>& table) {
  json::array items;
  for (const Command& c : table) {
    json::array asks, words, options;
    for (const Action action : c.asks.any()) asks.push_back(json::value(tasks::name_of(action)));
    for (const CommandWord& w : c.words)
      words.push_back({{"name", w.name}, {"required", w.required}, {"many", w.many}});
    for (const CommandOption& o : c.options)
      options.push_back({{"name", o.name}, {"help", o.help}, {"required", o.required}, {"flag", o.flag}});
    items.push_back({{"command", c.path},
                     {"asks", std::move(asks)},
                     {"needs", need_of(c)},
                     {"help", c.help},
                     {"words", std::move(words)},
                     {"options", std::move(options)}});
  }
  Command c{"commands",
            {Action::read_station},
            "every command and what the matrix of rights is asked for it",
            {},
            {},
            false,
            {},
            {},
            {}};
  c.run = [items](Station&, const Invocation&) { return done(json::object{{"items", items}}); };
  return c;
}

std::vector<Command> common_commands(Program program) {
  const auto listing = [](std::string path, std::string help, json::object (*make)(Station&)) {
    Command c{std::move(path), {Action::read_record}, std::move(help), {}, {}, false, {}, {}, {}};
    c.run = [make](Station& station, const Invocation&) { return done(make(station)); };
    return c;
  };
  std::vector<Command> list;
  list.push_back({"task list",
                  {Action::read_record},
                  "tasks with their assignments and outcome classes",
                  {},
                  {option("--org", "only tasks of this body"), option("--outcome", "one of the seven classes of R6"),
                   option("--document", "number of the document")},
                  false,
                  task_list,
                  {},
                  {}});
  list.push_back(
      {"task show", {Action::read_record}, "one task with its history", {{"REF"}}, {}, false, task_show, {}, {}});
  list.push_back({"task set",
                  {Action::note_shared, Action::propose, Action::draft_update, Action::move_deadline,
                   Action::load_document, Action::note_contact},
                  "set a field of a task or of its assignment",
                  {{"REF"}, {"FIELD"}, {"VALUE"}},
                  {option("--org", "the body whose assignment is meant")},
                  false,
                  task_set,
                  {},
                  {}});
  const CommandOption medium = option("--medium", "number of the medium; a closed zone asks for it (R56)");
  std::vector<CommandOption> out = {option("--out", "a stick (an existing folder) or a file", true)};
  if (program == Program::hub) out.push_back(option("--site", "the body the bundle is for", true));
  list.push_back({"bundle export",
                  {Action::carry_bundle},
                  "write what the other side lacks",
                  {},
                  std::move(out),
                  false,
                  bundle_export,
                  {},
                  {}});
  list.push_back({"bundle import",
                  {Action::carry_bundle},
                  "take in bundles; a folder is scanned",
                  {{"FILE", true, true}},
                  {medium},
                  false,
                  bundle_import,
                  {},
                  {}});
  list.push_back({"bundle check",
                  Asks::console(),
                  "complete or not, without any key",
                  {{"FILE", true, true}},
                  {},
                  false,
                  {},
                  bundle_check,
                  {}});
  list.push_back({"relay list",
                  {Action::read_record},
                  "the days on which a document's bodies hand on to each other, and whose step is missing (R50)",
                  {{"DOCUMENT"}},
                  {},
                  false,
                  [](Station& station, const Invocation& in) { return done(relays_json(station, in.words.at(0))); },
                  {},
                  {}});
  list.push_back({"formats list",
                  {Action::read_station},
                  "documented formats, and which way each passes here (R38)",
                  {{"FORMAT", false}},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    std::optional<std::string> name;
                    if (!in.words.empty()) name = in.words.front();
                    return done(formats_json(station, name));
                  },
                  {},
                  {}});
  list.push_back(listing("figures", "how many assignments stand in each class, of all and of each body (R29)",
                         [](Station& station) { return figures_json(station); }));
  Command courier =
      listing("courier list", "the register of bundles, and where it and the bundles differ (R56)", courier_json);
  courier.asks = {Action::carry_bundle};
  list.push_back(std::move(courier));
  list.push_back({"medium add",
                  {Action::run_installation},
                  "register a medium that carries bundles (R56)",
                  {{"NUMBER"}},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    register_medium(station, in.person(), in.words.at(0));
                    return done(json::object{{"media", registered_media(station).size()}});
                  },
                  {},
                  {}});
  list.push_back(listing("conflicts list", "fields with several values", conflicts_json));
  list.push_back({"conflicts resolve",
                  {Action::resolve_conflict},
                  "choose one value for all",
                  {{"ID"}},
                  {option("--keep", "mine, theirs, or the value", true),
                   option("--reason", "why; asked for on status, result and deadline (R62)")},
                  false,
                  conflict_resolve,
                  {},
                  {}});
  list.push_back(listing("proposals list", "writes that wait for the authority", proposals_json));
  list.push_back(proposal_command("accept", sync::ProposalAnswer::accept, "take a proposal over"));
  list.push_back(proposal_command("decline", sync::ProposalAnswer::decline, "decline a proposal"));
  list.push_back(proposal_command("withdraw", sync::ProposalAnswer::withdraw, "withdraw an own proposal"));
  list.push_back(listing("quarantine list", "what cannot be trusted or judged", quarantine_json));
  list.push_back({"quarantine adopt",
                  {Action::resolve_conflict},
                  "answer for a quarantined changeset of the own body: it is judged again",
                  {{"ID"}},
                  {},
                  false,
                  quarantine_adopt,
                  {},
                  {}});
  list.push_back({"quarantine settle",
                  {Action::resolve_conflict},
                  "answer for a disputed record: it is listed no more",
                  {{"HOME"}},
                  {},
                  false,
                  quarantine_settle,
                  {},
                  {}});
  list.push_back({"redact",
                  {Action::redact},
                  "remove a changeset's content everywhere, on a legal ground",
                  {{"CHANGESET"}},
                  {option("--ground", "the legal ground", true)},
                  false,
                  redact_command,
                  {},
                  {}});
  list.push_back({"explain",
                  {Action::read_record},
                  "every write to one field and what became of it",
                  {{"RECORD"}, {"FIELD"}},
                  {},
                  false,
                  explain_field,
                  {},
                  {}});
  std::vector<CommandOption> site;
  if (program == Program::hub) site.push_back(option("--site", "the body whose data is meant"));
  list.push_back({"digest",
                  {Action::read_record},
                  "canonical digest of confirmed data",
                  {},
                  std::move(site),
                  false,
                  digest,
                  {},
                  {}});
  list.push_back({"verify",
                  {Action::run_installation, Action::read_audit},
                  "check everything that is stored",
                  {},
                  {option("--anchor", "an anchor of the audit log that the hub signed")},
                  false,
                  verify,
                  {},
                  {}});
  list.push_back({"user add",
                  {Action::manage_accounts, Action::manage_hub_accounts},
                  "add an account; the password comes on standard input",
                  {{"NAME"}},
                  {option("--role", "the role of reliability 5.6", true), option("--org", "the body it belongs to"),
                   flag("--clearance", "closed zone: may read and write class 1-2")},
                  true,
                  user_add,
                  {},
                  {}});
  for (Command& c : people_commands(program)) list.push_back(std::move(c));
  for (Command& c : attachment_commands()) list.push_back(std::move(c));
  for (Command& c : backup_commands(program)) list.push_back(std::move(c));
  for (Command& c : warning_commands()) list.push_back(std::move(c));
  return list;
}

}  // namespace tram::station
