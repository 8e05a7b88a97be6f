// Changesets that wait for something, kept as a bounded list of hashes under a named value of the store: those whose
// base is missing, by home; those that could not be applied; those that came damaged.
#pragma once
#include "sync/store.h"

namespace tram::sync {

std::vector<Hash> waiting_list(Store& store, std::string_view name);
void put_waiting_list(Store& store, std::string_view name, const std::vector<Hash>& hashes);
// Once each. A full list keeps what it has: the changeset itself stays stored and listed by its verdict.
void add_waiting(Store& store, std::string_view name, const Hash& hash);

namespace waiting {
// Quarantined operations whose base may still arrive (sync design 4).
inline std::string missing_base(const RecordId& home) {
  return "missing:" + home.hex();
}
inline constexpr std::string_view kNotApplied = "not_applied";  // applying threw; tried again at the next start
inline constexpr std::string_view kFetch = "fetch_again";       // damaged on the disk; their bytes are fetched again
inline constexpr std::string_view kLost = "lost";        // own, damaged before the hub had it; listed for its author
inline constexpr std::string_view kNewer = "newer";      // of a newer program: kept as bytes until this one reads them
inline constexpr std::string_view kDamaged = "damaged";  // came damaged: the receipt is known, the content is not
}  // namespace waiting

}  // namespace tram::sync
