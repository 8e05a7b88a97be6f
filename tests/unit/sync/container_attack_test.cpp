// Containers that are cut, changed, forged, replayed or addressed to somebody else (bundle design 8.2 and 9). What is
// wrong behind a good signature stands in container_content_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/sealed_box.h"
#include "tests/unit/sync/container_world.h"

namespace tram::sync::test {
namespace {

using enum OutcomeCode;

const Bytes& small_file() {
  static const Bytes bytes = seal_container(up(kFile, small_frames()), world().site_identity)->bytes;
  return bytes;
}

TEST(ContainerCut, EveryProperPrefixIsTruncated) {
  const OpenContext context = at_hub(kFile);
  for (std::size_t length = 0; length < small_file().size(); ++length) {
    const auto outcome = open_container(ByteView(small_file()).first(length), context);
    ASSERT_EQ(code_of(outcome), truncated) << length;
    const auto& refused = std::get<Refused>(outcome);
    ASSERT_EQ(refused.have_bytes, length);
    ASSERT_EQ(refused.want_bytes, length < 32 ? 0 : small_file().size()) << length;
  }
  const Bytes request = seal_container(up(kNet, small_frames()), world().site_identity)->bytes;
  for (std::size_t length = 0; length < request.size(); ++length)
    ASSERT_EQ(code(ByteView(request).first(length), kNet), "truncated") << length;
}

TEST(ContainerCut, AppendedByteIsTrailingData) {
  Bytes bytes = small_file();
  bytes.push_back(0);
  EXPECT_EQ(code(bytes, kFile), "trailing_data");
}

// All bits of the first `dense` bytes and of the trailer's place, and one bit in every 61st byte between them.
template <class Check>
void for_flips(std::size_t size, std::size_t dense, Check check) {
  for (std::size_t at = 0; at < size; at += at < dense || at + 64 > size ? 1 : 61) {
    if (at < dense || at + 64 > size) {
      for (unsigned bit = 0; bit < 8; ++bit) check(at, bit);
    } else {
      check(at, static_cast<unsigned>(at % 8));
    }
  }
}

TEST(ContainerFlip, EveryBitIsRefused) {
  Bytes bytes = small_file();
  const OpenContext context = at_hub(kFile);
  for_flips(bytes.size(), 2048, [&](std::size_t at, unsigned bit) {
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << bit));
    ASSERT_NE(open_code(bytes, context), ok_new) << at << "." << bit;
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << bit));
  });
  ASSERT_EQ(open_code(bytes, context), ok_new);
}

TEST(ContainerFlip, EveryBitIsRefusedWithPublicSumsRebuilt) {
  const Bytes& honest = small_file();
  const OpenContext context = at_hub(kFile);
  // The sums themselves are what the rebuilding repairs. Behind the header every bit meets the same Poly1305.
  for_flips(honest.size() - kTrailerBytes, parts::header_length(4) + 64, [&](std::size_t at, unsigned bit) {
    if (at >= parts::kSumAt && at < parts::kStanzasAt) return;
    Bytes bytes = honest;
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << bit));
    rebuild_public_sums(bytes);
    const OutcomeCode got = open_code(bytes, context);
    ASSERT_NE(got, ok_new) << at << "." << bit;
    if (at >= parts::header_length(4)) {
      ASSERT_EQ(got, tampered) << at << "." << bit;
    }
  });
}

TEST(ContainerFlip, EveryBitOfARequestIsRefused) {
  Bytes bytes = seal_container(up(kNet, small_frames()), world().site_identity)->bytes;
  const OpenContext context = at_hub(kNet);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
    ASSERT_NE(open_code(bytes, context), ok_new) << bit;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
  }
}

TEST(ContainerHeader, HostileFieldsAreDamage) {
  const std::pair<std::size_t, std::uint64_t> fields[] = {{12, 0xFFFFFFFF}, {12, 0}, {20, 0}, {20, 0xFFFFFFFF}};
  for (const auto& [at, value] : fields) {
    Bytes bytes = small_file();
    store_le<std::uint32_t>(&bytes[at], static_cast<std::uint32_t>(value));
    rebuild_public_sums(bytes);
    EXPECT_EQ(code(bytes, kFile), "damaged_header") << at;
  }
  for (const std::uint16_t n : std::initializer_list<std::uint16_t>{0, 1, 3, 5, 9, 17, 65'535}) {
    Bytes bytes = small_file();
    store_le<std::uint16_t>(&bytes[16], n);
    store_le<std::uint32_t>(&bytes[12], static_cast<std::uint32_t>(parts::header_length(n)));
    EXPECT_EQ(code(bytes, kFile), "damaged_header") << n;
  }
  const std::uint64_t wrong[] = {0, 17, 65'553 + 1, 65'553 + 17, 2'148'040'705, 1ull << 63, ~0ull};
  for (const std::uint64_t body : wrong) {
    Bytes bytes = small_file();
    store_le<std::uint64_t>(&bytes[24], body);
    EXPECT_EQ(code(bytes, kFile), "damaged_header") << body;
  }
}

TEST(ContainerHeader, LaterVersionsAreLeftInPlace) {
  const std::tuple<std::size_t, std::uint8_t, std::string> table[] = {
      {8, 2, "too_new"},     {9, 1, "too_new"}, {10, 2, "too_new"}, {11, 3, "too_new"},
      {11, 2, "wrong_kind"}, {8, 0, "too_old"}, {10, 0, "too_old"}};
  for (const auto& [at, value, expected] : table) {
    Bytes bytes = small_file();
    bytes[at] = value;
    rebuild_public_sums(bytes);
    EXPECT_EQ(code(bytes, kFile), expected) << at;
    EXPECT_EQ(name(inspect_container(bytes).code), expected) << at;
  }
}

TEST(ContainerAddress, OtherRecipientIsNotForUs) {
  OpenContext context = at_hub(kFile);
  context.keys = std::span(&world().foreign, 1);
  EXPECT_EQ(open_code(small_file(), context), not_for_us);
  context = at_hub(kFile);
  context.own_device = world().site;  // the key opens it, but the manifest lists another device
  EXPECT_EQ(open_code(small_file(), context), not_for_us);
  context.keys = {};
  EXPECT_EQ(open_code(small_file(), context), not_for_us);
}

TEST(ContainerAddress, RetiredKeyIsNamed) {
  OpenContext context = at_hub(kFile);
  context.keys = context.keys.subspan(1);
  context.current_keys = 0;
  const auto outcome = open_container(small_file(), context);
  ASSERT_EQ(code_of(outcome), ok_new);
  EXPECT_EQ(std::get<Opened>(outcome).warnings, std::vector{key_retired});
}

TEST(ContainerAddress, ClockOfTheSenderIsJudged) {
  for (const std::uint64_t created : {std::uint64_t{0}, limits::kClockFloorMs - 1, kNow + 86'400'000}) {
    SealInput input = up(kFile, small_frames());
    input.manifest.created_ms = created;
    const auto outcome = open_container(seal_container(input, world().site_identity)->bytes, at_hub(kFile));
    ASSERT_EQ(code_of(outcome), ok_new);
    EXPECT_EQ(std::get<Opened>(outcome).warnings, std::vector{clock_suspect}) << created;
  }
}

TEST(ContainerAddress, FinishedOneIsADuplicate) {
  OpenContext context = at_hub(kFile);
  const Hash own = parts::header_hash(ByteView(small_file()).first(parts::header_length(4)));
  context.finished = [&](const Hash& h) { return h == own; };
  const auto outcome = open_container(small_file(), context);
  ASSERT_EQ(code_of(outcome), duplicate);
  EXPECT_EQ(std::get<Refused>(outcome).header_hash, own);
}

// One recipient reads one text, the other another: the stanza that the commitment does not cover is no stanza.
TEST(ContainerAddress, SecondFileKeyIsSkipped) {
  Forgery f = forgery(kFile);
  f.stanzas = [](auto& stanzas, const auto&) {
    const Bytes other = crypto::seal(world().hub_next.public_key, Bytes(32, 0x5A));
    std::copy(other.begin(), other.end(), stanzas[1].begin());
  };
  const Bytes bytes = forge(f);
  OpenContext context = at_hub(kFile);
  EXPECT_EQ(open_code(bytes, context), ok_new);
  context.keys = std::span(&world().hub_next, 1);
  EXPECT_EQ(open_code(bytes, context), not_for_us);
}

TEST(ContainerSender, UnknownRevokedAndForgedAreRefused) {
  Forgery stranger = forgery(kFile);
  stranger.signer = &world().stranger;
  EXPECT_EQ(code(forge(stranger), kFile), "unknown_sender");

  OpenContext context = at_hub(kFile);
  context.sender = [](const crypto::KeyId&) {
    return std::optional(SenderKey{world().site_identity.public_key, world().site, false, true});
  };
  EXPECT_EQ(open_code(small_file(), context), ok_new);  // the hub decides by the cut-off
  context.at_hub = false;
  EXPECT_EQ(open_code(small_file(), context), sender_revoked);

  Forgery purpose = forgery(kFile);
  purpose.purpose = "changeset";
  EXPECT_EQ(code(forge(purpose), kFile), "bad_signature");
  Forgery zero = forgery(kFile);
  zero.signature = [](crypto::Signature& s) { s.fill(0); };
  EXPECT_EQ(code(forge(zero), kFile), "bad_signature");
  Forgery plus_order = forgery(kFile);
  plus_order.signature = [](crypto::Signature& s) {  // S + L (RFC 8032 5.1.7)
    const auto order = *from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += s[32 + i] + unsigned{order[i]};
      s[32 + i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
  };
  EXPECT_EQ(code(forge(plus_order), kFile), "bad_signature");
  Forgery other_text = forgery(kFile);
  other_text.plain = [](Bytes& p) { p[8 + 72] ^= 1; };  // created_ms, after signing
  EXPECT_EQ(code(forge(other_text), kFile), "bad_signature");
}

TEST(ContainerSender, RequestNeedsAnOpenInvitation) {
  const std::vector<Frame> frames = {frame(FrameType::enrol, 200)};
  Forgery f;
  f.input = up(kFile, frames);
  f.signer = &world().stranger;
  f.manifest = [](Manifest& m) {
    m.kind = BundleKind::enrolment_request;
    m.log = {};
    m.log_from_seq = m.log_to_seq = 0;
    m.log_tip_hash = {};
    m.aux = world().stranger.public_key;
  };
  OpenContext context = at_hub(kFile);
  EXPECT_EQ(open_code(forge(f), context), unknown_sender);
  context.enrolment_open = [](const Manifest&) { return true; };
  EXPECT_EQ(open_code(forge(f), context), ok_new);
  context.at_hub = false;
  EXPECT_EQ(open_code(forge(f), context), unknown_sender);
  context.at_hub = true;
  f.manifest_bytes = [](Bytes& m) { m[m.size() - 64] ^= 1; };  // aux no longer has the id that signs
  EXPECT_EQ(open_code(forge(f), context), unknown_sender);
}

TEST(ContainerManifest, HostileValuesHaveTheirCodes) {
  struct Row {
    std::string what;
    std::function<void(Manifest&)> change;
    OutcomeCode expected;
  };
  const Row table[] = {
      {"deployment", [](Manifest& m) { m.deployment.bytes[3] ^= 1; }, wrong_zone},
      {"closed zone", [](Manifest& m) { m.zone = ZoneKind::closed; }, wrong_zone},
      {"kind down",
       [](Manifest& m) {
         m.kind = BundleKind::down;
         m.log = {};
         m.log_from_seq = m.log_to_seq = 0;
         m.aux = {};
         m.log_tip_hash = {};
       },
       wrong_kind},
      {"class 1", [](Manifest& m) { m.max_class = 1; }, class_refused},
      {"class 3", [](Manifest& m) { m.max_class = 3; }, class_refused},
      {"class 4", [](Manifest& m) { m.max_class = 4; }, bad_content},
      {"frames", [](Manifest& m) { m.frame_count = 0xFFFFFFFF; }, over_limit},
      {"reply_to in a file", [](Manifest& m) { m.reply_to[0] = 1; }, bad_content},
      {"plain_len without compression", [](Manifest& m) { ++m.plain_len; }, bad_content},
      {"payload_len", [](Manifest& m) { m.payload_len = m.plain_len = 100'000; }, tampered},
      {"payload_len 2^64-1", [](Manifest& m) { m.payload_len = m.plain_len = ~0ull; }, tampered},
      {"payload_hash", [](Manifest& m) { m.payload_hash[0] ^= 1; }, tampered},
      {"log range", [](Manifest& m) { m.log_from_seq = m.log_to_seq + 2; }, bad_content},
      {"log from 0", [](Manifest& m) { m.log_from_seq = 0; }, bad_content},
      {"sender device", [](Manifest& m) { m.sender_device = world().hub; }, bad_content},
      {"recipient",
       [](Manifest& m) {
         m.recipients.clear();
         m.recipients.push_back({RecipientRole::device, world().site, world().site_encryption.id()});
       },
       not_for_us},
  };
  for (const Row& row : table) {
    Forgery f = forgery(kFile);
    f.manifest = row.change;
    EXPECT_EQ(code(forge(f), kFile), name(row.expected)) << row.what;
  }
}

TEST(ContainerManifest, ClassThreeIsRefusedInEveryZone) {
  for (const ZoneKind zone : {ZoneKind::open, ZoneKind::closed, ZoneKind::practice}) {
    Forgery f = forgery(kFile);
    f.manifest = [&](Manifest& m) {
      m.zone = zone;
      m.max_class = 3;
    };
    OpenContext context = at_hub(kFile);
    context.zone = zone;
    EXPECT_EQ(open_code(forge(f), context), class_refused);
  }
}

TEST(ContainerManifest, ReplyToAnotherRequestIsAMismatch) {
  const Bytes response = seal_container(down(kNet, small_frames()), world().hub_service)->bytes;
  OpenContext context = at_site(kNet);
  EXPECT_EQ(open_code(response, context), ok_new);
  context.expected_reply_to->at(0) ^= 1;
  EXPECT_EQ(open_code(response, context), exchange_mismatch);
  context.expected_reply_to.reset();
  EXPECT_EQ(open_code(response, context), exchange_mismatch);
}

}  // namespace
}  // namespace tram::sync::test
