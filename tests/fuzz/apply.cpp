// Z4: operations drawn from a grammar, applied by hub and sites. People save what they may and may not; a device of the
// north signs what no program would; exchanges happen in any order, some twice. At the end all show the same, nothing
// is disputed or poisoned, and every authentic changeset has its receipt.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/offices.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::size_t kMostSteps = 40;
constexpr std::size_t kMostOperations = 5;

class Play {
 public:
  explicit Play(Draw& draw) : draw_(draw), offices_(Offices::made()) {
    for (const RecordId& home : offices_.homes) records_.push_back({home, home});
  }

  void work() {
    for (std::size_t i = 0; i < kMostSteps && !draw_.empty(); ++i) step();
    offices_.settle();
    offices_.expect_converged();
    check_twice();
    check_receipts();
  }

 private:
  struct Known {
    RecordId record, home;
  };

  void step() {
    switch (draw_.below(8)) {
      case 0:
      case 1:
      case 2:
        return save();
      case 3:
        return forge();
      case 4:
        return again();
      case 5:
        carried_.emplace_back(1 + draw_.below(2), Offices::Carried());
        carried_.back().second = offices_.exchange(carried_.back().first, 2000);  // small pieces
        return;
      default:
        carried_.emplace_back(1 + draw_.below(2), Offices::Carried());
        carried_.back().second = offices_.exchange(carried_.back().first);
    }
  }

  void save() {
    Office& office = offices_.at(draw_.below(Offices::kMembers));
    const Known at = records_[draw_.below(records_.size())];
    LocalSave event;
    event.home = at.home;
    event.person = office.member().persons[draw_.below(2)];
    event.role = static_cast<Role>(1 + draw_.below(11));
    event.all_or_nothing = draw_.below(4) == 1;
    event.operations = operations(office.member().device, at, event.home);
    const auto actions = office.step(event);
    const bool taken = find<Acknowledge>(actions) != nullptr;
    hold(taken != (find<Refuse>(actions) != nullptr), "a save is acknowledged or refused");
    if (taken) remember(event.operations, event.home);
  }

  void forge() {
    const Known at = records_[draw_.below(records_.size())];
    RecordId home = at.home;
    const auto ops = operations(offices_.forger().device, at, home);
    const Changeset c = offices_.forge(forged_ + 1, prev_, home, ops);
    const Frame frame = encode_frame(
        ChangesetSegment{log_id(offices_.forger().device, offices_.forger().incarnation), forged_ + 1, {c}});
    offices_.hub().step(Incoming{offices_.forger().device, {frame}, false});
    forged_changesets_.push_back(c.hash());
    ++forged_;
    prev_ = c.hash();
    remember(ops, home);
  }

  // What went over the line once goes again.
  void again() {
    if (carried_.empty()) return;
    const auto& [site, carried] = carried_[draw_.below(carried_.size())];
    const OrganisationId& scope = offices_.at(site).member().organisation;
    const Hash hub = offices_.hub().digest(scope), there = offices_.at(site).digest(scope);
    offices_.hub().step(Incoming{offices_.at(site).member().device, carried.up, false});
    hold(offices_.hub().digest(scope) == hub, "the hub takes a request twice as once (I6)");
    offices_.at(site).step(Incoming{offices_.hub().member().device, carried.down, false});
    hold(offices_.at(site).digest(scope) == there, "a site takes an answer twice as once (I6)");
  }

  std::vector<Operation> operations(const DeviceId& device, const Known& at, RecordId& home) {
    std::vector<Operation> out;
    const std::size_t count = 1 + draw_.below(kMostOperations);
    RecordId record = at.record;
    std::uint16_t type = type_of(record);
    for (std::size_t i = 0; i < count; ++i) {
      if (i == 0 && draw_.below(6) == 1) {
        out.push_back(creation(device, home, type));
        record = out.back().record;
        continue;
      }
      out.push_back(drawn(record, type));
    }
    return out;
  }

  Operation creation(const DeviceId& device, RecordId& home, std::uint16_t& type) {
    const auto& types = offices_.zone().schema.types();
    type = std::next(types.begin(), static_cast<std::ptrdiff_t>(draw_.below(types.size())))->first;
    Operation op;
    op.kind = OperationKind::record_create;
    op.type = type;
    op.nonce.fill(draw_.byte());
    op.record = record_id(device, op.nonce);
    if (draw_.below(3) == 1)
      op.parent = home;  // part of the home
    else
      home = op.record;  // a home of its own
    return op;
  }

  // A field of the record's type, and mostly the operation and value that fit it.
  Operation drawn(const RecordId& record, std::uint16_t type) {
    const auto fields = offices_.zone().schema.fields_of(type);
    if (fields.empty() || draw_.below(16) == 1) return nonsense(record);
    const FieldSpec& field = *fields[draw_.below(fields.size())];
    Operation op = operation(kind_for(field), record, field.field, {});
    if (op.kind == OperationKind::status_event)
      op.event = static_cast<std::uint16_t>(draw_.below(16));
    else
      op.value = value(draw_.below(8) == 1 ? static_cast<ValueKind>(draw_.below(10)) : field.value);
    if (draw_.below(8) == 1) op.auth_base = VersionId::from(Bytes(16, draw_.byte()));
    if (draw_.below(8) == 1) op.seen = {VersionId::from(Bytes(16, draw_.byte()))};
    return op;
  }

  OperationKind kind_for(const FieldSpec& field) {
    switch (field.kind) {
      case FieldKind::authority:
        return OperationKind::authority_change;
      case FieldKind::set:
        return draw_.below(3) == 1 ? OperationKind::set_remove : OperationKind::set_add;
      case FieldKind::log:
        return OperationKind::log_append;
      case FieldKind::events:
        return OperationKind::status_event;
      default:
        return OperationKind::field_set;
    }
  }

  Operation nonsense(const RecordId& record) {
    constexpr OperationKind kKinds[] = {
        OperationKind::redact,    OperationKind::adopt,        OperationKind::log_open,       OperationKind::key_rotate,
        OperationKind::field_set, OperationKind::status_event, OperationKind::proposal_answer};
    Operation op = operation(kKinds[draw_.below(std::size(kKinds))], record, draw_.byte(), value(ValueKind::integer));
    op.target.fill(draw_.byte());
    op.answer = static_cast<ProposalAnswer>(1 + draw_.below(3));
    op.event = draw_.byte();
    op.text = "why";
    op.statement = {1};
    if (draw_.below(4) == 1) {
      op = Operation{};
      op.unknown_kind = 900;
      op.unknown_payload = {draw_.byte()};
    }
    return op;
  }

  // Few values, so that equal ones meet.
  Value value(ValueKind kind) {
    const std::uint8_t choice = draw_.byte();
    switch (kind) {
      case ValueKind::boolean:
        return Value::boolean(choice % 2 == 1);
      case ValueKind::integer:
        return Value::integer(choice % 8);
      case ValueKind::text:
        return Value::text("text " + std::to_string(choice % 8));
      case ValueKind::bytes:
        return Value(Value::Variant(Bytes{choice}));
      case ValueKind::id:
        if (choice % 2 == 0) return Value::id(offices_.at(choice / 2 % 3).member().organisation);
        return Value::id(records_[choice / 2 % records_.size()].record);
      case ValueKind::date:
        return Value(Value::Variant(CivilDate{20'000 + choice % 8}));
      case ValueKind::moment:
        return Value(Value::Variant(ZonedMoment{1'750'000'000'000 + choice % 8, 420}));
      case ValueKind::id_list:
        return Value(Value::Variant(std::vector<RawId>{{offices_.at(choice % 3).member().organisation.bytes}}));
      case ValueKind::structure:
        return Value(Value::Variant(Structure{{choice}}));
      case ValueKind::absent:
        break;
    }
    return {};
  }

  std::uint16_t type_of(const RecordId& record) {
    const auto row = offices_.hub().store().record(record, Layer::confirmed);
    return row ? row->type : 0;
  }

  void remember(const std::vector<Operation>& ops, const RecordId& home) {
    for (const Operation& op : ops)
      if (op.kind == OperationKind::record_create && !op.unknown_kind && records_.size() < 200)
        records_.push_back({op.record, home});
  }

  void check_twice() {
    for (std::size_t site = 1; site < Offices::kMembers; ++site) {
      const OrganisationId& scope = offices_.at(site).member().organisation;
      const Hash hub = offices_.hub().digest(scope), there = offices_.at(site).digest(scope);
      for (const auto& [to, carried] : carried_) {
        if (to != site) continue;
        offices_.hub().step(Incoming{offices_.at(site).member().device, carried.up, false});
        offices_.at(site).step(Incoming{offices_.hub().member().device, carried.down, false});
      }
      hold(offices_.hub().digest(scope) == hub && offices_.at(site).digest(scope) == there,
           "everything again changes nothing (I6)");
    }
  }

  void check_receipts() {
    Store& hub = offices_.hub().store();
    for (const Hash& changeset : forged_changesets_)
      hold(hub.receipt_of_changeset(changeset).has_value(), "every authentic changeset has its receipt (V5)");
    for (const LogRow& log : hub.logs()) hold(log.receipted_seq == log.head_seq, "no changeset is left without one");
  }

  Draw& draw_;
  Offices& offices_;
  std::vector<Known> records_;
  std::vector<std::pair<std::size_t, Offices::Carried>> carried_;
  std::vector<Hash> forged_changesets_;
  std::uint64_t forged_ = 0;
  Hash prev_{};
};

void run(ByteView input) {
  Offices& offices = Offices::made();
  offices.begin();
  Draw draw(input);
  Play(draw).work();
  offices.roll_back();
}

// Bytes of a fixed series, as long runs of choices.
void seeds(const AddSeed& add) {
  for (std::uint8_t number = 0; number < 12; ++number) {
    Bytes choices;
    for (std::uint8_t part = 0; part < 6; ++part) {
      const std::uint8_t name[] = {number, part};
      append(choices, crypto::hash("TRM1-fuzz", {name}));
    }
    add("play_" + std::to_string(number), choices);
  }
}

}  // namespace

const Target apply{"apply", 16u << 10,
                   "sync/apply.cpp sync/authority.cpp sync/merge.cpp sync/engine.cpp sync/engine_hub.cpp "
                   "sync/engine_site.cpp",
                   run, seeds};

}  // namespace tram::fuzz
