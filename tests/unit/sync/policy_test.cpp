// The shipped policy, relations and ranks (sync design 4).
#include <gtest/gtest.h>

#include "samples.h"
#include "synthetic_schema.h"

namespace tram::sync::test {
namespace {

constexpr std::uint8_t number(OperationKind kind) {
  return static_cast<std::uint8_t>(kind);
}

class ShippedPolicy : public ::testing::Test {
 protected:
  const Schema schema_ = synthetic_schema();
  const Policy policy_ = synthetic_policy(schema_);
};

TEST_F(ShippedPolicy, HasARowForEachWayToWriteAndNoOther) {
  const auto row = [&](std::uint16_t type, std::uint16_t field, OperationKind kind, std::uint16_t event = 0) {
    return policy_.row(type, field, number(kind), event);
  };
  EXPECT_TRUE(row(kCase, 0, OperationKind::record_create));
  EXPECT_TRUE(row(kCase, kTitle, OperationKind::field_set));
  EXPECT_TRUE(row(kCase, kTags, OperationKind::set_add));
  EXPECT_TRUE(row(kCase, kTags, OperationKind::set_remove));
  EXPECT_TRUE(row(kCase, kNotes, OperationKind::log_append));
  EXPECT_TRUE(row(kCase, kAssigning, OperationKind::authority_change));
  EXPECT_TRUE(row(kCase, kState, OperationKind::status_event, kDone));
  EXPECT_FALSE(row(kCase, kState, OperationKind::status_event));
  EXPECT_FALSE(row(kCase, kState, OperationKind::status_event, 7));
  EXPECT_FALSE(row(kCase, kAssigning, OperationKind::field_set));
  EXPECT_FALSE(row(kCase, kTitle, OperationKind::set_add));
  EXPECT_FALSE(row(99, 0, OperationKind::record_create));
}

TEST_F(ShippedPolicy, SurvivesItsDirectoryEntry) {
  const auto entry = decode_entry(make_entry(kZone, 1, Hash{}, 5, policy_, key_of(kDirectoryKey)).bytes);
  ASSERT_TRUE(entry) << "rows must ascend";
  EXPECT_EQ(std::get<Policy>(entry->body), policy_);
}

TEST_F(ShippedPolicy, MarksTheSecondPerson) {
  const auto flags = [&](std::uint16_t event) {
    return policy_.row(kCase, kState, number(OperationKind::status_event), event)->flags;
  };
  EXPECT_EQ(flags(kDone), kSecondPerson);
  EXPECT_EQ(flags(kStarted), 0);
}

TEST_F(ShippedPolicy, LetsTheProgramEmitOnlyTheAutomaticEvent) {
  for (const PolicyRow& r : policy_.rows) {
    const bool automatic = r.type == kCase && r.field == kState && r.event == kAvailable;
    EXPECT_EQ((r.roles & role_bit(Role::device)) != 0, automatic) << r.type << " " << r.field << " " << r.event;
  }
}

TEST_F(ShippedPolicy, AMissingRowDenies) {
  const std::uint16_t everyone = 0x7F;
  EXPECT_FALSE(allows(nullptr, everyone, Role::hub_office, ~0u));
}

TEST_F(ShippedPolicy, RelationRoleAndCeilingMustAllFit) {
  const PolicyRow* row = policy_.row(kCase, kDeadline, number(OperationKind::field_set), 0);
  ASSERT_TRUE(row);
  struct Case {
    std::uint16_t relations;
    Role role;
    std::uint32_t ceiling;
    bool allowed;
  };
  const std::uint32_t all = ~0u;
  const Case cases[] = {{kRelationAssigning, Role::operator_, all, true},
                        {kRelationAssigning | kRelationAll, Role::approver, role_bit(Role::approver), true},
                        {kRelationImplementing, Role::operator_, all, false},
                        {kRelationAll, Role::operator_, all, false},
                        {kRelationAssigning, Role::viewer, all, false},
                        {kRelationAssigning, Role::none, all, false},
                        {kRelationAssigning, Role::operator_, role_bit(Role::viewer), false},
                        {kRelationAssigning, Role::device, all, false},
                        {0, Role::operator_, all, false}};
  for (const Case& c : cases)
    EXPECT_EQ(allows(row, c.relations, c.role, c.ceiling), c.allowed)
        << c.relations << " " << static_cast<int>(c.role) << " " << c.ceiling;
  const PolicyRow* available = policy_.row(kCase, kState, number(OperationKind::status_event), kAvailable);
  EXPECT_TRUE(allows(available, kRelationImplementing, Role::device, 0)) << "the program needs no ceiling";
}

TEST_F(ShippedPolicy, RanksOnlyRelationsThatTheRowNames) {
  const PolicyRow* priority = policy_.row(kCase, kPriority, number(OperationKind::field_set), 0);
  ASSERT_TRUE(priority);
  EXPECT_EQ(rank_of(policy_, *priority, kRelationAssigning | kRelationAll), 3);
  EXPECT_EQ(rank_of(policy_, *priority, kRelationFollowUp | kRelationAll), 2);
  EXPECT_EQ(rank_of(policy_, *priority, kRelationFollowUp | kRelationAssigning), 3);
  EXPECT_EQ(rank_of(policy_, *priority, kRelationImplementing), 0);
}

TEST(Relations, ComeFromHoldersAndDirectory) {
  Holders h;
  h.assigning = id<OrganisationId>(1);
  h.implementing = id<OrganisationId>(2);
  h.owner = id<OrganisationId>(1);
  Author a;
  a.organisation = id<OrganisationId>(1);
  EXPECT_EQ(relations(a, h), kRelationAll | kRelationAssigning | kRelationOwner);
  a.organisation = id<OrganisationId>(2);
  EXPECT_EQ(relations(a, h), kRelationAll | kRelationImplementing);
  a.organisation = id<OrganisationId>(9);
  EXPECT_EQ(relations(a, h), kRelationAll);
  a.hub = true;
  a.inspecting = true;
  EXPECT_EQ(relations(a, h), kRelationAll | kRelationHub | kRelationInspecting);
  a = Author{};
  EXPECT_EQ(relations(a, Holders{}), kRelationAll) << "nobody holds what nobody was given";
}

}  // namespace
}  // namespace tram::sync::test
