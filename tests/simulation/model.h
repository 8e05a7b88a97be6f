// The reference model: what every home must say after a given receipt, from the operations people made and the hub's
// order and verdicts alone. It folds in its own, slow and plain way and shares no merge code with the engine; of `sync`
// it knows operations and ids, of `tasks` the record tables.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/operation.h"

namespace tram::simulation {

struct Made {  // one changeset, as it was signed
  sync::Hash hash{};
  sync::LogId log;
  std::uint64_t seq = 0;
  sync::DeviceId device;
  sync::OrganisationId organisation;
  bool by_hub = false;
  sync::PersonId person;
  sync::RecordId home;
  std::uint64_t written_at = 0;  // milliseconds << 16 | counter
  bool clock_unset = false;
  bool all_or_nothing = false;
  std::vector<sync::Operation> operations;
  std::string machine;  // that signed it; two may hold one log after a copy
};

struct Ruling {              // of one operation, as numbers of the receipt
  std::uint8_t verdict = 0;  // 0 admitted, 1 proposal, 2 quarantined
  std::uint8_t reason = 0;
  bool whole = false;  // said of the whole changeset
};

struct Ordered {  // one receipt
  std::uint64_t hub_seq = 0;
  std::uint64_t hub_time_ms = 0;
  std::uint64_t lo_ms = 0;
  sync::Hash changeset{};
  std::vector<Ruling> rulings;  // one per operation
  // One per operation: an earlier receipt of this changeset settled it, so this one only repeats that ruling.
  std::vector<bool> stands;
};

struct ExpectedField {
  sync::Value value;
  sync::VersionId winner;
  std::uint16_t event = 0;
  std::vector<sync::VersionId> heads;
  bool conflict = false;
};
// Who sees a home after one of its receipts.
struct ExpectedScope {
  std::uint64_t hub_seq = 0;
  bool exists = false;  // its creation was admitted
  std::set<sync::OrganisationId> bodies;
};
using FieldKey = std::pair<sync::RecordId, std::uint16_t>;
using ExpectedFields = std::map<FieldKey, ExpectedField>;

class Model {
 public:
  // Which organisation stands directly above which, and the hub's own.
  Model(std::map<sync::OrganisationId, sync::OrganisationId> parents, const sync::OrganisationId& hub);
  ~Model();

  // Precondition: it was not made before.
  void made(Made changeset);
  const std::map<sync::Hash, Made>& all() const { return made_; }
  const Made* find(const sync::Hash& hash) const;
  // Precondition: the changeset was made. Receipts come in the hub's order.
  void ordered(Ordered receipt);
  const std::vector<Ordered>& receipts() const { return receipts_; }
  const Ordered* receipt_of(const sync::Hash& changeset) const;

  // The fields of a home after its receipts up to `hub_seq`. Rulings that do not fit the writers of the record tables
  // are described in `wrong` (invariant I8). The answer stays where it is as long as the model.
  const ExpectedFields& fields(const sync::RecordId& home, std::uint64_t hub_seq,
                               std::vector<std::string>* wrong = nullptr);

  // Who sees a home after its receipts up to `hub_seq`; the hub's own organisation, which holds everything, is left
  // out. None before the first receipt.
  const ExpectedScope* scope(const sync::RecordId& home, std::uint64_t hub_seq);

 private:
  struct Story;
  struct Chapter;
  const Chapter* chapter(const sync::RecordId& home, std::uint64_t hub_seq);

  std::map<sync::OrganisationId, sync::OrganisationId> parents_;
  sync::OrganisationId hub_;
  std::map<sync::Hash, Made> made_;
  std::vector<Ordered> receipts_;
  std::map<sync::Hash, std::size_t> receipt_of_;
  std::map<sync::RecordId, std::vector<std::size_t>> by_home_;
  // Each home is read once, receipt by receipt as they are asked for; what it said after each of them is kept.
  std::map<sync::RecordId, std::unique_ptr<Story>> stories_;
};

}  // namespace tram::simulation
