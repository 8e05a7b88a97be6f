// Which stored changesets the running program checks next (sync design 12.5): every week all of them, a few at each
// step. Where the walk stands is kept in the store, so that a start goes on with it. The check itself is the engine's
// (sync::Mend): what is damaged is said and fetched again.
#pragma once
#include "sync/store.h"

namespace tram::sync {

inline constexpr std::uint64_t kCheckEveryMs = 7ull * 24 * 3600 * 1000;
inline constexpr std::size_t kCheckedAtOnce = 64;       // changesets of one step
inline constexpr std::size_t kCheckedBytes = 4u << 20;  // and the bytes after which it ends

bool check_is_due(Store& store, std::uint64_t now_ms);
// The next ones, and the walk moves past them. Empty when none is due, or when the walk ended just now.
std::vector<Hash> next_to_check(Store& store, std::uint64_t now_ms);
// When the last whole walk ended; 0 before the first.
std::uint64_t last_check_ms(Store& store);

}  // namespace tram::sync
