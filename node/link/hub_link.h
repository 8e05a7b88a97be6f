// The node's link to its hub: one exchange run at a time, by command, by the button, after each save and now and then
// (reliability design 6, node side). Whatever fails, the work stays here and is tried again.
#pragma once
#include <boost/json.hpp>
#include <functional>
#include <memory>

#include "station/serve/exchange_count.h"
#include "station/serve/serve.h"
#include "station/station.h"

namespace tram::node {

using station::Station;

struct SyncReport {
  std::uint64_t pushed = 0;           // own changesets that left
  std::uint64_t pulled = 0;           // stream entries taken in
  std::uint64_t waiting_receipt = 0;  // afterwards
  std::uint64_t round_trips = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};
boost::json::object json_of(const SyncReport& report);

// Exchanges on the calling thread until nothing more is there. Refusals as in exchange_run.h.
SyncReport sync_now(Station& station);

// The link of a program that serves. Network waits happen on a thread of its own.
class HubLink final : public station::Background {
 public:
  HubLink(Station& station, station::ApplicationThread& application);
  ~HubLink() override;  // stop()

  void start() override;
  void poke() override;
  void stop() override;
  // Exchanges as soon as possible and answers with the report or the refusal; the back-off starts anew. Any thread.
  void exchange_now(station::Respond respond);
  const station::ExchangeCount& count() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tram::node
