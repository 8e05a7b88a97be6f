#include "station/web/connection_table.h"

namespace tram::station {

ConnectionTable::Entrance ConnectionTable::enter(std::uint64_t id, const std::string& group, MonoTime now) {
  Entrance entrance;
  const auto known = groups_.find(group);
  const bool group_full = known != groups_.end() && known->second >= limits_.connections_per_address;
  if (group_full || rows_.size() >= limits_.connections) {
    entrance.evicted = oldest(group_full ? &group : nullptr, now);
    if (!entrance.evicted) return {.enters = false, .evicted = {}};
    leave(*entrance.evicted);
  }
  rows_[id] = {group, ConnectionPhase::header, now};
  ++groups_[group];
  return entrance;
}

void ConnectionTable::phase(std::uint64_t id, ConnectionPhase phase, MonoTime now) {
  const auto row = rows_.find(id);
  if (row == rows_.end()) return;
  row->second.phase = phase;
  row->second.since = now;
}

void ConnectionTable::leave(std::uint64_t id) {
  const auto row = rows_.find(id);
  if (row == rows_.end()) return;
  const auto group = groups_.find(row->second.group);
  if (--group->second == 0) groups_.erase(group);
  rows_.erase(row);
}

std::optional<std::uint64_t> ConnectionTable::oldest(const std::string* group, MonoTime now) const {
  for (const auto phase : {ConnectionPhase::header, ConnectionPhase::idle, ConnectionPhase::writing}) {
    const std::pair<const std::uint64_t, Row>* found = nullptr;
    for (const auto& item : rows_) {
      const Row& row = item.second;
      if (row.phase != phase || (group && row.group != *group)) continue;
      if (phase == ConnectionPhase::writing && now - row.since < limits_.stalled_write) continue;
      if (!found || row.since < found->second.since) found = &item;
    }
    if (found) return found->first;
  }
  return std::nullopt;
}

}  // namespace tram::station
