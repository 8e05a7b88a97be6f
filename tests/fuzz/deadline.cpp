// Z15: the small languages of the import file: deadlines, recurrences, dates, moments. Input: which, and the text. What
// is read has a canonical text that is read as the same.
#include "tasks/deadline.h"

#include "tasks/recurrence.h"
#include "tasks/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

const WorkingTime& working_time() {
  static const Calendar nation = viet_nam_calendar();
  static const WorkingTime time = *WorkingTime::merge({&nation, 1});
  return time;
}

void check_deadline(std::string_view text) {
  const auto deadline = parse_deadline(text);
  if (!deadline) return;
  const auto again = parse_deadline(canonical_text(*deadline));
  hold(again && again->meaning == deadline->meaning, "a canonical text means the same");
  const auto stored = decode_deadline(encode(*deadline));
  hold(stored && *stored == *deadline, "a deadline survives being stored");
  DeadlineFacts facts;
  facts.event_on = make_date(2026, 2, 1);
  facts.companion_due = facts.companion_written = moment_at(make_date(2026, 3, 1), {});
  const Due due = last_good_moment(*deadline, working_time(), facts);
  hold(due.due.has_value() == (due.state == DueState::fixed), "a fixed deadline has its moment");
}

void check_recurrence(std::string_view text) {
  const auto recurrence = parse_recurrence(text);
  if (!recurrence) return;
  const auto again = parse_recurrence(canonical_text(*recurrence));
  hold(again && canonical_text(*again) == canonical_text(*recurrence), "a canonical text means the same");
  const auto stored = decode_recurrence(encode(*recurrence));
  hold(stored && *stored == *recurrence, "a recurrence survives being stored");
  const auto dates = occurrences(*recurrence, {make_date(2026, 1, 1), make_date(2027, 12, 31)}, working_time());
  if (!dates) return;
  hold(dates->size() <= kMaxOccurrences, "occurrences are bounded");
  for (std::size_t i = 1; i < dates->size(); ++i)
    hold((*dates)[i - 1].written < (*dates)[i].written, "occurrences are in order");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(6);
  const std::string_view text = as_text(draw.rest());
  switch (which) {
    case 0:
      return check_deadline(text);
    case 1:
      return check_recurrence(text);
    case 2:
      if (const auto date = parse_date(text)) hold(format_date(*date) == text, "a date has one form");
      return;
    case 3:
      if (const auto moment = parse_moment(text))
        hold(*parse_moment(format_moment(*moment)) == *moment, "a moment survives being written");
      return;
    case 4:
      if (const auto when = parse_date_or_hour(text)) hold(format_date_or_hour(*when) == text, "it has one form");
      return;
    default:
      if (const auto stored = decode_deadline(text)) hold(encode(*stored) == text, "what is stored has one form");
      if (const auto stored = decode_recurrence(text)) hold(encode(*stored) == text, "what is stored has one form");
  }
}

void seeds(const AddSeed& add) {
  std::uint8_t number = 0;
  const auto seed = [&](std::uint8_t which, std::string_view text) {
    add("text_" + std::to_string(++number), with_choice(which, as_bytes(text)));
  };
  for (const std::string_view text :
       {"", "2025-06-30", "2025-06-30T10:00", "2025-06", "2025-Q2", "2025", "before:2025-06-30", "+30d after decision",
        "+5wd after x", "+2m after x", "+3y after x", "expected:2025-06-30", "with:II.2"})
    seed(0, text);
  for (const std::string_view text : {"weekly:wed:10:00", "weekly:mon", "monthly", "monthly:31", "quarterly",
                                      "half-yearly", "yearly from 2025-01-01 to 2030-12-31"})
    seed(1, text);
  seed(2, "2024-02-29");
  seed(3, "2025-04-23T10:00:00+07:00");
  seed(3, "2025-04-23T10:00:00Z");
  seed(4, "2025-04-23T10:00");
  seed(5, "2025-Q2\nquý hai");
  seed(5, "monthly:25\nngày 25");
}

}  // namespace

const Target deadline{"deadline", 2u << 10, "tasks/deadline.cpp tasks/recurrence.cpp tasks/time.cpp", run, seeds};

}  // namespace tram::fuzz
