#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "station/command.h"
#include "station/net/control_socket.h"
#include "station/program_log.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

constexpr std::size_t kInputBytes = 4096;
constexpr std::size_t kSecretBytes = 1024;

struct Parsed {
  const Command* command = nullptr;
  Invocation invocation;
  int exit = 0;         // when there is no command: what CLI11 decided
  std::string message;  // help, version or the usage error
};

struct RawOptions {
  std::string data, as, password_file, second, second_password_file, passphrase_file;
  bool json = false;
  std::map<const Command*, std::map<std::string, std::vector<std::string>>> values;
  std::map<const Command*, std::map<std::string, bool>> flags;
  std::map<const Command*, std::vector<std::string>> words;       // one each, in order; empty = not given
  std::map<const Command*, std::vector<std::string>> many_words;  // the last word, where it may repeat
};

CLI::App* subcommand(CLI::App& root, const std::string& path, const std::string& help) {
  CLI::App* at = &root;
  std::istringstream parts(path);
  for (std::string word; parts >> word;) {
    CLI::App* next = nullptr;
    for (CLI::App* known : at->get_subcommands({}))
      if (known->get_name() == word) next = known;
    if (next == nullptr) {
      next = at->add_subcommand(word);
      next->fallthrough();
    }
    at = next;
  }
  at->description(help);
  return at;
}

Parsed parse(const ProgramTable& table, const std::vector<std::string>& arguments, const std::filesystem::path& cwd) {
  // What a person typed is shown again in answers, which are JSON.
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (!tasks::is_clean_utf8(arguments[i])) throw wrong_usage("Argument " + std::to_string(i + 1) + " is not UTF-8.");
  CLI::App app("Tram " + std::string(kProgramVersion) + ", " + table.name, table.name);
  RawOptions raw;
  raw.data = table.default_data;
  app.add_option("--data", raw.data, "data folder");
  app.add_flag("--json", raw.json, "one JSON document on standard output");
  app.add_option("--as", raw.as, "the person who acts");
  app.add_option("--password-file", raw.password_file, "that person's password");
  app.add_option("--second", raw.second, "the second person of an act that needs two");
  app.add_option("--second-password-file", raw.second_password_file, "the second person's password");
  app.add_option("--passphrase-file", raw.passphrase_file, "passphrase of the keystore");
  app.set_version_flag("--version", std::string(kProgramVersion));
  app.require_subcommand(1);
  std::map<const CLI::App*, const Command*> by_app;
  for (const Command& c : table.commands) {
    CLI::App* sub = subcommand(app, c.path, c.help);
    by_app[sub] = &c;
    auto& words = raw.words[&c];
    words.resize(c.words.size());
    for (std::size_t i = 0; i < c.words.size(); ++i) {
      CLI::Option* o = c.words[i].many ? sub->add_option(c.words[i].name, raw.many_words[&c])
                                       : sub->add_option(c.words[i].name, words[i]);
      if (c.words[i].required) o->required();
    }
    for (const CommandOption& option : c.options) {
      if (option.flag) {
        sub->add_flag(option.name, raw.flags[&c][option.name], option.help);
        continue;
      }
      CLI::Option* o = sub->add_option(option.name, raw.values[&c][option.name], option.help);
      if (option.required) o->required();
      if (!option.many) o->expected(1);
    }
  }
  Parsed parsed;
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& e) {
    std::ostringstream out, err;
    const int code = app.exit(e, out, err);
    parsed.exit = code == 0 ? 0 : exit_status::kUsage;
    parsed.message = code == 0 ? out.str() : err.str();
    return parsed;
  }
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const auto found = by_app.find(at);
  if (found == by_app.end()) {
    parsed.exit = exit_status::kUsage;
    parsed.message = at->help();
    return parsed;
  }
  parsed.command = found->second;
  const auto empty_value = [](std::string option) { throw wrong_usage(option + " is given without a value."); };
  const std::pair<const char*, const std::string*> common[] = {{"--data", &raw.data},
                                                               {"--as", &raw.as},
                                                               {"--second", &raw.second},
                                                               {"--password-file", &raw.password_file},
                                                               {"--second-password-file", &raw.second_password_file},
                                                               {"--passphrase-file", &raw.passphrase_file}};
  for (const auto& [name, value] : common)
    if (app.get_option(name)->count() > 0 && value->empty()) empty_value(name);
  for (const auto& [name, values] : raw.values[parsed.command])
    if (std::find(values.begin(), values.end(), "") != values.end()) empty_value(name);
  Invocation& in = parsed.invocation;
  in.cwd = cwd;
  in.place.folder = cwd / raw.data;
  in.json = raw.json;
  if (!raw.passphrase_file.empty()) in.place.passphrase = read_secret_file(cwd / raw.passphrase_file);
  if (!raw.as.empty()) in.as.user = raw.as;
  if (!raw.password_file.empty()) in.as.password = read_secret_file(cwd / raw.password_file);
  if (!raw.second.empty()) in.second.user = raw.second;
  if (!raw.second_password_file.empty()) in.second.password = read_secret_file(cwd / raw.second_password_file);
  for (const auto& [name, values] : raw.values[parsed.command])
    if (!values.empty()) in.options[name] = values;
  for (const auto& [name, set] : raw.flags[parsed.command])
    if (set) in.options[name] = {};
  const auto& words = raw.words[parsed.command];
  for (std::size_t i = 0; i < words.size(); ++i)
    if (!parsed.command->words[i].many && (parsed.command->words[i].required || !words[i].empty()))
      in.words.push_back(words[i]);
  for (const std::string& word : raw.many_words[parsed.command]) in.words.push_back(word);
  return parsed;
}

// The entrance of the gate: who asks, and whether the matrix knows a reason for it at all.
void pass_gate(Station& station, const Command& command, Invocation& in) {
  if (command.asks.any().empty()) return;
  in.actor = actor_of(station, in.as);
  need_right(*in.actor, command.asks.any());
  if (command.asks.any().front() == tasks::Action::read_record) need_clearance(station, *in.actor);
}

// Runs the command; a denial is a row of the audit log (reliability design, 5.7).
CommandResult run_gated(Station& station, const Command& command, Invocation& in) {
  try {
    pass_gate(station, command, in);
    return command.run(station, in);
  } catch (const ActRefused& refused) {
    constexpr std::string_view kDenials[] = {"role_missing", "not_ours",      "wrong_zone",     "needs_clearance",
                                             "same_person",  "second_person", "wrong_password", "account_disabled"};
    if (std::find(std::begin(kDenials), std::end(kDenials), refused.code) != std::end(kDenials))
      station.transact_on_reserve(
          [&] { station.audit(in.actor.value_or(Actor{}), "denied", command.path, refused.code, ""); });
    throw;
  }
}

// Runs `work` and turns what comes out into streams and an exit status.
template <class Work>
CapturedRun capture(bool json, Work work) {
  CapturedRun run;
  try {
    const CommandResult result = work();
    run.exit = result.exit;
    run.out = json ? boost::json::serialize(result.json) + "\n" : plain_text(result.json);
  } catch (const ActRefused& refused) {
    run.exit = refused.exit;
    if (json) {
      run.out = boost::json::serialize(error_json(refused)) + "\n";
    } else {
      run.err = refused.message + (refused.next.empty() ? "" : " " + refused.next) + " (" + refused.code + ")\n";
    }
  }
  return run;
}

// What comes out of a practice zone says so, whatever it is (R54).
CommandResult marked(Station& station, CommandResult result) {
  auto* object = result.json.if_object();
  if (object && station.zone_kind() == sync::ZoneKind::practice) (*object)["practice"] = true;
  return result;
}

int print(const CapturedRun& run) {
  std::cout << run.out << std::flush;
  std::cerr << run.err << std::flush;
  return run.exit;
}

std::string read_input() {
  std::string text(kInputBytes, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

std::optional<int> through_socket(const Invocation& in, const std::vector<std::string>& arguments) {
  ControlRequest request{arguments, in.cwd.string(), in.input};
  const auto answer = call_control_socket(in.place.folder / "control.sock", request);
  // The program ended in the middle: run here again, the act might be done twice.
  if (!answer && answer.error() == net_errc::answer_lost)
    throw ActRefused(exit_status::kFailed, "answer_lost",
                     "The program ended before it answered. The act is done or not, never half.",
                     "Look whether it is done before you repeat it.");
  if (!answer) return std::nullopt;
  return print({answer->exit, answer->out, answer->err});
}

}  // namespace

CapturedRun run_captured(const ProgramTable& table, Station& station, const std::vector<std::string>& arguments,
                         const std::filesystem::path& cwd, const std::string& input) {
  bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  return capture(json, [&]() -> CommandResult {
    Parsed parsed = parse(table, arguments, cwd);
    if (parsed.command == nullptr) throw wrong_usage(parsed.message);
    parsed.invocation.input = input;
    if (!parsed.command->run)
      throw wrong_state("running", "This command does not run while the program serves.", "Stop it first.");
    try {
      return marked(station, run_gated(station, *parsed.command, parsed.invocation));
    } catch (const ActRefused&) {
      throw;
    } catch (const sync::StoreFailure&) {
      throw;
    } catch (const std::exception& e) {
      log_failure("program", "failed", e.what());
      throw ActRefused(exit_status::kFailed, "failed", "The program failed; nothing was half done.",
                       "Look at the log.");
    }
  });
}

int run_command_line(const ProgramTable& table, int argc, char** argv) {
  crypto::initialise();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  Parsed parsed;
  try {
    parsed = parse(table, arguments, std::filesystem::current_path());
  } catch (const ActRefused& refused) {
    return print(capture(json, [&]() -> CommandResult { throw refused; }));
  }
  if (parsed.command == nullptr) {
    if (parsed.exit != 0 && json)
      return print(capture(json, [&]() -> CommandResult { throw wrong_usage(parsed.message); }));
    (parsed.exit == 0 ? std::cout : std::cerr) << parsed.message << std::flush;
    return parsed.exit;
  }
  const Command& command = *parsed.command;
  Invocation& in = parsed.invocation;
  try {
    if (command.run_program) return command.run_program(in);
    if (command.reads_input) in.input = read_input();
    if (command.run_alone) return print(capture(json, [&] { return command.run_alone(in); }));
    if (const auto served = through_socket(in, arguments)) return *served;
    return print(capture(json, [&] {
      const auto station = Station::open(table.program, in.place);
      return marked(*station, run_gated(*station, command, in));
    }));
  } catch (const ActRefused& refused) {
    return print(capture(json, [&]() -> CommandResult { throw refused; }));
  } catch (const std::exception& e) {
    log_failure("program", "failed", e.what());
    return print(capture(json, [&]() -> CommandResult {
      throw ActRefused(exit_status::kFailed, "failed", "The program failed; nothing was half done.",
                       "Look at the log.");
    }));
  }
}

boost::json::object error_json(const ActRefused& refused) {
  return {{"error", {{"code", refused.code}, {"message", refused.message}, {"next", refused.next}}}};
}

std::string read_small_file(const std::filesystem::path& file, std::size_t most) {
  // A pipe or a device would keep the whole program waiting.
  std::error_code ec;
  const bool regular = std::filesystem::is_regular_file(file, ec);
  std::ifstream in(regular ? file : std::filesystem::path(), std::ios::binary);
  if (!regular || !in)
    throw refused("no_such_file", "The file " + file.filename().string() + " cannot be read.", "Check the path.");
  std::string content;
  content.resize(most + 1);
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() > most)
    throw refused("file_too_large", "The file is larger than this command takes.", "Check the path.");
  return content;
}

std::string read_secret_file(const std::filesystem::path& file) {
  std::string text = read_small_file(file, kSecretBytes);
  if (const auto end = text.find_first_of("\r\n"); end != std::string::npos) text.resize(end);
  return text;
}

}  // namespace tram::station
