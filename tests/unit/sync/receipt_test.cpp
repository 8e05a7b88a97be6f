// Receipts, stream entries, scope changes and heads (sync design 5).
#include <gtest/gtest.h>

#include <set>

#include "samples.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

TEST(Receipt, LiesAtTheOffsetsOfTheTable) {
  const Receipt r = sample_receipt(2);
  const Bytes b = encode_receipt(r);
  ASSERT_EQ(b.size(), 104u);
  EXPECT_EQ(to_hex(ByteView(b).first(16)),
            "54525243"
            "02000000"
            "0403020100000000");
  EXPECT_EQ(load_le<std::uint64_t>(&b[16]), r.hub_time_ms);
  EXPECT_EQ(load_le<std::uint64_t>(&b[24]), r.lo_ms);
  EXPECT_EQ(to_hex(ByteView(b).subspan(32, 32)), to_hex(r.changeset));
  EXPECT_EQ(to_hex(ByteView(b).subspan(64, 16)), r.log.hex());
  EXPECT_EQ(load_le<std::uint64_t>(&b[80]), r.seq);
  EXPECT_EQ(to_hex(ByteView(b).subspan(88)),
            "09000000"
            "0400"
            "0200"
            "00000102"
            "01000224");
}

TEST(Receipt, ComesBackAsItWas) {
  for (const std::size_t n : {0u, 1u, 2u}) {
    const auto back = decode_receipt(encode_receipt(sample_receipt(n)));
    ASSERT_TRUE(back) << n;
    EXPECT_EQ(*back, sample_receipt(n));
  }
}

TEST(Receipt, HashIsOfAllItsBytes) {
  const Bytes b = encode_receipt(sample_receipt(1));
  EXPECT_EQ(receipt_hash(b), crypto::hash("TRM1-receipt", {b}));
}

TEST(Receipt, TellsTheVerdictOfEachOperation) {
  const Receipt r = sample_receipt(2);
  EXPECT_EQ(r.verdict_of(0).verdict, Verdict::proposal);
  EXPECT_EQ(r.verdict_of(1).reason, Reason::missing_base);
  EXPECT_EQ(r.verdict_of(2).verdict, Verdict::admitted);
  EXPECT_FALSE(r.quarantines_all());
  Receipt all = sample_receipt(0);
  all.exceptions = {{kAllOperations, Verdict::quarantined, Reason::revoked}};
  EXPECT_TRUE(all.quarantines_all());
  EXPECT_EQ(all.verdict_of(7).reason, Reason::revoked);
  all.exceptions = {{kAllOperations, Verdict::proposal, Reason::all_or_nothing}};
  EXPECT_FALSE(all.quarantines_all());
  EXPECT_EQ(all.verdict_of(7).verdict, Verdict::proposal);
}

TEST(Receipt, RefusesWhatNoHubWrites) {
  const Refusal cases[] = {{"magic", 0, {'T', 'R', 'R', 'X'}, errc::bad_magic},
                           {"epoch 0", 4, Bytes(4, 0), errc::bad_value},
                           {"hub_seq 0", 8, Bytes(8, 0), errc::bad_value},
                           {"seq 0", 80, Bytes(8, 0), errc::bad_value},
                           {"one exception fewer", 94, {1, 0}, errc::trailing_bytes},
                           {"one exception more", 94, {3, 0}, errc::truncated},
                           {"1025 exceptions", 94, {1, 4}, errc::over_limit},
                           {"verdict 3", 98, {3}, errc::bad_value},
                           {"admitted is not listed", 98, {0, 0}, errc::bad_value},
                           {"proposal with a reason of quarantine", 99, {32}, errc::bad_value},
                           {"proposal without a reason", 99, {0}, errc::bad_value},
                           {"quarantine with a reason of a proposal", 103, {1}, errc::bad_value},
                           {"reason 39", 103, {39}, errc::bad_value},
                           {"operations twice", 100, {0, 0}, errc::not_canonical},
                           {"operations going back", 96, {2, 0}, errc::not_canonical},
                           {"all beside another", 96, {0xFF, 0xFF}, errc::not_canonical},
                           {"another beside all", 100, {0xFF, 0xFF}, errc::not_canonical}};
  for (const Refusal& c : cases) {
    Bytes b = encode_receipt(sample_receipt(2));
    std::copy(c.bytes.begin(), c.bytes.end(), b.begin() + static_cast<std::ptrdiff_t>(c.offset));
    const auto back = decode_receipt(b);
    ASSERT_FALSE(back) << c.name;
    EXPECT_EQ(back.error(), c.code) << c.name;
  }
}

TEST(Receipt, IsRefusedWhenCutOrLonger) {
  Bytes b = encode_receipt(sample_receipt(2));
  for (std::size_t size = 0; size < b.size(); ++size)
    EXPECT_EQ(decode_receipt(ByteView(b).first(size)).error(), errc::truncated) << size;
  b.push_back(0);
  EXPECT_EQ(decode_receipt(b).error(), errc::trailing_bytes);
}

TEST(Receipt, VerdictsAndReasonsHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const int n : {0, 1, 2, 3, 4, 5, 6, 32, 33, 34, 35, 36, 37, 38}) names.insert(name(static_cast<Reason>(n)));
  EXPECT_EQ(names.size(), 14u);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(name(Verdict::admitted), "admitted");
  EXPECT_EQ(name(Verdict::proposal), "proposal");
  EXPECT_EQ(name(Verdict::quarantined), "quarantined");
}

TEST(ScopeChange, IsThirtyTwoBytes) {
  const ScopeChange c{id<RecordId>(0x31), 77, 3, LeaveMode::purge};
  const Bytes b = encode_scope_change(c);
  EXPECT_EQ(to_hex(b), id<RecordId>(0x31).hex() + "4d00000000000000" + "03000000" + "01000000");
  ASSERT_TRUE(decode_scope_change(b));
  EXPECT_EQ(*decode_scope_change(b), c);
  for (std::size_t size = 0; size < b.size(); ++size)
    EXPECT_EQ(decode_scope_change(ByteView(b).first(size)).error(), errc::truncated);
  Bytes other = b;
  other.push_back(0);
  EXPECT_EQ(decode_scope_change(other).error(), errc::trailing_bytes);
  other = b;
  other[28] = 2;
  EXPECT_EQ(decode_scope_change(other).error(), errc::bad_value);
}

TEST(Stream, ChainStartsWithItsIdAndCoversSeqTypeAndPayload) {
  const StreamId stream = id<StreamId>(0x75);
  const Hash start = first_chain(stream);
  EXPECT_EQ(to_hex(start), stream.hex() + std::string(32, '0'));
  const StreamEntry entry{EntryType::scope_enter, 5, {1, 2, 3}};
  Bytes seq;
  append_le(seq, std::uint64_t{5});
  const Hash payload = crypto::hash("TRM1-entry", {Bytes{1, 2, 3}});
  EXPECT_EQ(next_chain(start, entry), crypto::hash("TRM1-stream", {start, seq, Bytes{2}, payload}));
  EXPECT_NE(next_chain(start, entry), next_chain(start, {EntryType::scope_leave, 5, {1, 2, 3}}));
  EXPECT_NE(next_chain(start, entry), next_chain(start, {EntryType::scope_enter, 6, {1, 2, 3}}));
  EXPECT_NE(next_chain(start, entry), next_chain(start, {EntryType::scope_enter, 5, {1, 2, 4}}));
}

TEST(StreamHead, LiesAtItsOffsetsAndComesBack) {
  const StreamHead head = sample_head();
  const auto b = encode_stream_head(head);
  EXPECT_EQ(to_hex(ByteView(b).first(8)),
            "54525348"
            "02000000");
  EXPECT_EQ(to_hex(ByteView(b).subspan(8, 16)), head.stream.hex());
  EXPECT_EQ(load_le<std::uint64_t>(&b[24]), head.seq);
  EXPECT_EQ(to_hex(ByteView(b).subspan(32, 32)), to_hex(head.chain));
  EXPECT_EQ(load_le<std::uint64_t>(&b[64]), head.hub_time_ms);
  EXPECT_EQ(load_le<std::uint64_t>(&b[72]), head.durable_through);
  EXPECT_EQ(to_hex(ByteView(b).subspan(80)),
            "09000000"
            "00000000");
  const auto back = decode_stream_head(b);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, head);
}

TEST(StreamHead, IsRefusedWithOtherMagicSizeOrReservedBytes) {
  const auto good = encode_stream_head(sample_head());
  Bytes b(good.begin(), good.end());
  b[0] = 'X';
  EXPECT_EQ(decode_stream_head(b).error(), errc::bad_magic);
  for (const std::size_t at : {84u, 87u}) {
    b.assign(good.begin(), good.end());
    b[at] = 1;
    EXPECT_EQ(decode_stream_head(b).error(), errc::bad_value);
  }
  b.assign(good.begin(), good.end());
  EXPECT_FALSE(decode_stream_head(ByteView(b).first(87)));
  b.push_back(0);
  EXPECT_FALSE(decode_stream_head(b));
}

}  // namespace
}  // namespace tram::sync::test
