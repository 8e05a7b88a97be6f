// Long samples: one log of changesets that follow from each other in every way, and in every way do not, with the
// receipts of a hub. A change here changes the golden vectors: append, never edit.
#include <algorithm>

#include "samples.h"

namespace tram::sync::test {
namespace {

struct Step {
  Changeset changeset;
  Receipt receipt;
};

class Log {
 public:
  Header next(const Bytes& body, std::size_t operations) {
    Header h = sample_header();
    h.flags = 0;
    h.seq = seq_ + 1;
    h.prev = prev_;
    h.written_at = (1'750'000'000'000ull + 7'000 * h.seq) << 16 | (h.seq % 2);
    h.anchor = {};
    if (h.seq % 4 == 3 && !steps.empty()) {  // integrated the newest receipt
      const Receipt& r = steps.back().receipt;
      h.anchor = {r.hub_epoch, r.hub_seq, {}};
      std::copy_n(receipt_hash(encode_receipt(r)).begin(), 8, h.anchor.hash.begin());
    }
    h.home = home;
    h.op_count = static_cast<std::uint16_t>(operations);
    h.body_len = static_cast<std::uint32_t>(body.size());
    h.body_hash = body_hash(body);
    return h;
  }
  void add(const Header& header, const Bytes& body) { add(seal_changeset(header, body, key_of(kDeviceKey))); }
  void add(const Changeset& c) {
    const Header h = header_fields(c.header);
    seq_ = h.seq;
    prev_ = c.hash();
    Receipt r = sample_receipt(seq_ % 5 == 0 ? 2 : 0);
    r.hub_seq = 100 + seq_;
    r.hub_time_ms += seq_;
    r.changeset = prev_;
    r.log = h.log();
    r.seq = seq_;
    steps.push_back({c, r});
  }
  void write(const std::vector<Operation>& operations) {
    Body body;
    body.salt = filled<16>(static_cast<std::uint8_t>(seq_ + 1));
    body.operations = operations;
    const Bytes bytes = encode_body(body);
    add(next(bytes, operations.size()), bytes);
  }
  VersionId version(std::size_t back, std::uint16_t operation) const {
    return version_id(steps[steps.size() - 1 - back].changeset.hash(), operation);
  }

  RecordId home;
  std::vector<Step> steps;

 private:
  std::uint64_t seq_ = 0;
  Hash prev_{};
};

Operation set_title(const RecordId& record, std::vector<VersionId> seen) {
  Operation op;
  op.record = record;
  op.field = 2;
  op.value = Value::text("Đắk Lắk");
  op.seen = std::move(seen);
  op.auth_base = VersionId{};
  return op;
}

std::vector<Step> steps() {
  Log log;
  Operation create;
  create.kind = OperationKind::record_create;
  create.nonce = filled<16>(0x91);
  create.record = record_id(kDevice, create.nonce);
  create.type = 1;
  create.auth_base = VersionId{};
  Operation child = create;
  child.nonce = filled<16>(0x92);
  child.record = record_id(kDevice, child.nonce);
  child.parent = create.record;
  log.home = create.record;
  log.write({create, set_title(create.record, {}), child, set_title(child.record, {})});
  log.write({set_title(create.record, {log.version(0, 1)})});
  log.write({set_title(create.record, {log.version(0, 0), log.version(1, 1)}),
             set_title(child.record, {log.version(1, 3), id<VersionId>(0x93), id<VersionId>(0x93)})});
  std::vector<Operation> all;
  for (const NamedOperation& o : sample_operations()) all.push_back(o.operation);
  log.write(all);
  log.home = id<RecordId>(0x94);
  all.clear();
  for (const NamedValue& v : sample_values()) {
    all.push_back(set_title(log.home, {id<VersionId>(0x93)}));
    all.back().value = v.value;
  }
  log.write(all);
  log.home = create.record;

  const Bytes no_body = {'n', 'o', 't', ' ', 'a', ' ', 'b', 'o', 'd', 'y'};
  log.add(log.next(no_body, 3), no_body);
  const Bytes body = encode_body(sample_body());
  Header h = log.next(body, 2);
  h.body_hash = hash_of(0x95);
  log.add(h, body);
  h = log.next(body, 9);  // op_count
  h.person = id<PersonId>(0x96);
  h.flags = 0xFFFF;
  log.add(h, body);
  h = log.next(body, 2);
  h.prev = hash_of(0x97);
  h.anchor = {7, 8, filled<8>(0x98)};
  h.seq += 10;
  h.written_at -= 100ull << 16;
  log.add(h, body);
  Changeset other = seal_changeset(log.next(body, 2), body, key_of(kDeviceKey));
  other.header[3] = 'X';
  other.header[4] = 2;
  log.add(other);
  log.write({set_title(create.record, {log.version(8, 0)})});
  return log.steps;
}

}  // namespace

ChangesetSegment sample_run() {
  ChangesetSegment s{sample_header().log(), 1, {}};
  for (const Step& step : steps()) s.changesets.push_back(step.changeset);
  return s;
}

StreamSegment sample_stream_run() {
  StreamSegment s;
  s.stream = sample_head().stream;
  s.first_seq = 40;
  const auto add = [&s](EntryType type, Bytes payload, std::optional<Changeset> carried) {
    s.entries.push_back({{type, s.first_seq + s.entries.size(), std::move(payload)}, std::move(carried)});
  };
  const auto all = steps();
  add(EntryType::scope_enter, encode_scope_change({header_fields(all[0].changeset.header).home, 99, 4, {}}), {});
  for (std::size_t i = 0; i < all.size(); ++i)
    add(EntryType::receipt, encode_receipt(all[i].receipt),
        i % 4 == 1 ? std::nullopt : std::optional(all[i].changeset));
  Receipt other = sample_receipt(1);
  other.log = id<LogId>(0x99);
  add(EntryType::receipt, encode_receipt(other), all[1].changeset);
  add(EntryType::receipt, {'n', 'o'}, std::nullopt);
  add(EntryType::scope_leave, {'n', 'o'}, all[0].changeset);
  add(EntryType::scope_leave, encode_scope_change({id<RecordId>(0x94), 120, 0, LeaveMode::purge}), std::nullopt);
  StreamHead head = sample_head();
  head.seq = s.entries.back().entry.seq;
  head.chain = hash_of(0x9A);
  s.head = encode_stream_head(head);
  s.signature = crypto::sign(key_of(kServiceKey), "stream-head", {s.head});
  return s;
}

}  // namespace tram::sync::test
