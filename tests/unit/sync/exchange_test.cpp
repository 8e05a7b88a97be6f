// The exchange between engines: scope, repeats, losses, gaps, and what a bundle refuses (sync design 5 to 8).
#include <gtest/gtest.h>

#include "sync/digest.h"
#include "world.h"

namespace tram::sync::test {
namespace {

class ExchangeTest : public ::testing::Test {
 protected:
  World w;
};

std::vector<std::uint64_t> receipt_numbers(Party& party) {
  return party.with([](Store& s) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = 1; n <= meta_u64(s, meta::kHubSeq); ++n)
      if (s.receipt(1, n)) numbers.push_back(n);
    return numbers;
  });
}

TEST_F(ExchangeTest, EnrolledSitesHaveAReceiptedLog) {
  for (Party* p : {&w.hub(), &w.a(), &w.b(), &w.c()}) {
    EXPECT_EQ(p->log().head_seq, 1u) << p->code;
    EXPECT_EQ(p->log().receipted_seq, 1u) << p->code;
    EXPECT_EQ(p->log().receipted_hash, p->log().head_hash) << p->code;
  }
  w.expect_converged();
}

TEST_F(ExchangeTest, ASaveReachesEverybodyInScopeAndNobodyElse) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("made"));
  EXPECT_FALSE(w.b().field(home, kTitle));
  const Hash saved = w.a().write(home, {set(home, kTitle, Value::text("from a"))});
  EXPECT_EQ(w.a().field(home, kTitle, Layer::provisional)->value, Value::text("from a"));
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("made"));
  w.settle();
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("from a"));
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("from a"));
  EXPECT_EQ(w.a().outcome(saved), Outcome::applied);
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
  w.expect_converged();
}

TEST_F(ExchangeTest, AHomeEntersWithItsHistoryWhenItIsHandedOver) {
  const RecordId home = w.new_case(w.a().organisation, false);
  const Hash second = w.hub().write(home, {set(home, kDeadline, Value::integer(10))});
  w.settle();
  EXPECT_FALSE(w.a().with([&](Store& s) { return s.record(home, Layer::confirmed); }));
  w.hub().write(home, {happens(home, kHandedOver)});
  w.settle();
  EXPECT_EQ(w.a().field(home, kDeadline)->value, Value::integer(10));
  EXPECT_TRUE(w.a().version(second));
  const auto entered = w.a().with([&](Store& s) {
    std::vector<EntryType> types;
    s.each_entry(organisation_stream(kZone, w.a().organisation), 1, [&](const EntryRow& e) {
      types.push_back(e.type);
      return true;
    });
    return types;
  });
  ASSERT_GE(entered.size(), 4u);
  EXPECT_EQ(
      (std::vector<EntryType>(entered.begin(), entered.begin() + 4)),
      (std::vector<EntryType>{EntryType::scope_enter, EntryType::receipt, EntryType::receipt, EntryType::receipt}));
  w.expect_converged();
}

TEST_F(ExchangeTest, APaperEntersTheScopeOfTheBodiesThatReceiveIt) {
  const auto n = filled<16>(0x77);
  const RecordId paper = record_id(w.hub().device, n);
  w.hub().write(paper, {create(paper, n, kPaper), set(paper, kPaperTitle, Value::text("plan"))});
  w.settle();
  EXPECT_FALSE(w.b().field(paper, kPaperTitle));
  w.hub().write(paper, {add(paper, kReceiving, Value::id(w.b().organisation))});
  w.settle();
  EXPECT_EQ(w.b().field(paper, kPaperTitle)->value, Value::text("plan"));
  EXPECT_FALSE(w.a().field(paper, kPaperTitle));
  w.expect_converged();
}

TEST_F(ExchangeTest, AvailableIsSignedOnceInTheTransactionOfTheHandover) {
  const RecordId home = w.new_case(w.a().organisation);
  const auto frames = w.reply(w.a().device);
  const std::uint64_t before = w.a().log().head_seq;
  w.site_takes(w.a(), frames);
  EXPECT_EQ(w.a().log().head_seq, before + 1) << "signed in the step that took the hand-over in";
  EXPECT_EQ(w.a().field(home, kState, Layer::provisional)->event, kAvailable);
  w.site_takes(w.a(), frames);
  w.settle();
  w.hub().write(home, {happens(home, kHandedOver)});
  w.settle();
  std::size_t available = 0;
  for (const VersionRow& v : w.hub().versions(home, kState)) {
    if (v.event != kAvailable) continue;
    ++available;
    EXPECT_EQ(v.verdict, Verdict::admitted);
    EXPECT_TRUE(v.person.is_zero()) << "the program itself";
    EXPECT_EQ(v.organisation, w.a().organisation);
  }
  EXPECT_EQ(available, 1u);
  w.expect_converged();
}

TEST_F(ExchangeTest, ABodyThatOnlyFollowsEmitsNothing) {
  const RecordId home = w.new_case(w.a().organisation);
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  EXPECT_TRUE(w.b().field(home, kTitle));
  EXPECT_EQ(w.b().log().head_seq, 1u);
}

TEST_F(ExchangeTest, AResponseTakenTwiceChangesNothing) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  w.hub().write(home, {set(home, kTitle, Value::text("again"))});
  const auto frames = w.reply(w.a().device);
  EXPECT_GT(w.site_takes(w.a(), frames).pulled, 0u);
  const Hash once = w.a().with([&](Store& s) { return w.a().engine->digest(s, w.a().organisation); });
  EXPECT_EQ(w.site_takes(w.a(), frames).pulled, 0u);
  EXPECT_FALSE(w.last.find<Notice>());
  EXPECT_EQ(w.a().with([&](Store& s) { return w.a().engine->digest(s, w.a().organisation); }), once);
  w.settle();
  w.expect_converged();
}

TEST_F(ExchangeTest, SumsAreFilledInADatabaseThatHadNone) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  const StreamId stream = organisation_stream(kZone, w.a().organisation);
  const auto sums = [&] {
    return w.a().with([&](Store& s) { return std::pair(s.home(home)->digest, s.stream(stream)->digest); });
  };
  const auto kept = sums();
  EXPECT_NE(kept.first, Hash{});
  w.a().with([&](Store& s) {
    HomeRow row = *s.home(home);
    row.digest = {};
    s.put_home(row);
    StreamRow cursor = *s.stream(stream);
    cursor.digest = {};
    s.put_stream(cursor);
    s.put_meta("digests_kept", {});
  });
  (void)w.a().step(Start{});
  EXPECT_EQ(sums(), kept);
}

TEST_F(ExchangeTest, ABundleTakenTwiceIsADuplicate) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  w.a().write(home, {set(home, kTitle, Value::text("by stick"))});
  const auto up = w.request(w.a());
  EXPECT_EQ(w.hub_takes(w.a().device, up, true).code, OutcomeCode::ok_new);
  const auto numbers = receipt_numbers(w.hub());
  EXPECT_EQ(w.hub_takes(w.a().device, up, true).code, OutcomeCode::duplicate);
  EXPECT_EQ(receipt_numbers(w.hub()), numbers);
  const auto down = w.reply(w.a().device);
  EXPECT_EQ(w.site_takes(w.a(), down, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(w.site_takes(w.a(), down, true).code, OutcomeCode::duplicate);
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("by stick"));
  w.expect_converged();
}

TEST_F(ExchangeTest, ReceiptsAreNumberedWithoutAGapAndTheirTimeNeverFalls) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  for (int i = 0; i < 5; ++i) w.a().write(home, {note(home, std::to_string(i))});
  w.hub().clock_offset_ms = -3'600'000;  // S-B6: an hour back
  w.settle();
  w.hub().write(home, {note(home, "hub")});
  const auto numbers = receipt_numbers(w.hub());
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(numbers[i], i + 1);
    const auto row = w.hub().with([&](Store& s) { return *s.receipt(1, numbers[i]); });
    EXPECT_GE(row.hub_time_ms, time);
    time = row.hub_time_ms;
  }
}

TEST_F(ExchangeTest, ByNetworkAGapIsAskedFor) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  Forger& f = w.forger_a();
  std::vector<Changeset> three;
  for (int i = 0; i < 3; ++i) three.push_back(f.sign(home, {note(home, std::to_string(i))}, {}));
  const auto need_from = [&] { return decode_hello_to_node(w.reply(f.device).front())->need_from; };
  w.hub_takes(f.device, {encode_frame(f.segment({three[0]}))});
  EXPECT_EQ(need_from(), 0u);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({three[2]}))}).receipted, 0u);
  EXPECT_EQ(need_from(), 2u);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({three[1], three[2]}))}).receipted, 2u);
  EXPECT_EQ(need_from(), 0u);
}

// S-A7 at a site: a down bundle that starts after the cursor.
TEST_F(ExchangeTest, ADownBundleAfterAGapIsHeldAtTheSite) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  w.hub().write(home, {note(home, "one")});
  const auto first = w.reply(w.a().device);
  Have have;
  have.directory_version = w.directory_version();
  for (const Frame& f : first)
    if (f.type == FrameType::stream) {
      const auto s = decode_stream(f).value();
      const auto head = decode_stream_head(s.head).value();
      have.streams.push_back({s.stream, head.hub_epoch, head.seq, head.chain, {}});
    }
  w.hub().write(home, {note(home, "two")});
  const auto second = w.reply(w.a().device, have);
  const Taken held = w.site_takes(w.a(), second, true);
  EXPECT_EQ(held.code, OutcomeCode::held_gap);
  ASSERT_EQ(held.missing.size(), 1u);
  EXPECT_EQ(held.missing[0].second, have.streams.back().seq);
  EXPECT_EQ(w.a().field(home, kNotes), std::nullopt);
  EXPECT_EQ(w.site_takes(w.a(), first, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(w.site_takes(w.a(), second, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 2u);
  w.expect_converged();
}

TEST_F(ExchangeTest, AForkIsKeptAsEvidenceAndQuarantinedOnce) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  Forger& f = w.forger_a();
  const Hash first = f.push(home, {note(home, "first")});
  f.seq = 0;
  f.prev = {};
  const Changeset second = f.sign(home, {note(home, "second")}, {});
  f.push(second);
  EXPECT_TRUE(w.last.notices(OutcomeCode::fork));
  EXPECT_EQ(w.hub().verdict(second.hash()).reason, Reason::fork);
  EXPECT_TRUE(w.hub().receipt(second.hash())->quarantines_all());
  EXPECT_EQ(w.hub().verdict(first).verdict, Verdict::admitted);
  const auto row = w.hub().with([&](Store& s) { return s.changeset(second.hash()); });
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state, ChangesetState::fork);
  EXPECT_EQ(row->bytes, second);
  const auto numbers = receipt_numbers(w.hub());
  f.push(second);
  EXPECT_EQ(receipt_numbers(w.hub()), numbers);
  const auto slot = w.hub().with([&](Store& s) { return s.changeset_at(log_id(f.device, f.incarnation), 1); });
  EXPECT_EQ(slot->hash, first);
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 1u);
  w.settle();
  w.expect_converged();
}

TEST_F(ExchangeTest, AForgedForkLeavesNoTrace) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  Forger& f = w.forger_a();
  f.push(home, {note(home, "first")});
  f.seq = 0;
  f.prev = {};
  Changeset second = f.sign(home, {note(home, "second")}, {});
  second.signature[0] ^= 1;
  f.push(second);
  EXPECT_FALSE(w.last.notices(OutcomeCode::fork));
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(second.hash()); }));
}

TEST_F(ExchangeTest, ABundleThatSpeaksForAnotherDeviceIsRefusedWhole) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  Forger& f = w.forger_a();
  const Changeset own = f.sign(home, {note(home, "own")}, {});
  const Changeset others = w.forger_b().sign(home, {note(home, "others")}, {});
  const auto frames = {encode_frame(f.segment({own})), encode_frame(w.forger_b().segment({others}))};
  const Taken refused = w.hub_takes(f.device, frames, true);
  EXPECT_EQ(refused.code, OutcomeCode::wrong_log);
  EXPECT_EQ(refused.receipted, 0u);
  EXPECT_FALSE(w.hub().receipt(own.hash())) << "nothing of the bundle was used";
  // By network the wrong item stops alone.
  EXPECT_EQ(w.hub_takes(f.device, frames).receipted, 1u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::wrong_log));
  EXPECT_TRUE(w.hub().receipt(own.hash()));
  EXPECT_FALSE(w.hub().receipt(others.hash()));
}

TEST_F(ExchangeTest, AClassAboveTheZoneIsRefusedUnread) {
  const RecordId home = w.new_case(w.a().organisation);
  Forger& f = w.forger_a();
  Changeset c = f.sign(home, {note(home, "marked")}, {});
  Header h = decode_header(c.header).value();
  h.confidentiality = 1;
  c = seal_changeset(h, c.body, f.key);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({c}))}, true).code, OutcomeCode::class_refused);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({c}))}).receipted, 0u);
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(c.hash()); })) << "nothing of it is stored";
}

TEST_F(ExchangeTest, AChangesetOfAnotherZoneIsRefused) {
  const RecordId home = w.new_case(w.a().organisation);
  Forger& f = w.forger_a();
  Changeset c = f.sign(home, {note(home, "x")}, {});
  Header h = decode_header(c.header).value();
  h.zone = id<ZoneId>(0xEE);
  c = seal_changeset(h, c.body, f.key);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({c}))}, true).code, OutcomeCode::wrong_zone);
}

TEST_F(ExchangeTest, ASenderThatIsNotInTheDirectoryIsRefusedByBothRoutes) {
  for (const bool whole : {false, true})
    EXPECT_EQ(w.hub_takes(id<DeviceId>(0xEE), w.request(w.a()), whole).code, OutcomeCode::unknown_sender) << whole;
}

TEST_F(ExchangeTest, AHelloOfALaterProtocolIsRefusedByBothRoutes) {
  HelloToNode hello;
  hello.version = kProtocolVersion + 1;
  for (const bool whole : {false, true})
    EXPECT_EQ(w.site_takes(w.a(), {encode_frame(hello)}, whole).code, OutcomeCode::too_new) << whole;
}

TEST_F(ExchangeTest, AChangedStreamIsRefusedAndTheCursorStays) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  w.hub().write(home, {note(home, "one")});
  w.hub().write(home, {note(home, "two")});
  const auto frames = w.reply(w.a().device);
  const auto stream = organisation_stream(kZone, w.a().organisation);
  const auto cursor = [&] { return w.a().with([&](Store& s) { return s.stream(stream)->seq; }); };
  const std::uint64_t before = cursor();
  const auto altered = [&](const std::function<void(StreamSegment&)>& alter) {
    std::vector<Frame> out;
    for (const Frame& f : frames) {
      out.push_back(f);
      if (f.type != FrameType::stream) continue;
      StreamSegment s = decode_stream(f).value();
      if (s.stream != stream) continue;
      alter(s);
      out.back() = encode_frame(s);
    }
    return out;
  };
  const auto dropped = altered([](StreamSegment& s) { s.entries.pop_back(); });
  const auto swapped = altered([](StreamSegment& s) {
    std::swap(s.entries[0], s.entries[1]);
    std::swap(s.entries[0].entry.seq, s.entries[1].entry.seq);
  });
  const auto edited = altered([](StreamSegment& s) { s.entries[0].entry.payload[20] ^= 1; });
  const auto unsigned_head = altered([](StreamSegment& s) { s.signature[0] ^= 1; });
  for (const auto& bad : {dropped, swapped, edited, unsigned_head}) {
    EXPECT_EQ(w.site_takes(w.a(), bad, true).code, OutcomeCode::bad_signature);
    EXPECT_EQ(cursor(), before);
    w.site_takes(w.a(), bad);
    EXPECT_TRUE(w.last.notices(OutcomeCode::bad_signature));
    EXPECT_EQ(cursor(), before);
  }
  w.site_takes(w.a(), frames);
  EXPECT_EQ(cursor(), before + 2);
}

TEST_F(ExchangeTest, AStreamOfAnotherBodyIsRefused) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  w.hub().write(home, {note(home, "one")});
  const auto frames = w.reply(w.a().device);
  EXPECT_EQ(w.site_takes(w.b(), frames, true).code, OutcomeCode::bad_content);
  EXPECT_FALSE(w.b().field(home, kTitle));
}

// S-D8
TEST_F(ExchangeTest, ACursorBeyondTheHubIsNeverAnsweredFromZero) {
  w.new_case(w.a().organisation);
  w.settle();
  const auto stream = organisation_stream(kZone, w.a().organisation);
  for (const std::uint64_t seq : {1u, 1000u}) {
    Have have;
    have.directory_version = w.directory_version();
    have.streams = {{stream, 1, seq, hash_of(9), {}}};
    bool notice = false;
    for (const Frame& f : w.reply(w.a().device, have)) {
      if (f.type == FrameType::stream) {
        EXPECT_NE(decode_stream(f)->stream, stream) << seq;
      }
      if (f.type == FrameType::notice)
        notice = decode_notice(f)->code == static_cast<std::uint16_t>(OutcomeCode::hub_rollback);
    }
    EXPECT_TRUE(notice) << seq;
  }
}

// The answer too: what the reader says its line carries between two cuts, though the hub would send it all at once.
TEST_F(ExchangeTest, AnAnswerHoldsNoMoreThanTheReadersLineCarries) {
  const RecordId home = w.new_case(w.a().organisation);
  for (int i = 0; i < 20; ++i) w.hub().write(home, {note(home, std::string(5'000, static_cast<char>('a' + i)))});
  constexpr std::size_t kLine = 20'000;
  int rounds = 0;
  for (bool more = true; more; ++rounds) {
    ASSERT_LT(rounds, 40);
    const Actions prepared = w.a().step(Prepare{kLine, false, {}, kLine});
    const Taken heard = w.hub_takes(w.a().device, prepared.find<Send>()->frames);
    const Actions made = w.hub().step(MakeReply{w.a().device, heard.have, 6u << 20, heard.notices});
    std::size_t entries = 0;
    for (const Frame& f : made.find<Reply>()->frames)
      if (f.type == FrameType::stream) {
        const StreamSegment segment = decode_stream(f).value();
        for (const auto& entry : segment.entries) entries += encoded_size(entry);
      }
    EXPECT_LE(entries, kLine);
    more = w.site_takes(w.a(), made.find<Reply>()->frames).more;
  }
  EXPECT_GT(rounds, 4);
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 20u);
  const Actions whole = w.a().step(Prepare{1u << 20, false, {}, limits::kWholeAnswer});
  for (const Frame& f : whole.find<Send>()->frames)
    EXPECT_NE(f.type, FrameType::want) << "a line that holds needs none";
}

// However small the budget: the first thing of a request and of an answer goes, in parts where it is large.
TEST_F(ExchangeTest, NothingIsTooLargeForTheBudgetOfALine) {
  const RecordId home = w.new_case(w.a().organisation);
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const std::vector<Operation> large(10, note(home, std::string(60'000, 'n')));
  for (const std::size_t notes : {1u, 3u, 10u})
    w.a().write(home, std::vector<Operation>(large.begin(), large.begin() + static_cast<std::ptrdiff_t>(notes)));
  w.hub().write(home, {note(home, std::string(60'000, 'h'))});
  Organisation o;
  o.id = organisation_id(kZone, "new");
  o.code = "new";
  o.parent = w.hub().organisation;
  w.add_directory(o);
  constexpr std::size_t kTiny = 64;
  const auto exchange = [&](Party& site) {
    const Actions prepared = site.step(Prepare{kTiny});
    const Taken heard = w.hub_takes(site.device, prepared.find<Send>()->frames);
    const Actions made = w.hub().step(MakeReply{site.device, heard.have, kTiny, heard.notices});
    const Taken taken = w.site_takes(site, made.find<Reply>()->frames);
    return taken.more || prepared.find<Send>()->more;
  };
  for (Party* site : {&w.a(), &w.b(), &w.c()}) {
    int rounds = 0;
    while (exchange(*site)) ASSERT_LT(++rounds, 40) << site->code;
  }
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_EQ(p->field(home, kNotes)->heads.size(), 15u) << p->code;
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
