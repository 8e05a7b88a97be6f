// The canonical bytes of a calendar: lines (lines.h) in one fixed order. Decoding encodes again and compares: one
// calendar, one byte string.
#include <algorithm>

#include "tasks/csv.h"
#include "tasks/lines.h"
#include "tasks/settings_import.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::string_view kMagic = "tram-calendar\t1";
constexpr std::string_view kOwners[] = {"nation", "province", "body"};

std::string intervals(const DayHours& hours) {
  std::string out;
  for (const Interval& i : hours) out += (out.empty() ? "" : " ") + std::to_string(i.from) + '-' + std::to_string(i.to);
  return out;
}

std::string day_of_year(DayOfYear day) {
  return std::to_string(day.month) + '-' + std::to_string(day.day);
}

bool read_intervals(std::string_view text, DayHours& hours) {
  for (const std::string_view word : words_of(text)) {
    Interval i{};
    if (hours.size() == kMaxIntervals || !read_pair(word, i.from, i.to)) return false;
    hours.push_back(i);
  }
  return true;
}

bool read_exception(const std::vector<std::string_view>& f, Calendar& calendar) {
  const auto date = parse_date(f[1]);
  if (!date || calendar.exceptions.size() == kMaxExceptions) return false;
  CalendarException exception{DayOff{}, unescaped(f[3])};
  if (f[0] == "worked-as") {
    WorkedAs worked{};
    if (!read_number(f[2], worked.weekday)) return false;
    exception.what = worked;
  } else if (f[0] == "part") {
    PartOfDay part;
    if (!read_intervals(f[2], part.hours)) return false;
    exception.what = std::move(part);
  }
  return calendar.exceptions.emplace(*date, std::move(exception)).second;
}

// Reads one line into the calendar; order and completeness are proved by encoding again.
bool read_line(std::string_view line, Calendar& calendar) {
  const auto f = split(line, '\t');
  const std::string_view key = f[0];
  if (f.size() == 2 && key == "id") return calendar.id = unescaped(f[1]), true;
  if (f.size() == 2 && key == "version") return read_number(f[1], calendar.version);
  if (f.size() == 2 && key == "source") return calendar.source = unescaped(f[1]), true;
  if (f.size() == 2 && key == "valid-from") {
    const auto date = parse_date(f[1]);
    if (date) calendar.valid_from = *date;
    return date.has_value();
  }
  if (f.size() == 3 && key == "owner") {
    for (std::size_t i = 0; i < std::size(kOwners); ++i)
      if (f[1] == kOwners[i])
        return calendar.owner = static_cast<CalendarOwner>(i), calendar.owner_id = unescaped(f[2]), true;
    return false;
  }
  if (f.size() == 2 && key == "year") {
    int year = 0;
    if (calendar.years.size() >= 400 || !read_number(f[1], year)) return false;
    return calendar.years.push_back(year), true;
  }
  if (f.size() == 10 && key == "season") {
    Season season{};
    if (calendar.seasons.size() == kMaxSeasons || !read_pair(f[1], season.from.month, season.from.day) ||
        !read_pair(f[2], season.to.month, season.to.day))
      return false;
    for (std::size_t day = 0; day < 7; ++day)
      if (!read_intervals(f[3 + day], season.hours[day])) return false;
    return calendar.seasons.push_back(std::move(season)), true;
  }
  if (f.size() == 4 && (key == "off" || key == "worked-as" || key == "part")) return read_exception(f, calendar);
  return false;
}

}  // namespace

Bytes encode_calendar(const Calendar& calendar) {
  std::string out(kMagic);
  const auto line = [&](std::initializer_list<std::string> fields) {
    char separator = '\n';
    for (const std::string& field : fields) out += separator + field, separator = '\t';
  };
  line({"id", escaped(calendar.id)});
  line({"version", std::to_string(calendar.version)});
  line({"valid-from", format_date(calendar.valid_from)});
  line({"owner", std::string(kOwners[static_cast<std::size_t>(calendar.owner)]), escaped(calendar.owner_id)});
  line({"source", escaped(calendar.source)});
  for (const int year : calendar.years) line({"year", std::to_string(year)});
  for (const Season& s : calendar.seasons)
    line({"season", day_of_year(s.from), day_of_year(s.to), intervals(s.hours[0]), intervals(s.hours[1]),
          intervals(s.hours[2]), intervals(s.hours[3]), intervals(s.hours[4]), intervals(s.hours[5]),
          intervals(s.hours[6])});
  for (const auto& [date, exception] : calendar.exceptions) {
    std::string key = "off", detail;
    if (const auto* worked = std::get_if<WorkedAs>(&exception.what))
      key = "worked-as", detail = std::to_string(worked->weekday);
    else if (const auto* part = std::get_if<PartOfDay>(&exception.what))
      key = "part", detail = intervals(part->hours);
    line({key, format_date(date), detail, escaped(exception.name)});
  }
  out += '\n';
  const ByteView bytes = as_bytes(out);
  return {bytes.begin(), bytes.end()};
}

Result<Calendar> decode_calendar(ByteView bytes) {
  std::string_view text = as_text(bytes);
  if (text.size() > kMaxCalendarBytes || !is_clean_utf8(text)) return errc::bad_calendar;
  Calendar calendar;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return errc::bad_calendar;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first ? line != kMagic : !read_line(line, calendar)) return errc::bad_calendar;
    first = false;
  }
  if (const auto checked = check_calendar(calendar); !checked) return checked.error();
  const Bytes again = encode_calendar(calendar);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) return errc::bad_calendar;
  return calendar;
}

Imported<Calendar> parse_calendar_file(std::string_view text) {
  Problems problems;
  Calendar calendar;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > kMaxCalendarBytes)
    problems.add(errc::file_too_large, 0, "", "A calendar has at most 512 KiB.");
  else if (!is_clean_utf8(text))
    problems.add(errc::not_utf8, 0, "", "The file is not UTF-8.");
  std::size_t row = 0;
  while (problems.empty() && !text.empty()) {
    ++row;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (row == 1 ? line == kMagic : line.empty() || read_line(line, calendar)) continue;
    problems.add(errc::bad_calendar, row, split(line, '\t').front().substr(0, 64),
                 row == 1 ? "A calendar begins with the line `tram-calendar`, tab, `1`."
                          : "This line is not one of a calendar, or names a day a second time.");
  }
  std::sort(calendar.years.begin(), calendar.years.end());
  if (problems.empty() && !check_calendar(calendar))
    problems.add(errc::bad_calendar, 0, "", "Seasons must cover every day of a year once, and hours lie in order.");
  if (!problems.empty()) return {std::nullopt, problems.take(), {}};
  return {std::move(calendar), {}, {}};
}

}  // namespace tram::tasks
