// The decision tape and the shrinker's text, apart from any run.
#include <gtest/gtest.h>

#include "tests/simulation/random_streams.h"
#include "tests/simulation/shrink.h"

namespace tram::simulation {
namespace {

TEST(Tape, ComesBackFromItsText) {
  Tape tape;
  tape.put("act 17", 0, 1);
  tape.put("act 17", 3, 52'318);
  tape.put("network", 900, 1);
  EXPECT_EQ(tape.text(), "act 17: 0=1 3=52318\nnetwork: 900=1\n");
  EXPECT_EQ(Tape::read(tape.text()), tape);
  EXPECT_EQ(Tape::read("\n" + tape.text()), tape);
  for (const char* wrong : {"network 1=1", "network: 1", "network: x=1", "network: 1=-1", "network: 1=2x"})
    EXPECT_FALSE(Tape::read(wrong)) << wrong;
}

TEST(Tape, HoldsNoCalmChoice) {
  Tape tape;
  tape.put("network", 1, 7);
  tape.put("network", 1, 0);
  tape.put("stick", 0, 0);
  EXPECT_EQ(tape, Tape{});
  EXPECT_EQ(tape.choice("network", 1), 0u);
}

TEST(Tape, AReplayRepeatsTheDrawsAndAMissingEntryIsCalm) {
  Tape tape;
  const auto draws = [] {
    Random random(9, "network");
    std::vector<std::uint64_t> found;
    for (int i = 0; i < 20; ++i) {
      found.push_back(random.below(100));
      found.push_back(random.between(5, 9));
      found.push_back(random.wait(5, 9));
      found.push_back(random.chance(500) ? 1 : 0);
      found.push_back(random.calm(7));
    }
    return found;
  };
  decisions = {nullptr, &tape};
  const auto drawn = draws();
  Tape used;
  decisions = {&tape, &used};
  EXPECT_EQ(draws(), drawn);
  EXPECT_EQ(used, tape);
  const Tape none;
  decisions = {&none, nullptr};
  const auto calm = draws();
  decisions = {};
  for (std::size_t i = 0; i < calm.size(); i += 5)
    EXPECT_EQ(
        std::vector(calm.begin() + static_cast<std::ptrdiff_t>(i), calm.begin() + static_cast<std::ptrdiff_t>(i) + 5),
        (std::vector<std::uint64_t>{0, 5, 9, 0, 0}));
  EXPECT_EQ(draws(), drawn) << "without a tape the seed alone decides";
}

TEST(Diagram, HasAColumnForEachStation) {
  const std::string drawn = diagram({"0 hub saves", "61000 receipt 1 for x", "90061000 north took 2 entries"}, 2);
  EXPECT_EQ(drawn,
            "               | hub                                | north                             \n"
            "               | (1 lines before)\n"
            "day 1 00:01:01 | receipt 1 for x                    |                                   \n"
            "day 2 01:01:01 |                                    | took 2 entries                    \n");
}

}  // namespace
}  // namespace tram::simulation
