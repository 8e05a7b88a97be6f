// Accounts, drafts, invitations and bundles: each refusal by its name, and nothing changed by it.
#include "station/store/accounts.h"
#include "station/store/bundles.h"
#include "station/store/columns.h"
#include "station/store/drafts.h"
#include "station/store/invitations.h"
#include "store_folder.h"
#include "store_rows.h"

namespace tram::station::test {
namespace {

class AccountsTest : public OpenDatabase {
 protected:
  AccountRow account(std::string name) {
    return {.name = std::move(name),
            .person = id<PersonId>(1),
            .password_hash = "$argon2id$...",
            .roles = 6,
            .organisation = "hy.ubnd",
            .disabled = false,
            .created_ms = 5};
  }
  AccountTable accounts() { return AccountTable(connection()); }
};

TEST_F(AccountsTest, AddsAndChanges) {
  EXPECT_TRUE(in_transaction([&] { return accounts().add(account("lan")); }).has_value());
  EXPECT_TRUE(in_transaction([&] { return accounts().add(account("an")); }).has_value());
  EXPECT_EQ(in_transaction([&] { return accounts().add(account("lan")); }).error(), errc::already_exists);
  EXPECT_EQ(accounts().get("lan"), account("lan"));
  EXPECT_EQ(accounts().count(), 2u);
  EXPECT_EQ(accounts().all().front().name, "an");
  EXPECT_EQ(accounts().of_person(id<PersonId>(1)).size(), 2u);
  EXPECT_TRUE(in_transaction([&] { return accounts().set_password("lan", "new"); }).has_value());
  EXPECT_TRUE(in_transaction([&] { return accounts().set_roles("lan", 1); }).has_value());
  EXPECT_TRUE(in_transaction([&] { return accounts().set_disabled("lan", true); }).has_value());
  auto changed = account("lan");
  changed.password_hash = "new";
  changed.roles = 1;
  changed.disabled = true;
  EXPECT_EQ(accounts().get("lan"), changed);
}

TEST_F(AccountsTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(in_transaction([&] { return accounts().add(account("")); }).error(), errc::over_limit);
  EXPECT_EQ(in_transaction([&] { return accounts().add(account(std::string(65, 'a'))); }).error(), errc::over_limit);
  auto eleventh_role = account("lan");
  eleventh_role.roles = 1u << 10;
  EXPECT_EQ(in_transaction([&] { return accounts().add(eleventh_role); }).error(), errc::over_limit);
  EXPECT_EQ(in_transaction([&] { return accounts().set_disabled("nobody", true); }).error(), errc::no_such_row);
  EXPECT_EQ(accounts().count(), 0u);
}

class DraftsTest : public OpenDatabase {
 protected:
  DraftsTest() {
    (void)in_transaction([&] { return drafts().add(draft()); });
  }
  Drafts drafts() { return Drafts(connection()); }
  Draft draft() {
    return {.id = id<DraftId>(1),
            .kind = "update",
            .form_version = 3,
            .home = id<RecordId>(2),
            .record = id<RecordId>(3),
            .content = bytes_of("45 percent"),
            .author = author_,
            .author_name = "lan",
            .created_ms = 100,
            .state = DraftState::to_approve,
            .decided_by = {},
            .decided_ms = 0,
            .reason = {},
            .changeset = {}};
  }
  auto approve(const PersonId& by, const Hash& seen) {
    return in_transaction([&] { return drafts().approve(id<DraftId>(1), by, seen, 200); });
  }
  const PersonId author_ = id<PersonId>(11);
  const PersonId approver_ = id<PersonId>(12);
};

TEST_F(DraftsTest, ASecondPersonApprovesOneExactVersion) {
  EXPECT_EQ(drafts().get(id<DraftId>(1)), draft());
  const auto seal = approve(approver_, draft().content_hash());
  ASSERT_TRUE(seal.has_value());
  EXPECT_EQ(seal->author, author_);
  EXPECT_EQ(seal->approver, approver_);
  EXPECT_EQ(seal->form_version, 3);
  EXPECT_EQ(seal->approved_ms, 200u);
  EXPECT_EQ(seal->content_hash, draft().content_hash());
  const auto approved = drafts().get(id<DraftId>(1)).value();
  EXPECT_EQ(approved.state, DraftState::approved);
  EXPECT_EQ(approved.decided_by, approver_);
  EXPECT_EQ(approve(approver_, draft().content_hash()).error(), errc::wrong_state);
}

TEST_F(DraftsTest, NobodyApprovesTheOwnDraft) {
  EXPECT_EQ(approve(author_, draft().content_hash()).error(), errc::same_person);
  EXPECT_EQ(approve(PersonId{}, draft().content_hash()).error(), errc::not_a_person);
  EXPECT_EQ(drafts().get(id<DraftId>(1)), draft());
}

TEST_F(DraftsTest, TheSchemaRefusesTheSamePersonToo) {
  EXPECT_THROW((void)in_transaction([&] {
                 return change(connection(), "draft.decide", DraftState::approved, author_, 1, "", id<DraftId>(1));
               }),
               ConstraintBroken);
  EXPECT_EQ(drafts().get(id<DraftId>(1)), draft());
}

TEST_F(DraftsTest, OneChangedCharacterNeedsANewApproval) {
  const auto seen = draft().content_hash();
  ASSERT_TRUE(in_transaction([&] {
                return drafts().revise(id<DraftId>(1), author_, bytes_of("46 percent"), 3, 150);
              }).has_value());
  EXPECT_EQ(approve(approver_, seen).error(), errc::content_changed);
  EXPECT_EQ(drafts().get(id<DraftId>(1)).value().state, DraftState::to_approve);
}

TEST_F(DraftsTest, OnlyItsAuthorRevisesOrRemovesIt) {
  const auto revise = [&](const PersonId& by) {
    return in_transaction([&] { return drafts().revise(id<DraftId>(1), by, bytes_of("x"), 3, 150); });
  };
  EXPECT_EQ(revise(approver_).error(), errc::not_the_author);
  EXPECT_EQ(in_transaction([&] { return drafts().remove(id<DraftId>(1), approver_); }).error(), errc::not_the_author);
  ASSERT_TRUE(approve(approver_, draft().content_hash()).has_value());
  EXPECT_EQ(revise(author_).error(), errc::wrong_state);
  EXPECT_EQ(in_transaction([&] { return drafts().remove(id<DraftId>(1), author_); }).error(), errc::wrong_state);
}

TEST_F(DraftsTest, AReturnedDraftComesBackAfterARevision) {
  const auto give_back = [&](std::string_view reason) {
    return in_transaction([&] { return drafts().give_back(id<DraftId>(1), approver_, reason, 180); });
  };
  EXPECT_EQ(give_back(std::string(kDraftReasonBytes + 1, 'x')).error(), errc::over_limit);
  ASSERT_TRUE(give_back("no file").has_value());
  EXPECT_EQ(drafts().in_state(DraftState::returned).at(0).reason, "no file");
  EXPECT_EQ(approve(approver_, draft().content_hash()).error(), errc::wrong_state);
  ASSERT_TRUE(
      in_transaction([&] { return drafts().revise(id<DraftId>(1), author_, draft().content, 3, 190); }).has_value());
  EXPECT_TRUE(approve(approver_, draft().content_hash()).has_value());
}

TEST_F(DraftsTest, NotesTheChangesetOnce) {
  const auto note = [&] { return in_transaction([&] { return drafts().set_changeset(id<DraftId>(1), hash_of(7)); }); };
  EXPECT_EQ(note().error(), errc::wrong_state);
  ASSERT_TRUE(approve(approver_, draft().content_hash()).has_value());
  EXPECT_TRUE(note().has_value());
  EXPECT_EQ(note().error(), errc::wrong_state);
  EXPECT_EQ(drafts().of_home(id<RecordId>(2)).at(0).changeset, hash_of(7));
}

TEST_F(DraftsTest, RefusesWhatDoesNotFit) {
  auto large = draft();
  large.id = id<DraftId>(2);
  large.content.resize(kDraftBytes + 1);
  EXPECT_EQ(in_transaction([&] { return drafts().add(large); }).error(), errc::over_limit);
  EXPECT_EQ(in_transaction([&] { return drafts().add(draft()); }).error(), errc::already_exists);
  auto of_nobody = draft();
  of_nobody.author = {};
  EXPECT_EQ(in_transaction([&] { return drafts().add(of_nobody); }).error(), errc::not_a_person);
  EXPECT_EQ(in_transaction([&] { return drafts().remove(id<DraftId>(9), author_); }).error(), errc::no_such_row);
}

class InvitationsTest : public OpenDatabase {
 protected:
  InvitationsTest() {
    (void)in_transaction([&] { return invitations().add(key_, "hy.ubnd", true, kNow); });
  }
  Invitations invitations() { return Invitations(connection()); }
  auto attach(std::string_view request, std::uint64_t now) {
    return in_transaction([&] { return invitations().attach_request(key_, bytes_of(request), now); });
  }
  static constexpr std::uint64_t kNow = 1'000;
  const Hash key_ = hash_of(1);
};

TEST_F(InvitationsTest, WorksOnce) {
  EXPECT_TRUE(invitations().get(key_).value().pre_approved);
  EXPECT_EQ(in_transaction([&] { return invitations().finish(key_); }).error(), errc::wrong_state);
  ASSERT_TRUE(attach("device", kNow + 1).has_value());
  EXPECT_TRUE(attach("device", kNow + 2).has_value());  // a lost answer: the same request again
  EXPECT_EQ(attach("other", kNow + 2).error(), errc::wrong_state);
  EXPECT_EQ(invitations().in_state(InvitationState::pending).at(0).request, bytes_of("device"));
  ASSERT_TRUE(in_transaction([&] { return invitations().finish(key_); }).has_value());
  EXPECT_EQ(attach("device", kNow + 3).error(), errc::wrong_state);
  EXPECT_EQ(in_transaction([&] { return invitations().add(key_, "hy.ubnd", true, kNow); }).error(),
            errc::already_exists);
}

TEST_F(InvitationsTest, ExpiresAfterFourteenDays) {
  EXPECT_EQ(attach("device", kNow + kInvitationMs).error(), errc::expired);
  EXPECT_TRUE(attach("device", kNow + kInvitationMs - 1).has_value());
}

TEST_F(InvitationsTest, FiveWrongCodesLockIt) {
  const auto wrong = [&] { return in_transaction([&] { return invitations().count_wrong_code(key_); }); };
  for (int left = 4; left >= 0; --left) EXPECT_EQ(wrong().value(), left);
  EXPECT_EQ(wrong().error(), errc::locked);
  EXPECT_EQ(attach("device", kNow).error(), errc::locked);
  EXPECT_EQ(invitations().of_organisation("hy.ubnd").at(0).state, InvitationState::locked);
}

class BundlesTest : public OpenDatabase {
 protected:
  Bundles bundles() { return Bundles(connection()); }
  Bundle bundle(std::uint8_t n) {
    return {.header_hash = hash_of(n),
            .code = "7KQ4M2XP9TABCDEF",
            .direction = BundleDirection::out,
            .kind = 1,
            .outcome = 0,
            .created_ms = n,
            .covers_from = 10,
            .covers_to = 20,
            .state = BundleState::staged};
  }
};

TEST_F(BundlesTest, GoForwardOnly) {
  ASSERT_TRUE(in_transaction([&] { return bundles().put(bundle(1)); }).has_value());
  ASSERT_TRUE(in_transaction([&] { return bundles().put(bundle(2)); }).has_value());
  EXPECT_EQ(bundles().get(hash_of(1)), bundle(1));
  EXPECT_EQ(bundles().by_code("7KQ4M2XP9TABCDEF"), bundle(2));
  EXPECT_EQ(bundles().recent(1).at(0), bundle(2));
  const auto advance = [&](BundleState state) {
    return in_transaction([&] { return bundles().advance(hash_of(1), state); });
  };
  ASSERT_TRUE(advance(BundleState::handed).has_value());
  EXPECT_EQ(advance(BundleState::written).error(), errc::wrong_state);
  ASSERT_TRUE(advance(BundleState::closed).has_value());
  EXPECT_EQ(advance(BundleState::lost).error(), errc::wrong_state);
  ASSERT_EQ(bundles().unanswered().size(), 1u);
  EXPECT_EQ(bundles().unanswered().at(0), bundle(2));
  EXPECT_EQ(in_transaction([&] { return bundles().advance(hash_of(9), BundleState::lost); }).error(),
            errc::no_such_row);
}

}  // namespace
}  // namespace tram::station::test
