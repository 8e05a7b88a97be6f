// A stored changeset that was damaged on the disk (sync design 12.5, S-A11) is fetched again and proves itself as when
// it first came. A site says an older cursor, and the hub sends again from there; a hub asks a site whose stream holds
// it, as after a restore. What was folded from it stays: only its bytes are put right.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/redaction.h"
#include "sync/rotation.h"
#include "sync/snapshot.h"
#include "sync/waiting_list.h"

namespace tram::sync {
namespace {

constexpr std::string_view kAsked = "asked_again";  // site: how many are wanted << 32 | how often they were asked for
constexpr std::uint64_t kAskedAtOnce = 8;           // exchanges, and then every
constexpr std::uint64_t kAskedSeldom = 64;

}  // namespace

bool Engine::intact(Store& store, const ChangesetRow& row) {
  if (is_newer(row.bytes.header, schema_.headers())) return row.bytes.hash() == row.hash;  // more nobody knows here
  const auto header = decode_header(row.bytes.header);
  if (!header || row.bytes.hash() != row.hash || header->seq != row.seq || header->log() != row.log) return false;
  if (row.bytes.body.size() != header->body_len) return false;
  if (body_hash(row.bytes.body) != header->body_hash &&
      (redacted(store, row.hash) == Redacted::no || !is_outline(row.bytes)))
    return false;
  if (signed_by_device(directory(store), *header, row.bytes)) return true;
  if (header->device != identity_.device) return false;  // by a new key of ours that the hub has not entered yet?
  return std::any_of(identity_.other_keys.begin(), identity_.other_keys.end(),
                     [&](const crypto::SigningKey* key) { return signature_verifies(row.bytes, key->public_key); });
}

void Engine::note_damage(Store& store, const std::vector<Hash>& changesets, std::vector<Action>& out) {
  for (const Hash& hash : changesets) {
    auto row = store.changeset(hash);
    if (!row || intact(store, *row)) continue;
    out.push_back(Notice{OutcomeCode::bad_changeset, to_hex(hash), row->seq});
    // Without a receipt nobody else holds it.
    if (row->hub_seq != 0)
      add_waiting(store, waiting::kFetch, hash);
    else
      (void)sign_again(store, *row);
  }
}

void Engine::check_heads(Store& store, std::vector<Action>& out) {
  std::vector<Hash> heads;
  for (const LogRow& log : store.logs())
    if (log.head_seq > 0) heads.push_back(log.head_hash);
  note_damage(store, heads, out);
}

std::vector<Hash> Engine::to_fetch(Store& store) {
  auto list = waiting_list(store, waiting::kFetch);
  const auto holes = waiting_list(store, waiting::kDamaged);
  list.insert(list.end(), holes.begin(), holes.end());
  return list;
}

bool Engine::fetching(Store& store, const Hash& changeset) {
  const auto list = to_fetch(store);
  return std::find(list.begin(), list.end(), changeset) != list.end();
}

bool Engine::mend(Store& store, const Hash& hash, const Changeset& came) {
  auto list = waiting_list(store, waiting::kFetch);
  const auto at = std::find(list.begin(), list.end(), hash);
  auto row = at == list.end() ? std::nullopt : store.changeset(hash);
  if (!row) return false;
  row->bytes = came;
  if (!intact(store, *row)) return false;
  store.put_changeset(*row);
  if (identity_.at_hub) forget_snapshots(store);  // one may have been made of the damaged bytes
  list.erase(at);
  put_waiting_list(store, waiting::kFetch, list);
  return true;
}

std::optional<EntryRow> Engine::first_to_fetch(Store& store, const StreamId& stream, std::uint64_t at_most) {
  std::optional<EntryRow> found;
  const auto list = to_fetch(store);
  if (list.empty()) return found;
  store.each_entry(stream, 1, [&](const EntryRow& entry) {
    if (entry.seq > at_most) return false;
    if (entry.type == EntryType::receipt && std::find(list.begin(), list.end(), entry.changeset) != list.end())
      found = entry;
    return !found;
  });
  return found;
}

// The cursor as it stood before a damaged changeset came; the hub leaves out what the reader wrote unless it is asked.
void Engine::Site::ask_again(Have& have, HelloToHub& hello) {
  const std::size_t wanted = engine_.to_fetch(store_).size();
  if (wanted == 0 && meta_u64(store_, kAsked) != 0) put_meta_u64(store_, kAsked, 0);
  if (wanted == 0) return;
  // Nobody may have it whole for now, and what comes after it must not come anew with every answer.
  const std::uint64_t state = meta_u64(store_, kAsked);
  const std::uint64_t asked = (state >> 32) == wanted ? (state & 0xFFFF'FFFF) + 1 : 0;
  put_meta_u64(store_, kAsked, std::uint64_t{wanted} << 32 | asked);
  if (asked >= kAskedAtOnce && asked % kAskedSeldom != 0) return;
  for (StreamPosition& at : have.streams) {
    const auto entry = engine_.first_to_fetch(store_, at.id, at.seq);
    if (!entry) continue;
    const auto before = entry->seq > 1 ? store_.entry(at.id, entry->seq - 1) : std::nullopt;
    if (entry->seq > 1 && !before) continue;
    at.seq = entry->seq - 1;
    at.chain = before ? before->chain : first_chain(at.id);
    at.digest = {};
    have.loading = {{at.id, Hash{}, LoadingSnapshot::kNotWanted}};
    hello.flags |= kWantOwn;
  }
}

void Engine::Hub::ask_again(const Device& device, const Have& have, std::vector<ResupplyFrom>& wanted) {
  const ZoneId& zone = engine_.identity_.zone;
  for (const StreamId& id : {device_stream(zone, device.id), organisation_stream(zone, device.site)}) {
    const auto at = std::find_if(have.streams.begin(), have.streams.end(),
                                 [&](const StreamPosition& position) { return position.id == id; });
    if (at == have.streams.end() || position(id, have, device.id).standing != Standing::known) continue;
    if (const auto entry = engine_.first_to_fetch(store_, id, at->seq)) wanted.push_back({id.bytes, entry->seq});
  }
}

}  // namespace tram::sync
