// Which connections stand, and which one gives way when the table is full (reliability design 5.2 step 1): the oldest
// without a finished header, else the oldest idle one, else the oldest stalled write. Sockets are the server's.
// Confined to the loop.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "station/web/limits.h"

namespace tram::station {

enum class ConnectionPhase : std::uint8_t { header, idle, working, writing };

class ConnectionTable {
 public:
  explicit ConnectionTable(const Limits& limits) : limits_(limits) {}

  struct Entrance {
    bool enters = true;                    // false: nothing can give way
    std::optional<std::uint64_t> evicted;  // to be closed; it is out of the table already
  };
  // `id` grows from connection to connection. A full address group gives way within itself.
  Entrance enter(std::uint64_t id, const std::string& address_group, MonoTime now);
  void phase(std::uint64_t id, ConnectionPhase phase, MonoTime now);
  void leave(std::uint64_t id);
  std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::string group;
    ConnectionPhase phase = ConnectionPhase::header;
    MonoTime since;
  };
  std::optional<std::uint64_t> oldest(const std::string* group, MonoTime now) const;

  Limits limits_;
  std::map<std::uint64_t, Row> rows_;
  std::map<std::string, std::size_t> groups_;
};

}  // namespace tram::station
