// What the scenarios of sync design 14 share: a case that a implements and b follows, and the end of each of them: all
// exchange until quiet, then what must hold is checked. docs/scenarios.md lists which test holds which scenario.
#pragma once
#include "world.h"

namespace tram::sync::test {

class Scenario : public ::testing::Test {
 protected:
  Scenario();
  ~Scenario() override;

  // Cases like `home`, known to the three bodies that they concern.
  std::vector<RecordId> shared_cases(std::size_t count);
  std::vector<std::uint64_t> receipt_numbers();  // of the hub's first epoch, ascending
  Hash digest(Party& party, const OrganisationId& scope);
  void expect_everywhere(std::uint16_t field, const Value& value, bool conflict);
  void expect_outcome(const Hash& changeset, Outcome outcome, std::uint16_t operation = 0);
  // Frames of a reply that hold one segment of the organisation's stream each, in order.
  std::vector<Frame> stream_frames(const std::vector<Frame>& frames, const OrganisationId& organisation);

  World w;
  const RecordId home;

 private:
  void expect_sound();
};

}  // namespace tram::sync::test
