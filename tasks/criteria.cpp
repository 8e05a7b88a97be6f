#include "tasks/criteria.h"

#include <algorithm>
#include <array>

#include "tasks/lines.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, kIndicators> kNames = {
    "done_on_time", "done", "confirmed_in_time", "updated_in_time", "reported_in_time", "no_finding",
};
constexpr std::array<std::string_view, 4> kLevels = {"excellent", "completed", "not_fully_completed", "not_completed"};
constexpr std::string_view kMagic = "tram-criteria\t1";

bool read_line(std::string_view line, Criteria& c) {
  const auto f = split(line, '\t');
  if (f.size() == 2 && f[0] == "version") return read_number(f[1], c.version);
  if (f.size() == 2 && f[0] == "source") return c.source = unescaped(f[1]), true;
  if (f.size() == 2 && f[0] == "valid-from") {
    const auto date = parse_date(f[1]);
    if (date) c.valid_from = *date;
    return date.has_value();
  }
  if (f.size() == 3 && f[0] == "weight") {
    const auto found = std::find(kNames.begin(), kNames.end(), f[1]);
    Weight w{static_cast<Indicator>(found - kNames.begin()), 0};
    if (found == kNames.end() || c.weights.size() == kIndicators || !read_number(f[2], w.weight)) return false;
    return c.weights.push_back(w), true;
  }
  if (f.size() == 4 && f[0] == "levels")
    return read_number(f[1], c.excellent_from) && read_number(f[2], c.completed_from) &&
           read_number(f[3], c.not_fully_from);
  return false;
}

}  // namespace

std::string_view name_of(Indicator indicator) {
  return kNames[static_cast<std::size_t>(indicator)];
}
std::string_view name_of(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}

Criteria shipped_criteria() {
  Criteria c;
  c.source = "starting values, until the office publishes its own (article 17)";
  c.weights = {{Indicator::done_on_time, 4'000},     {Indicator::done, 2'000},
               {Indicator::confirmed_in_time, 500},  {Indicator::updated_in_time, 1'500},
               {Indicator::reported_in_time, 1'000}, {Indicator::no_finding, 1'000}};
  return c;
}

// R31: published criteria with weights that make a whole.
Result<void> check_criteria(const Criteria& c) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < c.weights.size(); ++i) {
    if (i > 0 && c.weights[i - 1].indicator >= c.weights[i].indicator) return errc::bad_criteria;
    if (c.weights[i].weight == 0) return errc::bad_criteria;
    sum += c.weights[i].weight;
  }
  const bool ordered = c.excellent_from <= 10'000 && c.completed_from < c.excellent_from &&
                       c.not_fully_from < c.completed_from && c.not_fully_from > 0;
  if (c.version == 0 || sum != 10'000 || !ordered) return errc::bad_criteria;
  return {};
}

Bytes encode_criteria(const Criteria& c) {
  std::string out(kMagic);
  out += "\nversion\t" + std::to_string(c.version) + "\nvalid-from\t" + format_date(c.valid_from) + "\nsource\t" +
         escaped(c.source) + '\n';
  for (const Weight& w : c.weights)
    out += "weight\t" + std::string(name_of(w.indicator)) + '\t' + std::to_string(w.weight) + '\n';
  out += "levels\t" + std::to_string(c.excellent_from) + '\t' + std::to_string(c.completed_from) + '\t' +
         std::to_string(c.not_fully_from) + '\n';
  const ByteView bytes = as_bytes(out);
  return {bytes.begin(), bytes.end()};
}

Result<Criteria> decode_criteria(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (text.size() > kMaxCriteriaBytes || !is_clean_utf8(text) || !text.ends_with('\n')) return errc::bad_criteria;
  const auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.front() != kMagic) return errc::bad_criteria;
  Criteria c;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (!read_line(lines[i], c)) return errc::bad_criteria;
  if (const auto checked = check_criteria(c); !checked) return checked.error();
  const Bytes again = encode_criteria(c);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) return errc::bad_criteria;
  return c;
}

// R32: four levels by score.
Level level_of(std::uint16_t score, const Criteria& c) {
  if (score >= c.excellent_from) return Level::excellent;
  if (score >= c.completed_from) return Level::completed;
  return score >= c.not_fully_from ? Level::not_fully_completed : Level::not_completed;
}

}  // namespace tram::tasks
