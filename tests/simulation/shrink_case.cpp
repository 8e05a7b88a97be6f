// What a shrunk run looks like to people: the diagram, and the GoogleTest case.
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "tests/simulation/shrink.h"

namespace tram::simulation {
namespace {

constexpr std::size_t kColumn = 34;
constexpr std::size_t kMostLines = 60;

std::string padded(std::string text, std::size_t width) {
  if (text.size() > width) text.resize(width);
  return text + std::string(width - text.size(), ' ');
}

std::string moment(std::uint64_t ms) {
  const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::uint64_t s = ms / 1000;
  return "day " + std::to_string(s / 86400 + 1) + " " + two(s / 3600 % 24) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
}

}  // namespace

std::string diagram(const std::vector<std::string>& trace, std::size_t most_lines) {
  struct Line {
    std::uint64_t ms;
    std::string who, what;
  };
  std::vector<Line> lines;
  std::vector<std::string> columns = {"hub"};
  for (const std::string& text : trace) {
    const std::size_t space = text.find(' ');
    Line line{std::stoull(text), "hub", text.substr(space + 1)};
    const std::string first = line.what.substr(0, line.what.find(' '));
    if (first != "receipt") {
      line.who = first;
      line.what = line.what.substr(std::min(line.what.size(), first.size() + 1));
      if (std::find(columns.begin(), columns.end(), first) == columns.end()) columns.push_back(first);
    }
    lines.push_back(std::move(line));
  }
  std::string out = padded("", 14);
  for (const std::string& column : columns) out += " | " + padded(column, kColumn);
  out += "\n";
  const std::size_t from = lines.size() > most_lines ? lines.size() - most_lines : 0;
  if (from > 0) out += padded("", 14) + " | (" + std::to_string(from) + " lines before)\n";
  for (std::size_t i = from; i < lines.size(); ++i) {
    out += padded(moment(lines[i].ms), 14);
    for (const std::string& column : columns)
      out += " | " + padded(column == lines[i].who ? lines[i].what : "", kColumn);
    out += "\n";
  }
  return out;
}

std::string gtest_case(const Shrunk& shrunk, const std::string& name, const std::string& mutant,
                       const std::string& program) {
  char seed[32];
  std::snprintf(seed, sizeof seed, "0x%llx", static_cast<unsigned long long>(shrunk.seed));
  std::uint64_t faults = 0;
  for (const std::uint64_t reached : shrunk.result.reached) faults += reached;
  std::string out = "// " + shrunk.result.violation + "\n// Found by " + program + " --seed " + seed +
                    "; shrunk from " + std::to_string(shrunk.entries_before) + " decisions to " +
                    std::to_string(shrunk.tape.size()) + " in " + std::to_string(shrunk.replays) +
                    " replays: " + std::to_string(sites_in(shrunk)) + " sites, " +
                    std::to_string(acts_in(shrunk.tape)) + " acts, " + std::to_string(faults) + " faults, " +
                    std::to_string(shrunk.result.events) + " steps.\n//\n";
  const std::string drawn = diagram(shrunk.trace, kMostLines);
  for (std::size_t at = 0; at < drawn.size();) {
    const std::size_t end = drawn.find('\n', at);
    std::string line = "// " + drawn.substr(at, end - at);
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + "\n";
    at = end + 1;
  }
  out += "#include \"tests/simulation/regress/replay.h\"\n\nnamespace tram::simulation {\n\nTEST(Regress, " + name +
         ") {\n  expect_replay({" + seed + ", \"" + mutant + "\", \"" + shrunk.invariant + "\", R\"(\n" +
         shrunk.tape.text() + ")\"});\n}\n\n}  // namespace tram::simulation\n";
  return out;
}

int write_case(const RunOptions& options, const std::string& mutant, const std::string& program,
               const std::filesystem::path& file) {
  const auto shrunk = shrink(options);
  if (!shrunk) {
    std::fprintf(stderr, "nothing to shrink: the seed breaks no invariant, or its tape does not replay it\n");
    return 1;
  }
  std::string name;
  bool upper = true;
  for (const char c : file.stem().string()) {
    if (c == '_') {
      upper = true;
      continue;
    }
    name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  std::ofstream out(file);
  out << gtest_case(*shrunk, name, mutant, program);
  if (!out.flush()) {
    std::fprintf(stderr, "%s cannot be written\n", file.c_str());
    return 1;
  }
  std::printf("%s: %s, %llu decisions after %llu replays\n%s", file.c_str(), shrunk->result.violation.c_str(),
              static_cast<unsigned long long>(shrunk->tape.size()), static_cast<unsigned long long>(shrunk->replays),
              diagram(shrunk->trace, kMostLines).c_str());
  return 0;
}

}  // namespace tram::simulation
