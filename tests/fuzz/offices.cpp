#include "tests/fuzz/offices.h"

#include "tasks/record_schema.h"
#include "tests/fuzz/target.h"

namespace tram::fuzz {

using namespace sync;
using simulation::Member;

void CountingEntropy::fill(std::span<std::uint8_t> out) {
  ByteArray<8> call{};
  store_le(call.data(), ++calls_);
  const Hash bytes = crypto::hash("TRM1-fuzz", {call});
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = bytes[i % bytes.size()];
}

Operation operation(OperationKind kind, const RecordId& record, std::uint16_t field, Value value) {
  Operation op;
  op.kind = kind;
  op.record = record;
  op.field = field;
  op.value = std::move(value);
  return op;
}

// --- one office ------------------------------------------------------------------------------------------------------

Office::Office(Offices& offices, const Member& member, bool at_hub) : offices_(offices), member_(member) {
  auto opened = station::Database::open(offices.folder_.path() / member.code);
  hold(opened.has_value(), "a database can be made");
  database_ = std::move(*opened);
  store_ = std::make_unique<station::SqliteStore>(*database_);
  Identity self;
  self.zone = offices.zone_.id;
  self.device = member.device;
  self.organisation = member.organisation;
  self.at_hub = at_hub;
  self.device_key = &member.device_key;
  if (at_hub) self.service_key = &offices.zone_.service_key;
  engine_ = std::make_unique<Engine>(self, offices.zone_.schema);
  begin();
  store_->put_meta(meta::kRootKey, offices.zone_.root.public_key);
  commit();
}

std::vector<Action> Office::step(const Event& event) {
  offices_.now_ms += 1000;
  std::vector<Action> actions;
  engine_->step(event, Env{offices_.now_ms, offices_.entropy}, *store_, actions);
  return actions;
}

void Office::begin() {
  transaction_ = std::make_unique<station::Transaction>(database_->writer(), station::Connection::Access::writer);
}

void Office::commit() {
  transaction_->commit();
  transaction_.reset();
}

// --- all of them -----------------------------------------------------------------------------------------------------

Offices& Offices::made() {
  static Offices offices;
  return offices;
}

Offices::Offices()
    : zone_(1, kMembers - 1), directory_(zone_.directory), forger_{{}, crypto::SigningKey::from_seed(Bytes(32, 0x66))} {
  forger_.device.bytes.fill(0x66);
  Device entry;
  entry.id = forger_.device;
  entry.site = zone_.members[1].organisation;
  entry.identity = forger_.key.public_key;
  const auto last = decode_entry(directory_.back());
  directory_.push_back(
      make_entry(zone_.id, directory_.size() + 1, last->hash, last->issued_ms, entry, zone_.directory_key).bytes);
  for (std::size_t i = 0; i < kMembers; ++i)
    members_.push_back(std::make_unique<Office>(*this, zone_.members[i], i == 0));
  begin();
  enrol();
  prepare_work();
  settle();
  expect_converged();
  for (const auto& member : members_) member->commit();
  base_ms_ = now_ms;
}

void Offices::begin() {
  if (base_ms_ != 0) now_ms = base_ms_;
  entropy.restart();
  for (const auto& member : members_) member->begin();
}

void Offices::roll_back() {
  for (const auto& member : members_) member->roll_back();
}

void Offices::enrol() {
  hold(!find<Refuse>(hub().step(AddDirectory{directory_})), "the hub takes its directory");
  hub().step(Start{});
  for (std::size_t site = 1; site < kMembers; ++site) {
    at(site).step(AddDirectory{directory_});
    at(site).step(Start{});
    exchange(site);
    exchange(site);
  }
}

void Offices::prepare_work() {
  using tasks::RecordType;
  const auto save = [&](const RecordId& home, std::vector<Operation> operations) {
    const auto done =
        hub().step(LocalSave{home, std::move(operations), hub().member().persons[0], Role::hub_office, false});
    hold(find<Acknowledge>(done) != nullptr, "the prepared work is taken");
    homes.push_back(home);
  };
  const auto creation = [&](RecordType type, std::uint8_t nonce) {
    Operation op;
    op.kind = OperationKind::record_create;
    op.type = static_cast<std::uint16_t>(type);
    op.nonce.fill(nonce);
    op.record = record_id(hub().member().device, op.nonce);
    return op;
  };
  const Value hub_body = Value::id(hub().member().organisation);
  const Operation task = creation(RecordType::task, 1);
  const auto task_field = [](std::string_view name) { return tasks::find_field(RecordType::task, name)->field; };
  save(task.record,
       {task, operation(OperationKind::authority_change, task.record, task_field("assigning_side"), hub_body),
        operation(OperationKind::field_set, task.record, task_field("content"), Value::text("content")),
        operation(OperationKind::set_add, task.record, task_field("receiving_bodies"),
                  Value::id(at(1).member().organisation))});
  const auto field = [](std::string_view name) { return tasks::find_field(RecordType::assignment, name)->field; };
  const std::uint16_t handed_over = tasks::find_event(RecordType::assignment, field("state"), "handed_over")->event;
  for (std::size_t site = 1; site < kMembers; ++site) {
    const Operation made = creation(RecordType::assignment, static_cast<std::uint8_t>(1 + site));
    Operation state = operation(OperationKind::status_event, made.record, field("state"), {});
    state.event = handed_over;
    save(made.record,
         {made, operation(OperationKind::field_set, made.record, field("task"), Value::id(task.record)),
          operation(OperationKind::authority_change, made.record, field("assigning_side"), hub_body),
          operation(OperationKind::authority_change, made.record, field("implementing_body"),
                    Value::id(at(site).member().organisation)),
          operation(OperationKind::authority_change, made.record, field("follow_up_body"), hub_body),
          operation(OperationKind::field_set, made.record, field("deadline"), Value::text("2026-04-09")), state});
  }
}

Offices::Carried Offices::exchange(std::size_t site, std::size_t budget) {
  Carried carried;
  const auto sent = at(site).step(Prepare{budget});
  carried.up = find<Send>(sent)->frames;
  const auto taken = hub().step(Incoming{at(site).member().device, carried.up, false});
  const auto reply = hub().step(MakeReply{at(site).member().device, find<Taken>(taken)->have, budget});
  carried.down = find<Reply>(reply)->frames;
  at(site).step(Incoming{hub().member().device, carried.down, false});
  return carried;
}

void Offices::settle() {
  for (int round = 0; round < 4; ++round)
    for (std::size_t site = 1; site < kMembers; ++site) exchange(site);
}

void Offices::expect_converged() {
  for (std::size_t site = 1; site < kMembers; ++site) {
    const OrganisationId& scope = at(site).member().organisation;
    const Hash there = at(site).digest(scope);
    hold(there == hub().digest(scope), "hub and site show the same confirmed data (V1)");
    hold(at(site).provisional_digest(scope) == there, "nothing provisional is left");
    hold(at(site).store().count_waiting(false) + at(site).store().count_waiting(true) == 0, "no changeset waits");
    for (const HomeRow& home : at(site).store().homes()) {
      hold(!home.disputed, "no verdict is disputed");
      hold(!home.poisoned, "no home is poisoned");
    }
  }
}

Changeset Offices::forge(std::uint64_t seq, const Hash& prev, const RecordId& home,
                         const std::vector<Operation>& operations) const {
  Header h;
  h.zone = zone_.id;
  h.device = forger_.device;
  h.incarnation = forger_.incarnation;
  h.seq = seq;
  h.prev = prev;
  h.written_at = now_ms << 16;
  h.person = zone_.members[1].persons[0];
  h.role = static_cast<std::uint16_t>(Role::operator_);
  h.op_count = static_cast<std::uint16_t>(operations.size());
  h.home = home;
  Bytes body = encode_body({{}, operations});
  h.body_len = static_cast<std::uint32_t>(body.size());
  h.body_hash = body_hash(body);
  return seal_changeset(h, std::move(body), forger_.key);
}

}  // namespace tram::fuzz
