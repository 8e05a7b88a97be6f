// Equal history and unlike data (sync design 6): a defect, and first of all one to be repaired. The site that hears of
// it folds the homes in its scope anew from their receipts, once; still unlike, the hub does the same with its own.
// Only if they differ then it is an alert at both ends. So many homes in one step.
#include <algorithm>

#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/fold_again.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr std::string_view kFolding = "digest_folding";    // site: under way, the newest home done
constexpr std::string_view kRepaired = "digest_repaired";  // site, u64: 1 = folded anew, 2 = and the hub was told
std::string folding_at_hub(const OrganisationId& organisation) {
  return "digest_folding:" + organisation.hex();
}
// u64: 1 = the device was told, 2 = and this hub folds its own homes anew, or has
std::string told(const DeviceId& device) {
  return "digest_told:" + device.hex();
}

bool under_way(Store& store, std::string_view name) {
  const auto at = store.meta(name);
  return at && at->size() == sizeof(RecordId::bytes);
}

void begin(Store& store, std::string_view name) {
  store.put_meta(name, RecordId{}.view());
}

// The next homes of a scope, by id; empty at its end, and then the sum of its stream is added up anew.
std::vector<RecordId> next_homes(Store& store, std::string_view name, const OrganisationId& organisation,
                                 const StreamId& stream) {
  const RecordId after = RecordId::from(*store.meta(name));
  const auto all = store.homes_in_scope(organisation);
  auto first = std::upper_bound(all.begin(), all.end(), after);
  const auto most = static_cast<std::ptrdiff_t>(limits::kRetriedAtOnce);
  std::vector<RecordId> next(first, all.end() - first > most ? first + most : all.end());
  if (!next.empty()) {
    store.put_meta(name, next.back().view());
    return next;
  }
  store.put_meta(name, {});
  if (auto row = store.stream(stream)) {
    row->digest = digest_of_scope(store, organisation);
    store.put_stream(*row);
  }
  return {};
}

}  // namespace

// --- at the hub ------------------------------------------------------------------------------------------------------

// Both have read the same history: then both must hold the same data. Compared before anything else of the request is
// taken in, since that moves the stream on.
void Engine::Hub::compare_digests(const Have& have, const Device& device) {
  const StreamId id = organisation_stream(engine_.identity_.zone, device.site);
  const auto stream = store_.stream(id);
  for (const StreamPosition& at : have.streams) {
    if (!stream || at.id != id || at.seq != stream->seq || at.chain != stream->chain || at.digest == Hash{}) continue;
    const std::uint64_t before = meta_u64(store_, told(device.id));
    if (at.digest == stream->digest) {
      if (before != 0) put_meta_u64(store_, told(device.id), 0);
      continue;
    }
    if (under_way(store_, folding_at_hub(device.site))) continue;
    if (before == 2) {
      problem(OutcomeCode::digest_differs, id.bytes, at.seq);
      continue;
    }
    if (before == 1) begin(store_, folding_at_hub(device.site));
    put_meta_u64(store_, told(device.id), before + 1);
    to_sender_.push_back({static_cast<std::uint16_t>(OutcomeCode::digest_differs), id.bytes, at.seq});
  }
}

void Engine::Hub::fold_scope_again(const OrganisationId& organisation) {
  const std::string name = folding_at_hub(organisation);
  if (recovering() || !under_way(store_, name)) return;
  const World world = engine_.world(store_);
  const StreamId stream = organisation_stream(engine_.identity_.zone, organisation);
  for (const RecordId& home : next_homes(store_, name, organisation, stream))
    fold_home_again(store_, world, home, env_.wall_ms);
}

// --- at a site -------------------------------------------------------------------------------------------------------

// True: it is being repaired, and nobody need hear of it yet.
bool Engine::Site::hear_digest_differs(const ExchangeNotice& notice) {
  const StreamId own = organisation_stream(engine_.identity_.zone, engine_.identity_.organisation);
  if (notice.code != static_cast<std::uint16_t>(OutcomeCode::digest_differs) || notice.subject != own.bytes)
    return false;
  digest_differs_ = true;
  if (repairs_digest()) return true;
  if (meta_u64(store_, kRepaired) != 0) return false;
  begin(store_, kFolding);
  return true;
}

bool Engine::Site::repairs_digest() {
  return under_way(store_, kFolding);
}

void Engine::Site::note_digest_stated() {
  if (meta_u64(store_, kRepaired) == 1) put_meta_u64(store_, kRepaired, 2);
}

void Engine::Site::fold_scope_again(Taken& taken) {
  if (repairs_digest()) {
    const OrganisationId& own = engine_.identity_.organisation;
    for (const RecordId& home : next_homes(store_, kFolding, own, organisation_stream(engine_.identity_.zone, own)))
      fold_home_anew(home);
    if (!repairs_digest()) put_meta_u64(store_, kRepaired, 1);
    taken.more = true;  // the hub is to hear what they come to now
  } else if (meta_u64(store_, kRepaired) == 2 && hello_ && !digest_differs_ && taken.pulled == 0) {
    put_meta_u64(store_, kRepaired, 0);  // compared, and equal
  }
}

}  // namespace tram::sync
