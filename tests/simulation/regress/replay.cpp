#include "tests/simulation/regress/replay.h"

#include "sync/mutant.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/work_folder.h"

namespace tram::simulation {

void expect_replay(const Case& found) {
  crypto::initialise();
  const auto tape = Tape::read(found.tape);
  ASSERT_TRUE(tape) << "the tape cannot be read";
  std::string expected;
#ifdef TRAM_MUTANTS
  if (!found.mutant.empty()) {
    const auto mutant = mutants::find(found.mutant);
    ASSERT_TRUE(mutant) << found.mutant;
    mutants::active = *mutant;
    expected = found.invariant;
  }
#endif
  const WorkFolder folder;
  RunOptions options;
  options.seed = found.seed;
  options.replay = &*tape;
  options.folder = folder.path() / "run";
  const RunResult result = run(options);
#ifdef TRAM_MUTANTS
  mutants::active = mutants::Mutant::none;
#endif
  EXPECT_EQ(invariant_of(result.violation), expected) << result.violation;
}

}  // namespace tram::simulation
