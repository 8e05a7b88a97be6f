// The columnar encoding: whatever the plain one carries comes back byte for byte, from damaged bytes nothing worse than
// a named error comes, and nothing comes out larger than a plain frame could hold.
#include "sync/columnar.h"

#include <gtest/gtest.h>

#include <random>

#include "samples.h"
#include "sync/limits.h"
#include "sync/wire/columnar_codec.h"

namespace tram::sync::test {
namespace {

constexpr std::size_t kFixedPart = 29;
constexpr std::size_t kEncodingAt = 28;

Result<ChangesetSegment> decoded(const Frame& f, const ChangesetSegment&) {
  return decode_changesets(f);
}
Result<StreamSegment> decoded(const Frame& f, const StreamSegment&) {
  return decode_stream(f);
}

template <class Segment>
void expect_comes_back(const Segment& segment) {
  const auto items = columnar::encode(segment);
  ASSERT_TRUE(items);
  Frame frame = encode_plain(segment);
  frame.bytes.resize(kFixedPart);
  frame.bytes[kEncodingAt] = 1;
  append(frame.bytes, *items);
  const auto back = decoded(frame, segment);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, segment);
}

// --- random segments -------------------------------------------------------------------------------------------------

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  T id_of(std::size_t pool) {
    return id<T>(static_cast<std::uint8_t>(0xB0 + below(pool)));
  }
  void fill(std::span<std::uint8_t> bytes) {
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random_());
  }

  Operation operation() {
    static const auto operations = sample_operations();
    static const auto values = sample_values();
    Operation op = operations[below(operations.size())].operation;
    if (op.unknown_kind) return op;
    const auto made = made_.empty() || one_in(2) ? id_of<VersionId>(3) : made_[below(made_.size())];
    for (VersionId& v : op.seen) v = made;
    if (op.auth_base && one_in(2)) op.auth_base = VersionId{};
    if (op.kind == OperationKind::record_create)
      op.record = one_in(3) ? id_of<RecordId>(4) : record_id(id<DeviceId>(0xB0), op.nonce);
    else if (!op.record.is_zero())
      op.record = id_of<RecordId>(4);
    if (op.kind == OperationKind::field_set) op.value = values[below(values.size())].value;
    return op;
  }

  Changeset changeset() {
    Body body;
    fill(body.salt);
    for (std::size_t n = 1 + below(4); n > 0; --n) body.operations.push_back(operation());
    Changeset c;
    c.body = encode_body(body);
    if (one_in(8)) c.body[below(c.body.size())] ^= static_cast<std::uint8_t>(1 + below(255));
    Header h;
    h.device = id_of<DeviceId>(2);
    h.person = id_of<PersonId>(2);
    h.seq = ++seq_[h.device];
    h.prev = head_[h.device];
    h.written_at = (written_ += below(1u << 20)) << 16 | below(2);
    if (!receipts_.empty() && one_in(2)) h.anchor = receipts_[below(receipts_.size())];
    h.op_count = static_cast<std::uint16_t>(body.operations.size());
    h.body_len = static_cast<std::uint32_t>(c.body.size());
    h.home = one_in(2) ? id_of<RecordId>(4) : body.operations.front().record;
    h.body_hash = body_hash(c.body);
    c.header = encode_header(h);
    const std::size_t at = below(8 * kHeaderBytes);  // sometimes damaged, but for the length of the body
    if (at < kHeaderBytes && (at < 140 || at >= 144)) c.header[at] ^= static_cast<std::uint8_t>(1 + below(255));
    fill(c.signature);
    head_[h.device] = c.hash();
    for (std::uint16_t i = 0; i < h.op_count; ++i) made_.push_back(version_id(c.hash(), i));
    return c;
  }

  CarriedEntry entry(std::uint64_t seq) {
    CarriedEntry e;
    e.entry.seq = seq;
    if (!one_in(3)) e.changeset = changeset();
    if (one_in(5)) {
      e.entry.type = one_in(2) ? EntryType::scope_enter : EntryType::scope_leave;
      e.entry.payload = encode_scope_change({id_of<RecordId>(4), seq, static_cast<std::uint32_t>(below(3)), {}});
    } else {
      Receipt r = sample_receipt(below(3));
      r.hub_seq = seq;
      if (e.changeset && !one_in(8)) {
        const Header h = header_fields(e.changeset->header);
        r.changeset = e.changeset->hash();
        r.log = h.log();
        r.seq = std::max<std::uint64_t>(h.seq, 1);
      }
      e.entry.payload = encode_receipt(r);
      receipts_.push_back({r.hub_epoch, r.hub_seq, {}});
      std::copy_n(receipt_hash(e.entry.payload).begin(), 8, receipts_.back().hash.begin());
    }
    if (one_in(10)) e.entry.payload[below(e.entry.payload.size())] ^= 0x10;
    if (one_in(20)) e.entry.payload.resize(below(e.entry.payload.size()));
    return e;
  }

  ChangesetSegment changesets() {
    ChangesetSegment s{id_of<LogId>(1), 1 + below(3), {}};
    for (std::size_t n = 1 + below(12); n > 0; --n) s.changesets.push_back(changeset());
    return s;
  }
  StreamSegment stream() {
    StreamSegment s;
    s.stream = id_of<StreamId>(1);
    s.first_seq = 1 + below(100);
    for (std::size_t n = below(12); n > 0; --n) s.entries.push_back(entry(s.first_seq + s.entries.size()));
    fill(s.head);
    fill(s.signature);
    if (one_in(2)) {
      StreamHead head = sample_head();
      head.stream = s.stream;
      head.seq = s.first_seq + s.entries.size() - 1;
      s.head = encode_stream_head(head);
    }
    return s;
  }

 private:
  std::mt19937_64 random_;
  std::map<DeviceId, std::uint64_t> seq_;
  std::map<DeviceId, Hash> head_;
  std::uint64_t written_ = 1'750'000'000'000;
  std::vector<VersionId> made_;
  std::vector<Anchor> receipts_;
};

TEST(Columnar, CarriesEverySample) {
  expect_comes_back(sample_changesets());
  expect_comes_back(sample_stream());
  const ChangesetSegment run = sample_run();
  for (std::size_t from = 0; from < run.changesets.size(); ++from) {
    for (std::size_t to = from + 1; to <= run.changesets.size(); ++to) {
      SCOPED_TRACE(std::to_string(from) + " to " + std::to_string(to));
      const auto at = [&run](std::size_t i) { return run.changesets.begin() + static_cast<std::ptrdiff_t>(i); };
      expect_comes_back(ChangesetSegment{run.log, from + 1, {at(from), at(to)}});
    }
  }
  expect_comes_back(sample_stream_run());
}

TEST(Columnar, CarriesRandomSegmentsByteForByte) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    expect_comes_back(draw.changesets());
    expect_comes_back(draw.stream());
  }
}

TEST(Columnar, IsTakenWhenItIsShorterAndNeverLongerThanPlain) {
  const ChangesetSegment run = sample_run();
  EXPECT_EQ(encode_frame(run).bytes[kEncodingAt], 1);
  EXPECT_LT(encode_frame(run).bytes.size(), encode_plain(run).bytes.size() * 3 / 4);
  EXPECT_LT(encode_frame(sample_stream_run()).bytes.size(), encode_plain(sample_stream_run()).bytes.size() * 3 / 4);
  // Nothing can be left out of bytes that are no changeset at all.
  Draw draw(1);
  ChangesetSegment noise{id<LogId>(1), 1, {{}}};
  draw.fill(noise.changesets[0].header);
  store_le<std::uint32_t>(&noise.changesets[0].header[140], 0);
  const Frame frame = encode_frame(noise);
  EXPECT_EQ(frame, encode_plain(noise));
  EXPECT_EQ(*decode_changesets(frame), noise);
}

TEST(Columnar, LeavesToThePlainEncodingWhatNoReceiverTakes) {
  ChangesetSegment longer = sample_changesets();
  longer.changesets[0].body.push_back(0);  // not the length in the header
  EXPECT_FALSE(columnar::encode(longer));
  StreamSegment gap = sample_stream();
  gap.entries[1].entry.seq++;
  EXPECT_FALSE(columnar::encode(gap));
  EXPECT_EQ(encode_frame(gap), encode_plain(gap));
}

// --- bytes that nobody wrote -----------------------------------------------------------------------------------------

bool named(Error e) {
  return e == errc::truncated || e == errc::trailing_bytes || e == errc::not_canonical || e == errc::over_limit ||
         e == errc::bad_value || e == errc::too_new;
}

template <class Segment>
void expect_every_cut_refused(const Segment& segment) {
  const Frame frame = encode_frame(segment);
  ASSERT_EQ(frame.bytes[kEncodingAt], 1);
  for (std::size_t size = 0; size < frame.bytes.size(); ++size) {
    Frame cut = frame;
    cut.bytes.resize(size);
    const auto back = decoded(cut, segment);
    ASSERT_FALSE(back) << size;
    ASSERT_TRUE(named(back.error())) << size << back.error().message();
  }
  Frame longer = frame;
  longer.bytes.push_back(0);
  const auto back = decoded(longer, segment);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error(), errc::trailing_bytes);
}

TEST(Columnar, RefusesEveryCut) {
  expect_every_cut_refused(sample_changesets());
  expect_every_cut_refused(sample_stream());
  expect_every_cut_refused(sample_run());
  expect_every_cut_refused(sample_stream_run());
}

template <class Segment>
void damage(const Segment& segment, std::uint64_t seed) {
  Draw draw(seed);
  const Frame frame = encode_frame(segment);
  for (int round = 0; round < 3000; ++round) {
    Frame bad = frame;
    for (std::size_t n = 1 + draw.below(3); n > 0; --n) {
      // Mostly where numbers lie, before the columns of random bytes.
      const std::size_t within = draw.one_in(3) ? bad.bytes.size() : std::min<std::size_t>(bad.bytes.size(), 600);
      bad.bytes[16 + draw.below(within - 16)] =
          draw.one_in(2) ? static_cast<std::uint8_t>(draw.below(256)) : static_cast<std::uint8_t>(draw.below(4));
    }
    const auto back = decoded(bad, segment);
    if (!back) {
      ASSERT_TRUE(named(back.error())) << back.error().message();
      continue;
    }
    // Whatever was taken is a segment like any other.
    const auto again = decoded(encode_frame(*back), segment);
    ASSERT_TRUE(again) << again.error().message();
    ASSERT_EQ(*again, *back);
  }
}

TEST(Columnar, TakesFromDamagedBytesOnlyWhatComesBackAgain) {
  damage(sample_changesets(), 1);
  damage(sample_stream(), 2);
  damage(sample_run(), 3);
  damage(sample_stream_run(), 4);
}

TEST(Columnar, RefusesEachBadNumber) {
  const Frame good = encode_frame(sample_changesets());  // in rows
  ASSERT_EQ(good.bytes[kFixedPart], 0);
  const std::initializer_list<Refusal> cases = {
      {"count of 2^32-1", 24, Bytes(4, 0xFF), errc::over_limit},
      {"more than there are", 24, {2}, errc::truncated},
      {"layout 2", 29, {2}, errc::bad_value},
      {"an author before any", 30, {0}, errc::bad_value},
      {"an author beyond the table", 30, {2}, errc::bad_value},
      {"a class of two bytes", 31, {0x80, 0x02}, errc::bad_value},
      {"a class not in its shortest form", 31, {0x81, 0x00}, errc::not_canonical}};
  for (const Refusal& c : cases) {
    Frame bad = good;
    std::copy(c.bytes.begin(), c.bytes.end(), bad.bytes.begin() + static_cast<std::ptrdiff_t>(c.offset));
    const auto back = decode_changesets(bad);
    ASSERT_FALSE(back) << c.name;
    EXPECT_EQ(back.error(), c.code) << c.name;
  }
}

TEST(Columnar, ComesOutNoLargerThanAPlainFrame) {
  ChangesetSegment s = sample_changesets();
  Body body = sample_body();
  body.operations[0].seen.assign(limits::kSupersedes, id<VersionId>(0x41));  // a byte each here, 16 each in plain
  while (body.operations.size() < 60) body.operations.push_back(body.operations[0]);
  Changeset& c = s.changesets[0];
  c.body = encode_body(body);
  store_le(&c.header[138], static_cast<std::uint16_t>(body.operations.size()));
  store_le(&c.header[140], static_cast<std::uint32_t>(c.body.size()));
  s.changesets.assign(limits::kSegmentPlainBytes / encoded_size(c), Changeset(c));
  expect_comes_back(s);
  s.changesets.push_back(s.changesets.back());
  EXPECT_FALSE(columnar::encode(s));

  columnar::ColumnWriter out(columnar::Layout::columns);
  columnar::Codec codec(out, s.first_seq, SIZE_MAX);
  for (const Changeset& each : s.changesets) ASSERT_TRUE(codec.changeset(each));
  const Bytes items = out.take();
  ASSERT_LT(items.size(), limits::kFrameBytes / 4);
  ChangesetSegment back{s.log, s.first_seq, {}};
  const auto read = columnar::decode(items, static_cast<std::uint32_t>(s.changesets.size()), back);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), errc::over_limit);
}

}  // namespace
}  // namespace tram::sync::test
