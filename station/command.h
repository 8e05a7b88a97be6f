// The command line of both programs: one table of commands, parsed by CLI11, run either in this process or, while
// `serve` runs, in that one through DIR/control.sock (contract, "Common to both programs"). A command gives JSON; the
// text for people is made from the same JSON.
#pragma once
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "station/act_refused.h"
#include "station/permission_gate.h"

namespace tram::station {

struct CommandOption {
  std::string name;  // "--note"
  std::string help;
  bool flag = false;
  bool required = false;
  bool many = false;
};
// What the gate is asked before a command starts: has the person a role for one of these actions? The act itself asks
// again, about its record. It has no default, so a command without one does not compile.
class Asks {
 public:
  Asks() = delete;
  Asks(std::initializer_list<tasks::Action> any) : any_(any) {}  // NOLINT: written as a list
  // By whoever holds the machine: there is no station yet, no person, or no key in it.
  static Asks console() { return Asks(std::initializer_list<tasks::Action>{}); }
  const std::vector<tasks::Action>& any() const { return any_; }

 private:
  std::vector<tasks::Action> any_;
};

struct CommandWord {  // a positional argument
  std::string name;
  bool required = true;
  bool many = false;
};

// What was asked, after parsing.
struct Invocation {
  StationPlace place;
  std::filesystem::path cwd;  // of the caller; relative paths in options refer to it
  bool json = false;
  Credentials as;      // --as, --password-file
  Credentials second;  // --second, --second-password-file
  std::map<std::string, std::vector<std::string>> options;
  std::vector<std::string> words;
  std::string input;           // standard input, for commands that read it
  std::optional<Actor> actor;  // who passed the gate; none where a command asks for nobody

  const Actor& person() const { return actor.value(); }

  bool has(const std::string& option) const { return options.contains(option); }
  std::optional<std::string> get(const std::string& option) const {
    const auto at = options.find(option);
    return at == options.end() || at->second.empty() ? std::nullopt : std::optional(at->second.front());
  }
  std::string need(const std::string& option) const { return get(option).value_or(""); }
  std::filesystem::path path(const std::string& text) const { return cwd / text; }
};

struct CommandResult {
  boost::json::value json;
  int exit = 0;
};
inline CommandResult done(boost::json::value value) {
  return {std::move(value), exit_status::kDone};
}

struct Command {
  std::string path;  // "task list"
  Asks asks;
  std::string help;
  std::vector<CommandWord> words;
  std::vector<CommandOption> options;
  bool reads_input = false;  // standard input up to 4 KiB
  // Exactly one: with the opened station, or without one (init, bundle check, ...).
  std::function<CommandResult(Station&, const Invocation&)> run;
  std::function<CommandResult(const Invocation&)> run_alone;
  // `serve`, and commands that must not run inside it.
  std::function<int(const Invocation&)> run_program;
};

struct ProgramTable {
  Program program = Program::node;
  std::string name;          // "tram-node"
  std::string default_data;  // "/var/lib/tram-node"
  std::vector<Command> commands;
};

// The whole of main(): returns the exit status.
int run_command_line(const ProgramTable& table, int argc, char** argv);

// One command inside a program that serves: arguments as on the command line, without the program's name.
struct CapturedRun {
  int exit = 0;
  std::string out;
  std::string err;
};
CapturedRun run_captured(const ProgramTable& table, Station& station, const std::vector<std::string>& arguments,
                         const std::filesystem::path& cwd, const std::string& input);

// {"error":{"code","message","next"}}
boost::json::object error_json(const ActRefused& refused);
// A plain text of a result for people.
std::string plain_text(const boost::json::value& value);
// A whole small file, at most `most` bytes; refusals: no_such_file, file_too_large.
std::string read_small_file(const std::filesystem::path& file, std::size_t most);
// The first line of a password or passphrase file.
std::string read_secret_file(const std::filesystem::path& file);

}  // namespace tram::station
