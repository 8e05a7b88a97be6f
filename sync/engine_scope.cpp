// Who sees which home (sync design 7): what enters and leaves the streams of bodies, with a receipt, or when the
// directory says that another body inspects (docs/adr/0016).
#include <algorithm>
#include <set>

#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr std::string_view kFollowing =
    "scopes_follow";  // newest home looked at; empty: all stand as the directory says

// What a body keeps of a home that leaves its scope, the directory says.
LeaveMode leave_mode(const Directory& directory, const OrganisationId& body, std::uint64_t version) {
  const Organisation* entry = directory.organisation(body, version);
  return entry && (entry->parts & kErasesOnLeave) != 0 ? LeaveMode::purge : LeaveMode::keep_readonly;
}

}  // namespace

void Engine::Hub::settle_scope(const RecordRow& home, const HubPlace& place, std::uint64_t directory_version) {
  const ZoneId& zone = engine_.identity_.zone;
  const World world = engine_.world(store_);
  const Hash digest = kept_digest(store_, home.id);
  const auto now = scope_of(store_, engine_.schema_, home, world.hub_organisation, world.directory, directory_version);
  std::set<OrganisationId> before;
  for (ScopeRow row : store_.scope(home.id)) {
    if (row.to_seq) continue;
    before.insert(row.organisation);
    const StreamId stream = organisation_stream(zone, row.organisation);
    if (std::find(now.begin(), now.end(), row.organisation) != now.end()) continue;
    row.to_seq = place.seq;
    store_.put_scope(row);
    if (!store_.stream(stream)) continue;
    entry_place_ = {place, 1, {}};
    const LeaveMode mode = leave_mode(world.directory, row.organisation, directory_version);
    append_entry(stream, StreamKind::organisation, row.organisation.view(), EntryType::scope_leave,
                 encode_scope_change({home.id, place.seq, 0, mode}), Hash{});
    move_stream_digest(store_, stream, digest, Hash{});
  }
  for (const OrganisationId& organisation : now) {
    if (before.contains(organisation)) continue;
    store_.put_scope({home.id, organisation, place.seq, std::nullopt});
    const StreamId stream = organisation_stream(zone, organisation);
    if (!store_.stream(stream)) continue;
    entry_place_ = {place, 2, {}};
    enter_scope(stream, organisation, home.id, place.seq);
    move_stream_digest(store_, stream, Hash{}, digest);
  }
}

// The complete home as its own history: every receipt so far, in the hub's order, with the signed changesets.
void Engine::Hub::enter_scope(const StreamId& stream, const OrganisationId& organisation, const RecordId& home,
                              std::uint64_t hub_seq) {
  std::vector<ReceiptRow> history;
  for (ReceiptRow& row : store_.receipts_of_home(home)) {
    const auto receipt = decode_receipt(row.bytes);
    // While a restored hub folds again, later receipts lie there already.
    if (restored_through_ && HubPlace{row.hub_epoch, row.hub_seq} > entry_place_.cause) break;
    if (receipt && !receipt->quarantines_all()) history.push_back(std::move(row));
  }
  append_entry(
      stream, StreamKind::organisation, organisation.view(), EntryType::scope_enter,
      encode_scope_change({home, hub_seq, static_cast<std::uint32_t>(history.size()), LeaveMode::keep_readonly}),
      Hash{});
  for (const ReceiptRow& row : history) {
    entry_place_.part = 3;
    entry_place_.history = {row.hub_epoch, row.hub_seq};
    append_entry(stream, StreamKind::organisation, organisation.view(), EntryType::receipt, row.bytes, row.changeset);
  }
}

// Homes that no receipt touches follow the directory too, a piece with each request that comes.
void Engine::Hub::follow_directory() {
  const auto cursor = store_.meta(kFollowing);
  if (!cursor || cursor->size() != 16 || recovering()) return;
  const HubPlace place{epoch(), meta_u64(store_, meta::kHubSeq)};
  const std::uint64_t version = engine_.directory(store_).version();
  const auto homes = store_.homes_after(RecordId::from(*cursor), limits::kHomesFollowAtOnce);
  for (const HomeRow& home : homes)
    if (const auto record = store_.record(home.home, Layer::confirmed)) settle_scope(*record, place, version);
  if (homes.size() < limits::kHomesFollowAtOnce)
    store_.put_meta(kFollowing, {});
  else
    store_.put_meta(kFollowing, homes.back().home.view());
}

void Engine::follow_directory_from_start(Store& store) {
  store.put_meta(kFollowing, RecordId{}.view());
}

}  // namespace tram::sync
