#include <algorithm>
#include <charconv>
#include <sstream>

#include "station/act/act.h"
#include "station/task_view.h"
#include "tasks/text.h"
#include "tasks/time.h"

namespace tram::station {
namespace {

constexpr std::size_t kTextBytes = 16u << 10;
constexpr std::int64_t kLargestNumber = 1'000'000'000;

ActRefused bad(const EntryField& field, std::string_view why) {
  return refused("bad_value", std::string(field.name) + ": " + std::string(why),
                 "Correct it: " + std::string(field.help) + ".");
}

bool is_one_of(std::string_view words, std::string_view text) {
  std::istringstream all{std::string(words)};
  for (std::string word; all >> word;)
    if (word == text) return true;
  return false;
}

void check_body(Station& station, std::string_view code) {
  if (station.directory().organisation(code) == nullptr)
    throw refused("unknown_body", "There is no body \"" + std::string(code.substr(0, 64)) + "\".", "Check its code.");
}

void check(Station& station, const EntryField& field, const std::string& text) {
  switch (field.kind) {
    case EntryKind::text:
      break;
    case EntryKind::number: {
      std::int64_t number = 0;
      const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (ec != std::errc() || end != text.data() + text.size() || number < 0 || number > kLargestNumber)
        throw bad(field, "this is no whole number.");
      if (field.name == "progress" && number > 100) throw bad(field, "progress ends at 100.");
      break;
    }
    case EntryKind::date:
      if (!tasks::parse_date(text))
        throw refused("bad_date", std::string(field.name) + ": \"" + text + "\" is no day.", "Write YYYY-MM-DD.");
      break;
    case EntryKind::moment:
      if (!tasks::parse_moment(text))
        throw refused("bad_moment", std::string(field.name) + ": \"" + text + "\" is no moment.",
                      "Write it like 2025-04-23T10:00:00+07:00.");
      break;
    case EntryKind::word:
      if (!is_one_of(field.words, text)) throw bad(field, "there is no such word here.");
      break;
    case EntryKind::body:
      check_body(station, text);
      break;
    case EntryKind::bodies: {
      std::istringstream codes(text);
      for (std::string code; codes >> code;) check_body(station, code);
      break;
    }
    case EntryKind::record:
      if (!sync::RecordId::parse(text)) throw bad(field, "this is no id.");
      break;
  }
  if (field.name == "completed_on" && !tasks::parse_date_or_hour(text))
    throw refused("bad_date", "completed_on: \"" + text + "\" is no date.", "Write YYYY-MM-DD.");
}

}  // namespace

std::int64_t ActEntry::number(std::string_view name) const {
  return std::strtoll(text(name).c_str(), nullptr, 10);
}

void take_entry(Station& station, const EntryField& field, std::string_view raw, ActEntry& into) {
  if (raw.size() > kTextBytes) throw bad(field, "this is too long.");
  if (!tasks::is_clean_utf8(raw)) throw bad(field, "this is not valid text.");
  std::string text = tasks::to_nfc(raw);
  if (tasks::trimmed(text).empty()) {
    if (field.required)
      throw refused("missing_value", std::string(field.name) + " must not be empty.",
                    "Give it: " + std::string(field.help) + ".");
    return;
  }
  check(station, field, text);
  into.put(std::string(field.name), std::move(text));
}

void check_complete(const ActSpec& spec, const ActEntry& entry) {
  for (const EntryField& field : spec.fields)
    if (field.required && !entry.has(field.name))
      throw refused("missing_value", std::string(field.name) + " is missing.",
                    "Give it: " + std::string(field.help) + ".");
}

}  // namespace tram::station
