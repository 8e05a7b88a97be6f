#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/approval.h"
#include "tasks/permission.h"
#include "tasks/permission_matrix.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::on;
using namespace writer;  // relations

Actor actor(Role role) {
  return {bit(role), true, true, true};
}

TEST(Permission, R37_FollowsTheMatrixOfRolesActionsAndRelations) {
  struct Case {
    Role role;
    Action action;
    std::uint16_t relations;
    Verdict verdict;
  };
  for (const Case& c : {
           Case{Role::operator_, Action::draft_update, imp, Verdict::allowed},
           Case{Role::operator_, Action::draft_update, asg, Verdict::not_ones_own},
           Case{Role::operator_, Action::draft_update, 0, Verdict::not_ones_own},
           Case{Role::operator_, Action::approve, imp, Verdict::no_such_right},
           Case{Role::approver, Action::approve, imp, Verdict::allowed},
           Case{Role::hub_office, Action::approve, imp, Verdict::not_ones_own},
           Case{Role::viewer, Action::read_record, imp, Verdict::allowed},
           Case{Role::viewer, Action::read_record, fol, Verdict::not_ones_own},
           Case{Role::follow_up, Action::read_record, fol, Verdict::allowed},
           Case{Role::inspector, Action::read_record, ins, Verdict::allowed},
           Case{Role::hub_office, Action::read_record, hub, Verdict::allowed},
           Case{Role::auditor, Action::read_record, own, Verdict::no_such_right},
           Case{Role::auditor, Action::read_audit, own, Verdict::allowed},
           Case{Role::follow_up, Action::assess, fol, Verdict::allowed},
           Case{Role::follow_up, Action::flag_finding, fol, Verdict::no_such_right},
           Case{Role::inspector, Action::flag_finding, ins, Verdict::allowed},
           Case{Role::inspector, Action::assess, ins, Verdict::no_such_right},
           Case{Role::site_admin, Action::draft_update, imp, Verdict::no_such_right},
           Case{Role::site_admin, Action::manage_accounts, own, Verdict::allowed},
           Case{Role::hub_office, Action::hand_over, hub, Verdict::allowed},
           Case{Role::hub_operator, Action::hand_over, hub, Verdict::no_such_right},
           Case{Role::hub_security, Action::manage_devices, hub, Verdict::allowed},
           Case{Role::none, Action::read_record, all, Verdict::no_such_right},
       })
    EXPECT_EQ(may(actor(c.role), c.action, {.relations = c.relations}), c.verdict)
        << static_cast<int>(c.role) << ' ' << name_of(c.action) << ' ' << c.relations;
}

TEST(Permission, R37_DeniesWhatNoRowGrants) {
  for (std::size_t a = 0; a < kActions; ++a)
    for (unsigned role = 0; role <= 11; ++role)
      for (std::uint16_t relation = 1; relation <= 64; relation = static_cast<std::uint16_t>(relation * 2)) {
        const auto action = static_cast<Action>(a);
        const Actor who{1U << role, true, true, true};
        const bool granted = std::any_of(kPermissions.begin(), kPermissions.end(), [&](const PermissionRow& r) {
          return r.action == action && (r.roles >> role & 1U) != 0 && (r.relations & relation) != 0;
        });
        ASSERT_EQ(may(who, action, {.relations = relation}) == Verdict::allowed, granted) << name_of(action);
      }
  EXPECT_EQ(may({}, Action::read_record, {.relations = all}), Verdict::no_such_right);
}

TEST(Permission, R37_EveryActionBelongsToSomebodyAndHasAName) {
  for (std::size_t a = 0; a < kActions; ++a) {
    EXPECT_FALSE(name_of(static_cast<Action>(a)).empty());
    EXPECT_TRUE(std::any_of(kPermissions.begin(), kPermissions.end(), [&](const PermissionRow& r) {
      return r.action == static_cast<Action>(a);
    })) << name_of(static_cast<Action>(a));
  }
}

TEST(Permission, R51_OnePointAsksForTheSecondPersonTheFreshLoginAndAnotherAuthor) {
  Actor office = actor(Role::hub_office);
  EXPECT_EQ(may(office, Action::set_policy, {.relations = hub}), Verdict::allowed);
  office.second_person = false;
  EXPECT_EQ(may(office, Action::set_policy, {.relations = hub}), Verdict::needs_second_person);
  Actor admin = actor(Role::site_admin);
  admin.fresh_login = false;
  EXPECT_EQ(may(admin, Action::manage_accounts, {.relations = own}), Verdict::needs_fresh_login);
  EXPECT_EQ(may(actor(Role::approver), Action::approve, {.relations = imp, .written_by_actor = true}),
            Verdict::is_the_author);
}

TEST(Permission, R54_AClassStaysInItsZoneAndTakesAClearance) {
  Actor office = actor(Role::hub_office);
  const Subject secret{.relations = hub, .confidentiality = Secrecy::confidential, .zone = Zone::closed};
  EXPECT_EQ(may(office, Action::read_record, secret), Verdict::allowed);
  office.clearance = false;
  EXPECT_EQ(may(office, Action::read_record, secret), Verdict::needs_clearance);
  EXPECT_EQ(may(office, Action::read_record,
                {.relations = hub, .confidentiality = Secrecy::confidential, .zone = Zone::open}),
            Verdict::wrong_zone);
  EXPECT_EQ(may(office, Action::read_record, {.relations = hub, .zone = Zone::closed}), Verdict::wrong_zone);
}

TEST(Approval, R51_SealsOneExactVersion) {
  Version v;
  v.content[0] = 1;
  v.form_version = "f1", v.author = "lan";
  const Seal seal{v.content, "f1", "lan", "minh", at("2026-03-04T10:00")};
  EXPECT_TRUE(seals(seal, v));
  Version changed = v;
  changed.content[31] = 1;
  EXPECT_FALSE(seals(seal, changed)) << "one changed character";
  changed = v, changed.form_version = "f2";
  EXPECT_FALSE(seals(seal, changed));
  changed = v, changed.author = "hoa";
  EXPECT_FALSE(seals(seal, changed));
  Seal own = seal;
  own.approver = "lan";
  EXPECT_FALSE(seals(own, v)) << "the same person cannot do both (R27)";
  own.approver = "";
  EXPECT_FALSE(seals(own, v));
}

std::vector<Mandate> mandates() {
  return {{"minh", "hy.ubnd", on("2026-01-01"), on("2026-12-31"), "12/QD", false},
          {"hoa", "hy.ubnd", on("2026-03-01"), on("2026-03-10"), "15/QD", true},
          {"tam", "hy.btc", on("2026-01-01"), on("2026-12-31"), "1/QD", false},
          {"nam", "hy.ubnd", on("2026-01-01"), on("2026-12-31"), "", false}};
}

TEST(Approval, R27_ASecondPersonApprovesAndNeverTheAuthor) {
  EXPECT_EQ(may_approve("minh", "lan", "hy.ubnd", mandates(), on("2026-03-04")), MayApprove::yes);
  EXPECT_EQ(may_approve("minh", "minh", "hy.ubnd", mandates(), on("2026-03-04")), MayApprove::is_the_author);
  EXPECT_EQ(may_approve("tam", "lan", "hy.ubnd", mandates(), on("2026-03-04")), MayApprove::no_mandate);
  EXPECT_EQ(may_approve("nam", "lan", "hy.ubnd", mandates(), on("2026-03-04")), MayApprove::mandate_ended)
      << "a mandate names its authority";
}

TEST(Approval, R53_ASubstituteActsWithinItsDates) {
  for (const auto& [day, verdict] :
       std::initializer_list<std::pair<const char*, MayApprove>>{{"2026-02-28", MayApprove::mandate_ended},
                                                                 {"2026-03-01", MayApprove::yes},
                                                                 {"2026-03-10", MayApprove::yes},
                                                                 {"2026-03-11", MayApprove::mandate_ended}})
    EXPECT_EQ(may_approve("hoa", "lan", "hy.ubnd", mandates(), on(day)), verdict) << day;
}

TEST(Approval, R53_ASiteWhereOnlyTheAuthorIsLeftIsTold) {
  EXPECT_FALSE(only_the_author_is_left("lan", "hy.ubnd", mandates(), on("2026-03-04")));
  EXPECT_TRUE(only_the_author_is_left("minh", "hy.ubnd", mandates(), on("2026-04-01")));
  EXPECT_FALSE(only_the_author_is_left("minh", "hy.ubnd", mandates(), on("2026-03-04"))) << "a substitute is there";
}

TEST(Approval, R52_ASealedVersionIsLocked) {
  EXPECT_TRUE(may_withdraw(VersionState::sealed, true));
  EXPECT_FALSE(may_withdraw(VersionState::sealed, false));
  EXPECT_FALSE(may_withdraw(VersionState::sent, true));
  EXPECT_FALSE(may_withdraw(VersionState::draft, true)) << "a draft is just written on";
  EXPECT_TRUE(may_return(VersionState::sealed, "wrong figure"));
  EXPECT_FALSE(may_return(VersionState::sealed, ""));
  EXPECT_FALSE(may_return(VersionState::draft, "x"));
  EXPECT_TRUE(is_correction(VersionState::sent, "v1"));
  EXPECT_FALSE(is_correction(VersionState::sent, ""));
  EXPECT_FALSE(is_correction(VersionState::sealed, "v1"));
}

}  // namespace
}  // namespace tram::tasks
