#include "sync/authority.h"

#include <algorithm>
#include <set>

#include "sync/mutant.h"

namespace tram::sync {
namespace {

std::optional<OrganisationId> as_organisation(const Value& value) {
  if (const auto* id = value.get<RawId>()) return OrganisationId{id->bytes};
  return std::nullopt;
}

OrganisationId holder(Store& store, const Schema& schema, const RecordRow& home, ScopePart part, Layer layer) {
  const FieldSpec* spec = schema.part(home.type, part);
  if (spec == nullptr) return {};
  const auto row = store.field(home.id, spec->field, layer);
  return row ? as_organisation(row->value).value_or(OrganisationId{}) : OrganisationId{};
}

OrganisationId holder_at(Store& store, const Schema& schema, const RecordRow& home, ScopePart part,
                         const std::optional<VersionRow>& base) {
  const FieldSpec* spec = schema.part(home.type, part);
  if (spec == nullptr) return {};
  OrganisationId found;
  for (const VersionRow& v : store.all_versions(home.id, spec->field)) {
    if (v.verdict != Verdict::admitted) continue;
    const bool known_then = base ? v.layer == Layer::confirmed &&
                                       std::tie(v.hub_epoch, v.hub_seq) <= std::tie(base->hub_epoch, base->hub_seq)
                                 : v.changeset == home.changeset;
    if (known_then) found = as_organisation(v.value).value_or(OrganisationId{});
  }
  return found;
}

std::uint8_t operation_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::authority:
      return static_cast<std::uint8_t>(OperationKind::authority_change);
    case FieldKind::log:
      return static_cast<std::uint8_t>(OperationKind::log_append);
    case FieldKind::events:
      return static_cast<std::uint8_t>(OperationKind::status_event);
    case FieldKind::set:
      return static_cast<std::uint8_t>(OperationKind::set_add);
    default:
      return static_cast<std::uint8_t>(OperationKind::field_set);
  }
}

// Elements of a set field that are organisations.
std::vector<OrganisationId> members(Store& store, const RecordRow& home, const FieldSpec& spec) {
  std::vector<OrganisationId> found;
  for (const VersionRow& v : store.live_versions(home.id, spec.field))
    if (v.kind == OperationKind::set_add)
      if (const auto id = as_organisation(v.value)) found.push_back(*id);
  return found;
}

}  // namespace

bool inspects(const Author& author) {
  return author.inspecting || (author.hub && author.role == Role::inspector);
}

std::uint16_t relations(const Author& author, const Holders& h) {
  std::uint16_t bits = kRelationAll;
  if (author.hub) bits |= kRelationHub;
  if (inspects(author)) bits |= kRelationInspecting;
  const auto is = [&](const OrganisationId& id) { return !id.is_zero() && id == author.organisation; };
  // Its people work at the hub where the body has no node of its own; the hub answers for whom it lets in.
  const bool follows_at_hub = author.hub && author.role == Role::follow_up && !h.follow_up.is_zero();
  if (is(h.assigning)) bits |= kRelationAssigning;
  if (is(h.implementing)) bits |= kRelationImplementing;
  if (is(h.follow_up) || follows_at_hub) bits |= kRelationFollowUp;
  if (is(h.owner)) bits |= kRelationOwner;
  return bits;
}

Holders holders_of(Store& store, const Schema& schema, const RecordRow& home, Layer layer) {
  return {holder(store, schema, home, ScopePart::assigning, layer),
          holder(store, schema, home, ScopePart::implementing, layer),
          holder(store, schema, home, ScopePart::follow_up, layer), home.owner};
}

Holders holders_at(Store& store, const Schema& schema, const RecordRow& home, const VersionId& auth_base) {
  const auto base = auth_base.is_zero() ? std::nullopt : store.version(auth_base);
  return {holder_at(store, schema, home, ScopePart::assigning, base),
          holder_at(store, schema, home, ScopePart::implementing, base),
          holder_at(store, schema, home, ScopePart::follow_up, base), home.owner};
}

bool allows(const PolicyRow* row, std::uint16_t bits, Role role, std::uint32_t ceiling) {
  if (row == nullptr || (row->relations & bits) == 0) return false;
  if ((row->roles & role_bit(role)) == 0) return false;
  return role == Role::device || (ceiling & role_bit(role)) != 0;
}

std::uint16_t rank_of(const Policy& policy, const PolicyRow& row, std::uint16_t bits) {
  std::uint16_t best = 0;
  for (std::size_t i = 0; i < policy.ranks.size(); ++i)
    if ((row.relations & bits & (1u << i)) != 0) best = std::max(best, policy.ranks[i]);
  return best;
}

Policy shipped_policy(const Schema& schema, const PolicyRoles& roles,
                      const std::vector<std::array<std::uint16_t, 3>>& second_person) {
  Policy p;
  p.ranks = {0, 3, 1, 2, 0, 0, 0};
  const auto add = [&](std::uint16_t type, std::uint16_t field, std::uint8_t operation, std::uint16_t event,
                       std::uint16_t writers, bool program) {
    PolicyRow row{type, field, operation, 0, event, writers, 0};
    for (std::size_t i = 0; i < 7; ++i)
      if ((writers & (1u << i)) != 0) row.roles |= roles.by_relation[i];
    if (program) row.roles |= role_bit(Role::device);
    if (std::find(second_person.begin(), second_person.end(), std::array{type, field, event}) != second_person.end())
      row.flags |= kSecondPerson;
    p.rows.push_back(row);
  };
  for (const auto& [type, creation] : schema.types())
    add(type, 0, static_cast<std::uint8_t>(OperationKind::record_create), 0, creation.first, false);
  for (const auto& [key, f] : schema.fields()) {
    if (f.kind == FieldKind::events) continue;
    add(f.type, f.field, operation_of(f.kind), 0, f.writers, false);
    if (f.kind == FieldKind::set)
      add(f.type, f.field, static_cast<std::uint8_t>(OperationKind::set_remove), 0, f.writers, false);
  }
  for (const auto& [key, e] : schema.events()) {
    const bool program = std::any_of(schema.automatic().begin(), schema.automatic().end(), [&e = e](const auto& a) {
      return a.type == e.type && a.field == e.field && a.emit == e.event;
    });
    add(e.type, e.field, static_cast<std::uint8_t>(OperationKind::status_event), e.event, e.writers, program);
  }
  std::sort(p.rows.begin(), p.rows.end(), [](const PolicyRow& a, const PolicyRow& b) {
    return std::tie(a.type, a.field, a.operation, a.event) < std::tie(b.type, b.field, b.operation, b.event);
  });
  return p;
}

std::vector<OrganisationId> scope_of(Store& store, const Schema& schema, const RecordRow& home,
                                     const OrganisationId& hub, const Directory& directory, std::uint64_t version) {
  std::set<OrganisationId> found;
  const Holders holders = holders_of(store, schema, home);
  found.insert(home.owner);
  found.insert(holders.assigning);
  // The gate (decisions 2): the event handed_over for records that have it, receiving bodies for those that list them.
  const FieldSpec* receiving = schema.part(home.type, ScopePart::receiving);
  const auto received = receiving ? members(store, home, *receiving) : std::vector<OrganisationId>{};
  bool handed_over = receiving != nullptr;  // is there such an act for a record of this type at all?
  bool open = receiving == nullptr || !received.empty();
  for (const AutomaticEvent& a : schema.automatic()) {
    if (a.type != home.type) continue;
    handed_over = true;
    const auto versions = store.all_versions(home.id, a.field);
    open = std::any_of(versions.begin(), versions.end(), [&](const VersionRow& v) {
      return v.layer == Layer::confirmed && v.verdict == Verdict::admitted && v.event == a.on;
    });
  }
  if (open || TRAM_MUTANT(scope_leak)) {
    found.insert(holders.implementing);
    found.insert(holders.follow_up);
    found.insert(received.begin(), received.end());
    if (const FieldSpec* coordinating = schema.part(home.type, ScopePart::coordinating))
      for (const OrganisationId& o : members(store, home, *coordinating)) found.insert(o);
    if (handed_over) {
      const std::set<OrganisationId> named = found;
      for (const Organisation* body : directory.inspecting(version))
        if (std::any_of(named.begin(), named.end(),
                        [&](const OrganisationId& o) { return directory.in_branch(o, body->parent, version); }))
          found.insert(body->id);
    }
  }
  found.erase(OrganisationId{});
  found.erase(hub);  // the hub holds everything; it needs no stream of its own
  return {found.begin(), found.end()};
}

}  // namespace tram::sync
