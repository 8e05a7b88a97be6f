// A hub and two sites on databases in memory, for the targets that drive the engine. Made once: enrolled, with one task
// and two assignments handed over. Each input works in one transaction a member, which is rolled back at its end.
#pragma once
#include <memory>

#include "station/store/sqlite_store.h"
#include "sync/engine.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/simulation/zone.h"

namespace tram::fuzz {

class CountingEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
  void restart() { calls_ = 0; }

 private:
  std::uint64_t calls_ = 0;
};

class Offices;

class Office {
 public:
  Office(Offices& offices, const simulation::Member& member, bool at_hub);

  std::vector<sync::Action> step(const sync::Event& event);
  sync::Store& store() { return *store_; }
  sync::Hash digest(const sync::OrganisationId& scope) { return engine_->digest(*store_, scope); }
  sync::Hash provisional_digest(const sync::OrganisationId& scope) {
    return engine_->provisional_digest(*store_, scope);
  }
  const simulation::Member& member() const { return member_; }

  void begin();
  void roll_back() { transaction_.reset(); }
  void commit();

 private:
  Offices& offices_;
  const simulation::Member& member_;
  std::unique_ptr<station::Database> database_;
  std::unique_ptr<station::SqliteStore> store_;
  std::unique_ptr<sync::Engine> engine_;
  std::unique_ptr<station::Transaction> transaction_;
};

// The first action of a type; null if there is none.
template <class T>
const T* find(const std::vector<sync::Action>& actions) {
  for (const sync::Action& a : actions)
    if (const auto* found = std::get_if<T>(&a)) return found;
  return nullptr;
}

class Offices {
 public:
  static Offices& made();

  void begin();
  void roll_back();
  Office& at(std::size_t number) { return *members_[number]; }
  Office& hub() { return at(0); }
  static constexpr std::size_t kMembers = 3;  // hub, north, south

  // One request and one response; what went up and down, so that it can be sent again.
  struct Carried {
    std::vector<sync::Frame> up, down;
  };
  Carried exchange(std::size_t site, std::size_t budget = 64u << 10);
  void settle();
  // Equal confirmed data at hub and sites, nothing disputed, nothing poisoned, nothing left waiting.
  void expect_converged();

  // A device of the north whose changesets the input makes: it keeps only its place in its log.
  struct Forger {
    sync::DeviceId device;
    crypto::SigningKey key;
    std::uint64_t incarnation = 77;
  };
  const Forger& forger() const { return forger_; }
  sync::Changeset forge(std::uint64_t seq, const sync::Hash& prev, const sync::RecordId& home,
                        const std::vector<sync::Operation>& operations) const;

  const simulation::Zone& zone() const { return zone_; }
  std::vector<sync::RecordId> homes;  // of the prepared task and assignments
  std::uint64_t now_ms = 1'775'000'000'000;
  CountingEntropy entropy;

 private:
  Offices();
  void enrol();
  void prepare_work();

  ScratchFolder folder_;
  simulation::Zone zone_;
  std::vector<Bytes> directory_;
  Forger forger_;
  std::vector<std::unique_ptr<Office>> members_;
  std::uint64_t base_ms_ = 0;

  friend class Office;
};

// An operation as the schema describes it.
sync::Operation operation(sync::OperationKind kind, const sync::RecordId& record, std::uint16_t field,
                          sync::Value value);

}  // namespace tram::fuzz
