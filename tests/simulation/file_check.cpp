#include "tests/simulation/file_check.h"

#include <algorithm>

#include "sync/file_rows.h"

namespace tram::simulation {

using namespace sync;

void check_chunks(Process& p) {
  for (const HomeRow& home : p.store().homes()) {
    std::optional<Hash> key;
    for (const FileRow& file : p.store().files_of_home(home.home)) {
      const auto list = p.store().chunk_list(file.attachment);
      for (const std::uint32_t place : p.store().chunks_here(file.attachment)) {
        if (!key) key = blob_key_of_home(p.store(), home.home);
        const auto bytes = p.store().chunk(home.home, list.at(place));
        if (!key || !bytes || chunk_id(*key, *bytes) != list[place])
          throw Violation("files", p.name() + ": a chunk of " + file.attachment.hex() + " is not what its id says");
      }
    }
  }
}

bool files_meet(Process& site, Process& hub) {
  for (const RecordId& home : hub.store().homes_in_scope(site.member().organisation))
    for (const FileRow& original : hub.store().files_of_home(home)) {
      if (original.state != FileState::live) continue;
      const auto file = site.store().file(original.attachment);
      if (!file || (file->missing == 0) != (original.missing == 0)) return false;
    }
  return true;
}

void check_files(Universe& universe, std::vector<std::unique_ptr<Process>>& processes) {
  Process& hub = *processes.front();
  for (const HomeRow& home : hub.store().homes())
    for (const FileRow& file : hub.store().files_of_home(home.home)) {
      if (file.state != FileState::live) continue;
      const auto author = std::find_if(processes.begin(), processes.end(),
                                       [&](const auto& p) { return p->member().device == file.creator; });
      // Its bytes went with the machine they were written on, before anybody had them.
      const bool forgotten =
          author == processes.end() || (*author)->set_back || hub.set_back || !universe.takes_part((*author)->number());
      if (file.missing != 0 && !forgotten)
        throw Violation("files", "nothing of " + file.attachment.hex() + " is at the hub");
    }
  for (const auto& p : processes)
    if (!p->at_hub() && universe.takes_part(p->number()) && !files_meet(*p, hub))
      throw Violation("L1", p->name() + " and the hub do not hold the same files");
}

}  // namespace tram::simulation
