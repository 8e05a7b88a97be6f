// Z14: the criteria of ratings, as signed bytes and as the file that people edit. Input: 0 = bytes, 1 = file; the rest.
#include "tasks/criteria.h"

#include "tasks/settings_import.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

void check(const Criteria& c) {
  hold(check_criteria(c).has_value(), "what was read passes the check");
  const auto same = decode_criteria(encode_criteria(c));
  hold(same && *same == c, "criteria survive being stored");
  Level last = level_of(0, c);
  for (unsigned score = 0; score <= 10'000; score += 50) {
    const Level level = level_of(static_cast<std::uint16_t>(score), c);
    hold(level <= last, "a higher score has no lower level");
    last = level;
  }
  hold(last == Level::excellent, "the highest score is excellent");
}

void run(ByteView input) {
  Draw draw(input);
  const bool is_file = draw.byte() % 2 == 1;
  const ByteView bytes = draw.rest();
  if (!is_file) {
    const auto criteria = decode_criteria(bytes);
    if (!criteria) return;
    const Bytes again = encode_criteria(*criteria);
    hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "criteria have one form");
    return check(*criteria);
  }
  const auto read = parse_criteria_file(as_text(bytes), shipped_criteria());
  hold(read.value.has_value() == read.problems.empty(), "a value or problems, never both");
  if (read.value) check(*read.value);
}

void seeds(const AddSeed& add) {
  Criteria c = shipped_criteria();
  add("shipped", with_choice(0, encode_criteria(c)));
  c.version = 2;
  c.weights = {{Indicator::done, 10'000}};
  c.excellent_from = 10'000;
  c.source = "QĐ\t2";
  add("one", with_choice(0, encode_criteria(c)));
  add("file", with_choice(1, as_bytes("setting,value\nweight.done,6000\nweight.no_finding,4000\nlevel.excellent,9500\n"
                                      "valid-from,2026-04-01\nversion,2\nsource,QĐ 2\n")));
  add("bad_file", with_choice(1, as_bytes("setting,value\nweight.done,most\nlevel.best,1\nvalid-from,x\n")));
}

}  // namespace

const Target criteria{"criteria", 16u << 10, "tasks/criteria.cpp tasks/settings_import.cpp", run, seeds};

}  // namespace tram::fuzz
