// A snapshot as lines (lines.h): what was counted for a body in a period, ref by ref, so that every figure opens down
// to what is behind it (R31).
#include <algorithm>
#include <map>

#include "tasks/lines.h"
#include "tasks/rating.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::string_view kMagic = "tram-rating\t1";
constexpr std::string_view kTogether = "*";

struct Counts {
  std::array<std::uint32_t, kIndicators> met{}, of{};
  bool all_met() const { return met == of; }
};

std::string line_of(std::string_view ref, const Counts& counts) {
  std::string line = "of\t" + escaped(ref);
  for (std::size_t i = 0; i < kIndicators; ++i)
    line += '\t' + std::to_string(counts.met[i]) + '-' + std::to_string(counts.of[i]);
  return line + '\n';
}

std::map<std::string, Counts> counts_of(const Snapshot& s) {
  std::map<std::string, Counts> by_ref;
  for (std::size_t i = 0; i < kIndicators; ++i) {
    for (const std::string& ref : s.shares[i].met_refs) ++by_ref[ref].met[i], ++by_ref[ref].of[i];
    for (const std::string& ref : s.shares[i].unmet_refs) ++by_ref[ref].of[i];
  }
  return by_ref;
}

bool read_counts(const std::vector<std::string_view>& fields, Snapshot& s) {
  const std::string ref = unescaped(fields[1]);
  for (std::size_t i = 0; i < kIndicators; ++i) {
    std::uint32_t met = 0, of = 0;
    constexpr std::uint32_t kMost = 10'000'000;
    if (!read_pair(fields[2 + i], met, of) || met > of || of > kMost) return false;
    Share& share = s.shares[i];
    share.met += met;
    share.of += of;
    if (ref == kTogether) {
      if (met > 0) share.met_refs.push_back(ref);
      if (of > met) share.unmet_refs.push_back(ref);
      continue;
    }
    if (of > 4096) return false;
    share.met_refs.insert(share.met_refs.end(), met, ref);
    share.unmet_refs.insert(share.unmet_refs.end(), of - met, ref);
  }
  return true;
}

bool read_line(std::string_view line, Snapshot& s) {
  const auto f = split(line, '\t');
  if (f.size() == 2 && f[0] == "body") return s.body = unescaped(f[1]), true;
  if (f.size() == 2 && f[0] == "criteria-version") return read_number(f[1], s.criteria_version);
  if (f.size() == 2 && f[0] == "period") {
    const auto period = parse_period(f[1]);
    if (period) s.period = *period;
    return period.has_value();
  }
  if (f.size() == 2 && f[0] == "frozen-at") {
    const auto moment = parse_moment(f[1]);
    if (moment) s.frozen_at = *moment;
    return moment.has_value();
  }
  return f.size() == 2 + kIndicators && f[0] == "of" && read_counts(f, s);
}

}  // namespace

Bytes encode_snapshot(const Snapshot& s, std::size_t most) {
  const std::string head = std::string(kMagic) + "\nbody\t" + escaped(s.body) + "\nperiod\t" + format_period(s.period) +
                           "\nfrozen-at\t" + format_moment(s.frozen_at) + "\ncriteria-version\t" +
                           std::to_string(s.criteria_version) + '\n';
  const auto by_ref = counts_of(s);
  std::string text = head;
  for (const auto& [ref, counts] : by_ref) text += line_of(ref, counts);
  if (text.size() > most) {
    constexpr std::size_t kRoomForTogether = 256;
    text = head;
    Counts together;
    for (const auto& [ref, counts] : by_ref) {
      std::string line = line_of(ref, counts);
      if (!counts.all_met() && text.size() + line.size() + kRoomForTogether <= most) {
        text += line;
        continue;
      }
      for (std::size_t i = 0; i < kIndicators; ++i) together.met[i] += counts.met[i], together.of[i] += counts.of[i];
    }
    text += line_of(kTogether, together);
  }
  const ByteView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Result<Snapshot> decode_snapshot(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (!is_clean_utf8(text) || !text.ends_with('\n')) return errc::bad_criteria;
  const auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.front() != kMagic) return errc::bad_criteria;
  Snapshot s;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (!read_line(lines[i], s)) return errc::bad_criteria;
  return s;
}

}  // namespace tram::tasks
