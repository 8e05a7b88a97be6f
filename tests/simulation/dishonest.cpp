#include "tests/simulation/dishonest.h"

#include "sync/limits.h"
#include "tasks/record_schema.h"

namespace tram::simulation {
namespace {

using namespace sync;
using tasks::field_number;
using tasks::RecordType;

constexpr std::uint64_t kFarAheadMs = 4'070'908'800'000;  // 2099-01-01T00:00:00Z
constexpr std::size_t kAboveSegment = limits::kSegmentBytes - kHeaderBytes;

constexpr std::array<Fault, 7> kAttacks = {
    Fault::dishonest_claim,    Fault::dishonest_fork,   Fault::dishonest_splice, Fault::dishonest_oversize,
    Fault::dishonest_nonsense, Fault::dishonest_frames, Fault::dishonest_gap};

}  // namespace

Dishonest::Dishonest(Universe& universe)
    : universe_(universe),
      random_(universe.settings.seed, "dishonest"),
      member_(universe.zone.dishonest()),
      incarnation_(random_.next()) {
  universe_.suspects.insert(member_.device.hex());
  universe_.suspects.insert(log_id(member_.device, incarnation_).hex());
}

Bytes Dishonest::noise(std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random_.below(256));
  return bytes;
}

Changeset Dishonest::sign(const RecordId& home, Bytes body, std::uint16_t op_count, std::uint64_t seq) {
  Header header;
  header.zone = universe_.zone.id;
  header.device = member_.device;
  header.incarnation = incarnation_;
  header.seq = seq;
  header.prev = head_;
  header.written_at = kFarAheadMs << 16;
  header.anchor.epoch = 1;
  header.anchor.seq = random_.below(100);  // of a receipt it never saw
  header.person = member_.persons[0];
  header.role = static_cast<std::uint16_t>(random_.chance(500) ? Role::hub_office : Role::approver);
  header.op_count = op_count;
  header.body_len = static_cast<std::uint32_t>(body.size());
  header.home = home;
  header.body_hash = body_hash(body);
  return seal_changeset(header, std::move(body), member_.device_key);
}

void Dishonest::goes_on_after(const Changeset& changeset) {
  ++seq_;
  head_ = changeset.hash();
}

// A change of another body's work: one field that it may write, one that it may not.
Changeset Dishonest::claim(Process& hub) {
  const auto records =
      hub.store().records_of_type(static_cast<std::uint16_t>(RecordType::assignment), Layer::confirmed);
  Body body;
  store_le(body.salt.data(), random_.next());
  const RecordId record = records.empty() ? RecordId{member_.device.bytes} : records[random_.below(records.size())].id;
  const auto set = [&](std::uint16_t field, std::string_view text) {
    Operation op;
    op.kind = OperationKind::field_set;
    op.record = record;
    op.field = field;
    op.value = Value::text(text);
    body.operations.push_back(std::move(op));
  };
  set(field_number(RecordType::assignment, "agreed_next_step"), "word 3");
  set(field_number(RecordType::assignment, "deadline"), "2099-12-31");
  body.operations.back().auth_base = hub.store().home(record).value_or(HomeRow{}).auth_head;
  return sign(record, encode_body(body), 2, seq_ + 1);
}

Frame Dishonest::segment(std::vector<Changeset> changesets) const {
  return encode_frame(ChangesetSegment{log_id(member_.device, incarnation_), seq_ + 1, std::move(changesets)});
}

std::optional<Dishonest::Frames> Dishonest::frames_of(Fault fault, Process& hub) {
  Frames frames = {encode_frame(HelloToHub{}), encode_frame(Have{})};
  const Changeset first = claim(hub);
  switch (fault) {
    case Fault::dishonest_claim:
      frames.push_back(segment({first}));
      goes_on_after(first);
      return frames;
    case Fault::dishonest_fork: {  // two histories at once
      frames.push_back(segment({first, claim(hub)}));
      goes_on_after(first);
      return frames;
    }
    case Fault::dishonest_splice: {
      Changeset spliced = first;
      const auto& made = universe_.model.all();
      if (random_.chance(500) && !made.empty()) {  // another device's changeset under its own name
        auto other = made.begin();
        std::advance(other, static_cast<std::ptrdiff_t>(random_.below(made.size())));
        const auto row = hub.store().changeset(other->first);
        if (!row) return std::nullopt;
        spliced = row->bytes;
      } else {
        spliced.body = noise(spliced.body.size());
      }
      frames.push_back(segment({spliced}));
      return frames;
    }
    case Fault::dishonest_oversize:
      frames.push_back(segment({sign(RecordId{member_.device.bytes}, noise(kAboveSegment), 1, seq_ + 1)}));
      return frames;
    case Fault::dishonest_nonsense: {
      const Changeset nonsense = sign(RecordId::from(noise(16)), noise(1 + random_.below(400)),
                                      static_cast<std::uint16_t>(1 + random_.below(20)), seq_ + 1);
      frames.push_back(segment({nonsense}));
      goes_on_after(nonsense);
      return frames;
    }
    case Fault::dishonest_frames: {
      constexpr std::array<FrameType, 3> kTypes = {FrameType::hello, FrameType::have, FrameType::changesets};
      Frame frame;
      frame.type = kTypes[random_.below(kTypes.size())];
      frame.bytes = noise(random_.below(300));
      return Frames{frame};
    }
    default:  // a number far ahead, or a wrong predecessor
      if (random_.chance(500)) {
        frames.push_back(segment({sign(RecordId::from(noise(16)), noise(40), 1, seq_ + 2 + random_.below(1000))}));
      } else {
        const Hash head = std::exchange(head_, first.hash());
        frames.push_back(segment({sign(RecordId::from(noise(16)), noise(40), 1, seq_ + 1)}));
        head_ = head;
      }
      return frames;
  }
}

std::vector<Bytes> Dishonest::attack(Process& hub) {
  std::vector<Bytes> containers;
  const Zone& zone = universe_.zone;
  for (const Fault fault : kAttacks) {
    if (!universe_.happens(fault, random_)) continue;
    const auto frames = frames_of(fault, hub);
    if (!frames) continue;
    SealInput input;
    input.profile = Profile::network;
    input.manifest.kind = BundleKind::up;
    input.manifest.deployment = zone.id;
    input.manifest.sender_device = member_.device;
    input.manifest.created_ms = kFarAheadMs;
    input.manifest.directory_version = zone.directory.size();
    const Member& to = zone.members.front();
    input.recipients = {{RecipientRole::hub_current, to.device, to.encryption[0].public_key}};
    input.frames = *frames;
    auto sealed = seal_container(input, member_.device_key);
    if (!sealed) throw Violation("container", "an attack cannot be sealed");
    containers.push_back(std::move(sealed->bytes));
  }
  return containers;
}

}  // namespace tram::simulation
