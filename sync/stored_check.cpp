#include "sync/stored_check.h"

#include <algorithm>

namespace tram::sync {
namespace {

constexpr std::string_view kWalk = "stored_check";

struct Walk {
  LogId log;                      // being checked, from `seq` on
  std::uint64_t seq = 0;          // 0: none is under way
  std::uint64_t finished_ms = 0;  // the last one
};

Walk read_walk(Store& store) {
  Walk walk;
  const auto stored = store.meta(kWalk);
  if (!stored || stored->size() != 32) return walk;
  walk.log = LogId::from(*stored);
  walk.seq = load_le<std::uint64_t>(stored->data() + 16);
  walk.finished_ms = load_le<std::uint64_t>(stored->data() + 24);
  return walk;
}

void put_walk(Store& store, const Walk& walk) {
  Bytes bytes;
  append(bytes, walk.log.view());
  append_le(bytes, walk.seq);
  append_le(bytes, walk.finished_ms);
  store.put_meta(kWalk, bytes);
}

bool due(const Walk& walk, std::uint64_t now_ms) {
  // A clock that was set back does not put it off for years.
  return walk.seq != 0 || now_ms >= walk.finished_ms + kCheckEveryMs || now_ms + kCheckEveryMs < walk.finished_ms;
}

}  // namespace

bool check_is_due(Store& store, std::uint64_t now_ms) {
  return due(read_walk(store), now_ms);
}

std::uint64_t last_check_ms(Store& store) {
  return read_walk(store).finished_ms;
}

std::vector<Hash> next_to_check(Store& store, std::uint64_t now_ms) {
  std::vector<Hash> found;
  Walk walk = read_walk(store);
  if (!due(walk, now_ms)) return found;
  if (walk.seq == 0) walk = Walk{LogId{}, 1, walk.finished_ms};
  std::vector<LogRow> logs = store.logs();
  std::sort(logs.begin(), logs.end(), [](const LogRow& a, const LogRow& b) { return a.log < b.log; });
  std::size_t bytes = 0;
  bool full = false;
  for (const LogRow& log : logs) {
    if (log.log < walk.log) continue;
    if (walk.log < log.log) walk = Walk{log.log, 1, walk.finished_ms};
    store.each_changeset(log.log, walk.seq, [&](const ChangesetRow& row) {
      full = found.size() >= kCheckedAtOnce || bytes >= kCheckedBytes;
      if (full) return false;
      found.push_back(row.hash);
      bytes += kHeaderBytes + row.bytes.body.size();
      walk.seq = row.seq + 1;
      return true;
    });
    if (full) break;
    // The other branches of it, which have no place in it.
    for (const ChangesetRow& row : store.forks(log.log)) found.push_back(row.hash);
    walk.seq = ~std::uint64_t{0} >> 1;  // beyond its end
  }
  if (!full) walk = Walk{LogId{}, 0, now_ms};
  put_walk(store, walk);
  return found;
}

}  // namespace tram::sync
