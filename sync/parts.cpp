// Changesets in parts.
#include "sync/parts.h"

#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr std::size_t kFixed = kHeaderBytes + sizeof(crypto::Signature);

std::size_t length_of(const Changeset& c) {
  return kFixed + c.body.size();
}

std::uint32_t count_for(std::size_t total) {
  return static_cast<std::uint32_t>((total + limits::kPartBytes - 1) / limits::kPartBytes);
}

// The bytes of [from, from + length) of header, signature and body, without joining the whole.
Bytes slice(const Changeset& c, std::size_t from, std::size_t length) {
  Bytes out;
  out.reserve(length);
  std::size_t at = 0;
  for (const ByteView piece : {ByteView(c.header), ByteView(c.signature), ByteView(c.body)}) {
    const std::size_t begin = std::clamp(from, at, at + piece.size()) - at;
    const std::size_t end = std::clamp(from + length, at, at + piece.size()) - at;
    append(out, piece.subspan(begin, end - begin));
    at += piece.size();
  }
  return out;
}

}  // namespace

Frame encode_frame(const Part& p) {
  Bytes b;
  b.reserve(kPartHead + p.bytes.size());
  append(b, p.changeset);
  append_le(b, p.index);
  append_le(b, p.count);
  append_le(b, p.total);
  append(b, p.bytes);
  return {FrameType::part, std::move(b)};
}

Result<Part> decode_part(const Frame& frame) {
  if (frame.type != FrameType::part) return errc::bad_value;
  if (frame.bytes.size() <= kPartHead) return errc::truncated;
  const ByteView in = frame.bytes;
  Part p;
  std::copy_n(in.begin(), p.changeset.size(), p.changeset.begin());
  p.index = load_le<std::uint32_t>(&in[32]);
  p.count = load_le<std::uint32_t>(&in[36]);
  p.total = load_le<std::uint32_t>(&in[40]);
  if (p.total > kFixed + limits::kBodyBytes) return errc::over_limit;
  if (p.total < kFixed || p.count != count_for(p.total) || p.index >= p.count) return errc::bad_value;
  const std::size_t from = p.index * limits::kPartBytes;
  if (in.size() - kPartHead != std::min<std::size_t>(limits::kPartBytes, p.total - from)) return errc::bad_value;
  p.bytes.assign(in.begin() + kPartHead, in.end());
  return p;
}

bool in_parts(const Changeset& c) {
  // What a stream entry with its receipt, or a segment with its head, can hold beside the changeset.
  return length_of(c) + limits::kBesideChangeset > limits::kSegmentBytes;
}

std::uint32_t parts_of(const Changeset& c) {
  return count_for(length_of(c));
}

Part part_of(const Changeset& c, const Hash& hash, std::uint32_t index) {
  const std::size_t total = length_of(c);
  const std::size_t from = index * limits::kPartBytes;
  return {hash, index, count_for(total), static_cast<std::uint32_t>(total),
          slice(c, from, std::min<std::size_t>(limits::kPartBytes, total - from))};
}

bool append_parts(const Changeset& c, const Hash& hash, const Bitmap* reader_has, std::size_t& budget,
                  std::vector<Frame>& frames) {
  const std::uint32_t count = parts_of(c);
  if (reader_has != nullptr && reader_has->count() != count) reader_has = nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (reader_has != nullptr && reader_has->has(i)) continue;
    Part part = part_of(c, hash, i);
    const std::size_t cost = kPartHead + part.bytes.size();
    if (cost > budget) return false;
    budget -= cost;
    frames.push_back(encode_frame(part));
  }
  return true;
}

std::optional<Changeset> keep_part(Store& store, const DeviceId& sender, const Part& part) {
  const auto held = store.parts(sender);
  if (held && (held->changeset != part.changeset || held->total != part.total)) store.drop_parts(sender);
  store.put_part({sender, part.changeset, part.total, part.index, part.bytes});
  return whole_of_parts(store, sender, part.changeset);
}

std::optional<Changeset> whole_of_parts(Store& store, const DeviceId& sender, const Hash& changeset) {
  const auto held = store.parts(sender);
  if (!held || held->changeset != changeset || held->there.size() != count_for(held->total)) return std::nullopt;
  Bytes all;
  all.reserve(held->total);
  for (const std::uint32_t index : held->there) append(all, store.part(sender, index));
  if (all.size() != held->total) return std::nullopt;
  Changeset c;
  std::copy_n(all.begin(), kHeaderBytes, c.header.begin());
  std::copy_n(all.begin() + kHeaderBytes, c.signature.size(), c.signature.begin());
  c.body.assign(all.begin() + kFixed, all.end());
  return c;
}

std::vector<PartsHave> parts_held(Store& store, const DeviceId& sender) {
  const auto held = store.parts(sender);
  if (!held) return {};
  Bitmap have(count_for(held->total));
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
