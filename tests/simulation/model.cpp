#include "tests/simulation/model.h"

#include <algorithm>
#include <array>
#include <deque>
#include <tuple>

#include "tasks/record_schema.h"

namespace tram::simulation {
namespace {

using namespace sync;
namespace writer = tasks::writer;

constexpr std::uint8_t kNoAuthority = 1, kHandover = 2, kLostRace = 3, kSamePerson = 5;

// What a second person approves (R27, R51): the creation of these records, and these fields and events of assignments.
constexpr std::array kApprovedRecords = {tasks::RecordType::progress_update, tasks::RecordType::feedback};
constexpr std::array<std::string_view, 3> kApprovedFields = {"percent", "result", "completion_date"};
constexpr std::array<std::string_view, 2> kApprovedEvents = {"started", "done"};

struct Version {
  VersionId id;
  const Operation* operation = nullptr;
  std::uint16_t rank = 0;
  std::uint64_t time = 0;
  std::uint16_t base = 0;
};

struct Record {
  std::uint16_t type = 0;
  OrganisationId owner;
};

const tasks::FieldRow* field_row(std::uint16_t type, std::uint16_t field) {
  return tasks::find_field(static_cast<tasks::RecordType>(type), field);
}

// One home while its receipts are read in order.
class Reading {
 public:
  explicit Reading(const std::map<OrganisationId, OrganisationId>& parents) : parents_(parents) {}

  // Rulings that do not fit are added to `wrong`.
  void take(const Made& made, const Ordered& receipt, std::vector<std::string>& wrong) {
    changed_.clear();
    wrong_ = &wrong;
    read(made, receipt);
    wrong_ = nullptr;
  }

  // What the last receipt changed, in what the ones before it left.
  void bring_up_to_date(ExpectedFields& fields) const {
    for (const FieldKey& key : changed_) fields[key] = fold(key, versions_.at(key));
  }

  ExpectedScope scope(const RecordId& home, std::uint64_t hub_seq, const OrganisationId& hub) const {
    ExpectedScope found{hub_seq, false, {}};
    const auto at = records_.find(home);
    if (at == records_.end()) return found;
    found.exists = true;
    const auto type = static_cast<tasks::RecordType>(at->second.type);
    found.bodies.insert(at->second.owner);
    bool open = true;
    for (const tasks::FieldRow& row : tasks::kFields) {
      if (row.type != type) continue;
      if (row.name == "receiving_bodies") open = !named(home, row).empty();
      if (row.grants == writer::asg) found.bodies.merge(named(home, row));
    }
    for (const tasks::AutomaticEvent& row : tasks::kAutomaticEvents)
      if (row.type == type) open = happened(home, row);
    for (const tasks::FieldRow& row : tasks::kFields)
      if (open && row.type == type && row.scopes) found.bodies.merge(named(home, row));
    found.bodies.erase(OrganisationId{});
    found.bodies.erase(hub);
    return found;
  }

 private:
  void read(const Made& made, const Ordered& receipt) {
    const bool creates = std::any_of(made.operations.begin(), made.operations.end(), [&](const Operation& op) {
      return op.kind == OperationKind::record_create && op.record == made.home;
    });
    const std::uint16_t at_creation = creates ? creators_bits(made) : std::uint16_t{0};
    const VersionId auth_head = auth_head_;
    check_whole(made, receipt);
    for (std::size_t i = 0; i < made.operations.size(); ++i) {
      if (receipt.stands[i]) continue;
      const Operation& op = made.operations[i];
      const Ruling& ruling = receipt.rulings[i];
      const std::uint16_t bits = creates ? at_creation : bits_of(made, op);
      const std::uint16_t writers = writers_of(op);
      check(made, receipt, i, ruling, bits, writers);
      check_second_person(made, receipt, i, ruling);
      if (!creates) check_race(made, receipt, i, ruling, auth_head);
      const VersionId id = version_id(made.hash, static_cast<std::uint16_t>(i));
      if (ruling.verdict == 1) proposals_[id] = made.organisation;
      if (ruling.verdict != 0) continue;
      if (op.kind == OperationKind::authority_change && !creates) auth_head_ = id;
      admit(made, receipt, i, op, bits, writers);
    }
  }

  // The bodies that stand in a field now.
  std::set<OrganisationId> named(const RecordId& home, const tasks::FieldRow& row) const {
    std::set<OrganisationId> found;
    const auto at = versions_.find({home, row.field});
    if (at == versions_.end()) return found;
    const ExpectedField field = fold(at->first, at->second);
    for (const Version& v : at->second)
      if (std::find(field.heads.begin(), field.heads.end(), v.id) != field.heads.end())
        if (const auto* id = v.operation->value.get<RawId>()) found.insert(OrganisationId{id->bytes});
    return found;
  }

  bool happened(const RecordId& home, const tasks::AutomaticEvent& row) const {
    const auto at = versions_.find({home, row.field});
    return at != versions_.end() && std::any_of(at->second.begin(), at->second.end(),
                                                [&](const Version& v) { return v.operation->event == row.on_event; });
  }

  std::uint16_t type_of(const Operation& op) const {
    if (op.kind == OperationKind::record_create) return op.type;
    const auto at = records_.find(op.record);
    return at == records_.end() ? std::uint16_t{0} : at->second.type;
  }

  std::uint16_t writers_of(const Operation& op) const {
    const std::uint16_t type = type_of(op);
    if (op.kind == OperationKind::record_create) {
      const auto* row = tasks::find_record(static_cast<tasks::RecordType>(type));
      return row ? row->creators : std::uint16_t{0};
    }
    if (op.kind == OperationKind::status_event) {
      const auto* row = tasks::find_event(static_cast<tasks::RecordType>(type), op.field, op.event);
      return row ? row->writers : std::uint16_t{0};
    }
    const auto* row = field_row(type, op.field);
    return row ? row->writers : std::uint16_t{0};
  }

  std::uint16_t bits_of(const Made& made, const Operation& op) const {
    std::uint16_t bits = writer::all;
    if (made.by_hub) bits |= writer::hub;
    for (const auto& [relation, body] : holders_)
      if (body == made.organisation) bits = static_cast<std::uint16_t>(bits | relation);
    const auto at = records_.find(op.record);
    const OrganisationId owner = at != records_.end() ? at->second.owner : made.organisation;
    if (owner == made.organisation) bits |= writer::own;
    return bits;
  }

  bool above(OrganisationId upper, OrganisationId lower) const {
    for (auto at = parents_.find(lower); at != parents_.end(); at = parents_.find(at->second))
      if (at->second == upper) return true;
    return false;
  }

  std::uint16_t creators_bits(const Made& made) const {
    std::uint16_t bits = writer::all | writer::own;
    if (made.by_hub) bits |= writer::hub | writer::asg;
    for (const Operation& op : made.operations)
      if (op.kind == OperationKind::authority_change)
        if (const auto* id = op.value.get<RawId>(); id && above(made.organisation, OrganisationId{id->bytes}))
          bits |= writer::asg;
    return bits;
  }

  // A guarded value had an author with authority at its receipt, else it is a proposal (I8).
  void check(const Made& made, const Ordered& receipt, std::size_t i, const Ruling& ruling, std::uint16_t bits,
             std::uint16_t writers) const {
    if (writers == 0 || ruling.whole) return;
    const bool may = (writers & bits) != 0;
    const bool admitted = ruling.verdict == 0;
    const bool denied = ruling.verdict == 1 && (ruling.reason == kNoAuthority || ruling.reason == kHandover);
    if ((admitted && !may) || (denied && may)) say(made, receipt, i, admitted ? " was admitted" : " was denied");
  }

  void say(const Made& made, const Ordered& receipt, std::size_t i, std::string_view what) const {
    wrong_->push_back("operation " + std::to_string(i) + " of " + to_hex(made.hash).substr(0, 12) + " at " +
                      std::to_string(receipt.hub_seq) + std::string(what));
  }

  // Of a changeset that says "all or nothing", every operation is admitted or none.
  void check_whole(const Made& made, const Ordered& receipt) const {
    if (!made.all_or_nothing) return;
    for (std::size_t i = 0; i < receipt.rulings.size(); ++i)
      if (receipt.rulings[i].verdict != 0 && !receipt.rulings[i].whole)
        say(made, receipt, i, " was refused alone, of all or nothing");
  }

  bool approved_by_second(const Operation& op) const {
    const auto type = static_cast<tasks::RecordType>(type_of(op));
    if (op.kind == OperationKind::record_create)
      return std::find(kApprovedRecords.begin(), kApprovedRecords.end(), type) != kApprovedRecords.end();
    if (type != tasks::RecordType::assignment) return false;
    if (op.kind == OperationKind::status_event) {
      const auto* row = tasks::find_event(type, op.field, op.event);
      return row && std::find(kApprovedEvents.begin(), kApprovedEvents.end(), row->name) != kApprovedEvents.end();
    }
    const auto* row = tasks::find_field(type, op.field);
    return row && std::find(kApprovedFields.begin(), kApprovedFields.end(), row->name) != kApprovedFields.end();
  }

  void check_second_person(const Made& made, const Ordered& receipt, std::size_t i, const Ruling& ruling) const {
    if (ruling.whole) return;
    const Operation& op = made.operations[i];
    std::optional<ByteArray<16>> writer;
    for (const Operation& other : made.operations) {
      if (other.kind != OperationKind::field_set) continue;
      const auto created = std::find_if(made.operations.begin(), made.operations.end(), [&](const Operation& c) {
        return c.kind == OperationKind::record_create && c.record == other.record;
      });
      const std::uint16_t type = created != made.operations.end() ? created->type : type_of(other);
      const auto* row = field_row(type, other.field);
      const auto* id = other.value.get<RawId>();
      if (row && row->name == "written_by" && id) writer = id->bytes;
    }
    const bool by_second = writer && *writer != made.person.bytes;
    if (ruling.verdict == 0 && approved_by_second(op) && !by_second) say(made, receipt, i, " had no second person");
    if (ruling.verdict == 1 && ruling.reason == kSamePerson && by_second) say(made, receipt, i, " had a second person");
  }

  // Authority is compare-and-set (sync design 4): a change was made on the state that the home had at its receipt, or
  // on a proposal of its author's own side.
  void check_race(const Made& made, const Ordered& receipt, std::size_t i, const Ruling& ruling,
                  const VersionId& auth_head) const {
    const Operation& op = made.operations[i];
    if (op.kind != OperationKind::authority_change || ruling.whole) return;
    const VersionId base = op.auth_base.value_or(VersionId{});
    const auto proposal = proposals_.find(base);
    const bool on_own = proposal != proposals_.end() && proposal->second == made.organisation;
    if (ruling.verdict == 0 && base != auth_head && !on_own) say(made, receipt, i, " was admitted in spite of a race");
    if (ruling.verdict == 1 && ruling.reason == kLostRace && base == auth_head) say(made, receipt, i, " lost no race");
  }

  static std::uint16_t rank(std::uint16_t bits, std::uint16_t writers) {
    if ((writers & writer::all) != 0) return 0;
    const auto common = static_cast<std::uint16_t>(bits & writers);
    if ((common & writer::asg) != 0) return 3;
    if ((common & writer::fol) != 0) return 2;
    if ((common & writer::imp) != 0) return 1;
    return 0;
  }

  void admit(const Made& made, const Ordered& receipt, std::size_t i, const Operation& op, std::uint16_t bits,
             std::uint16_t writers) {
    if (op.kind == OperationKind::record_create) {
      records_[op.record] = {op.type, made.organisation};
      return;
    }
    const auto* row = field_row(type_of(op), op.field);
    if (row == nullptr || op.kind == OperationKind::proposal_answer) return;
    Version v;
    v.id = version_id(made.hash, static_cast<std::uint16_t>(i));
    v.operation = &op;
    v.rank = rank(bits, writers);
    const std::uint64_t lo = receipt.lo_ms << 16;
    const std::uint64_t hi = (receipt.hub_time_ms << 16) | 0xFFFF;
    v.time = made.clock_unset ? lo : std::min(std::max(made.written_at, lo), hi);
    auto& versions = versions_[{op.record, op.field}];
    if (op.kind == OperationKind::status_event) {
      std::uint8_t best = 0;
      for (const Version& before : versions) {
        if (std::find(op.seen.begin(), op.seen.end(), before.id) == op.seen.end()) continue;
        const auto* event = event_row(op, before.operation->event);
        if (event && event->precedence > best) {
          best = event->precedence;
          v.base = event->event;
        }
      }
    }
    versions.push_back(v);
    changed_.insert({op.record, op.field});
    if (row->grants != 0)
      if (const auto* id = op.value.get<RawId>()) holders_[row->grants] = OrganisationId{id->bytes};
  }

  const tasks::EventRow* event_row(const Operation& op, std::uint16_t event) const {
    return tasks::find_event(static_cast<tasks::RecordType>(type_of(op)), op.field, event);
  }

  ExpectedField fold(const FieldKey& key, const std::vector<Version>& versions) const {
    ExpectedField f;
    const auto* row = field_row(records_.at(key.first).type, key.second);
    if (row->kind == tasks::field_kind::authority) {
      f.winner = versions.back().id;
      f.value = versions.back().operation->value;
      f.heads = {f.winner};
      return f;
    }
    std::set<VersionId> dead;
    if (row->kind != tasks::field_kind::log)
      for (const Version& v : versions) dead.insert(v.operation->seen.begin(), v.operation->seen.end());
    const Version* best = nullptr;
    const bool events = row->kind == tasks::field_kind::events;
    const bool has_winner = row->kind != tasks::field_kind::log && row->kind != tasks::field_kind::set;
    const auto strength = [&](const Version& v) {
      std::uint8_t precedence = 0;
      bool legal = false;
      if (events) {
        const auto* event = event_row(*v.operation, v.operation->event);
        precedence = event->precedence;
        legal = tasks::legal_transition(*event, v.base);
      }
      return std::tuple(legal, precedence, events ? std::uint16_t{0} : v.rank, v.time, v.id);
    };
    for (const Version& v : versions) {
      if (dead.contains(v.id)) continue;
      if (row->kind == tasks::field_kind::set && v.operation->kind != OperationKind::set_add) continue;
      f.heads.push_back(v.id);
      if (!has_winner) continue;
      if (best &&
          (events ? v.operation->event != best->operation->event : v.operation->value != best->operation->value))
        f.conflict = true;
      if (best == nullptr || strength(v) > strength(*best)) best = &v;
    }
    if (best) {
      f.winner = best->id;
      f.event = best->operation->event;
      if (!events) f.value = best->operation->value;
    }
    std::sort(f.heads.begin(), f.heads.end());
    return f;
  }

  const std::map<OrganisationId, OrganisationId>& parents_;
  std::vector<std::string>* wrong_ = nullptr;  // while a receipt is read
  std::map<RecordId, Record> records_;
  std::map<std::uint16_t, OrganisationId> holders_;
  VersionId auth_head_;
  std::map<VersionId, OrganisationId> proposals_;  // whose
  std::map<FieldKey, std::vector<Version>> versions_;
  std::set<FieldKey> changed_;  // by the last receipt
};

}  // namespace

// What a home said after one of its receipts.
struct Model::Chapter {
  ExpectedFields fields;
  ExpectedScope scope;
  std::size_t wrong = 0;  // of the story's: what was wrong up to here
};

struct Model::Story {
  explicit Story(const std::map<OrganisationId, OrganisationId>& parents) : reading(parents) {}
  Reading reading;
  std::vector<std::string> wrong;
  std::deque<Chapter> chapters;
};

Model::Model(std::map<OrganisationId, OrganisationId> parents, const OrganisationId& hub)
    : parents_(std::move(parents)), hub_(hub) {}

Model::~Model() = default;

void Model::made(Made changeset) {
  made_.try_emplace(changeset.hash, std::move(changeset));
}

const Made* Model::find(const Hash& hash) const {
  const auto at = made_.find(hash);
  return at == made_.end() ? nullptr : &at->second;
}

void Model::ordered(Ordered receipt) {
  const Made& made = made_.at(receipt.changeset);
  receipt_of_[receipt.changeset] = receipts_.size();
  by_home_[made.home].push_back(receipts_.size());
  receipts_.push_back(std::move(receipt));
}

const Ordered* Model::receipt_of(const Hash& changeset) const {
  const auto at = receipt_of_.find(changeset);
  return at == receipt_of_.end() ? nullptr : &receipts_[at->second];
}

const Model::Chapter* Model::chapter(const RecordId& home, std::uint64_t hub_seq) {
  const auto at = by_home_.find(home);
  if (at == by_home_.end()) return nullptr;
  const auto after = std::upper_bound(at->second.begin(), at->second.end(), hub_seq,
                                      [&](std::uint64_t seq, std::size_t i) { return seq < receipts_[i].hub_seq; });
  const auto wanted = static_cast<std::size_t>(after - at->second.begin());
  if (wanted == 0) return nullptr;
  auto& story = stories_[home];
  if (!story) story = std::make_unique<Story>(parents_);
  while (story->chapters.size() < wanted) {
    const Ordered& receipt = receipts_[at->second[story->chapters.size()]];
    story->reading.take(made_.at(receipt.changeset), receipt, story->wrong);
    Chapter next;
    if (!story->chapters.empty()) next.fields = story->chapters.back().fields;
    story->reading.bring_up_to_date(next.fields);
    next.scope = story->reading.scope(home, receipt.hub_seq, hub_);
    next.wrong = story->wrong.size();
    story->chapters.push_back(std::move(next));
  }
  return &story->chapters[wanted - 1];
}

const ExpectedFields& Model::fields(const RecordId& home, std::uint64_t hub_seq, std::vector<std::string>* wrong) {
  static const ExpectedFields kNone;
  const Chapter* found = chapter(home, hub_seq);
  if (found == nullptr) return kNone;
  if (wrong != nullptr) {
    const auto& said = stories_.at(home)->wrong;
    wrong->assign(said.begin(), said.begin() + static_cast<std::ptrdiff_t>(found->wrong));
  }
  return found->fields;
}

const ExpectedScope* Model::scope(const RecordId& home, std::uint64_t hub_seq) {
  const Chapter* found = chapter(home, hub_seq);
  return found == nullptr ? nullptr : &found->scope;
}

}  // namespace tram::simulation
