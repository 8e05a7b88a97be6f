#include "tasks/settings_import.h"

#include <algorithm>
#include <map>
#include <set>

#include "tasks/csv.h"
#include "tasks/lines.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr ColumnRule kColumns[] = {{"setting"}, {"value", Presence::required, Formula::span_allowed}};

struct Setting {
  std::size_t row = 0;
  std::string name, value;
};

// The rows of a settings table, each name once. Nothing if it is no table.
std::optional<std::vector<Setting>> read_settings(std::string_view csv, Problems& problems) {
  const auto table = read_csv(csv, kColumns, problems);
  if (!table) return std::nullopt;
  std::vector<Setting> list;
  std::set<std::string> seen;
  for (const CsvRow& row : *table) {
    Setting s{row.row, to_nfc(trimmed(row.at("setting"))), to_nfc(trimmed(row.at("value")))};
    if (!seen.insert(s.name).second)
      problems.add(errc::duplicate_ref, s.row, "setting", "The setting " + s.name + " stands in the file twice.");
    else
      list.push_back(std::move(s));
  }
  if (table->empty()) problems.add(errc::missing_value, 0, "", "The file holds no setting.");
  return list;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

template <class T>
Imported<T> failed(Problems& problems) {
  return {std::nullopt, problems.take(), {}};
}

}  // namespace

Imported<Policy> parse_policy_file(std::string_view csv, const Policy& before) {
  Problems problems;
  const auto settings = read_settings(csv, problems);
  if (!settings || !problems.empty()) return failed<Policy>(problems);
  Policy next = before;
  next.version = before.version + 1;
  std::vector<std::string> lines;
  std::map<std::string, std::size_t, std::less<>> place;
  const Bytes bytes = encode_policy(next);
  for (const std::string_view line : split(as_text(bytes), '\n')) {
    if (line.empty()) continue;
    place.emplace(split(line, '\t').front(), lines.size());
    lines.emplace_back(line);
  }
  for (const Setting& s : *settings) {
    const auto at = place.find(s.name);
    if (at == place.end() || at->second == 0) {
      problems.add(errc::unknown_column, s.row, "setting", "There is no setting of this name.");
      continue;
    }
    const std::string kept = std::exchange(lines[at->second], s.name + '\t' + escaped(s.value));
    if (!decode_policy(as_bytes(text_of(lines)))) {
      problems.add(errc::bad_policy, s.row, "value", "The setting " + s.name + " cannot have this value.");
      lines[at->second] = kept;
    }
  }
  if (!problems.empty()) return failed<Policy>(problems);
  return {*decode_policy(as_bytes(text_of(lines))), {}, {}};
}

Imported<Criteria> parse_criteria_file(std::string_view csv, const Criteria& before) {
  Problems problems;
  const auto settings = read_settings(csv, problems);
  if (!settings || !problems.empty()) return failed<Criteria>(problems);
  Criteria next = before;
  next.version = before.version + 1;
  next.weights.clear();
  std::map<std::string, Indicator, std::less<>> indicators;
  for (std::size_t i = 0; i < kIndicators; ++i)
    indicators.emplace("weight." + std::string(name_of(static_cast<Indicator>(i))), static_cast<Indicator>(i));
  const std::map<std::string, std::uint16_t Criteria::*, std::less<>> levels = {
      {"level.excellent", &Criteria::excellent_from},
      {"level.completed", &Criteria::completed_from},
      {"level.not_fully_completed", &Criteria::not_fully_from}};
  const auto number = [&](const Setting& s, auto& out) {
    if (!read_number(s.value, out) || out > 10'000)
      problems.add(errc::bad_criteria, s.row, "value", "A whole number from 0 to 10000, hundredths of a per cent.");
  };
  for (const Setting& s : *settings) {
    if (s.name == "version") {
      if (!read_number(s.value, next.version))
        problems.add(errc::bad_criteria, s.row, "value", "A version is a whole number.");
    } else if (s.name == "source") {
      next.source = s.value;
    } else if (s.name == "valid-from") {
      const auto day = parse_date(s.value);
      if (day)
        next.valid_from = *day;
      else
        problems.add(errc::bad_date, s.row, "value", "A date, YYYY-MM-DD.");
    } else if (const auto level = levels.find(s.name); level != levels.end()) {
      number(s, next.*(level->second));
    } else if (const auto weight = indicators.find(s.name); weight != indicators.end()) {
      Weight w{weight->second, 0};
      number(s, w.weight);
      if (w.weight > 0) next.weights.push_back(w);
    } else {
      problems.add(errc::unknown_column, s.row, "setting", "There is no setting of this name.");
    }
  }
  std::sort(next.weights.begin(), next.weights.end(),
            [](const Weight& a, const Weight& b) { return a.indicator < b.indicator; });
  if (problems.empty() && !check_criteria(next))
    problems.add(errc::bad_criteria, 0, "value",
                 "The weights must come to 10000 together, and each level stand below the one above it.");
  if (!problems.empty()) return failed<Criteria>(problems);
  return {std::move(next), {}, {}};
}

}  // namespace tram::tasks
