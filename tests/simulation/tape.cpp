#include "tests/simulation/tape.h"

#include <charconv>

namespace tram::simulation {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The part before `mark`, which is taken away from `rest` with it.
std::string_view part(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view found = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return found;
}

}  // namespace

void Tape::put(const std::string& stream, std::uint64_t index, std::uint64_t choice) {
  if (choice != 0) {
    streams_[stream][index] = choice;
    return;
  }
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return;
  at->second.erase(index);
  if (at->second.empty()) streams_.erase(at);
}

std::uint64_t Tape::choice(const std::string& stream, std::uint64_t index) const {
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return 0;
  const auto entry = at->second.find(index);
  return entry == at->second.end() ? 0 : entry->second;
}

std::size_t Tape::size() const {
  std::size_t entries = 0;
  for (const auto& [name, stream] : streams_) entries += stream.size();
  return entries;
}

std::string Tape::text() const {
  std::string text;
  for (const auto& [name, stream] : streams_) {
    text += name + ":";
    for (const auto& [index, choice] : stream) text += " " + std::to_string(index) + "=" + std::to_string(choice);
    text += "\n";
  }
  return text;
}

std::optional<Tape> Tape::read(std::string_view text) {
  Tape tape;
  while (!text.empty()) {
    std::string_view line = part(text, '\n');
    if (line.empty()) continue;
    if (line.find(':') == std::string_view::npos) return std::nullopt;
    const std::string name(part(line, ':'));
    while (!line.empty()) {
      std::string_view entry = part(line, ' ');
      if (entry.empty()) continue;
      const auto index = number(part(entry, '='));
      const auto choice = number(entry);
      if (!index || !choice) return std::nullopt;
      tape.put(name, *index, *choice);
    }
  }
  return tape;
}

}  // namespace tram::simulation
