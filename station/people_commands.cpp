#include "station/people_commands.h"

#include "station/audit_anchors.h"
#include "station/common_commands.h"
#include "station/people_office.h"
#include "station/stick/stick_write.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::Action;

constexpr std::uint32_t kMostRows = 500;
constexpr std::size_t kOrderBytes = 4096;

std::optional<Actor> second_of(Station& station, const Invocation& in) {
  if (!in.second.user) return std::nullopt;
  return second_person(station, in.person(), in.second, sync::role_bit(sync::Role::hub_security));
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

CommandResult user_disable(Station& station, const Invocation& in) {
  const auto second = second_of(station, in);
  const Left left = disable_user(station, in.person(), second ? &*second : nullptr, in.words.at(0),
                                 {in.need("--reason"), in.need("--hand-to")});
  return done(json::object{{"user", in.words.at(0)}, {"drafts", left.drafts}, {"mandates", left.mandates}});
}

CommandResult user_enable(Station& station, const Invocation& in) {
  const auto second = second_of(station, in);
  enable_user(station, in.person(), second ? &*second : nullptr, in.words.at(0));
  return done(json::object{{"user", in.words.at(0)}});
}

CommandResult user_reset(Station& station, const Invocation& in) {
  const auto second = second_of(station, in);
  const std::string code = reset_code(station, in.person(), second ? &*second : nullptr, in.words.at(0));
  return done(json::object{{"user", in.words.at(0)}, {"code", code}, {"expires", rfc3339(wall_clock_ms() + kResetMs)}});
}

CommandResult user_password(Station& station, const Invocation& in) {
  take_reset(station, in.words.at(0), in.need("--code"), first_line(in.input));
  return done(json::object{{"user", in.words.at(0)}});
}

CommandResult site_reset_account(Station& station, const Invocation& in) {
  const Actor second = second_person(station, in.person(), in.second, sync::role_bit(sync::Role::hub_security));
  const std::string order = reset_order(station, in.person(), second, in.words.at(0), in.words.at(1));
  StickOptions options;
  options.now_ms = wall_clock_ms();
  const auto written = write_bundle_file(in.path(in.need("--out")), as_bytes(order), options);
  if (!written) throw ActRefused(written.error().code);
  return done(json::object{{"site", in.words.at(0)}, {"user", in.words.at(1)}});
}

CommandResult user_reset_order(Station& station, const Invocation& in) {
  take_reset_order(station, read_small_file(in.path(in.words.at(0)), kOrderBytes), first_line(in.input));
  return done(json::object{{"done", true}});
}

CommandResult mandate_give(Station& station, const Invocation& in) {
  const MandateEntry entry{in.words.at(0),  in.need("--stands-in-for"),    in.need("--part"),        in.need("--from"),
                           in.need("--to"), in.need("--authority-number"), in.need("--authority-on")};
  return done(json::object{{"id", give_mandate(station, in.person(), entry).hex()}});
}

CommandResult mandate_revoke(Station& station, const Invocation& in) {
  revoke_mandate(station, in.person(), in.words.at(0));
  return done(json::object{{"id", in.words.at(0)}});
}

CommandResult audit_list(Station& station, const Invocation& in) {
  const std::string from = in.get("--from").value_or("1");
  char* end = nullptr;
  const std::uint64_t first = std::strtoull(from.c_str(), &end, 10);
  if (*end != '\0') throw wrong_usage("--from takes a number.");
  return done(audit_json(station, first, kMostRows));
}

CommandResult audit_anchor(Station& station, const Invocation& in) {
  const std::string text = countersigned_anchor(station, in.words.at(0));
  StickOptions options;
  options.now_ms = wall_clock_ms();
  const auto written = write_bundle_file(in.path(in.need("--out")), as_bytes(text), options);
  if (!written) throw ActRefused(written.error().code);
  return done(json::parse(text));
}

Command command(std::string path, Asks asks, std::string help, std::vector<CommandWord> words,
                std::vector<CommandOption> options, CommandResult (*run)(Station&, const Invocation&),
                bool reads_input = false) {
  return {std::move(path),
          std::move(asks),
          std::move(help),
          std::move(words),
          std::move(options),
          reads_input,
          run,
          {},
          {}};
}

}  // namespace

std::vector<Command> people_commands(Program program) {
  const Asks accounts{Action::manage_accounts, Action::manage_hub_accounts};
  std::vector<Command> list = {
      command("user list", accounts, "accounts with their roles, and mandates", {}, {},
              [](Station& station, const Invocation&) { return done(users_json(station)); }),
      command("user disable", accounts, "an account ends; drafts and mandates go to somebody else (R53)", {{"NAME"}},
              {option("--reason", "why", true), option("--hand-to", "who takes over what is left")}, user_disable),
      command("user enable", accounts, "a disabled account may sign in again", {{"NAME"}}, {}, user_enable),
      command("user reset", accounts, "a one-time code for a new password, to be read out", {{"NAME"}}, {}, user_reset),
      command("user password", Asks::console(), "set a new password with a one-time code; it comes on standard input",
              {{"NAME"}}, {option("--code", "the code that was read out", true)}, user_password, true),
      command("audit list", {Action::read_audit}, "rows of the audit log, 500 at a time", {},
              {option("--from", "number of the first one")}, audit_list),
  };
  if (program == Program::hub) {
    list.push_back(command("site reset-account", {Action::manage_devices},
                           "an order for a site's account that nobody there can open any more", {{"ORG"}, {"NAME"}},
                           {option("--out", "where the order goes", true)}, site_reset_account));
    list.push_back(command("audit anchors", {Action::read_audit}, "what each site's audit log was heard to be", {}, {},
                           [](Station& station, const Invocation&) { return done(anchors_json(station)); }));
    list.push_back(command("audit anchor", {Action::read_audit},
                           "a site's anchor, signed by the hub; the site's verify --anchor takes it", {{"ORG"}},
                           {option("--out", "the file", true)}, audit_anchor));
    return list;
  }
  list.push_back(command("user reset-order", Asks::console(),
                         "carry out an order of the hub; the new password comes on standard input", {{"FILE"}}, {},
                         user_reset_order, true));
  list.push_back(command(
      "mandate give", {Action::manage_accounts}, "a substitute, from a day to a day (R53)", {{"NAME"}},
      {option("--part", "approve or update", true), option("--stands-in-for", "the absent person"),
       option("--from", "the first day", true), option("--to", "the last day", true),
       option("--authority-number", "number of the document", true), option("--authority-on", "its date", true)},
      mandate_give));
  list.push_back(command("mandate revoke", {Action::manage_accounts}, "end a mandate", {{"ID"}}, {}, mandate_revoke));
  return list;
}

}  // namespace tram::station
