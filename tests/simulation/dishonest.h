// One enrolled device in the hands of somebody who wants to do harm: it signs what no engine would sign, and sends it
// to the hub in containers that are in order (reliability design 3.2, adversary).
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

class Dishonest {
 public:
  explicit Dishonest(Universe& universe);

  // Draws which attacks are made now. Each is one container for the hub.
  std::vector<Bytes> attack(Process& hub);

 private:
  using Frames = std::vector<sync::Frame>;
  std::optional<Frames> frames_of(Fault fault, Process& hub);
  sync::Changeset sign(const sync::RecordId& home, Bytes body, std::uint16_t op_count, std::uint64_t seq);
  sync::Changeset claim(Process& hub);
  void goes_on_after(const sync::Changeset& changeset);
  sync::Frame segment(std::vector<sync::Changeset> changesets) const;
  Bytes noise(std::size_t size);

  Universe& universe_;
  Random random_;
  const Member& member_;
  std::uint64_t incarnation_;
  std::uint64_t seq_ = 0;
  sync::Hash head_{};
};

}  // namespace tram::simulation
