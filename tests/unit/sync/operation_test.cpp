// Operations and bodies: every kind round trips, unknown kinds are kept, and no count or length is believed.
#include <gtest/gtest.h>

#include <random>

#include "samples.h"
#include "sync/limits.h"
#include "sync/wire/value_archive.h"

namespace tram::sync::test {
namespace {

Body body_of(std::vector<Operation> operations) {
  Body body;
  body.salt = filled<16>(0x5A);
  body.operations = std::move(operations);
  return body;
}

// salt | no deps | one operation of that kind with that payload
Bytes body_with(std::uint64_t kind, ByteView payload) {
  wire::Writer w;
  w.raw(filled<16>(0x5A));
  w.varint(0);
  w.varint(1);
  w.varint(kind);
  w.varint(payload.size());
  w.raw(payload);
  return w.take();
}

TEST(Operations, OfEveryKindComeBack) {
  for (const auto& [name, operation] : sample_operations()) {
    const Bytes bytes = encode_body(body_of({operation}));
    const auto back = decode_body(bytes);
    ASSERT_TRUE(back) << name << ": " << back.error().message();
    ASSERT_EQ(back->operations.size(), 1u) << name;
    EXPECT_EQ(back->operations[0], operation) << name;
    EXPECT_EQ(encode_body(*back), bytes) << name;
  }
}

TEST(Operations, OfAKindNotKnownAreKeptByteForByte) {
  for (const std::uint64_t kind : {0ull, 5ull, 14ull, 900ull, ~0ull}) {
    const Bytes bytes = body_with(kind, Bytes{1, 2, 3});
    const auto back = decode_body(bytes);
    ASSERT_TRUE(back) << kind;
    EXPECT_EQ(back->operations[0].unknown_kind, kind);
    EXPECT_EQ(back->operations[0].unknown_payload, (Bytes{1, 2, 3}));
    EXPECT_EQ(encode_body(*back), bytes) << kind;
  }
}

TEST(Operations, BytesAfterAPayloadAreRefused) {
  for (const auto& [name, operation] : sample_operations()) {
    if (operation.unknown_kind) continue;
    const Bytes whole = encode_body(body_of({operation}));
    wire::Reader in(ByteView(whole).subspan(18));
    const std::uint64_t kind = in.varint();
    Bytes payload;
    in(payload);
    payload.push_back(0);
    const auto back = decode_body(body_with(kind, payload));
    ASSERT_FALSE(back) << name;
    EXPECT_EQ(back.error(), errc::trailing_bytes) << name;
  }
}

TEST(Operations, CutPayloadsAreRefused) {
  for (const auto& [name, operation] : sample_operations()) {
    if (operation.unknown_kind) continue;
    const Bytes whole = encode_body(body_of({operation}));
    wire::Reader in(ByteView(whole).subspan(18));
    const std::uint64_t kind = in.varint();
    Bytes payload;
    in(payload);
    for (std::size_t size = 0; size < payload.size(); ++size)
      EXPECT_FALSE(decode_body(body_with(kind, ByteView(payload).first(size)))) << name << " " << size;
  }
}

TEST(Operations, CountsFromOutsideNeverAllocate) {
  struct Bomb {
    const char* name;
    Bytes bytes;
    errc code;
  };
  const auto tail = [](std::initializer_list<std::uint64_t> numbers) {
    wire::Writer w;
    w.raw(filled<16>(0x5A));
    for (const std::uint64_t n : numbers) w.varint(n);
    return w.take();
  };
  constexpr std::uint64_t huge = 1ull << 61;
  wire::Writer heads;
  heads.raw(filled<16>(0x31));
  heads.varint(2);
  heads.varint(0);
  heads.varint(huge);
  wire::Writer many;
  many.raw(filled<16>(0x31));
  many.varint(2);
  many.varint(0);
  many.varint(65);
  many.raw(Bytes(65 * 16));
  many.raw(Bytes{0});
  const Bomb bombs[] = {{"deps", tail({1, 0}), errc::bad_value},
                        {"deps of 2^61", tail({huge, 0}), errc::bad_value},
                        {"operations", tail({0, huge}), errc::over_limit},
                        {"operations beyond the input", tail({0, 1000}), errc::truncated},
                        {"payload", tail({0, 1, 2, huge}), errc::over_limit},
                        {"payload beyond the input", tail({0, 1, 2, 1000}), errc::truncated},
                        {"heads", body_with(2, heads.take()), errc::over_limit},
                        {"65 heads", body_with(2, many.take()), errc::over_limit}};
  for (const Bomb& b : bombs) {
    const auto back = decode_body(b.bytes);
    ASSERT_FALSE(back) << b.name;
    EXPECT_EQ(back.error(), b.code) << b.name;
  }
}

TEST(Operations, StopAt1024PerChangeset) {
  Operation open;
  open.kind = OperationKind::adopt;
  EXPECT_TRUE(decode_body(encode_body(body_of(std::vector<Operation>(1024, open)))));
  EXPECT_EQ(decode_body(encode_body(body_of(std::vector<Operation>(1025, open)))).error(), errc::over_limit);
}

TEST(Operations, RefuseAnswersAndCorrectionsOutOfRange) {
  Operation answer;
  answer.kind = OperationKind::proposal_answer;
  for (const int number : {0, 4, 255}) {
    answer.answer = static_cast<ProposalAnswer>(number);
    EXPECT_EQ(decode_body(encode_body(body_of({answer}))).error(), errc::bad_value) << number;
  }
  Operation note = sample_operations()[6].operation;
  ASSERT_EQ(note.kind, OperationKind::log_append);
  note.seen = {id<VersionId>(1), id<VersionId>(2)};
  EXPECT_EQ(decode_body(encode_body(body_of({note}))).error(), errc::bad_value);
}

TEST(Body, LargerThan4MiBIsRefusedUnread) {
  EXPECT_EQ(decode_body(Bytes(limits::kBodyBytes + 1)).error(), errc::over_limit);
}

TEST(Body, BytesAfterItAreRefused) {
  Bytes bytes = encode_body(sample_body());
  bytes.push_back(0);
  EXPECT_EQ(decode_body(bytes).error(), errc::trailing_bytes);
}

// --- properties ------------------------------------------------------------------------------------------------------

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  template <class T>
  T any_id() {
    T made;
    for (auto& b : made.bytes) b = static_cast<std::uint8_t>(below(256));
    return made;
  }
  Value value() {
    auto all = sample_values();
    if (below(3) == 0) return Value::integer(static_cast<std::int64_t>(random_() >> below(64)));
    if (below(3) == 0) return Value::text(std::string(below(300), 'x'));
    return all[below(all.size())].value;
  }
  Operation operation() {
    auto all = sample_operations();
    Operation op = all[below(all.size())].operation;
    const bool field = op.kind == OperationKind::field_set || op.kind == OperationKind::status_event;
    if (op.unknown_kind) {
      op.unknown_kind = 14 + (random_() >> below(64)) / 2;
      op.unknown_payload.assign(below(40), static_cast<std::uint8_t>(below(256)));
    } else if (field) {
      op.record = any_id<RecordId>();
      op.field = static_cast<std::uint16_t>(random_() >> below(64));
      if (op.kind == OperationKind::field_set) op.value = value();
      op.seen.resize(below(limits::kSupersedes + 1));
      for (VersionId& v : op.seen) v = any_id<VersionId>();
      if (below(2) == 0) op.auth_base.reset();
    }
    return op;
  }
  Body body() {
    Body b;
    b.salt = any_id<RawId>().bytes;
    for (std::uint64_t n = below(6); n > 0; --n) b.operations.push_back(operation());
    return b;
  }

 private:
  std::mt19937_64 random_;
};

TEST(BodyProperty, DecodeOfEncodeIsTheSame) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const Body body = Generator(seed).body();
    const auto back = decode_body(encode_body(body));
    ASSERT_TRUE(back) << "seed " << seed << " " << back.error().message();
    ASSERT_EQ(*back, body) << "seed " << seed;
  }
}

// Whatever bytes are taken, encoding gives them again: no two byte strings mean the same.
TEST(BodyProperty, EncodeOfDecodeIsTheSame) {
  std::size_t taken = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    Generator generate(seed);
    Bytes bytes = encode_body(generate.body());
    for (std::uint64_t n = 1 + generate.below(3); n > 0 && !bytes.empty(); --n) {
      const auto at = static_cast<std::ptrdiff_t>(generate.below(bytes.size()));
      const auto value = static_cast<std::uint8_t>(generate.below(256));
      switch (generate.below(3)) {
        case 0:
          bytes[static_cast<std::size_t>(at)] = value;
          break;
        case 1:
          bytes.insert(bytes.begin() + at, value);
          break;
        default:
          bytes.erase(bytes.begin() + at);
      }
    }
    const auto back = decode_body(bytes);
    if (!back) continue;
    ++taken;
    ASSERT_EQ(encode_body(*back), bytes) << "seed " << seed;
  }
  EXPECT_GT(taken, 100u);  // the mutations must not all be refused, or nothing was tried
}

}  // namespace
}  // namespace tram::sync::test
