// Z14: the policy of an office, as signed bytes and as the file that people edit. Input: 0 = bytes, 1 = file; the rest.
#include "tasks/policy.h"

#include "tasks/settings_import.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

void check(const Policy& p) {
  hold(check_policy(p).has_value(), "what was read passes the check");
  const Bytes bytes = encode_policy(p);
  const auto same = decode_policy(bytes);
  hold(same && *same == p, "a policy survives being stored");
  const Policy list[] = {p};
  const Policy& counts = policy_on(list, p.valid_from);
  hold(counts == p, "it counts from its day on");
}

void run(ByteView input) {
  Draw draw(input);
  const bool is_file = draw.byte() % 2 == 1;
  const ByteView bytes = draw.rest();
  if (!is_file) {
    const auto policy = decode_policy(bytes);
    if (!policy) return;
    const Bytes again = encode_policy(*policy);
    hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a policy has one form");
    return check(*policy);
  }
  const auto read = parse_policy_file(as_text(bytes), Policy{});
  hold(read.value.has_value() == read.problems.empty(), "a value or problems, never both");
  if (read.value) check(*read.value);
}

void seeds(const AddSeed& add) {
  Policy p;
  add("defaults", with_choice(0, encode_policy(p)));
  p.version = 7;
  p.source = "QĐ 1\tvà\n2";
  p.term_start = TermStart::issue;
  p.deadline_day_off = DayOffRule::written_day;
  p.rating_low = 5'000;
  p.in_force_province = make_date(2026, 1, 1);
  add("changed", with_choice(0, encode_policy(p)));
  add("file", with_choice(1, as_bytes("setting,value\nwarn.soon.days,5\nvalid-from,2026-01-01\nrating.low,6000\n")));
  add("bad_file", with_choice(1, as_bytes("setting;value\nwarn.soon.days;five\nwarn.none;1\nterm.start;issue\n")));
}

}  // namespace

const Target policy{"policy", 16u << 10, "tasks/policy.cpp tasks/policy_text.cpp tasks/settings_import.cpp", run,
                    seeds};

}  // namespace tram::fuzz
