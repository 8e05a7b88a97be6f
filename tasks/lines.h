// Lines of fields with a tab between them: the shape that the canonical bytes of calendars, policies and criteria share
// (docs/formats.md). Text that people wrote is escaped (\\ \t \n), so a line is a line.
#pragma once
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace tram::tasks {

std::string escaped(std::string_view text);
std::string unescaped(std::string_view text);

// The fields between separators; one field where there is none.
std::vector<std::string_view> split(std::string_view text, char separator);

// All of `text` is a number that `value` holds.
template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// Two numbers with a dash between them.
template <class T>
bool read_pair(std::string_view text, T& first, T& second) {
  const std::size_t dash = text.find('-');
  return dash != std::string_view::npos && read_number(text.substr(0, dash), first) &&
         read_number(text.substr(dash + 1), second);
}

}  // namespace tram::tasks
