// The samples. A change here changes the golden vectors: append, never edit.
#include "samples.h"

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "sync/schema.h"

namespace tram::sync::test {
namespace {

class SamplesStart : public ::testing::Environment {
 public:
  void SetUp() override { crypto::initialise(); }
};
const auto* const samples_start = ::testing::AddGlobalTestEnvironment(new SamplesStart);

Operation on_field(OperationKind kind, std::uint16_t field) {
  Operation op;
  op.kind = kind;
  op.record = id<RecordId>(0x31);
  op.field = field;
  return op;
}

crypto::EncryptKey encryption_of(std::uint8_t fill) {
  return crypto::DecryptionKey::from_seed(filled<32>(fill)).public_key;
}

}  // namespace

crypto::SigningKey key_of(std::uint8_t fill) {
  crypto::initialise();
  return crypto::SigningKey::from_seed(filled<32>(fill));
}

Body sample_body() {
  Body body;
  body.salt = filled<16>(0x5A);
  Operation title = on_field(OperationKind::field_set, 2);
  title.value = Value::text("Đắk Lắk");
  title.seen = {id<VersionId>(0x41)};
  Operation event = on_field(OperationKind::status_event, 6);
  event.event = 3;
  event.seen = {id<VersionId>(0x42)};
  event.auth_base = id<VersionId>(0x43);
  body.operations = {title, event};
  return body;
}

Header sample_header() {
  const Bytes body = encode_body(sample_body());
  Header h;
  h.confidentiality = 1;
  h.flags = kAllOrNothing | kClockUnset;
  h.zone = kZone;
  h.device = kDevice;
  h.incarnation = 0x1122334455667788;
  h.seq = 0x0102030405060708;
  h.prev = hash_of(0x21);
  h.written_at = (1'750'000'000'000ull << 16) | 5;
  h.anchor = {7, 0x0A0B0C0D, filled<8>(0x22)};
  h.schema_version = 3;
  h.rules_epoch = 4;
  h.person = id<PersonId>(0x23);
  h.role = static_cast<std::uint16_t>(Role::approver);
  h.op_count = 2;
  h.body_len = static_cast<std::uint32_t>(body.size());
  h.home = id<RecordId>(0x31);
  h.body_hash = body_hash(body);
  return h;
}

Changeset sample_changeset() {
  return seal_changeset(sample_header(), encode_body(sample_body()), key_of(kDeviceKey));
}

std::vector<NamedValue> sample_values() {
  return {{"absent", Value()},
          {"boolean_false", Value::boolean(false)},
          {"boolean_true", Value::boolean(true)},
          {"integer_zero", Value::integer(0)},
          {"integer_minus_one", Value::integer(-1)},
          {"integer_least", Value::integer(INT64_MIN)},
          {"integer_greatest", Value::integer(INT64_MAX)},
          {"text_empty", Value::text("")},
          {"text", Value::text("Tây Nguyên ກຂ ខ្មែរ 🌾\n\t.")},
          {"bytes", Value(Value::Variant(Bytes{0, 1, 0xFF}))},
          {"id", Value::id(filled<16>(0x51))},
          {"date", Value(Value::Variant(CivilDate{-1}))},
          {"moment", Value(Value::Variant(ZonedMoment{1'750'000'000'000, -570}))},
          {"id_list", Value(Value::Variant(std::vector<RawId>{{filled<16>(1)}, {filled<16>(2)}}))},
          {"structure", Value(Value::Variant(Structure{{9, 8, 7}}))}};
}

std::vector<NamedOperation> sample_operations() {
  std::vector<NamedOperation> all;
  Operation create;
  create.kind = OperationKind::record_create;
  create.nonce = filled<16>(0x61);
  create.record = record_id(kDevice, create.nonce);
  create.type = 300;
  all.push_back({"record_create", create});
  create.parent = id<RecordId>(0x62);
  create.auth_base = id<VersionId>(0x63);
  all.push_back({"record_create_child", create});
  Operation set = on_field(OperationKind::field_set, 2);
  all.push_back({"field_set_absent", set});
  set.value = Value::integer(-300);
  set.seen = {id<VersionId>(0x41), id<VersionId>(0x42)};
  set.auth_base = VersionId{};
  all.push_back({"field_set", set});
  Operation add = on_field(OperationKind::set_add, 8);
  add.value = Value::text("urgent");
  all.push_back({"set_add", add});
  Operation remove = on_field(OperationKind::set_remove, 8);
  remove.seen = {id<VersionId>(0x44)};
  all.push_back({"set_remove", remove});
  Operation append = on_field(OperationKind::log_append, 9);
  append.value = Value::text("called");
  all.push_back({"log_append", append});
  append.seen = {id<VersionId>(0x45)};
  all.push_back({"log_append_correction", append});
  Operation event = on_field(OperationKind::status_event, 6);
  event.event = 200;
  event.seen = {id<VersionId>(0x46)};
  event.auth_base = id<VersionId>(0x47);
  all.push_back({"status_event", event});
  Operation authority = on_field(OperationKind::authority_change, 4);
  authority.value = Value::id(filled<16>(0x48));
  authority.auth_base = id<VersionId>(0x49);
  all.push_back({"authority_change", authority});
  Operation answer;
  answer.kind = OperationKind::proposal_answer;
  answer.target = hash_of(0x4A);
  answer.answer = ProposalAnswer::decline;
  answer.text = "no";
  all.push_back({"proposal_answer", answer});
  Operation redact;
  redact.kind = OperationKind::redact;
  redact.target = hash_of(0x4B);
  redact.text = "Law 1";
  all.push_back({"redact", redact});
  Operation open;
  open.kind = OperationKind::log_open;
  all.push_back({"log_open", open});
  open.old_log = id<LogId>(0x4C);
  open.old_seq = 1000;
  open.old_hash = hash_of(0x4D);
  all.push_back({"log_open_recovery", open});
  Operation adopt;
  adopt.kind = OperationKind::adopt;
  adopt.target = hash_of(0x4E);
  all.push_back({"adopt", adopt});
  Operation rotate;
  rotate.kind = OperationKind::key_rotate;
  rotate.statement = {1, 2, 3};
  all.push_back({"key_rotate", rotate});
  Operation unknown;
  unknown.unknown_kind = 900;
  unknown.unknown_payload = {0xDE, 0xAD};
  all.push_back({"unknown_kind", unknown});
  return all;
}

Receipt sample_receipt(std::size_t exceptions) {
  Receipt r;
  r.hub_epoch = 2;
  r.hub_seq = 0x01020304;
  r.hub_time_ms = 1'750'000'000'500;
  r.lo_ms = 1'749'999'000'000;
  r.changeset = sample_changeset().hash();
  r.log = sample_header().log();
  r.seq = sample_header().seq;
  r.directory_version = 9;
  r.rules_epoch = 4;
  const std::vector<ReceiptException> all = {{0, Verdict::proposal, Reason::handover},
                                             {1, Verdict::quarantined, Reason::missing_base}};
  r.exceptions.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(exceptions));
  return r;
}

std::vector<StreamEntry> sample_entries() {
  return {{EntryType::receipt, 1, encode_receipt(sample_receipt(0))},
          {EntryType::scope_enter, 2, encode_scope_change({id<RecordId>(0x31), 77, 3, LeaveMode::keep_readonly})},
          {EntryType::scope_leave, 3, encode_scope_change({id<RecordId>(0x31), 88, 0, LeaveMode::purge})}};
}

StreamHead sample_head() {
  StreamHead head;
  head.hub_epoch = 2;
  head.stream = organisation_stream(kZone, organisation_id(kZone, "A"));
  head.seq = 3;
  head.chain = first_chain(head.stream);
  for (const StreamEntry& e : sample_entries()) head.chain = next_chain(head.chain, e);
  head.hub_time_ms = 1'750'000'000'900;
  head.durable_through = 0x01020300;
  head.directory_version = 9;
  return head;
}

HubKeys sample_hub_keys() {
  HubKeys k;
  k.hub_device = id<DeviceId>(0xB1);
  k.hub_organisation = organisation_id(kZone, "hub");
  k.roots = {key_of(kRootKey).public_key};
  k.directory_key = key_of(kDirectoryKey).public_key;
  k.service_key = key_of(kServiceKey).public_key;
  k.encryption_current = encryption_of(0x11);
  k.encryption_next = encryption_of(0x12);
  k.addresses = {"https://hub.example:8443"};
  k.spki = {hash_of(0x13)};
  k.escrow = encryption_of(0x14);
  return k;
}

Organisation sample_organisation() {
  Organisation o;
  o.id = organisation_id(kZone, "A");
  o.code = "A";
  o.name_vi = "Sở Nông nghiệp";
  o.name_en = "Department of Agriculture";
  o.name_lo = "ພະແນກ";
  o.name_km = "មន្ទីរ";
  o.parent = organisation_id(kZone, "hub");
  o.parts = kImplementing | kFollowUp;
  o.from_days = 20'000;
  o.successors = {organisation_id(kZone, "B")};
  o.role_ceiling = role_bit(Role::operator_) | role_bit(Role::approver);
  return o;
}

Device sample_device() {
  return {kDevice, organisation_id(kZone, "A"), key_of(kDeviceKey).public_key, encryption_of(0x15),
          1,       DeviceState::active};
}

Policy sample_policy() {
  Policy p;
  p.schema_version = 3;
  p.rules_epoch = 4;
  p.rows = {{1, 0, 1, 0, 0, kRelationAssigning, role_bit(Role::approver)},
            {1, 5, 2, 0, 0, kRelationAssigning | kRelationFollowUp, role_bit(Role::operator_)},
            {1, 6, 7, kSecondPerson, 4, kRelationImplementing, role_bit(Role::approver)}};
  p.ranks = {0, 3, 1, 2, 0, 0, 0};
  return p;
}

CalendarEntry sample_calendar() {
  return {"vn", "", 2, {1, 2, 3, 4}};
}

std::vector<NamedEntry> sample_directory() {
  const std::vector<std::pair<std::string, DirectoryBody>> bodies = {{"hub_keys", sample_hub_keys()},
                                                                     {"organisation", sample_organisation()},
                                                                     {"device", sample_device()},
                                                                     {"policy", sample_policy()},
                                                                     {"calendar", sample_calendar()}};
  std::vector<NamedEntry> all;
  Hash prev{};
  for (const auto& [name, body] : bodies) {
    const auto key = key_of(name == "hub_keys" ? kRootKey : kDirectoryKey);
    all.push_back({name, make_entry(kZone, all.size() + 1, prev, 1'750'000'000'000, body, key)});
    prev = all.back().entry.hash;
  }
  return all;
}

HelloToHub sample_hello_to_hub() {
  HelloToHub h;
  h.newest_version = 2;
  h.schema_version = 3;
  h.rules_epoch = 4;
  h.incarnation = 0x1122334455667788;
  h.head_seq = 300;
  h.head_hash = hash_of(0x71);
  h.fence_seq = 299;
  h.fence_hash = hash_of(0x72);
  h.flags = kBehind | kWantOwn;
  h.audit_number = 12;
  h.audit_head = hash_of(0x73);
  return h;
}

HelloToNode sample_hello_to_node() {
  return {1, 2, 1'750'000'000'900, id<LogId>(0x74), 300, hash_of(0x71), 301, kMore, 30'000};
}

HelloToNode sample_hello_with_resupply() {
  HelloToNode hello = sample_hello_to_node();
  hello.flags |= kRecovery;
  hello.resupply = {{ByteArray<16>{}, 8}, {filled<16>(0x75), 101}};
  return hello;
}

Have sample_have_with_earlier() {
  Have have = sample_have();
  have.earlier = {{id<StreamId>(0x75), {{2, hash_of(0x7B)}, {1, hash_of(0x7C)}}}};
  return have;
}

Have sample_have() {
  return {9, {{id<StreamId>(0x75), 2, 3, hash_of(0x76), hash_of(0x77)}}, {hash_of(0x78)}};
}

ExchangeNotice sample_notice() {
  return {static_cast<std::uint16_t>(OutcomeCode::hub_rollback), filled<16>(0x75), 42};
}

DeliveryRecord sample_delivery() {
  return {hash_of(0x79),       static_cast<std::uint16_t>(OutcomeCode::held_gap), id<LogId>(0x74), 40, hash_of(0x7A),
          {{41, 45}, {61, 61}}};
}

ChangesetSegment sample_changesets() {
  return {sample_header().log(), sample_header().seq, {sample_changeset()}};
}

StreamSegment sample_stream() {
  StreamSegment s;
  s.stream = sample_head().stream;
  s.first_seq = 1;
  for (const StreamEntry& e : sample_entries()) s.entries.push_back({e, std::nullopt});
  s.entries.front().changeset = sample_changeset();
  s.head = encode_stream_head(sample_head());
  s.signature = crypto::sign(key_of(kServiceKey), "stream-head", {s.head});
  return s;
}

Have sample_have_loading() {
  Have have = sample_have();
  have.loading = {{sample_head().stream, manifest_id(encode_manifest(sample_manifest())), 1}};
  return have;
}

Bytes sample_snapshot_entries() {
  Bytes bytes;
  bool first = true;
  for (const StreamEntry& e : sample_entries()) {
    append_entry(bytes, {e, false, first ? std::optional(sample_changeset()) : std::nullopt});
    first = false;
  }
  return bytes;
}

SnapshotManifest sample_manifest() {
  const StreamSegment stream = sample_stream();
  const Bytes bytes = sample_snapshot_entries();
  SnapshotManifest m;
  m.head = stream.head;
  m.head_signature = stream.signature;
  m.digest = filled<32>(0xD1);
  m.bytes = bytes.size();
  m.chunks = {{1, snapshot_chunk_id(ByteView(bytes).first(100))}, {0, snapshot_chunk_id(ByteView(bytes).subspan(100))}};
  return m;
}

SnapshotPiece sample_snapshot_piece() {
  const Bytes bytes = sample_snapshot_entries();
  return {manifest_id(encode_manifest(sample_manifest())), 1, Bytes(bytes.begin() + 100, bytes.end())};
}

DirectorySegment sample_directory_segment() {
  DirectorySegment s;
  for (const NamedEntry& e : sample_directory()) s.entries.push_back(e.entry.bytes);
  return s;
}

EnrolmentRequest sample_enrolment() {
  return {kDevice, "A", key_of(kDeviceKey).public_key, encryption_of(0x15), "0.1.0"};
}

}  // namespace tram::sync::test
