// Changesets whose receipt came and whose content did not: damaged, until it is fetched whole, or a newer program's,
// until this one can read it (sync design 2, 6 and 10; I16).
#include <gtest/gtest.h>

#include "meddling.h"
#include "scenario.h"
#include "sync/parts.h"

namespace tram::sync::test {
namespace {

class Holes : public Scenario {
 protected:
  // A response, with the content of one changeset meddled with on its way.
  void exchange(Party& site, const Hash& changeset, const std::function<void(Changeset&)>& how) {
    const Taken heard = w.hub_takes(site.device, w.request(site));
    auto frames = w.reply(site.device, heard.have, heard.notices);
    meddle(frames, changeset, how);
    w.site_takes(site, frames);
  }
};

TEST_F(Holes, WhatCameDamagedIsAskedForAndItsHomeIsFoldedAsIfNothingHadBeen) {
  for (const Place place : {Place::header, Place::signature, Place::body}) {
    const Hash bad = w.b().write(home, {set(home, kTitle, Value::text("damaged on the way")), note(home, "too")});
    w.exchange(w.b());
    exchange(w.a(), bad, [&](Changeset& c) { flip(c, place); });
    EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
    EXPECT_EQ(listed(w.a(), waiting::kDamaged), std::vector{bad});
    w.b().write(home, {set(home, kTitle, Value::text("written later"))});
    w.settle();
    EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty()) << static_cast<int>(place);
    EXPECT_FALSE(poisoned(w.a(), home));
    EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("written later"));
    EXPECT_TRUE(w.a().version(bad, 1)) << "its note is here";
    w.expect_converged();
  }
}

// A bit flips in the hub's row after the receipt: every site gets it damaged.
TEST_F(Holes, TheHubIsToldChecksItsOwnRowAndGetsItFromItsAuthor) {
  const Hash bad = w.b().write(home, {note(home, "b's")});
  w.exchange(w.b());
  const Changeset whole = stored(w.hub(), bad);
  for (const Place place : {Place::body, Place::header}) {
    flip(w.hub(), bad, place);
    w.exchange(w.a());
    EXPECT_EQ(listed(w.hub(), waiting::kFetch).size(), 0u) << "it does not know yet";
    const Actions told = w.hub().step(Incoming{w.a().device, w.request(w.a()), false});
    if (place == Place::body) {  // afterwards a has it
      EXPECT_TRUE(told.notices(OutcomeCode::bad_changeset));
      EXPECT_EQ(listed(w.hub(), waiting::kFetch), std::vector{bad});
    } else {
      w.hub().step(Mend{{bad}});
    }
    w.settle();
    EXPECT_EQ(stored(w.hub(), bad), whole);
    EXPECT_EQ(stored(w.a(), bad), whole);
    EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty());
    w.expect_converged();
  }
}

TEST_F(Holes, NobodyIsToldOfAHomeThatHeNeverSaw) {
  const RecordId other = w.new_case(w.b().organisation);
  w.exchange(w.b());
  const Hash hash = w.hub().with([&](Store& s) { return s.record(other, Layer::confirmed)->changeset; });
  flip(w.hub(), hash, Place::body);
  const std::uint64_t seq = w.hub().receipt(hash)->hub_seq;
  const ExchangeNotice notice{static_cast<std::uint16_t>(OutcomeCode::bad_changeset), {}, seq};
  EXPECT_FALSE(w.hub().step(Incoming{w.c().device, {encode_frame(notice)}, false}).notices(OutcomeCode::bad_changeset));
  EXPECT_TRUE(w.hub().step(Incoming{w.b().device, {encode_frame(notice)}, false}).notices(OutcomeCode::bad_changeset));
}

TEST_F(Holes, ACreationThatCameDamagedBringsBackAllThatRestsOnIt) {
  const RecordId later = w.new_case(w.a().organisation);
  const Hash made = w.hub().with([&](Store& s) { return s.record(later, Layer::confirmed)->changeset; });
  exchange(w.a(), made, [](Changeset& c) { c.body.back() ^= 1; });
  w.hub().write(later, {set(later, kTitle, Value::text("x"))});
  w.settle();
  EXPECT_EQ(w.a().field(later, kTitle)->value, Value::text("x"));
  EXPECT_FALSE(poisoned(w.a(), later));
  w.expect_converged();
}

TEST_F(Holes, InPartsToo) {
  const Hash large = w.b().write(home, std::vector<Operation>(10, note(home, std::string(60'000, 'n'))));
  w.exchange(w.b());
  flip(w.hub(), large, Place::body);
  w.exchange(w.a());
  EXPECT_EQ(listed(w.a(), waiting::kDamaged), std::vector{large});
  w.settle();
  EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty());
  EXPECT_TRUE(w.a().version(large, 9));
  w.expect_converged();
}

TEST_F(Holes, TwoInOneHomeLeaveItMarkedUntilBothAreHere) {
  const Hash first = w.b().write(home, {note(home, "first")}), second = w.b().write(home, {note(home, "second")});
  w.exchange(w.b());
  const Changeset whole = stored(w.hub(), second);
  flip(w.hub(), first, Place::body);
  flip(w.hub(), second, Place::body);
  w.exchange(w.a());
  EXPECT_EQ(listed(w.a(), waiting::kDamaged).size(), 2u);
  w.hub().with([&](Store& s) {
    ChangesetRow row = s.changeset(second).value();
    row.bytes = whole;
    s.put_changeset(row);
  });
  w.exchange(w.a());
  EXPECT_EQ(listed(w.a(), waiting::kDamaged), std::vector{first});
  EXPECT_TRUE(w.a().version(second));
  EXPECT_TRUE(poisoned(w.a(), home));
  w.settle();
  EXPECT_FALSE(poisoned(w.a(), home));
  w.expect_converged();
}

// Nobody has it whole: what comes later must not come anew with each answer for ever.
TEST_F(Holes, WhatNobodyHasIsAskedForSeldom) {
  const Hash bad = w.forger_b().push(home, {note(home, "of a device that is gone")});
  flip(w.hub(), bad, Place::body);
  int asked = 0;
  for (int i = 0; i < 40; ++i) {
    const auto frames = w.request(w.a());
    Have have;
    for (const Frame& f : frames)
      if (f.type == FrameType::have) have = decode_have(f).value();
    for (const StreamPosition& at : have.streams) {
      const auto stream = w.a().with([&](Store& s) { return s.stream(at.id); });
      asked += at.seq < stream->seq ? 1 : 0;
    }
    const Taken heard = w.hub_takes(w.a().device, frames);
    w.site_takes(w.a(), w.reply(w.a().device, heard.have, heard.notices));
  }
  EXPECT_GE(asked, 8);
  EXPECT_LE(asked, 10);
  w.hub().with([](Store& s) { put_waiting_list(s, waiting::kFetch, {}); });
  flip(w.hub(), bad, Place::body);  // the fixture wants a sound end
  for (int i = 0; i < 64; ++i) w.exchange(w.a());
  EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty());
}

// --- a newer program's ----------------------------------------------------------------------------------------------

TEST_F(Holes, ANewerHeaderIsKeptAndFoldedAfterTheUpgrade) {
  for (const bool by_flag : {true, false}) {
    Schema older = synthetic_schema();
    HeaderReach reach;
    if (by_flag) reach.flags = kClockUnset;
    if (!by_flag) reach.largest_role = static_cast<std::uint16_t>(Role::operator_) - 1;
    older.set_headers(reach);
    w.a().run_release(older);
    Forger::Options options;
    options.flags = by_flag ? kAllOrNothing : 0;
    options.role = by_flag ? Role::none : Role::operator_;
    const Hash newer = w.forger_b().push(home, {note(home, "by a newer program")}, options);
    w.exchange(w.a());
    EXPECT_TRUE(w.last.notices(OutcomeCode::too_new)) << "update needed";
    EXPECT_EQ(listed(w.a(), waiting::kNewer), std::vector{newer});
    EXPECT_EQ(stored(w.a(), newer), stored(w.hub(), newer)) << "as bytes";
    EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty());
    EXPECT_FALSE(w.a().version(newer));
    w.hub().write(home, {set(home, kTitle, Value::text("goes on"))});
    w.exchange(w.a());
    EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("goes on"));
    EXPECT_FALSE(w.a().step(Mend{{newer}}).notices(OutcomeCode::bad_changeset)) << "nothing is wrong with it";
    w.a().run_release(synthetic_schema());
    EXPECT_TRUE(listed(w.a(), waiting::kNewer).empty());
    EXPECT_TRUE(w.a().version(newer));
    EXPECT_FALSE(poisoned(w.a(), home));
    w.settle();
    w.expect_converged();
  }
}

// Of another format nothing is known but its hash: where its fields lie, no one here can say.
TEST_F(Holes, AnotherFormatIsKeptAsItCame) {
  const Changeset real = w.forger_b().sign(home, {note(home, "of format 2")}, {});
  Changeset newer = real;
  newer.header[4] = 2;
  const Hash hash = newer.hash();
  const crypto::SigningKey service = key_of(kServiceKey);
  const StreamId stream = organisation_stream(kZone, w.a().organisation);
  const auto cursor = w.a().with([&](Store& s) { return s.stream(stream).value(); });
  Receipt receipt =
      *w.hub().receipt(w.hub().with([&](Store& s) { return s.record(home, Layer::confirmed)->changeset; }));
  receipt.hub_seq = 1000;
  receipt.hub_time_ms = w.now_ms;
  receipt.changeset = hash;
  receipt.log = log_id(w.forger_b().device, 1);
  receipt.seq = 1;
  StreamSegment segment{stream, cursor.seq + 1, {}, {}, {}};
  const StreamEntry entry{EntryType::receipt, cursor.seq + 1, encode_receipt(receipt)};
  segment.entries.push_back({entry, newer});
  StreamHead head{cursor.hub_epoch, stream, entry.seq, next_chain(cursor.chain, entry), w.now_ms, 0, 0};
  segment.head = encode_stream_head(head);
  segment.signature = crypto::sign(service, "stream-head", {segment.head});
  w.site_takes(w.a(), {encode_frame(segment)});
  EXPECT_TRUE(w.last.notices(OutcomeCode::too_new));
  EXPECT_EQ(stored(w.a(), hash), newer);
  EXPECT_EQ(listed(w.a(), waiting::kNewer), std::vector{hash});
  EXPECT_TRUE(listed(w.a(), waiting::kDamaged).empty());
}

}  // namespace
}  // namespace tram::sync::test
