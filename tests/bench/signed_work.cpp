#include "tests/bench/signed_work.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "crypto/random.h"
#include "sync/directory.h"
#include "sync/limits.h"

namespace tram::bench {
namespace {

using namespace sync;

template <std::size_t N>
ByteArray<N> drawn(std::uint64_t number, std::string_view use) {
  ByteArray<8> seed{};
  store_le(seed.data(), number);
  const Hash hash = crypto::hash(use, {seed});
  ByteArray<N> out{};
  std::copy_n(hash.begin(), N, out.begin());
  return out;
}

const crypto::SigningKey& key() {
  static const crypto::SigningKey one = crypto::SigningKey::from_seed(drawn<32>(1, "bench-key"));
  return one;
}
ZoneId zone() {
  return {drawn<16>(1, "bench-zone")};
}
DeviceId device() {
  return {drawn<16>(1, "bench-device")};
}
constexpr std::uint64_t kIncarnation = 0x5C0FFEE123456789;

std::uint16_t event_number(const std::string& status) {
  static const std::map<std::string, std::uint16_t> numbers = {
      {"draft", 1}, {"assigned", 2}, {"in_progress", 3}, {"blocked", 5}, {"done", 6}, {"waiting_approval", 4}};
  return numbers.at(status);
}

std::int32_t days(const std::string& date) {  // within 2026, near enough
  return 20'454 + 31 * (std::atoi(date.substr(5, 2).c_str()) - 1) + std::atoi(date.substr(8, 2).c_str());
}

class Author {
 public:
  void write(const BacklogLine& line, std::vector<Operation>& operations) {
    ByteArray<16> nonce{};
    const auto raw = from_hex(line.id);
    std::copy(raw->begin(), raw->end(), nonce.begin());
    const RecordId record = record_id(device(), nonce);
    if (line.creates) {
      Operation create;
      create.kind = OperationKind::record_create;
      create.record = record;
      create.nonce = nonce;
      create.type = 1;
      create.auth_base = VersionId{};
      operations.push_back(create);
    }
    for (const auto& [field, text] : line.fields)
      if (!text.empty()) operations.push_back(operation(record, field, text));
    home_ = record;
  }

  Changeset seal(std::uint64_t ms, const std::vector<Operation>& operations) {
    Body body;
    body.salt = drawn<16>(seq_ + 1, "bench-salt");
    body.operations = operations;
    const Bytes bytes = encode_body(body);
    if (!decode_body(bytes)) throw std::runtime_error("a body that no receiver would read");
    Header h;
    h.confidentiality = 1;
    h.zone = zone();
    h.device = device();
    h.incarnation = kIncarnation;
    h.seq = ++seq_;
    h.prev = prev_;
    h.written_at = ms << 16;
    h.person = {drawn<16>(1, "bench-person")};
    h.role = static_cast<std::uint16_t>(Role::operator_);
    h.op_count = static_cast<std::uint16_t>(operations.size());
    h.body_len = static_cast<std::uint32_t>(bytes.size());
    h.home = home_;
    h.body_hash = body_hash(bytes);
    Changeset c = seal_changeset(h, bytes, key());
    prev_ = c.hash();
    for (std::uint16_t i = 0; i < operations.size(); ++i)
      if (const auto& op = operations[i]; op.kind == OperationKind::field_set || op.kind == OperationKind::status_event)
        heads_[{op.record, op.field}] = version_id(prev_, i);
    return c;
  }

 private:
  Operation operation(const RecordId& record, TaskField field, const std::string& text) {
    Operation op;
    op.record = record;
    op.field = static_cast<std::uint16_t>(field + 1);
    if (field == kStatus) {
      op.kind = OperationKind::status_event;
      op.event = event_number(text);
    } else if (field == kNote) {
      op.kind = OperationKind::log_append;
      op.value = Value::text(text);
    } else {
      op.kind = OperationKind::field_set;
      op.value = Value::text(text);
      if (field == kProgress || field == kPriority) op.value = Value::integer(std::atoi(text.c_str()));
      if (field == kDue) op.value = Value(Value::Variant(CivilDate{days(text)}));
    }
    if (field <= kStatus || field == kDue) op.auth_base = VersionId{};  // guarded
    if (const auto head = heads_.find({record, op.field}); head != heads_.end() && field != kNote)
      op.seen = {head->second};
    return op;
  }

  std::uint64_t seq_ = 0;
  Hash prev_{};
  RecordId home_;
  std::map<std::pair<RecordId, std::uint16_t>, VersionId> heads_;
};

// Cuts a row of items into segments as the engine does.
template <class Items, class Emit>
void in_segments(const Items& items, Emit emit) {
  Items segment;
  std::size_t size = 0, all = 0;
  const auto flush = [&](bool last) {
    emit(segment, last);
    segment.clear();
    size = 0;
  };
  for (const auto& item : items) {
    const std::size_t bytes = encoded_size(item);
    if (all + bytes > limits::kRequestBytes) {
      flush(true);
      all = 0;
    }
    if (size + bytes + 64 > limits::kSegmentBytes && !segment.empty()) flush(false);
    segment.push_back(item);
    size += bytes;
    all += bytes;
  }
  flush(true);
}

template <class Segment>
Frame frame_of(const Segment& segment, bool plain) {
  return plain ? encode_plain(segment) : encode_frame(segment);
}

std::vector<CarriedEntry> entries_of(const std::vector<Changeset>& changesets, bool carried) {
  std::vector<CarriedEntry> entries;
  std::uint64_t ms = 1'780'000'000'000;
  for (const Changeset& c : changesets) {
    const Header h = header_fields(c.header);
    Receipt r;
    r.hub_seq = 1000 + h.seq;
    r.hub_time_ms = ms += h.seq % 64 == 0;
    r.changeset = c.hash();
    r.log = h.log();
    r.seq = h.seq;
    r.directory_version = 40;
    entries.push_back({{EntryType::receipt, h.seq, encode_receipt(r)}, carried ? std::optional(c) : std::nullopt});
  }
  return entries;
}

Frame stream_frame(const StreamId& stream, const std::vector<CarriedEntry>& entries, bool plain) {
  StreamSegment s{stream, entries.front().entry.seq, entries, {}, {}};
  StreamHead head;
  head.stream = stream;
  head.seq = entries.back().entry.seq;
  head.chain = drawn<32>(head.seq, "bench-chain");
  head.hub_time_ms = decode_receipt(entries.back().entry.payload)->hub_time_ms;
  head.directory_version = 40;
  s.head = encode_stream_head(head);
  s.signature = crypto::sign(key(), "stream-head", {s.head});
  return frame_of(s, plain);
}

}  // namespace

std::vector<Changeset> signed_work(const std::vector<BacklogLine>& lines, Grouping grouping) {
  crypto::initialise();
  Author author;
  std::vector<Changeset> changesets;
  if (grouping == Grouping::one_changeset_per_update) {
    for (const BacklogLine& line : lines) {
      std::vector<Operation> operations;
      author.write(line, operations);
      if (!operations.empty()) changesets.push_back(author.seal(line.ms, operations));
    }
    return changesets;
  }
  std::map<std::string, std::vector<const BacklogLine*>> of_task;
  for (const BacklogLine& line : lines) of_task[line.id].push_back(&line);
  for (const BacklogLine& line : lines) {
    if (!line.creates) continue;
    std::vector<Operation> operations;
    for (const BacklogLine* each : of_task.at(line.id)) author.write(*each, operations);
    changesets.push_back(author.seal(line.ms, operations));
  }
  return changesets;
}

std::vector<std::vector<Frame>> requests(const std::vector<Changeset>& changesets, bool plain) {
  std::vector<std::vector<Frame>> all(1);
  in_segments(changesets, [&](const std::vector<Changeset>& items, bool last) {
    if (all.back().empty()) {
      HelloToHub hello;
      hello.incarnation = kIncarnation;
      hello.head_seq = changesets.size();
      hello.head_hash = changesets.back().hash();
      all.back().push_back(encode_frame(hello));
      all.back().push_back(encode_frame(Have{40, {}, {}}));
    }
    const Header first = header_fields(items.front().header);
    all.back().push_back(frame_of(ChangesetSegment{first.log(), first.seq, items}, plain));
    if (last) all.emplace_back();
  });
  all.pop_back();
  return all;
}

std::vector<std::vector<Frame>> responses(const std::vector<Changeset>& changesets, bool plain) {
  std::vector<std::vector<Frame>> all;
  std::vector<Changeset> request;
  in_segments(changesets, [&](const std::vector<Changeset>& items, bool last) {
    request.insert(request.end(), items.begin(), items.end());
    if (!last) return;
    const auto entries = entries_of(request, false);
    HelloToNode hello;
    hello.log = header_fields(request.back().header).log();
    hello.receipted_hash = request.back().hash();
    hello.receipted_seq = entries.back().entry.seq;
    all.push_back({encode_frame(hello)});
    for (const StreamId& stream :
         {device_stream(zone(), device()), organisation_stream(zone(), organisation_id(zone(), "A"))})
      in_segments(entries, [&](const std::vector<CarriedEntry>& part, bool) {
        all.back().push_back(stream_frame(stream, part, plain));
      });
    request.clear();
  });
  return all;
}

std::vector<std::vector<Frame>> relays(const std::vector<Changeset>& changesets, bool plain) {
  std::vector<std::vector<Frame>> all(1);
  in_segments(entries_of(changesets, true), [&](const std::vector<CarriedEntry>& items, bool last) {
    all.back().push_back(stream_frame(organisation_stream(zone(), organisation_id(zone(), "A")), items, plain));
    if (last) all.emplace_back();
  });
  all.pop_back();
  return all;
}

Bytes sealed(const std::vector<Frame>& frames, BundleKind kind) {
  SealInput input;
  input.profile = Profile::network;
  input.manifest.kind = kind;
  input.manifest.deployment = zone();
  input.manifest.sender_device = device();
  input.recipients = {{kind == BundleKind::up ? RecipientRole::hub_current : RecipientRole::device, device(),
                       crypto::DecryptionKey::from_seed(drawn<32>(2, "bench-key")).public_key}};
  input.frames = frames;
  const auto container = seal_container(input, key());
  if (!container) throw std::runtime_error("beyond the limits of a container");
  return container->bytes;
}

}  // namespace tram::bench
