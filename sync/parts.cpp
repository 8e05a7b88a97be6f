// Changesets in parts, as they are received and kept. The frame: part_frame.cpp.
#include "sync/parts.h"

#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
std::optional<Changeset> keep_part(Store& store, const DeviceId& sender, const Part& part) {
  const auto held = store.parts(sender);
  if (held && (held->changeset != part.changeset || held->total != part.total)) store.drop_parts(sender);
  store.put_part({sender, part.changeset, part.total, part.index, part.bytes});
  return whole_of_parts(store, sender, part.changeset);
}

std::optional<Changeset> whole_of_parts(Store& store, const DeviceId& sender, const Hash& changeset) {
  const auto held = store.parts(sender);
  if (!held || held->changeset != changeset || held->there.size() != parts_for(held->total)) return std::nullopt;
  Bytes all;
  all.reserve(held->total);
  for (const std::uint32_t index : held->there) append(all, store.part(sender, index));
  if (all.size() != held->total) return std::nullopt;
  Changeset c;
  std::copy_n(all.begin(), kHeaderBytes, c.header.begin());
  std::copy_n(all.begin() + kHeaderBytes, c.signature.size(), c.signature.begin());
  c.body.assign(all.begin() + kPartsFixed, all.end());
  return c;
}

std::vector<PartsHave> parts_held(Store& store, const DeviceId& sender) {
  const auto held = store.parts(sender);
  if (!held) return {};
  Bitmap have(parts_for(held->total));
  for (const std::uint32_t index : held->there) have.set(index);
  return {{held->changeset, std::move(have)}};
}

// --- in the exchange -------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kPartsThere = "parts_there";  // site: 32 bytes of hash, u32 count, bitmap: as the hub said

}  // namespace

void Engine::Hub::take_part(const Frame& frame, const Device& sender, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, sender.id.hex(), 0});
  };
  if (sender.state == DeviceState::suspended) return refuse(OutcomeCode::held_review);
  if (clock_is_held()) return refuse(OutcomeCode::held_clock);
  const auto part = decode_part(frame);
  if (!part) return refuse(outcome_of_error(part.error()));
  const bool known = store_.changeset(part->changeset).has_value();
  if (known && !engine_.fetching(store_, part->changeset)) return;  // the answer to its last part was lost
  const auto changeset = keep_part(store_, sender.id, *part);
  if (!changeset) return;
  const auto header = decode_header(changeset->header);
  if (!header || changeset->hash() != part->changeset) {
    store_.drop_parts(sender.id);
    return refuse(header ? OutcomeCode::bad_changeset : outcome_of_error(header.error()));
  }
  if (known) (void)engine_.mend(store_, part->changeset, *changeset);
  // Of another author: the RESUPPLY that follows says what it is.
  if (header->device == sender.id) take_changesets({header->log(), header->seq, {*changeset}}, sender, whole, taken);
  // Stored or refused, its parts are of no use any more; behind a hole they wait for what comes before.
  const auto log = store_.log(header->log());
  const bool behind_a_hole = header->device == sender.id && header->seq > (log ? log->head_seq : 0) + 1;
  const bool aside = store_.side(header->log(), header->seq).has_value();
  if (store_.changeset(part->changeset) || aside || (header->device == sender.id && !behind_a_hole))
    store_.drop_parts(sender.id);
}

void Engine::Site::take_part(const Frame& frame, bool whole) {
  const auto part = decode_part(frame);
  if (part) {
    const bool known = store_.changeset(part->changeset).has_value();
    if (known && !engine_.fetching(store_, part->changeset)) return;
    const auto complete = keep_part(store_, hub_, *part);
    if (!known || !complete || is_hole(part->changeset)) return;  // its entry takes it (heal)
    (void)engine_.mend(store_, part->changeset, *complete);
    store_.drop_parts(hub_);
    return;
  }
  if (whole) throw BundleRefused{outcome_of_error(part.error()), {}};
  out_.push_back(Notice{outcome_of_error(part.error()), "part", 0});
}

// The changeset of a receipt that came in parts before it.
std::optional<Changeset> Engine::Site::from_parts(const Hash& changeset) {
  auto whole = whole_of_parts(store_, hub_, changeset);
  if (whole) store_.drop_parts(hub_);
  return whole;
}

void Engine::Site::put_parts_there(const std::vector<PartsHave>& parts) {
  Bytes said;
  for (const PartsHave& p : parts) {
    tram::append(said, p.changeset);
    append_le(said, p.have.count());
    tram::append(said, p.have.bytes());
  }
  const auto known = store_.meta(kPartsThere);
  if (known ? *known != said : !said.empty()) store_.put_meta(kPartsThere, said);
}

// What the hub said it holds of that changeset; nothing when it spoke of none, or of another.
std::optional<Bitmap> Engine::Site::parts_there(const Hash& changeset) {
  const auto said = store_.meta(kPartsThere);
  constexpr std::size_t kHead = sizeof(Hash) + 4;
  if (!said || said->size() < kHead || !std::equal(changeset.begin(), changeset.end(), said->begin()))
    return std::nullopt;
  const auto count = load_le<std::uint32_t>(said->data() + sizeof(Hash));
  return count <= limits::kPartsPerChangeset ? std::optional(Bitmap::stored(count, ByteView(*said).subspan(kHead)))
                                             : std::nullopt;
}

}  // namespace tram::sync
