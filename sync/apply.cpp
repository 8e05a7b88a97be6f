#include "sync/apply.h"

#include <algorithm>
#include <map>
#include <set>

#include "sync/adoption.h"
#include "sync/digest.h"
#include "sync/mutant.h"
#include "sync/redaction.h"
#include "sync/rotation.h"
#include "sync/upgrade.h"

namespace tram::sync {
namespace {

constexpr ReceiptException kAdmitted{};

ReceiptException proposal(Reason reason) {
  return {0, Verdict::proposal, reason};
}

bool fits(FieldKind field, OperationKind operation) {
  switch (field) {
    case FieldKind::create_once:
    case FieldKind::reg:
    case FieldKind::guarded:
    case FieldKind::single_writer:
      return operation == OperationKind::field_set;
    case FieldKind::authority:
      return operation == OperationKind::authority_change;
    case FieldKind::set:
      return operation == OperationKind::set_add || operation == OperationKind::set_remove;
    case FieldKind::log:
      return operation == OperationKind::log_append;
    case FieldKind::events:
      return operation == OperationKind::status_event;
  }
  return false;
}

// One changeset being applied.
class Applier {
 public:
  Applier(Store& store, const World& world, const Authored& work, const Order& order, Layer layer)
      : store_(store),
        world_(world),
        work_(work),
        order_(order),
        layer_(layer),
        policy_(world.directory.policy(order.directory_version)) {
    const Organisation* own = world.directory.organisation(work.organisation, order.directory_version);
    author_ = {work.organisation, work.by_hub, own && (own->parts & kInspecting) != 0, work.header.person,
               static_cast<Role>(work.header.role)};
    ceiling_ = own ? own->role_ceiling : 0;
    home_ = store.record(work.header.home, layer);
    if (const auto row = store.home(work.header.home)) home_row_ = *row;
    home_row_.home = work.header.home;
    auth_head_at_start_ = home_row_.auth_head;
    find_written_by();
  }

  // The authority head that work before this left: in the provisional layer no home row holds it.
  void start_from(const VersionId& auth_head) { home_row_.auth_head = auth_head_at_start_ = auth_head; }
  const VersionId& auth_head() const { return home_row_.auth_head; }

  std::vector<ReceiptException> run(const Receipt* given) {
    std::vector<ReceiptException> computed;
    const auto& operations = work_.body.operations;
    // Only the hub judges scope; a node trusts the receipt there (it sees neither other scopes nor older ones).
    const std::optional<ReceiptException> whole = whole_verdict();
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const auto index = static_cast<std::uint16_t>(i);
      given_ = given ? std::optional(given->verdict_of(index)) : std::nullopt;
      const auto stands = order_.again ? standing(operations[i], index) : std::nullopt;
      ReceiptException found = stands ? *stands : whole ? *whole : judge(operations[i]);
      found.operation = index;
      if (found.verdict != Verdict::admitted) computed.push_back(found);
      if (!stands) take(operations[i], index, given_.value_or(found));
    }
    if (whole && computed.size() == operations.size()) computed = {{kAllOperations, whole->verdict, whole->reason}};
    // A receipt that quarantines the whole changeset goes to its author alone, who may lack receipts before it (a body
    // that left the scope): it does not say how far the home was folded.
    const bool folded_nothing = given ? given->quarantines_all() : whole && whole->verdict == Verdict::quarantined;
    if (home_ && layer_ == Layer::confirmed && !folded_nothing) {
      home_row_.type = home_->type;
      home_row_.hub_epoch = order_.epoch;
      home_row_.hub_seq = order_.hub_seq;
      store_.put_home(home_row_);
    }
    return computed;
  }

 private:
  // What an earlier receipt said of this operation and no second one changes: it was admitted or became a proposal.
  std::optional<ReceiptException> standing(const Operation& op, std::uint16_t index) {
    const auto v = store_.version(version_id(work_.hash, index));
    if (!v || v->layer != layer_ || v->verdict == Verdict::quarantined) return std::nullopt;
    const ReceiptException verdict{index, v->verdict, v->reason};
    if (op.kind != OperationKind::record_create) return verdict;
    if (verdict.verdict != Verdict::admitted) {
      refused_creations_[op.record] = verdict;
      return verdict;
    }
    created_.insert(op.record);
    if (op.parent.is_zero()) {
      creating_ = true;
      new_home_relations_ = relations_at_creation();
    }
    return verdict;
  }

  std::optional<ReceiptException> whole_verdict() {
    if (work_.header.home.bytes == work_.header.device.bytes) return std::nullopt;  // log.open and the like
    const auto& operations = work_.body.operations;
    const bool creates_home = std::any_of(operations.begin(), operations.end(), [&](const Operation& op) {
      return op.kind == OperationKind::record_create && op.record == work_.header.home;
    });
    if (!home_) {
      // A creation that became a proposal left no home and nobody in its scope; answers to it have their own judge.
      if (creates_home || answers_alone()) return std::nullopt;
      return quarantine(world_.at_hub ? Reason::out_of_scope : Reason::missing_base);
    }
    if (!world_.at_hub || author_.hub) return std::nullopt;
    for (const ScopeRow& row : store_.scope(home_->id)) {
      if (row.organisation != author_.organisation) continue;
      if (!row.to_seq || (row.from_seq <= order_.anchor_seq && order_.anchor_seq < *row.to_seq)) return std::nullopt;
    }
    return quarantine(Reason::out_of_scope);
  }

  bool answers_alone() const {
    const auto& operations = work_.body.operations;
    return std::all_of(operations.begin(), operations.end(), [&](const Operation& op) {
      return !op.unknown_kind && op.kind == OperationKind::proposal_answer;
    });
  }

  ReceiptException judge(const Operation& op) {
    if (op.unknown_kind) return kAdmitted;  // kept for a later program
    switch (op.kind) {
      case OperationKind::log_open:
        return kAdmitted;
      case OperationKind::record_create:
        return judge_create(op);
      case OperationKind::proposal_answer:
        return judge_answer(op);
      case OperationKind::adopt:
        return judge_adoption(store_, world_, work_, op, order_, given_);
      case OperationKind::key_rotate:
        return judge_rotation(world_, work_, op);
      case OperationKind::redact:
        return judge_redaction(store_, world_, work_, op, order_, given_);
      case OperationKind::field_set:
      case OperationKind::set_add:
      case OperationKind::set_remove:
      case OperationKind::log_append:
      case OperationKind::status_event:
      case OperationKind::authority_change:
        return judge_field(op);
      default:
        return proposal(Reason::no_authority);  // no policy row: deny by default
    }
  }

  ReceiptException judge_create(const Operation& op) {
    if (op.record != record_id(work_.header.device, op.nonce)) return quarantine(Reason::undecodable);
    if (store_.record(op.record, Layer::confirmed)) return quarantine(Reason::create_once);
    if (op.parent.is_zero()) {
      if (op.record != work_.header.home) return quarantine(Reason::undecodable);
    } else {
      const auto parent = store_.record(op.parent, layer_);
      if (!parent) return created_verdict(op.parent).value_or(quarantine(Reason::missing_base));
      if (parent->home != work_.header.home) return quarantine(Reason::undecodable);
    }
    const PolicyRow* row = policy_row(op.type, 0, OperationKind::record_create, 0);
    // A type of a later release: who wrote it, and what a second person means there, is not known here.
    if (given_ && !world_.schema.types().contains(op.type)) return *given_;
    if (op.parent.is_zero()) {
      creating_ = true;
      new_home_relations_ = relations_at_creation();
      return allowed(row, new_home_relations_);
    }
    return judge_guarded(op, row, work_.organisation);
  }

  ReceiptException judge_field(const Operation& op) {
    const auto record = store_.record(op.record, layer_);
    if (!record) return created_verdict(op.record).value_or(quarantine(Reason::missing_base));
    if (record->home != work_.header.home) return quarantine(Reason::undecodable);
    const FieldSpec* spec = world_.schema.field(record->type, op.field);
    if (spec == nullptr) {
      // A newer schema's field: kept and folded after the upgrade. Whose it is only the hub can say, which the
      // directory's policy tells whether to know it at all.
      if (given_) return *given_;
      return policy_row(record->type, op.field, op.kind, op.event) ? kAdmitted : proposal(Reason::no_authority);
    }
    if (!fits(spec->kind, op.kind)) return quarantine(Reason::undecodable);
    const bool new_record = created_.contains(op.record);
    if (spec->kind == FieldKind::create_once && !new_record) return quarantine(Reason::create_once);
    std::uint16_t writers = spec->writers;
    if (op.kind == OperationKind::status_event) {
      const EventSpec* event = world_.schema.event(record->type, op.field, op.event);
      if (!event && given_) return *given_;
      writers = event ? event->writers : 0;  // unknown here: the directory's policy decides, a missing row denies
    }
    if ((writers & kRelationAll) != 0) return kAdmitted;  // not guarded, and in scope
    const PolicyRow* row = policy_row(record->type, op.field, op.kind, op.event);
    if (creating_) return allowed(row, new_home_relations_);
    return judge_guarded(op, row, record->owner);
  }

  // The table of sync design 4 for guarded operations on a home that exists.
  ReceiptException judge_guarded(const Operation& op, const PolicyRow* row, const OrganisationId& owner) {
    if (!home_) return quarantine(Reason::missing_base);
    const VersionId base = op.auth_base.value_or(VersionId{});
    std::optional<VersionRow> base_row;
    if (!base.is_zero()) {
      base_row = store_.version(base);
      // A quarantined change is known to its author's organisation alone: for all it has not arrived.
      if (!base_row || base_row->kind != OperationKind::authority_change || base_row->home != home_->id ||
          base_row->verdict == Verdict::quarantined)
        return quarantine(Reason::missing_base);
    }
    Holders now = holders_of(store_, world_.schema, *home_, layer_);
    now.owner = owner;
    const ReceiptException verdict = allowed(row, relations(author_, now));
    const bool authorised = verdict.verdict == Verdict::admitted;
    if (base_row && base_row->verdict == Verdict::proposal && base_row->organisation == author_.organisation)
      return authorised ? kAdmitted : proposal(Reason::depends_on_lost_change);
    if (op.kind == OperationKind::authority_change && base != auth_head_at_start_ && !TRAM_MUTANT(lost_race_ignored))
      return proposal(Reason::lost_race);
    if (authorised || base == auth_head_at_start_ || verdict.reason == Reason::same_person) return verdict;
    Holders then = holders_at(store_, world_.schema, *home_, base);
    then.owner = owner;
    const bool once = allowed(row, relations(author_, then)).verdict == Verdict::admitted;
    return once ? proposal(Reason::handover) : verdict;
  }

  ReceiptException judge_answer(const Operation& op) {
    const auto target = store_.version(VersionId::from(op.target));
    if (!target || target->verdict != Verdict::proposal || target->home != work_.header.home)
      return quarantine(Reason::missing_base);
    if (op.answer == ProposalAnswer::withdraw)
      return target->organisation == author_.organisation ? kAdmitted : proposal(Reason::no_authority);
    const auto record = store_.record(target->record, layer_);
    const auto type = record ? record->type : type_of_refused(*target);
    if (!type) return quarantine(Reason::missing_base);
    // Hubs of an earlier release could not judge an answer to a refused creation; what they receipted stands.
    if (!record && given_ && given_->verdict == Verdict::quarantined) return *given_;
    Holders now;
    if (home_) now = holders_of(store_, world_.schema, *home_, layer_);
    now.owner = record ? record->owner : OrganisationId{};  // what was never created belongs to nobody
    const std::uint16_t event = target->kind == OperationKind::record_create ? std::uint16_t{0} : target->event;
    const ReceiptException verdict =
        allowed(policy_row(*type, target->field, target->kind, event), relations(author_, now));
    // Nothing to write back for it: a record is created once, by its own author.
    if (!record && verdict.verdict == Verdict::admitted && op.answer == ProposalAnswer::accept)
      return quarantine(Reason::missing_base);
    const auto& operations = work_.body.operations;
    const bool with_the_write = std::any_of(operations.begin(), operations.end(), [&](const Operation& w) {
      return !w.unknown_kind && w.kind == target->kind && w.record == target->record && w.field == target->field;
    });
    // Accepting stands in one changeset with the write itself (sync design 3, kind 9).
    if (verdict.verdict == Verdict::admitted && op.answer == ProposalAnswer::accept && !with_the_write)
      return quarantine(Reason::undecodable);
    return verdict;
  }

  // The type of a record whose creation was not admitted, as the same changeset gave it.
  std::optional<std::uint16_t> type_of_refused(const VersionRow& target) {
    for (const VersionRow& v : store_.all_versions(target.record, 0))
      if (v.kind == OperationKind::record_create && v.changeset == target.changeset) return v.event;
    return std::nullopt;
  }

  ReceiptException allowed(const PolicyRow* row, std::uint16_t bits) {
    if (!allows(row, bits, author_.role, ceiling_)) return proposal(Reason::no_authority);
    // Who wrote it first may stand in a record of a later release.
    const auto newer = [&](const Operation& op) { return is_newer(store_, world_.schema, op); };
    const auto& operations = work_.body.operations;
    if ((row->flags & kSecondPerson) != 0 && !written_by_ && given_ &&
        std::any_of(operations.begin(), operations.end(), newer))
      return *given_;
    if ((row->flags & kSecondPerson) != 0 && (!written_by_ || *written_by_ == author_.person) &&
        !TRAM_MUTANT(second_person_ignored))
      return proposal(Reason::same_person);
    rank_ = rank_of(*policy_, *row, bits);
    return kAdmitted;
  }

  const PolicyRow* policy_row(std::uint16_t type, std::uint16_t field, OperationKind kind, std::uint16_t event) const {
    return policy_ ? policy_->row(type, field, static_cast<std::uint8_t>(kind), event) : nullptr;
  }

  // Whoever creates a home owns it; its assigning side is the hub's office or a body above the implementing one.
  std::uint16_t relations_at_creation() const {
    auto bits = static_cast<std::uint16_t>(kRelationAll | kRelationOwner);
    if (author_.hub) bits |= kRelationHub | kRelationAssigning;
    if (inspects(author_)) bits |= kRelationInspecting;
    std::uint16_t type = 0;
    for (const Operation& op : work_.body.operations)
      if (op.kind == OperationKind::record_create && op.record == work_.header.home) type = op.type;
    // Above the body that is to implement or, where nobody implements the record itself (a sub-task), above one that
    // receives it; naming a subordinate anywhere else gives nothing.
    const FieldSpec* named = world_.schema.part(type, ScopePart::implementing);
    if (named == nullptr) named = world_.schema.part(type, ScopePart::receiving);
    for (const Operation& op : work_.body.operations) {
      if (op.kind != OperationKind::authority_change && op.kind != OperationKind::set_add) continue;
      if (named == nullptr || op.field != named->field || op.record != work_.header.home) continue;
      const auto* id = op.value.get<RawId>();
      if (id &&
          world_.directory.stands_above(author_.organisation, OrganisationId{id->bytes}, order_.directory_version))
        bits |= kRelationAssigning;
    }
    return bits;
  }

  std::optional<ReceiptException> created_verdict(const RecordId& record) const {
    const auto at = refused_creations_.find(record);
    return at == refused_creations_.end() ? std::nullopt : std::optional(at->second);
  }

  void find_written_by() {
    std::map<RecordId, std::uint16_t> types;
    for (const Operation& op : work_.body.operations) {
      if (op.kind == OperationKind::record_create) types[op.record] = op.type;
      if (op.kind != OperationKind::field_set) continue;
      std::uint16_t type = 0;
      if (const auto at = types.find(op.record); at != types.end())
        type = at->second;
      else if (const auto row = store_.record(op.record, layer_))
        type = row->type;
      const FieldSpec* spec = world_.schema.field(type, op.field);
      if (spec && spec->part == ScopePart::written_by)
        if (const auto* id = op.value.get<RawId>(); id && id->bytes != ByteArray<16>{})
          written_by_ = PersonId{id->bytes};
    }
  }

  // Keeps the operation with its verdict, and folds it if it was admitted.
  void take(const Operation& op, std::uint16_t index, const ReceiptException& verdict) {
    VersionRow v;
    v.id = version_id(work_.hash, index);
    v.layer = layer_;
    v.record = op.record;
    v.home = work_.header.home;
    v.field = op.field;
    v.kind = op.kind;
    v.value = op.value;
    v.seen = op.seen;
    v.event = op.event;
    v.rank = verdict.verdict == Verdict::admitted ? rank_ : std::uint16_t{0};  // what is not admitted has no weight
    v.effective_ms = effective_time(work_.header.written_at, order_.lo_ms, order_.hub_time_ms,
                                    (work_.header.flags & kClockUnset) != 0);
    v.hub_epoch = order_.epoch;
    v.hub_seq = order_.hub_seq;
    v.operation = index;
    v.changeset = work_.hash;
    v.person = work_.header.person;
    v.organisation = work_.organisation;
    v.written_ms = work_.header.written_ms();
    v.hub_time_ms = layer_ == Layer::confirmed ? order_.hub_time_ms : 0;
    v.verdict = verdict.verdict;
    v.reason = verdict.reason;
    rank_ = 0;
    if (op.kind == OperationKind::adopt || op.kind == OperationKind::redact)
      v.value = Value(Value::Variant(Bytes(op.target.begin(), op.target.end())));
    if (op.kind == OperationKind::proposal_answer) {
      v.value = Value::text(op.text);
      v.seen = {VersionId::from(op.target)};
      v.event = static_cast<std::uint16_t>(op.answer);
    }
    const bool applied =
        verdict.verdict == Verdict::admitted || (TRAM_MUTANT(proposal_applied) && verdict.verdict == Verdict::proposal);
    const bool admitted = applied && !op.unknown_kind;
    if (op.kind == OperationKind::record_create) {
      v.event = op.type;
      if (admitted)
        create(op);
      else
        refused_creations_[op.record] = {0, verdict.verdict, verdict.reason};
    }
    if (admitted && layer_ == Layer::confirmed) {
      v.concurrent = store_.foreign_receipt_between(v.home, work_.header.log(),
                                                    {work_.header.anchor.epoch, work_.header.anchor.seq},
                                                    {order_.epoch, order_.hub_seq});
      v.superseded =
          store_.superseded(v.id) || ((order_.again || order_.epoch > 1 || !world_.at_hub) && retired_before(v));
    }
    if (admitted && op.kind == OperationKind::status_event) v.base_event = base_of(op);
    store_.put_version(v);
    if (!admitted) return;
    if (op.kind == OperationKind::proposal_answer && layer_ == Layer::confirmed) store_.set_superseded(v.seen.front());
    if (op.kind == OperationKind::redact && layer_ == Layer::confirmed)
      redact(store_, world_, op.target, work_.hash, home_row_.digest);
    fold(op, v);
  }

  void create(const Operation& op) {
    RecordRow row{op.record,           layer_,    op.type, work_.header.home, op.parent, work_.organisation,
                  work_.header.device, work_.hash};
    store_.put_record(row);
    created_.insert(op.record);
    if (op.record == work_.header.home) home_ = row;
  }

  std::uint16_t base_of(const Operation& op) {
    const auto record = store_.record(op.record, layer_);
    if (!record) return 0;  // its creation could not be applied here
    std::vector<VersionRow> admitted;
    for (VersionRow& row : store_.all_versions(op.record, op.field)) {
      // Our own overlay may still hold as admitted what the hub did not admit.
      if (layer_ == Layer::confirmed && row.layer != Layer::confirmed) continue;
      if (row.verdict == Verdict::admitted) admitted.push_back(std::move(row));
    }
    return base_event(admitted, op.seen, rule(record->type, op.field));
  }

  EventRule rule(std::uint16_t type, std::uint16_t field) const {
    return [this, type, field](std::uint16_t event) { return world_.schema.event(type, field, event); };
  }

  void fold(const Operation& op, const VersionRow& v) {
    if (op.field == 0) return;
    const auto record = store_.record(op.record, layer_);
    const FieldSpec* spec = record ? world_.schema.field(record->type, op.field) : nullptr;
    if (spec == nullptr) return;
    if (layer_ == Layer::confirmed) {
      if (spec->kind == FieldKind::authority) {
        for (const VersionRow& old : store_.live_versions(op.record, op.field))
          if (old.id != v.id) store_.set_superseded(old.id);
      } else if (spec->kind != FieldKind::log) {
        for (const VersionId& id : v.seen) supersede(id, op);
      }
    }
    if (spec->kind == FieldKind::authority && !creating_) home_row_.auth_head = v.id;
    const auto live = live_in_layer(store_, layer_, *record, *spec);
    const Folded f = fold_live(spec->kind, live, rule(record->type, op.field));
    const FieldRow row{op.record, op.field, layer_, record->home, f.value, f.winner, f.event, f.heads, f.conflict};
    if (layer_ == Layer::confirmed)
      put_confirmed_field(store_, row, home_row_.digest);
    else
      store_.put_field(row);
  }

  // A write retires only admitted versions of its own record and field (sync design 3): what else it names has no say.
  // In receipt order all it can rightly have seen is here already.
  // What a second receipt admits may have been seen already by a write that was admitted in between. A site cannot tell
  // it from a first one: that went to the author's organisation alone.
  bool retired_before(const VersionRow& v) {
    if (v.field == 0) return false;
    const auto record = store_.record(v.record, layer_);
    const FieldSpec* spec = record ? world_.schema.field(record->type, v.field) : nullptr;
    if (spec == nullptr || spec->kind == FieldKind::log || spec->kind == FieldKind::authority) return false;
    const auto all = store_.all_versions(v.record, v.field);
    return std::any_of(all.begin(), all.end(), [&](const VersionRow& other) {
      return other.layer == Layer::confirmed && other.verdict == Verdict::admitted && other.id != v.id &&
             std::find(other.seen.begin(), other.seen.end(), v.id) != other.seen.end();
    });
  }

  void supersede(const VersionId& id, const Operation& op) {
    const auto seen = store_.version(id);
    if (TRAM_MUTANT(supersedes_ignored)) return;
    if (seen && seen->verdict == Verdict::admitted && seen->record == op.record && seen->field == op.field)
      store_.set_superseded(id);
  }

  Store& store_;
  const World& world_;
  const Authored& work_;
  const Order& order_;
  const Layer layer_;
  const Policy* policy_;
  Author author_;
  std::uint32_t ceiling_ = 0;
  std::optional<RecordRow> home_;
  HomeRow home_row_;
  VersionId auth_head_at_start_;
  bool creating_ = false;
  std::uint16_t new_home_relations_ = 0;
  std::uint16_t rank_ = 0;
  std::set<RecordId> created_;
  std::map<RecordId, ReceiptException> refused_creations_;
  std::optional<PersonId> written_by_;
  std::optional<ReceiptException> given_;  // of the operation at hand: what the receipt says
};

// Leaves a savepoint when an all_or_nothing changeset was not admitted whole.
struct NotWhole {};

// Runs one changeset; an all_or_nothing one that is not admitted whole leaves nothing but one proposal. `run` applies
// with the verdicts of a receipt, or without one with its own, and gives what it computed.
template <class Run>
std::vector<ReceiptException> run_whole(Store& store, const Authored& work, const Receipt* given, const Run& run) {
  if ((work.header.flags & kAllOrNothing) == 0 || TRAM_MUTANT(half_a_changeset)) return run(given);
  std::vector<ReceiptException> computed;
  try {
    store.savepoint([&] {
      computed = run(given);
      if (!computed.empty()) throw NotWhole{};
    });
    return computed;
  } catch (const NotWhole&) {
    Receipt whole;
    const bool quarantined = computed.front().verdict == Verdict::quarantined;
    whole.exceptions = {quarantined ? ReceiptException{kAllOperations, Verdict::quarantined, computed.front().reason}
                                    : ReceiptException{kAllOperations, Verdict::proposal, Reason::all_or_nothing}};
    run(given ? given : &whole);
    return whole.exceptions;
  }
}

}  // namespace

Result<Authored> read_changeset(const Changeset& changeset, const World& world, std::uint64_t directory_version) {
  Authored work;
  auto header = decode_header(changeset.header);
  if (!header) return header.error();
  work.header = *header;
  work.hash = changeset.hash();
  const Device* device = world.directory.device(header->device, directory_version);
  if (device == nullptr) device = world.directory.device(header->device);
  if (device == nullptr) return errc::unknown_device;
  work.organisation = device->site;
  work.by_hub = device->site == world.hub_organisation;
  auto body = read_body(changeset);
  if (!body) return body.error();
  if (body->operations.size() != header->op_count) return errc::bad_value;
  work.body = std::move(*body);
  return work;
}

std::vector<ReceiptException> apply_confirmed(Store& store, const World& world, const Authored& work,
                                              const Order& order, const Receipt* given) {
  const RecordId& home = work.header.home;
  const Hash before = kept_digest(store, home);
  auto computed = run_whole(store, work, given, [&](const Receipt* in_force) {
    return Applier(store, world, work, order, Layer::confirmed).run(in_force);
  });
  count_home(store, world.zone, home, before, kept_digest(store, home));
  return computed;
}

namespace {

// Our adoptions that wait for their receipt: what they name counts already, as if it had its second receipt.
void overlay_adopted(Store& store, const World& world, const Authored& work, const Order& order, VersionId& auth_head) {
  Receipt all;
  for (const Hash& target : adoptions(work, all)) {
    const auto row = store.changeset(target);
    const auto adopted = row ? read_changeset(row->bytes, world, 0) : Result<Authored>(errc::unknown_record);
    const auto receipt = store.receipt_of_changeset(target);
    const auto newest = receipt ? decode_receipt(receipt->bytes) : Result<Receipt>(errc::bad_value);
    if (!adopted || !newest || !newest->quarantines_all()) continue;
    VersionId after;
    run_whole(store, *adopted, nullptr, [&](const Receipt* in_force) {
      Applier applier(store, world, *adopted, order, Layer::provisional);
      applier.start_from(auth_head);
      auto computed = applier.run(in_force);
      after = applier.auth_head();
      return computed;
    });
    auth_head = after;
  }
}

}  // namespace

void rebuild_provisional(Store& store, const World& world, const RecordId& home, std::uint64_t now_ms) {
  store.delete_provisional(home);
  const auto row_of_home = store.home(home);
  VersionId auth_head = row_of_home ? row_of_home->auth_head : VersionId{};
  for (const ChangesetRow& row : store.waiting_of_home(home)) {
    const auto work = read_changeset(row.bytes, world, 0);
    if (!work) continue;  // our own and unreadable: `verify` reports it
    // "hi = now" for the overlay; a clock before the floor gives lo = hi = 0 and the version id decides.
    Order order;
    order.hub_time_ms = now_ms;
    // What has its receipt already and came by no stream yet (or never will: the home left our scope) is shown as
    // judged.
    const auto stored = row.hub_seq != 0 ? store.receipt_of_changeset(row.hash) : std::nullopt;
    const auto receipt = stored ? decode_receipt(stored->bytes) : Result<Receipt>(errc::unknown_record);
    VersionId after;
    run_whole(store, *work, receipt ? &*receipt : nullptr, [&](const Receipt* in_force) {
      Applier applier(store, world, *work, order, Layer::provisional);
      applier.start_from(auth_head);
      auto computed = applier.run(in_force);
      after = applier.auth_head();
      return computed;
    });
    auth_head = after;
    overlay_adopted(store, world, *work, order, auth_head);
  }
}

}  // namespace tram::sync
