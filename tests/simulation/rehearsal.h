// The same tape of acts and meetings played in different ways: what must not depend on the way is compared (sync design
// 13, M1 to M8). No chance but that of the tape and of the faults a variant asks for; all that happens at one meeting
// happens at one moment, so that order and times of receipt are the same.
#pragma once
#include <queue>

#include "tests/simulation/carriers.h"

namespace tram::simulation {

enum class Way : std::uint8_t { network, stick, mixed };

struct Variant {
  Way way = Way::network;
  std::size_t byte_budget = 256u << 10;
  std::uint64_t crashes = 0;                          // in 10,000 steps, of each kind
  std::uint64_t snapshot_behind = 0;                  // entries; 0 = the stream alone
  bool clocks_off = false;                            // every device its own offset and drift
  bool hand_over = true;                              // acts that make a program sign by itself
  bool answer_proposals = true;                       // acts that name a version
  const std::vector<sync::LocalSave>* say = nullptr;  // what people do, instead of drawing it
};

struct Outcome {
  std::vector<sync::LocalSave> said;
  std::vector<sync::Hash> hub_digests, site_digests;  // per site's organisation
  std::map<sync::StreamId, sync::Hash> chains;
  std::vector<std::vector<sync::ReceiptException>> verdicts;          // per receipt, in the hub's order
  std::map<FieldKey, std::pair<sync::Value, std::uint16_t>> guarded;  // value and event at the hub
  std::uint64_t crashes = 0;
  std::uint64_t receipts = 0;
  std::uint64_t snapshot_chunks = 0;
};

class Rehearsal final : public Schedule {
 public:
  Rehearsal(std::uint64_t seed, const Variant& variant, const std::filesystem::path& folder);
  void play();
  Outcome outcome();
  void after(std::uint64_t delay_ms, std::function<void()> what) override;

  Universe& universe() { return universe_; }
  Process& hub() { return *processes_.front(); }
  Process& site(std::size_t number) { return *processes_.at(number); }
  // Called after every meeting with the hub.
  std::function<void()> at_meeting;

 private:
  void act(std::size_t station, Random& people);
  void meet(std::size_t site);
  void drain();
  bool settled(std::size_t site);

  Variant variant_;
  Universe universe_;
  Random tape_;
  std::vector<std::unique_ptr<Process>> processes_;
  Carriers carriers_;
  std::queue<std::function<void()>> due_;
  std::vector<sync::LocalSave> said_;
  std::size_t next_said_ = 0;
};

}  // namespace tram::simulation
