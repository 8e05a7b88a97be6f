// Authority: who stands in which relation to a home, and what the policy lets them do (sync design 4). The same code
// judges at the hub, and again at every node.
#pragma once
#include "sync/directory.h"
#include "sync/schema.h"
#include "sync/store.h"

namespace tram::sync {

// The organisations that a home's authority fields name.
struct Holders {
  OrganisationId assigning, implementing, follow_up;
  OrganisationId owner;  // of the record in question
};

struct Author {
  OrganisationId organisation;
  bool hub = false;         // the hub's own device
  bool inspecting = false;  // by the directory
  PersonId person;
  Role role = Role::none;
};

// An inspecting body, or a person of one who works at the hub.
bool inspects(const Author& author);
// Relations of an author as bits of schema.h; kRelationAll is always set.
std::uint16_t relations(const Author& author, const Holders& holders);

// Current holders of a home, and those as of an older auth_base (zero = right after creation).
Holders holders_of(Store& store, const Schema& schema, const RecordRow& home, Layer layer = Layer::confirmed);
Holders holders_at(Store& store, const Schema& schema, const RecordRow& home, const VersionId& auth_base);

// Does the policy row allow it? Also: the role must lie within the ceiling of the author's organisation.
bool allows(const PolicyRow* row, std::uint16_t relations, Role role, std::uint32_t role_ceiling);
// The highest rank of a relation that the row allows (sync design 4: assigning 3, follow-up 2, implementing 1).
std::uint16_t rank_of(const Policy& policy, const PolicyRow& row, std::uint16_t relations);

// The policy as shipped: one row per writer that the schema names.
struct PolicyRoles {
  std::uint32_t by_relation[7] = {};  // roles that may act for each relation, in the order of the bits
};
Policy shipped_policy(const Schema& schema, const PolicyRoles& roles,
                      const std::vector<std::array<std::uint16_t, 3>>& second_person);

// The organisations that may see a home, by the directory as of that version: none but its owner and the assigning side
// before it was handed over; then also the bodies it names, and those that inspect the branch of one of them.
std::vector<OrganisationId> scope_of(Store& store, const Schema& schema, const RecordRow& home,
                                     const OrganisationId& hub, const Directory& directory, std::uint64_t version);

}  // namespace tram::sync
