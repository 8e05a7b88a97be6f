#include "tests/bench/backlog.h"

#include <array>
#include <cstdio>
#include <map>

#include "tests/bench/office_texts.h"

namespace tram::bench {
namespace {

constexpr std::array kNames = std::to_array<const char*>(
    {"title", "body", "status", "progress", "priority", "assignee", "unit", "province", "due", "tags", "lang", "note"});
constexpr std::array kStatuses =
    std::to_array<const char*>({"draft", "assigned", "in_progress", "waiting_approval", "blocked", "done"});

std::string new_id(SplitMix& random) {
  const std::uint64_t high = random.next();
  const std::uint64_t low = random.next();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

std::string due(SplitMix& random) {
  const auto month = static_cast<int>(1 + random.below(12));
  const auto day = static_cast<int>(1 + random.below(28));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "2026-%02d-%02d", month, day);
  return text.data();
}

std::vector<std::pair<TaskField, std::string>> new_task(SplitMix& random, const OfficeTexts& texts,
                                                        Language& language) {
  language = random.below(100) < 30 ? Language::lao : Language::vietnamese;
  std::vector<std::pair<TaskField, std::string>> fields;
  const auto add = [&fields](TaskField field, std::string value) { fields.emplace_back(field, std::move(value)); };
  add(kTitle, texts.make(random, language, 75 + random.below(31)));
  add(kText, texts.make(random, language, 450 + random.below(301)));
  add(kStatus, kStatuses[random.below(2)]);
  add(kProgress, "0");
  add(kPriority, std::to_string(1 + random.below(5)));
  add(kAssignee, "user" + std::to_string(random.below(240)) + "@n0");
  add(kUnit, texts.make(random, language, 24));
  add(kProvince, "P0");
  add(kDue, due(random));
  std::string tags = OfficeTexts::word(random, language) + ",";
  tags += OfficeTexts::word(random, language);
  add(kTags, tags);
  add(kLanguage, language == Language::lao ? "lo" : "vi");
  add(kNote, "");
  return fields;
}

std::pair<TaskField, std::string> update(SplitMix& random, const OfficeTexts& texts, Language language) {
  const std::uint64_t which = random.below(10);
  if (which < 4) return {kProgress, std::to_string(random.below(101))};
  if (which < 7) return {kStatus, kStatuses[random.below(6)]};
  return {kNote, texts.make(random, language, 90 + random.below(61))};
}

std::string value(TaskField field, const std::string& text) {
  if (field == kProgress || field == kPriority) return text;
  return "\"" + text + "\"";
}

}  // namespace

std::vector<BacklogLine> backlog(BacklogSize size, std::uint64_t seed) {
  const OfficeTexts texts(seed ^ 0x7E47);
  SplitMix random(seed);
  SplitMix clock(seed + 1);
  std::uint64_t ms = 1'767'225'600'000;
  std::vector<BacklogLine> lines;
  std::vector<std::string> ids;
  std::map<std::string, Language> languages;
  const auto next = [&](const std::string& id) -> BacklogLine& {
    ms += 200 + clock.below(90'000);
    lines.push_back({lines.size() + 1, ms, false, id, {}});
    return lines.back();
  };
  for (std::size_t i = 0; i < size.tasks; ++i) {
    ids.push_back(new_id(random));
    BacklogLine& line = next(ids.back());
    line.creates = true;
    line.fields = new_task(random, texts, languages[ids.back()]);
  }
  for (std::size_t i = 0; i < size.updates; ++i) {
    const std::string& id = ids[random.below(ids.size())];
    next(id).fields = {update(random, texts, languages[id])};
  }
  return lines;
}

std::string json_lines(const std::vector<BacklogLine>& lines) {
  std::string out;
  for (const BacklogLine& line : lines) {
    out += "{\"seq\":" + std::to_string(line.seq) + ",\"dev\":\"n00\",\"ts\":" + std::to_string(line.ms) +
           ",\"op\":\"" + (line.creates ? "create" : "set") + "\",\"id\":\"" + line.id + "\"";
    if (line.creates) {
      out += ",\"f\":{";
      for (const auto& [field, text] : line.fields)
        out += std::string(field == kTitle ? "" : ",") + "\"" + kNames[field] + "\":" + value(field, text);
      out += "}}\n";
    } else {
      const auto& [field, text] = line.fields.front();
      out += std::string(",\"k\":\"") + kNames[field] + "\",\"v\":" + value(field, text) + "}\n";
    }
  }
  return out;
}

}  // namespace tram::bench
