// A whole zone in one process: the hub and sites as Engine instances over their own SQLite stores, the frames carried
// between them by hand, virtual time, and a device that signs whatever a test wants (the "forger").
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "samples.h"
#include "station/store/sqlite_store.h"
#include "sync/engine.h"
#include "synthetic_schema.h"
#include "tests/unit/station/store_folder.h"

namespace tram::sync::test {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& b : out) b = static_cast<std::uint8_t>(random_());
  }

 private:
  std::mt19937_64 random_;
};

struct Actions {
  std::vector<Action> all;
  template <class T>
  const T* find() const {
    for (const Action& a : all)
      if (const auto* found = std::get_if<T>(&a)) return found;
    return nullptr;
  }
  bool notices(OutcomeCode code) const {
    for (const Action& a : all)
      if (const auto* n = std::get_if<Notice>(&a); n && n->code == code) return true;
    return false;
  }
};

class World;

// One program: its database, its keys and its engine.
class Party {
 public:
  Party(World& world, std::string code, std::uint8_t key);

  Actions step(const Event& event);
  // A power cut: all that the last steps committed is there, nothing else; or in the middle of this step.
  void restart();
  void dies_in(const Event& event);
  // Another release of the program on the same data.
  void run_release(Schema schema);
  // Reads (or meddles) in a transaction of its own.
  template <class Work>
  auto with(Work work) {
    using Got = decltype(work(std::declval<Store&>()));
    if constexpr (std::is_void_v<Got>) {
      commit([&](Store& s) { work(s); });
    } else {
      std::optional<Got> got;
      commit([&](Store& s) { got.emplace(work(s)); });
      return std::move(*got);
    }
  }

  Actions save(const RecordId& home, std::vector<Operation> operations, bool all_or_nothing = false);
  // Saves, expects it to be taken, and gives the changeset's hash.
  Hash write(const RecordId& home, std::vector<Operation> operations, bool all_or_nothing = false);
  std::optional<FieldRow> field(const RecordId& record, std::uint16_t field, Layer layer = Layer::confirmed);
  std::vector<VersionRow> versions(const RecordId& record, std::uint16_t field);
  std::optional<VersionRow> version(const Hash& changeset, std::uint16_t operation = 0);
  Outcome outcome(const Hash& changeset, std::uint16_t operation = 0);
  std::optional<Receipt> receipt(const Hash& changeset);
  ReceiptException verdict(const Hash& changeset, std::uint16_t operation = 0);
  VersionId auth_head(const RecordId& home);
  LogRow log();
  bool disputed(const RecordId& home);

  // From now on this party holds another key besides: the engine signs with it once the log was rotated to it.
  const crypto::SigningKey& hold_key(std::uint8_t seed);
  void backup(const std::filesystem::path& to);
  void restore(const std::filesystem::path& from);

  World& world;
  const std::string code;
  const crypto::SigningKey key;
  DeviceId device;
  OrganisationId organisation;
  PersonId person;
  Role role = Role::operator_;
  std::int64_t clock_offset_ms = 0;
  SnapshotRule snapshots;                                 // from the next start on
  std::function<void(const VersionRow&)> before_version;  // may throw: an applier that fails
  std::unique_ptr<Engine> engine;

 private:
  void open();
  std::deque<crypto::SigningKey> held_;
  void commit(const std::function<void(Store&)>& work);
  station::test::Folder folder_;
  std::unique_ptr<station::Database> database_;
  SeededEntropy entropy_;
  Schema schema_ = synthetic_schema();
};

// A device whose changesets the test writes byte for byte. It keeps no store: only its place in its log.
class Forger {
 public:
  Forger(World& world, DeviceId device, std::uint8_t key, OrganisationId organisation);
  struct Options {
    std::optional<VersionId> auth_base;  // put on every operation
    Anchor anchor;
    PersonId person = id<PersonId>(0x0F);
    Role role = Role::operator_;
    std::uint16_t flags = 0;
    std::optional<std::uint64_t> written_at;  // claimed; as the world's clock says unless told
  };
  Changeset sign(const RecordId& home, std::vector<Operation> operations, const Options& options);
  // Any bytes as the body; `operations` is what the header says.
  Changeset sign_body(const RecordId& home, Bytes body, std::uint16_t operations, const Options& options);
  // Signs, hands it to the hub in an exchange, and gives the hash.
  Hash push(const RecordId& home, std::vector<Operation> operations, const Options& options);
  Hash push(const RecordId& home, std::vector<Operation> operations) { return push(home, std::move(operations), {}); }
  Hash push(const Changeset& changeset);
  ChangesetSegment segment(std::vector<Changeset> changesets) const;
  RecordId new_record(std::uint8_t nonce) const { return record_id(device, filled<16>(nonce)); }

  World& world;
  const DeviceId device;
  const OrganisationId organisation;
  const crypto::SigningKey key;
  std::uint64_t incarnation = 77;
  std::uint64_t seq = 0;
  Hash prev{};
};

// The hub, sites a, b and c (bodies under the hub's office, none above another), and one forger at a and at b.
class World {
 public:
  World();
  Party& hub() { return *hub_; }
  Party& a() { return *sites_[0]; }
  Party& b() { return *sites_[1]; }
  Party& c() { return *sites_[2]; }
  Forger& forger_a() { return *forgers_[0]; }
  Forger& forger_b() { return *forgers_[1]; }

  // One request and one response by network; false if a site refused something with a notice.
  Taken exchange(Party& site);
  // All sites twice: quiet afterwards.
  void settle();
  std::vector<Frame> request(Party& site);  // frames of Prepare
  Taken hub_takes(const DeviceId& from, const std::vector<Frame>& frames, bool whole = false);
  std::vector<Frame> reply(const DeviceId& to, const std::optional<Have>& have = std::nullopt,
                           const std::vector<ExchangeNotice>& notices = {});
  Taken site_takes(Party& site, const std::vector<Frame>& frames, bool whole = false);

  void add_directory(const DirectoryBody& body);  // at the hub; sites hear of it by exchange
  std::uint64_t directory_version();
  // A case made by the hub's office: assigned by it, implemented by `implementing`; handed over unless told.
  RecordId new_case(const OrganisationId& implementing, bool hand_over = true);
  // Equal confirmed data, and no dispute anywhere.
  void expect_converged();

  std::uint64_t now_ms = 1'750'000'000'000;
  Actions last;  // of the last step of any party
  std::uint8_t nonce = 1;

 private:
  friend class Party;
  void enrol(Party& site);
  std::unique_ptr<Party> hub_;
  std::vector<std::unique_ptr<Party>> sites_;
  std::vector<std::unique_ptr<Forger>> forgers_;
  std::vector<Bytes> entries_;
};

// --- intents ---------------------------------------------------------------------------------------------------------

Operation set(const RecordId& record, std::uint16_t field, Value value);
Operation add(const RecordId& record, std::uint16_t field, Value value);
Operation remove(const RecordId& record, std::uint16_t field, Value value);
Operation note(const RecordId& record, std::string_view text);
Operation happens(const RecordId& record, std::uint16_t event);
Operation give(const RecordId& record, std::uint16_t field, const OrganisationId& to);
Operation create(const RecordId& record, const ByteArray<16>& nonce, std::uint16_t type, const RecordId& parent = {});
Operation answer(const VersionId& proposal, ProposalAnswer how);
Operation redaction(const Hash& changeset, std::string_view ground = "Decree 13/2023, article 16");

}  // namespace tram::sync::test
