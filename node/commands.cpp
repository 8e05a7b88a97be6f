#include "node/commands.h"

#include "node/assignment_acts.h"
#include "node/enrolment.h"
#include "node/key_rotation.h"
#include "node/link/hub_link.h"
#include "node/reports.h"
#include "node/serve.h"
#include "station/act/act_commands.h"
#include "station/common_commands.h"
#include "station/exchange.h"
#include "station/report/report_export.h"
#include "station/stick/bundle_read.h"
#include "station/stick/stick_write.h"
#include "station/warnings.h"

namespace tram::node {
namespace {

namespace json = boost::json;
using station::Actor;
using station::Command;
using station::CommandResult;
using station::done;
using station::Invocation;
using station::option;
using tasks::Action;

constexpr unsigned kApprovalPatience = 600;

CommandResult init(const Invocation& in) {
  const auto zone = station::zone_named(in.get("--zone").value_or("open"));
  if (!zone) throw station::wrong_usage("--zone is open, closed or practice.");
  const auto station = Station::create(station::Program::node, in.place, *zone, in.need("--site"));
  return done(json::object{{"device", station->device().hex()},
                           {"fingerprint", station->device_fingerprint()},
                           {"keystore", in.place.passphrase ? "passphrase" : "bound to this machine (machine.key)"}});
}

json::object enrolled_json(Station& station) {
  return {{"device", station.device().hex()},
          {"fingerprint", station.device_fingerprint()},
          {"enrolled", station.enrolled()}};
}

CommandResult enrol(Station& station, const Invocation& in) {
  if (const auto hub = in.get("--hub")) {
    if (!in.has("--code")) throw station::wrong_usage("--hub goes with --code.");
    const Enrolled r = enrol_online(station, *hub, in.need("--code"), in.get("--root-fingerprint"), kApprovalPatience);
    json::object o = enrolled_json(station);
    o["root_fingerprint"] = r.root_fingerprint;
    return done(std::move(o));
  }
  if (const auto file = in.get("--hub-key-file")) {
    if (!in.has("--code") || !in.has("--request-out"))
      throw station::wrong_usage("--hub-key-file goes with --code and --request-out.");
    const auto bytes = station::read_medium_file(in.path(*file), 1u << 20);
    if (!bytes) throw station::ActRefused(bytes.error().code);
    trust_key_file(station, *bytes, in.get("--root-fingerprint"));
    const Bytes request = make_request(station, in.need("--code"));
    station::StickOptions options;
    options.now_ms = station::wall_clock_ms();
    const auto written = station::write_bundle_file(in.path(in.need("--request-out")), request, options);
    if (!written) throw station::ActRefused(written.error().code);
    return done(enrolled_json(station));
  }
  if (const auto reply = in.get("--reply")) {
    const auto bytes = station::read_bundle_file(in.path(*reply));
    if (!bytes) throw station::ActRefused(bytes.error().code);
    take_answer(station, *bytes);
    return done(enrolled_json(station));
  }
  throw station::wrong_usage("Give --hub URL, or --hub-key-file FILE, or --reply FILE.");
}

CommandResult sync_now_command(Station& station, const Invocation&) {
  return done(json_of(sync_now(station)));
}

sync::RecordId assignment(Station& station, const Invocation& in) {
  const station::TaskView task = station::task_named(station, in.words.at(0));
  return station::assignment_of(station, task, std::nullopt).id;
}

CommandResult task_return(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(json_of(draft_return(station, actor, assignment(station, in), in.need("--reason"))));
}

CommandResult task_update(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  UpdateEntry entry;
  const std::string progress = in.need("--progress");
  char* end = nullptr;
  entry.progress = std::strtoll(progress.c_str(), &end, 10);
  if (progress.empty() || *end != '\0') throw station::wrong_usage("--progress takes a number from 0 to 100.");
  entry.state = in.need("--state");
  entry.note = in.need("--note");
  entry.completed_on = in.need("--completed-on");
  return done(json_of(draft_update(station, actor, assignment(station, in), entry)));
}

DraftId draft_id(const Invocation& in) {
  const auto id = DraftId::parse(in.words.at(0));
  if (!id) throw station::refused("unknown_draft", "There is no such item waiting.", "See the approval desk.");
  return *id;
}

CommandResult task_approve(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(json_of(approve(station, actor, draft_id(in))));
}

CommandResult task_refuse(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(json_of(give_back(station, actor, draft_id(in), in.need("--reason"))));
}

CommandResult key_rotate(Station& station, const Invocation& in) {
  const RotatedKey r = rotate_key(station, in.person());
  return done(json::object{{"changeset", to_hex(r.changeset)}, {"fingerprint", r.fingerprint}});
}

CommandResult report_draft(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  ReportEntry entry{in.need("--regime"), in.need("--period"), in.need("--text")};
  if (const auto also = in.options.find("--also"); also != in.options.end()) entry.also = also->second;
  entry.corrects = in.need("--corrects");
  entry.paper_reason = in.need("--paper-reason");
  entry.paper_moment = in.need("--paper-moment");
  if (entry.regime.empty() == entry.corrects.empty()) throw station::wrong_usage("Give --regime or --corrects.");
  return done(json_of(draft_report(station, actor, entry)));
}

CommandResult report_approve(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(json_of(approve_report(station, actor, draft_id(in))));
}

CommandResult report_submit(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(json_of(submit_report(station, actor, in.words.at(0))));
}

CommandResult report_export(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  return done(
      json::object{{"folder", export_report(station, actor, in.words.at(0), in.path(in.get("--out").value_or(".")))}});
}

CommandResult report_verify(const Invocation& in) {
  const station::ReportVerdict verdict = station::verify_report_export(in.path(in.words.at(0)));
  if (!verdict.details) throw station::ActRefused(verdict.code);
  const station::ReportDetails& d = *verdict.details;
  json::object totals;
  for (const auto& [name, value] : d.content.totals) totals[name] = value;
  // report.csv is not signed: it was made again and compared.
  const std::string_view csv = d.csv == station::CsvState::same        ? "same"
                               : d.csv == station::CsvState::different ? "different"
                                                                       : "absent";
  return done(json::object{{"outcome", sync::name(verdict.code)},
                           {"site", d.content.site},
                           {"period", d.content.period},
                           {"revision", d.content.revision},
                           {"totals", std::move(totals)},
                           {"prepared_by", d.content.prepared_by},
                           {"approved_by", d.content.approved_by},
                           {"created", d.content.created},
                           {"signer_device", d.signer_fingerprint},
                           {"root_fingerprint", d.root_fingerprint},
                           {"csv", csv},
                           {"rendered_again", false}});
}

CommandResult bundle_with_reports(Station& station, const Invocation& in) {
  const auto out =
      station::export_bundle(station, in.path(in.need("--out")), std::nullopt, waiting_report_frames(station));
  return done(station::bundle_out_json(out));
}

}  // namespace

station::ProgramTable node_program() {
  station::ProgramTable table{station::Program::node, "tram-node", "/var/lib/tram-node",
                              station::common_commands(station::Program::node)};
  auto& list = table.commands;
  // A node's bundle carries the signed reports that wait, too.
  for (Command& c : list)
    if (c.path == "bundle export") c.run = bundle_with_reports;
  list.push_back({"init",
                  station::Asks::console(),
                  "set up this node: keys and database",
                  {},
                  {option("--site", "code of the body", true), option("--zone", "open, closed or practice")},
                  false,
                  {},
                  init,
                  {}});
  list.push_back(
      {"enrol",
       {Action::run_installation},
       "enrol at a hub, by network or by file",
       {},
       {option("--hub", "address of the hub"), option("--code", "one-time code of the sheet"),
        option("--root-fingerprint", "30 digits of the sheet"), option("--hub-key-file", "the hub's key file"),
        option("--request-out", "where the request goes"), option("--reply", "the hub's reply")},
       false,
       enrol,
       {},
       {}});
  list.push_back({"serve",
                  station::Asks::console(),
                  "run the local web UI and sync in the background",
                  {},
                  {option("--listen", "HOST:PORT", true), option("--tls-cert", "certificate chain, PEM"),
                   option("--tls-key", "private key, PEM")},
                  false,
                  {},
                  {},
                  serve_node});
  list.push_back(
      {"sync", {Action::exchange_now}, "one exchange with the hub now", {}, {}, false, sync_now_command, {}, {}});
  list.push_back({"status",
                  {Action::read_station},
                  "what waits, and the last contact with the hub",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) {
                    json::object status = status_json(station);
                    status["warnings"] = station::warnings(station).size();
                    return done(std::move(status));
                  },
                  {},
                  {}});
  list.push_back({"task return",
                  {Action::return_task},
                  "give a task back (R13); waits for approval",
                  {{"REF"}},
                  {option("--reason", "why", true)},
                  false,
                  task_return,
                  {},
                  {}});
  list.push_back({"task update",
                  {Action::draft_update},
                  "enter a progress update; waits for approval",
                  {{"REF"}},
                  {option("--progress", "0 to 100", true), option("--state", "started or done", true),
                   option("--note", "what was done", true), option("--completed-on", "the day the work was finished")},
                  false,
                  task_update,
                  {},
                  {}});
  list.push_back({"task approve",
                  {Action::approve},
                  "approve another person's version (R51)",
                  {{"ID"}},
                  {},
                  false,
                  task_approve,
                  {},
                  {}});
  list.push_back({"task refuse",
                  {Action::approve},
                  "give a version back to its author",
                  {{"ID"}},
                  {option("--reason", "what is to be changed", true)},
                  false,
                  task_refuse,
                  {},
                  {}});
  list.push_back({"task withdraw",
                  {Action::withdraw},
                  "take an own version back before it is approved (R52)",
                  {{"ID"}},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    return done(json_of(withdraw_draft(station, in.person(), draft_id(in))));
                  },
                  {},
                  {}});
  list.push_back({"approvals list",
                  {Action::read_record},
                  "what waits for approval",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    std::optional<sync::PersonId> viewer;
                    if (in.as.user) viewer = in.person().person;
                    return done(approvals_json(station, viewer));
                  },
                  {},
                  {}});
  list.push_back({"key rotate",
                  {Action::run_installation},
                  "give this device a new identity key",
                  {},
                  {},
                  false,
                  key_rotate,
                  {},
                  {}});
  list.push_back({"report list",
                  {Action::read_record},
                  "reports with their states",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation&) { return done(reports_json(station)); },
                  {},
                  {}});
  list.push_back({"report draft",
                  {Action::draft_report},
                  "draft a periodic report",
                  {},
                  {option("--regime", "for instance weekly:wed:10:00"),
                   option("--period", "the due day, YYYY-MM-DD"),
                   option("--text", "the words of the report", true),
                   {"--also", "a further regime of the same day that it answers; may repeat", false, false, true},
                   option("--corrects", "a submitted report; this is its next revision"),
                   option("--paper-reason", "technical_fault or special_demand"),
                   option("--paper-moment", "when it went on paper")},
                  false,
                  report_draft,
                  {},
                  {}});
  list.push_back({"report approve",
                  {Action::approve},
                  "approve another person's report",
                  {{"ID"}},
                  {},
                  false,
                  report_approve,
                  {},
                  {}});
  list.push_back({"report submit",
                  {Action::submit_report},
                  "submit an approved report",
                  {{"ID"}},
                  {},
                  false,
                  report_submit,
                  {},
                  {}});
  list.push_back({"report export",
                  {Action::read_record},
                  "write the signed export",
                  {{"ID"}},
                  {option("--out", "folder")},
                  false,
                  report_export,
                  {},
                  {}});
  list.push_back({"report verify",
                  station::Asks::console(),
                  "check a signed export, enrolled or not",
                  {{"DIR"}},
                  {},
                  false,
                  {},
                  report_verify,
                  {}});
  for (Command& c : station::act_commands(station::Program::node)) list.push_back(std::move(c));
  list.push_back(station::list_of_commands(list));
  return table;
}

}  // namespace tram::node
