// Changesets that wait for something, kept as lists of hashes under named values of the store, in pages of a bounded
// size: those whose base is missing, by home; those that could not be applied; those that came damaged. Nothing that
// was put on a list is forgotten before its turn came; work on them is bounded by step (take_waiting).
#pragma once
#include <limits>

#include "sync/store.h"

namespace tram::sync {

std::vector<Hash> waiting_list(Store& store, std::string_view name);
void put_waiting_list(Store& store, std::string_view name, const std::vector<Hash>& hashes);
// Once each, at the end. False when the list holds `at_most` others already: then the caller must say so.
bool add_waiting(Store& store, std::string_view name, const Hash& hash,
                 std::size_t at_most = std::numeric_limits<std::size_t>::max());
// The first ones, which leave the list.
std::vector<Hash> take_waiting(Store& store, std::string_view name, std::size_t at_most);

namespace waiting {
// Quarantined operations whose base may still arrive (sync design 4): at most limits::kWaitingForBase of a home.
inline std::string missing_base(const RecordId& home) {
  return "missing:" + home.hex();
}
inline constexpr std::string_view kNotApplied = "not_applied";      // applying threw; tried again at the next start
inline constexpr std::string_view kRetried = "not_applied_before";  // their turn of this start has not come yet
inline constexpr std::string_view kNotJudged = "not_judged_again";  // hub: of those above, by a second receipt
inline constexpr std::string_view kFetch = "fetch_again";  // damaged on the disk; their bytes are fetched again
inline constexpr std::string_view kLost = "lost";          // own, damaged before the hub had it; listed for its author
inline constexpr std::string_view kNewer = "newer";      // of a newer program: kept as bytes until this one reads them
inline constexpr std::string_view kDamaged = "damaged";  // came damaged: the receipt is known, the content is not
}  // namespace waiting

}  // namespace tram::sync
