// The names that travel: outcome codes and errors.
#include <gtest/gtest.h>

#include <set>

#include "samples.h"
#include "sync/errc.h"
#include "sync/merge.h"
#include "sync/outcome_code.h"

namespace tram::sync::test {
namespace {

const int kCodes[] = {0,   1,   101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 201, 202, 203,
                      204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219,
                      220, 221, 222, 223, 224, 225, 226, 231, 232, 233, 234, 235, 236, 237, 241, 242,
                      243, 244, 301, 302, 303, 305, 401, 402, 403, 404, 501, 502, 503, 504};

TEST(OutcomeCodes, HaveNamesAndSentencesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const int n : kCodes) {
    const auto code = static_cast<OutcomeCode>(n);
    EXPECT_TRUE(names.insert(name(code)).second) << n;
    EXPECT_FALSE(sentence(code).empty()) << n;
    EXPECT_FALSE(next_action(code).empty()) << n;
    EXPECT_EQ(name(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name(code);
  }
  EXPECT_EQ(name(OutcomeCode::ok_new), "ok_new");
  EXPECT_EQ(name(OutcomeCode::held_gap), "held_gap");
  EXPECT_EQ(name(OutcomeCode::restored), "restored");
}

TEST(OutcomeCodes, GiveTheExitStatusOfTheContract) {
  for (const int n : kCodes) {
    const int expected = n < 200 ? 0 : n < 300 ? 3 : n < 400 ? 5 : n < 500 ? 1 : n < 503 ? 5 : 3;
    EXPECT_EQ(exit_status(static_cast<OutcomeCode>(n)), expected) << n;
  }
  const int order[] = {1, 3, 5, 0};
  for (int worse = 0; worse < 4; ++worse)
    for (int better = worse; better < 4; ++better) {
      EXPECT_EQ(worst_exit(order[worse], order[better]), order[worse]);
      EXPECT_EQ(worst_exit(order[better], order[worse]), order[worse]);
    }
}

TEST(Errors, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int n = 1; n <= static_cast<int>(errc::clock_jump); ++n) {
    const auto code = static_cast<errc>(n);
    EXPECT_TRUE(names.insert(name(code)).second) << n;
    EXPECT_NE(name(code), "unknown") << n;
    EXPECT_EQ(make_error_code(code).message(), name(code));
  }
  EXPECT_EQ(name(static_cast<errc>(9999)), "unknown");
}

TEST(Outcomes, AreFive) {
  std::set<std::string_view> names;
  for (int n = 0; n < 5; ++n) names.insert(name(static_cast<Outcome>(n)));
  EXPECT_EQ(names, (std::set<std::string_view>{"applied", "merged", "overridden", "proposal", "quarantined"}));
}

}  // namespace
}  // namespace tram::sync::test
