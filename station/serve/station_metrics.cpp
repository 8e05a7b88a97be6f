#include "station/serve/station_metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace tram::station {
namespace {

void gauge(std::string& text, std::string_view name, std::uint64_t value) {
  text += fmt::format("# TYPE {0} gauge\n{0} {1}\n", name, value);
}

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code ec;
  std::uint64_t count = 0;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", ec);
       !ec && at != std::filesystem::directory_iterator(); at.increment(ec))
    ++count;
  return count > 0 ? count - 1 : 0;  // the one that lists them
}

}  // namespace

std::string station_metrics(Station& station) {
  std::string text;
  gauge(text, "tram_waiting_changesets", station.store().count_waiting(false));
  gauge(text, "tram_waiting_receipts", station.store().count_waiting(true));
  const auto own = station.store().own_log();
  gauge(text, "tram_log_seq", own ? own->head_seq : 0);
  gauge(text, "tram_wal_bytes", station.database().wal_bytes());
  gauge(text, "tram_alerts", station.alerts().size());
  gauge(text, "process_resident_memory_bytes", resident_bytes());
  gauge(text, "process_open_fds", open_descriptors());
  return text;
}

}  // namespace tram::station
