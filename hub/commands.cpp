#include "hub/commands.h"

#include "hub/clock.h"
#include "hub/directory_office.h"
#include "hub/envelope_commands.h"
#include "hub/office_lists.h"
#include "hub/plans.h"
#include "hub/rating_commands.h"
#include "hub/recovery.h"
#include "hub/regulation_commands.h"
#include "hub/report_regimes.h"
#include "hub/reports.h"
#include "hub/revocation.h"
#include "hub/serve.h"
#include "hub/sites.h"
#include "hub/succession.h"
#include "station/act/act_commands.h"
#include "station/common_commands.h"
#include "station/courier_register.h"
#include "station/exchange.h"
#include "station/exchange_formats.h"
#include "station/net/exchange_client.h"
#include "station/stick/bundle_read.h"
#include "station/stick/stick_write.h"
#include "station/workbook/workbook.h"
#include "tasks/csv.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Command;
using station::CommandResult;
using station::done;
using station::flag;
using station::Invocation;
using station::option;
using tasks::Action;

// Who may be the second person: documents are the office's, devices and keys are security's (reliability design 5.6).
constexpr std::uint32_t kOffice = sync::role_bit(sync::Role::hub_office);
constexpr std::uint32_t kSecurity = sync::role_bit(sync::Role::hub_security);

std::optional<Actor> second_of(Station& station, const Actor& first, const Invocation& in, std::uint32_t roles) {
  if (!in.second.user) return std::nullopt;
  return station::second_person(station, first, in.second, roles);
}

CommandResult init(const Invocation& in) {
  const auto zone = station::zone_named(in.get("--zone").value_or("open"));
  if (!zone) throw station::wrong_usage("--zone is open, closed or practice.");
  std::vector<std::string> addresses;
  if (const auto at = in.options.find("--address"); at != in.options.end()) addresses = at->second;
  for (const std::string& address : addresses)
    if (station::check_hub_address(address))
      throw station::wrong_usage("--address is https://HOST:PORT, or http to this machine alone.");
  const std::string nation = in.get("--nation").value_or(std::string(station::kUsualNation));
  if (!tasks::shipped_calendar(nation)) throw station::wrong_usage("--nation is vn, la or kh.");
  const HubSetUp made = set_up_hub(in.place, in.need("--name"), *zone, addresses, nation);
  return done(json::object{{"hub_id", made.hub.hex()},
                           {"fingerprint", made.fingerprint},
                           {"keystore", in.place.passphrase ? "passphrase" : "bound to this machine (machine.key)"}});
}

// A table of an import: a file, or the sheet of that name in a workbook.
std::string read_table(Station& station, const Invocation& in, const std::string& file, std::string_view sheet) {
  const bool workbook = std::filesystem::path(file).extension() == ".xlsx";
  station::need_exchange(station, workbook ? tasks::ExchangeFormat::xlsx : tasks::ExchangeFormat::csv,
                         tasks::Direction::in);
  auto text = station::table_text(station::read_small_file(in.path(file), tasks::kMaxCsvBytes), sheet);
  if (text) return *std::move(text);
  const auto code = static_cast<tasks::errc>(text.error().value());
  throw refused_import({{code, 0, "", "The workbook has no readable sheet \"" + std::string(sheet) + "\"."}});
}

CommandResult org_import(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const std::string csv = read_table(station, in, in.words.at(0), "organisations.csv");
  const OrganisationImport r = import_organisations(station, actor, csv);
  return done(json::object{{"added", r.added}, {"changed", r.changed}, {"unchanged", r.unchanged}});
}

CommandResult org_end(Station& station, const Invocation& in) {
  const auto day = tasks::parse_date(in.need("--on"));
  if (!day) throw station::wrong_usage("--on takes a date, YYYY-MM-DD.");
  const auto at = in.options.find("--successor");
  end_organisation(station, in.person(), in.words.at(0), *day,
                   at == in.options.end() ? std::vector<std::string>{} : at->second);
  return done(json::object{{"org", in.words.at(0)}, {"on", in.need("--on")}});
}

CommandResult org_rehome(Station& station, const Invocation& in) {
  json::array rehomed, to_decide;
  for (const Rehoming& r : rehome_assignments(station, in.person(), in.has("--dry-run"))) {
    json::object one{{"task", r.task}, {"from", r.from}};
    if (!r.to.empty()) one["to"] = r.to;
    (r.to.empty() ? to_decide : rehomed).push_back(std::move(one));
  }
  return done(json::object{{"rehomed", std::move(rehomed)}, {"to_decide", std::move(to_decide)}});
}

CommandResult org_leave_mode(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const std::string& mode = in.words.at(1);
  if (mode != "keep_readonly" && mode != "purge") throw station::wrong_usage("MODE is keep_readonly or purge.");
  set_leave_mode(station, actor, in.words.at(0),
                 mode == "purge" ? sync::LeaveMode::purge : sync::LeaveMode::keep_readonly);
  return done(json::object{{"org", in.words.at(0)}, {"mode", mode}});
}

CommandResult plan_import(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  PlanFiles files;
  files.document_csv = read_table(station, in, in.need("--document"), "document.csv");
  files.tasks_csv = read_table(station, in, in.need("--tasks"), "tasks.csv");
  std::optional<ByDocument> by;
  if (in.has("--by-document") != in.has("--on")) throw station::wrong_usage("--by-document goes with --on DATE.");
  if (in.has("--by-document")) {
    const auto on = tasks::parse_date(in.need("--on"));
    if (!on) throw station::wrong_usage("--on takes a date, YYYY-MM-DD.");
    by = ByDocument{in.need("--by-document"), *on};
  }
  const PlanImport r = import_plan(station, actor, files, std::move(by), in.has("--dry-run"));
  json::array warnings;
  for (const auto& w : r.warnings)
    warnings.push_back(
        {{"code", tasks::name_of(w.code)}, {"row", w.row}, {"column", w.column}, {"message", w.message}});
  return done(json::object{{"document", r.document},
                           {"tasks", r.tasks},
                           {"assignments", r.assignments},
                           {"changed", r.changes},
                           {"warnings", std::move(warnings)}});
}

CommandResult plan_hand_over(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  HandOver how{in.need("--unsigned-reason"), second_of(station, actor, in, kOffice | kSecurity)};
  return done(json::object{{"handed_over", hand_over(station, actor, in.words.at(0), how)}});
}

CommandResult event_record(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const auto on = tasks::parse_date(in.need("--on"));
  if (!on) throw station::wrong_usage("--on takes a date, YYYY-MM-DD.");
  const EventRecorded r = record_event(station, actor, in.words.at(0), *on, in.get("--document"));
  return done(json::object{{"event", r.event}, {"tasks", r.tasks}});
}

// Replaces a key file of before, which is public and made anew, and nothing else.
void write_key_file(Station& station, const std::filesystem::path& file) {
  const Bytes keys = key_file(station);
  std::error_code ec;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, ec))) {
    const auto old = station::read_medium_file(file, 1u << 20);
    if (!old || old->size() < 8 || !std::equal(keys.begin(), keys.begin() + 8, old->begin()))
      throw station::wrong_state("exists", "Something else stands at the place of the key file.",
                                 "Choose another name.");
    std::filesystem::remove(file, ec);
  }
  station::StickOptions options;
  options.now_ms = station::wall_clock_ms();
  const auto written = station::write_bundle_file(file, keys, options);
  if (!written) throw station::ActRefused(written.error().code);
}

CommandResult site_add(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  // The key file first: an invitation whose code nobody saw would stay open.
  if (const auto out = in.get("--key-file-out")) write_key_file(station, in.path(*out));
  const Invited r = invite(station, actor, in.words.at(0), in.has("--pre-approved"));
  return done(json::object{{"site", r.site},
                           {"code", r.code},
                           {"expires", station::rfc3339(r.expires_ms)},
                           {"root_fingerprint", r.root_fingerprint}});
}

json::object approved_json(const Approved& a) {
  return {{"device", a.device}, {"fingerprint", a.fingerprint}};
}

CommandResult site_approve(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const auto second = second_of(station, actor, in, kSecurity);
  if (const auto file = in.get("--request")) {
    if (!in.has("--out")) throw station::wrong_usage("--request FILE goes with --out REPLY.");
    const auto bytes = station::read_bundle_file(in.path(*file));
    if (!bytes) throw station::ActRefused(bytes.error().code);
    const ApprovedFile r = approve_file(station, actor, second, *bytes);
    station::StickOptions options;
    options.now_ms = station::wall_clock_ms();
    const auto written = station::write_bundle_file(in.path(in.need("--out")), r.answer, options);
    if (!written) throw station::ActRefused(written.error().code);
    return done(approved_json(r.approved));
  }
  if (in.words.empty()) throw station::wrong_usage("Name the body, or give --request FILE --out REPLY.");
  if (!second)
    throw station::refused("second_person", "Enrolling a device needs a second person.",
                           "Name one with --second and --second-password-file.");
  return done(approved_json(approve_pending(station, actor, *second, in.words.at(0))));
}

Command state_command(std::string word, sync::DeviceState state, std::string help) {
  Command c{"site " + std::move(word), {Action::manage_devices}, std::move(help), {}, {}, false, {}, {}, {}};
  c.words = {{"ORG"}};
  c.run = [state](Station& station, const Invocation& in) {
    const Actor& actor = in.person();
    const auto second = second_of(station, actor, in, kSecurity);
    if (!second)
      throw station::refused("second_person", "This act needs a second person.",
                             "Name one with --second and --second-password-file.");
    return done(approved_json(set_device_state(station, actor, *second, in.words.at(0), state)));
  };
  return c;
}

CommandResult site_revoke(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  RevokeOrder order;
  const auto reason = sync::revoke_reason_named(in.need("--reason"));
  if (!reason) throw station::wrong_usage("--reason is retired, lost, stolen or compromised.");
  order.reason = *reason;
  if (in.has("--since")) {
    const auto day = tasks::parse_date(in.need("--since"));
    if (!day) throw station::wrong_usage("--since takes a date, YYYY-MM-DD.");
    order.since = *day;
  }
  const Actor second = station::second_person(station, actor, in.second, kSecurity);
  return done(approved_json(revoke_site(station, actor, second, in.words.at(0), order)));
}

// As at a node, and what became of the signed reports inside.
CommandResult bundle_import(Station& station, const Invocation& in) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& word : in.words) paths.push_back(in.path(word));
  json::array reports;
  const auto bundles = station::import_bundles(
      station, paths, [&](const Bytes& frame) { reports.push_back(report_json(take_report(station, frame))); },
      [&] { station::need_medium(station, in.need("--medium")); });
  json::object result = station::bundle_in_json(bundles);
  result["reports"] = std::move(reports);
  return {std::move(result), station::exit_of(bundles)};
}

}  // namespace

station::ProgramTable hub_program() {
  station::ProgramTable table{station::Program::hub, "tram-hub", "/var/lib/tram-hub",
                              station::common_commands(station::Program::hub)};
  auto& list = table.commands;
  for (Command& c : list)
    if (c.path == "bundle import") c.run = bundle_import;
  list.push_back({"report list",
                  {Action::read_record},
                  "reports of all sites",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) { return done(reports_json(station)); },
                  {},
                  {}});
  list.push_back(
      {"report regimes import",
       {Action::load_document},
       "reports that bodies give beside those of the regulation: org, name, recurrence",
       {{"FILE"}},
       {},
       false,
       [](Station& station, const Invocation& in) {
         const RegimesImported r =
             import_regimes(station, in.person(), read_table(station, in, in.words.at(0), "regimes.csv"));
         return done(json::object{
             {"added", r.added}, {"changed", r.changed}, {"unchanged", r.unchanged}, {"removed", r.removed}});
       },
       {},
       {}});
  list.push_back({"report due",
                  {Action::read_record},
                  "what is due in a year, and what came",
                  {{"YEAR"}},
                  {option("--org", "only of this body")},
                  false,
                  [](Station& station, const Invocation& in) {
                    char* end = nullptr;
                    const long year = std::strtol(in.words.at(0).c_str(), &end, 10);
                    if (*end != '\0' || year < 2025 || year > 2100)
                      throw station::wrong_usage("YEAR is a year, for instance 2025.");
                    return done(reports_due_json(station, static_cast<int>(year), in.get("--org")));
                  },
                  {},
                  {}});
  list.push_back({"init",
                  station::Asks::console(),
                  "set up this hub: keys, directory, database",
                  {},
                  {option("--name", "name of the office", true),
                   option("--zone", "open, closed or practice"),
                   option("--nation", "whose calendar: vn, la or kh"),
                   {"--address", "where nodes reach this hub; may repeat", false, false, true}},
                  false,
                  {},
                  init,
                  {}});
  list.push_back({"serve",
                  station::Asks::console(),
                  "run the hub",
                  {},
                  {option("--listen", "HOST:PORT", true), option("--tls-cert", "certificate chain, PEM"),
                   option("--tls-key", "private key, PEM")},
                  false,
                  {},
                  {},
                  serve_hub});
  list.push_back({"org import",
                  {Action::load_document},
                  "load the directory of bodies",
                  {{"FILE"}},
                  {},
                  false,
                  org_import,
                  {},
                  {}});
  list.push_back(
      {"office lists",
       {Action::read_record},
       "what the office looks at: due, wrong, new problems, at risk, nobody follows, nobody stands in (R59, R63)",
       {},
       {},
       false,
       [](Station& station, const Invocation&) { return done(office_lists_json(station)); },
       {},
       {}});
  list.push_back({"org end",
                  {Action::load_document},
                  "a body ceases to exist (R58)",
                  {{"ORG"}},
                  {option("--on", "its last day", true),
                   {"--successor", "who goes on with its work; may repeat", false, false, true}},
                  false,
                  org_end,
                  {},
                  {}});
  list.push_back({"org rehome",
                  {Action::rehome_task},
                  "open work of bodies that ended goes to their successors; what is unclear is listed (R58)",
                  {},
                  {flag("--dry-run", "say what would be done")},
                  false,
                  org_rehome,
                  {},
                  {}});
  list.push_back({"org leave-mode",
                  {Action::manage_devices},
                  "what a body keeps of a record that leaves its scope: keep_readonly or purge",
                  {{"ORG"}, {"MODE"}},
                  {},
                  false,
                  org_leave_mode,
                  {},
                  {}});
  list.push_back({"plan import",
                  {Action::load_document},
                  "load a document with its tasks",
                  {},
                  {option("--document", "document file", true), option("--tasks", "task file", true),
                   flag("--dry-run", "check and count only"),
                   option("--by-document", "number of the document that corrects"), option("--on", "its date")},
                  false,
                  plan_import,
                  {},
                  {}});
  list.push_back({"plan hand-over",
                  {Action::hand_over},
                  "hand a document's tasks over; starts the clocks",
                  {{"DOCUMENT"}},
                  {option("--unsigned-reason", "why it goes without a digital signature")},
                  false,
                  plan_hand_over,
                  {},
                  {}});
  list.push_back({"event record",
                  {Action::record_event},
                  "an event that deadlines wait for happened",
                  {{"NAME"}},
                  {option("--on", "the day", true), option("--document", "the document that names it")},
                  false,
                  event_record,
                  {},
                  {}});
  list.push_back({"site add",
                  {Action::manage_devices},
                  "invite a site",
                  {{"ORG"}},
                  {option("--key-file-out", "write the hub's public keys here"),
                   flag("--pre-approved", "no second step (audited)")},
                  false,
                  site_add,
                  {},
                  {}});
  list.push_back({"site list",
                  {Action::read_station},
                  "sites with state and last contact",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) {
                    json::object sites = sites_json(station);
                    const json::object recovery = recovery_json(station);
                    if (recovery.at("recovering").as_bool())
                      sites["restored"] =
                          "waiting for " + std::to_string(recovery.at("waiting_for").as_array().size()) + " sites";
                    return done(std::move(sites));
                  },
                  {},
                  {}});
  list.push_back({"site approve",
                  {Action::manage_devices},
                  "approve a request that came by network, or by file",
                  {{"ORG", false, false}},
                  {option("--request", "request file"), option("--out", "where the reply goes")},
                  false,
                  site_approve,
                  {},
                  {}});
  list.push_back({"clock status",
                  {Action::read_station},
                  "the hub's clock, and whether receipts wait because it jumped ahead",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) { return done(clock_json(station)); },
                  {},
                  {}});
  list.push_back({"clock confirm",
                  {Action::run_installation},
                  "the clock is right: receipts are written again",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    const Actor& actor = in.person();
                    return done(confirm_clock(station, actor));
                  },
                  {},
                  {}});
  list.push_back({"recovery status",
                  {Action::read_station},
                  "a restored hub: who was heard, what came back, what is lost",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) { return done(recovery_json(station)); },
                  {},
                  {}});
  list.push_back({"recovery end",
                  {Action::run_installation},
                  "wait for no more sites: receipts are written again, in a new epoch",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    const Actor& actor = in.person();
                    return done(end_recovery(station, actor));
                  },
                  {},
                  {}});
  list.push_back(state_command("suspend", sync::DeviceState::suspended, "keep a site's work waiting; it still reads"));
  list.push_back(state_command("resume", sync::DeviceState::active, "take a suspended site's work again"));
  list.push_back({"site revoke",
                  {Action::manage_devices},
                  "end a body's devices: what they bring from now on is held for review",
                  {{"ORG"}},
                  {option("--reason", "retired, lost, stolen or compromised", true),
                   option("--since", "compromised: the day from which the device is suspect")},
                  false,
                  site_revoke,
                  {},
                  {}});
  for (Command& c : envelope_commands()) list.push_back(std::move(c));
  for (Command& c : rating_commands()) list.push_back(std::move(c));
  for (Command& c : regulation_commands()) list.push_back(std::move(c));
  for (Command& c : station::act_commands(station::Program::hub)) list.push_back(std::move(c));
  list.push_back(station::list_of_commands(list));
  return table;
}

}  // namespace tram::hub
