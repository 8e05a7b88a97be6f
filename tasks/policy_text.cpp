// The canonical bytes of a policy: one line for each open point, in the order of the O table, under the name that the
// table gives it (lines.h). Decoding encodes again and compares.
#include <algorithm>
#include <array>

#include "tasks/lines.h"
#include "tasks/policy.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::string_view kMagic = "tram-policy\t1";

// One codec: writes each setting to a line, or reads each from its line. So both directions name a setting once.
class Settings {
 public:
  explicit Settings(std::string& out) : out_(&out) {}
  explicit Settings(std::vector<std::string_view> lines) : lines_(std::move(lines)) {}

  template <class E, std::size_t N>
  void choice(std::string_view key, E& value, const std::array<std::string_view, N>& names) {
    std::string text(names[static_cast<std::size_t>(value)]);
    if (!line(key, text)) return;
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return fail();
    value = static_cast<E>(found - names.begin());
  }
  template <class T>
  void number(std::string_view key, T& value) {
    std::string text = std::to_string(value);
    if (line(key, text) && !read_number(text, value)) fail();
  }
  void day_of_year(std::string_view key, DayOfYear& day) {
    std::string text = std::to_string(day.month) + '-' + std::to_string(day.day);
    if (line(key, text) && !read_pair(text, day.month, day.day)) fail();
  }
  void date(std::string_view key, LocalDate& value) {
    std::string text = format_date(value);
    if (!line(key, text)) return;
    const auto read = parse_date(text);
    if (!read) return fail();
    value = *read;
  }
  // An empty value is none.
  template <class T, class Read>
  void maybe(std::string_view key, std::optional<T>& value, Read&& each) {
    std::string text;
    if (out_ && !value) return void(line(key, text));
    if (!out_ && next_is_empty(key)) return void(line(key, text));
    T inner = value.value_or(T{});
    each(key, inner);
    value = inner;
  }
  void text(std::string_view key, std::string& value) {
    std::string text = escaped(value);
    if (line(key, text)) value = unescaped(text);
  }
  bool good() const { return good_ && next_ == lines_.size(); }

 private:
  void fail() { good_ = false; }
  bool next_is_empty(std::string_view key) const {
    return next_ < lines_.size() && lines_[next_] == std::string(key) + '\t';
  }
  // Writes `text`, or replaces it by what the next line holds and returns true.
  bool line(std::string_view key, std::string& text) {
    if (out_) {
      *out_ += std::string(key) + '\t' + text + '\n';
      return false;
    }
    if (!good_ || next_ == lines_.size()) return fail(), false;
    const auto fields = split(lines_[next_++], '\t');
    if (fields.size() != 2 || fields[0] != key) return fail(), false;
    text = fields[1];
    return true;
  }

  std::string* out_ = nullptr;
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
  bool good_ = true;
};

constexpr std::array<std::string_view, 2> kTermStart = {"start", "issue"};
constexpr std::array<std::string_view, 2> kMonth = {"calendar", "thirty-days"};
constexpr std::array<std::string_view, 2> kFirstDay = {"skipped", "counted"};
constexpr std::array<std::string_view, 2> kDayOff = {"next-working-day", "written-day"};
constexpr std::array<std::string_view, 2> kBefore = {"day-before", "that-day"};
constexpr std::array<std::string_view, 3> kCadence = {"monthly", "quarterly", "yearly"};
constexpr std::array<std::string_view, 2> kFeedback = {"confirmation", "hand-over"};
constexpr std::array<std::string_view, 2> kConsecutive = {"same-type", "any-type"};
constexpr std::array<std::string_view, 2> kCompletion = {"approval", "assessment"};
constexpr std::array<std::string_view, 2> kCalendarOf = {"acting-body", "assigning-body"};
constexpr std::array<std::string_view, 2> kExcuse = {"by-decision", "always"};
constexpr std::array<std::string_view, 2> kClock = {"signed-if-trusted", "receipt"};
constexpr std::array<std::string_view, 2> kTies = {"skip-next", "dense"};

void all_settings(Settings& s, Policy& p) {
  s.number("version", p.version);
  s.date("valid-from", p.valid_from);
  s.text("source", p.source);
  s.choice("term.start", p.term_start, kTermStart);
  s.choice("term.month", p.term_month, kMonth);
  s.choice("count.first_day", p.first_day, kFirstDay);
  s.choice("deadline.day_off", p.deadline_day_off, kDayOff);
  s.choice("deadline.before", p.deadline_before, kBefore);
  s.number("report.office_dates", p.office_day);
  s.day_of_year("report.office_dates.half_year", p.office_half_year);
  s.day_of_year("report.office_dates.year", p.office_year);
  s.number("report.site_dates", p.site_day);
  s.day_of_year("report.site_dates.half_year", p.site_half_year);
  s.day_of_year("report.site_dates.year", p.site_year);
  s.number("milestone.grace", p.milestone_grace);
  s.number("final.long_term", p.final_long_term);
  s.choice("cadence.default", p.cadence, kCadence);
  s.number("cadence.skips_under", p.cadence_skips_under);
  s.choice("feedback.from", p.feedback_from, kFeedback);
  s.number("milestone.opens", p.milestone_opens);
  s.maybe("rating.low", p.rating_low, [&](std::string_view key, std::uint16_t& low) { s.number(key, low); });
  s.choice("rating.consecutive", p.rating_consecutive, kConsecutive);
  s.choice("completion.counts", p.completion_counts, kCompletion);
  s.choice("calendar.of", p.calendar_of, kCalendarOf);
  s.choice("transport.excuse", p.transport_excuse, kExcuse);
  s.choice("clock.counted", p.clock_counted, kClock);
  s.date("rules.in_force.centre", p.in_force_centre);
  s.maybe("rules.in_force.province", p.in_force_province,
          [&](std::string_view key, LocalDate& date) { s.date(key, date); });
  s.choice("rank.ties", p.rank_ties, kTies);
  s.number("warn.soon.hours", p.warn_hours);
  s.number("warn.soon.days", p.warn_days);
}

}  // namespace

Bytes encode_policy(const Policy& policy) {
  std::string out(kMagic);
  out += '\n';
  Settings settings(out);
  Policy copy = policy;
  all_settings(settings, copy);
  const ByteView bytes = as_bytes(out);
  return {bytes.begin(), bytes.end()};
}

Result<Policy> decode_policy(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (text.size() > kMaxPolicyBytes || !is_clean_utf8(text) || !text.ends_with('\n')) return errc::bad_policy;
  auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.front() != kMagic) return errc::bad_policy;
  lines.erase(lines.begin());
  Settings settings(std::move(lines));
  Policy policy;
  all_settings(settings, policy);
  if (!settings.good()) return errc::bad_policy;
  if (const auto checked = check_policy(policy); !checked) return checked.error();
  const Bytes again = encode_policy(policy);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) return errc::bad_policy;
  return policy;
}

}  // namespace tram::tasks
