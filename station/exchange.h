// Engine frames in and out of containers: the network exchange between a node and its hub, and the bundles on sticks
// (bundle design 3 and 4, sync design 6). Sockets and files are the callers'.
#pragma once
#include "station/station.h"
#include "sync/container.h"
#include "sync/frames.h"

namespace tram::station {

// --- network ---------------------------------------------------------------------------------------------------------

struct OutgoingRequest {
  Bytes container;
  sync::Send send;
  sync::Hash header_hash{};
};
// Node: the next request. The fence file is written before this returns. Refusal: not_enrolled.
OutgoingRequest prepare_request(Station& station);
// Node: that request left whole, but no answer came: what it carried waits for its receipt and is sent again.
void note_answer_lost(Station& station, const OutgoingRequest& request);
// Node: the line was cut under way: less goes at once, both ways, until answers come again (sync design 6, retry).
void note_line_cut(Station& station);
// Node: the hub's answer to that request. Refusals: the outcome codes of a container, exchange_mismatch among them.
sync::Taken take_response(Station& station, const OutgoingRequest& request, ByteView response);
// Hub: answers one request; `ticket` gives its sender one. Refusals: outcome codes; nothing changed then.
Bytes answer_request(Station& station, ByteView request,
                     const std::function<sync::WaitTicket(const sync::DeviceId&)>& ticket = {});

// --- bundles ---------------------------------------------------------------------------------------------------------

struct BundleOut {
  std::string file;
  std::uint64_t bytes = 0;
  std::uint64_t from_seq = 0, to_seq = 0;
  std::string code;
};
// Node: everything without a receipt, for the hub. Hub: what `site` lacks. An existing folder is laid out as a stick,
// any other path is the file. `extra` frames (a signed report) go along. Refusals: not_enrolled, unknown_body,
// site_without_device, media codes.
BundleOut export_bundle(Station& station, const std::filesystem::path& target, std::optional<std::string> site,
                        std::vector<sync::Frame> extra = {});

struct BundleIn {
  std::string file;
  sync::OutcomeCode outcome = sync::OutcomeCode::ok_new;
  std::string from;  // organisation code, or "hub"
  std::string kind;
  std::uint64_t applied = 0;  // changesets (hub) or stream entries (site)
  std::vector<std::pair<std::uint64_t, std::uint64_t>> waiting_for;
  std::vector<sync::OutcomeCode> warnings;
};
// Given each REPORT frame of a bundle that was taken, before the bundle counts as finished; what it throws undoes both.
using ReportTaker = std::function<void(const Bytes& frame)>;
// Files or folders (scanned). Each bundle on its own; held ones are kept in DIR/intake and tried again. `admit` is
// asked once a bundle proved to be ours, before anything of it is taken; it refuses by throwing.
std::vector<BundleIn> import_bundles(Station& station, const std::vector<std::filesystem::path>& paths,
                                     const ReportTaker& report = {}, const std::function<void()>& admit = {});
// The exit of such a run (bundle design 4.2).
int exit_of(const std::vector<BundleIn>& bundles);

// The hub's keys for opening, current first; at a node the device's.
std::vector<crypto::DecryptionKey> opening_keys(Station& station, std::size_t& current);

}  // namespace tram::station
