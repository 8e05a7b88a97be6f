// Applying one changeset to the store: judge each operation, keep it with its verdict, fold what was admitted (sync
// design 4 and 5). The hub calls it to find the verdicts, nodes to check them; local work goes to the provisional
// layer.
#pragma once
#include "sync/authority.h"
#include "sync/changeset.h"
#include "sync/merge.h"

namespace tram::sync {

struct World {
  const Schema& schema;
  const Directory& directory;
  OrganisationId hub_organisation;
  ZoneId zone;
  bool at_hub = false;  // the hub also judges scope: only it knows who saw what when
};

struct Authored {
  Hash hash{};
  Header header;
  Body body;
  OrganisationId organisation;  // of the author's site
  bool by_hub = false;
};
// Reads a stored changeset; errors: those of decode_header and decode_body, unknown_device.
Result<Authored> read_changeset(const Changeset& changeset, const World& world, std::uint64_t directory_version);

struct Order {  // where in the hub's order
  std::uint32_t epoch = 0;
  std::uint64_t hub_seq = 0;
  std::uint64_t hub_time_ms = 0;
  std::uint64_t lo_ms = 0;
  std::uint32_t directory_version = 0;  // 0 = the newest
  std::uint64_t anchor_seq = 0;         // hub: the author's anchor as proved, never one that goes back
  bool again = false;  // a second receipt, perhaps: what was not quarantined by the first keeps its verdict
};

// Applies to the confirmed layer. Without `given` the computed verdicts are in force; with it the receipt's are, and
// the computed ones are returned for comparison.
std::vector<ReceiptException> apply_confirmed(Store& store, const World& world, const Authored& work,
                                              const Order& order, const Receipt* given);

// Computes the provisional layer of a home anew: the confirmed state with our unreceipted changesets on top.
void rebuild_provisional(Store& store, const World& world, const RecordId& home, std::uint64_t now_ms);

// Folds one confirmed field anew from its live versions; `home_sum` is the digest of its home's row.
void refold(Store& store, const World& world, const RecordId& record, std::uint16_t field, Hash& home_sum);

// The live versions of a field in a layer.
std::vector<VersionRow> live_in_layer(Store& store, Layer layer, const RecordRow& record, const FieldSpec& spec);

}  // namespace tram::sync
