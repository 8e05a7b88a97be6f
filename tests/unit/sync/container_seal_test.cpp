// What a sealed container is and that its addressee gets exactly what was put in: kinds, profiles, sizes, codes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/sync/container_world.h"

namespace tram::sync::test {
namespace {

using enum OutcomeCode;

const Opened* opened(const std::variant<Opened, Refused>& outcome) {
  return std::get_if<Opened>(&outcome);
}

struct KindCase {
  BundleKind kind;
  Profile profile;
  std::vector<FrameType> types;
};

SealInput input_of(const KindCase& c, std::span<const Frame> frames) {
  const bool from_hub = c.kind == BundleKind::down || c.kind == BundleKind::enrolment_answer;
  SealInput input = from_hub ? down(c.profile, frames) : up(c.profile, frames);
  input.manifest.kind = c.kind;
  if (c.kind == BundleKind::sideways)
    input.recipients.push_back({RecipientRole::device, world().site, world().site_encryption.public_key});
  if (c.kind == BundleKind::enrolment_request) {
    input.manifest.log = {};
    input.manifest.log_from_seq = input.manifest.log_to_seq = 0;
    input.manifest.log_tip_hash = {};
    input.manifest.aux = world().stranger.public_key;
  }
  return input;
}

TEST(Container, CarriesEveryKindInItsProfiles) {
  using enum FrameType;
  const KindCase table[] = {
      {BundleKind::up,
       Profile::file,
       {hello, have, changesets, blob, report, delivery, resupply, rotate, want, part, notice}},
      {BundleKind::up, Profile::network, {hello, have, changesets, want}},
      {BundleKind::down, Profile::file, {hello, directory, stream, snapshot, want, blob, delivery, part, notice}},
      {BundleKind::down, Profile::network, {hello, directory, stream, want}},
      {BundleKind::sideways, Profile::file, {have, changesets, blob, delivery, part}},
      {BundleKind::enrolment_request, Profile::file, {enrol}},
      {BundleKind::enrolment_answer, Profile::file, {directory, snapshot}},
  };
  for (const KindCase& c : table) {
    SCOPED_TRACE(static_cast<int>(c.kind));
    std::vector<Frame> frames;
    for (const FrameType type : c.types) frames.push_back(frame(type, 100 + frames.size()));
    const SealInput input = input_of(c, frames);
    const bool from_hub = c.kind == BundleKind::down || c.kind == BundleKind::enrolment_answer;
    const bool request = c.kind == BundleKind::enrolment_request;
    const auto& signer = from_hub ? world().hub_service : request ? world().stranger : world().site_identity;
    for (const bool compress : {false, true}) {
      SealInput again = input;
      again.compress = compress;
      const auto sealed = seal_container(again, signer);
      ASSERT_TRUE(sealed);
      OpenContext context = from_hub ? at_site(c.profile) : at_hub(c.profile);
      context.enrolment_open = [](const Manifest& m) { return m.aux == world().stranger.public_key; };
      const auto outcome = open_container(sealed->bytes, context);
      ASSERT_EQ(name(code_of(outcome)), "ok_new");
      const Opened& got = *opened(outcome);
      EXPECT_EQ(got.frames, frames);
      EXPECT_EQ(got.header_hash, sealed->header_hash);
      EXPECT_EQ(got.bundle_rand, sealed->bundle_rand);
      EXPECT_EQ(got.manifest.compressed, compress);
      EXPECT_EQ(got.manifest.kind, c.kind);
      EXPECT_EQ(got.manifest.sender_key, signer.id());
      EXPECT_EQ(got.manifest.log_from_seq, c.profile == Profile::file ? input.manifest.log_from_seq : 0);
      EXPECT_EQ(got.manifest.recipients.size(), input.recipients.size());
      EXPECT_TRUE(got.warnings.empty());
      EXPECT_EQ(got.sender.key, signer.public_key);
    }
  }
}

TEST(Container, HasTheSizesOfTheDesign) {
  const auto file = seal_container(up(Profile::file, small_frames()), world().site_identity);
  EXPECT_EQ(file->bytes.size(), 66'073u);
  const auto larger = std::vector<Frame>{frame(FrameType::blob, 60'000)};
  EXPECT_EQ(seal_container(up(Profile::file, larger), world().site_identity)->bytes.size(), 66'073u);
  const std::uint64_t frames = parts::frames_length(small_frames());
  EXPECT_EQ(seal_container(up(Profile::network, small_frames()), world().site_identity)->bytes.size(), 497 + frames);
}

TEST(Container, PadsByPadme) {
  const std::pair<std::uint64_t, std::uint64_t> table[] = {
      {2, 2},
      {8, 8},
      {9, 10},
      {15, 16},
      {16, 16},
      {17, 18},
      {100, 104},
      {1000, 1024},
      {65'536, 65'536},
      {65'537, 67'584},
      {67'584, 67'584},
      {67'585, 69'632},
      {131'072, 131'072},
      {131'073, 135'168},
      {1'000'000, 1'015'808},
      {2'147'483'648, 2'147'483'648},
  };
  for (const auto& [length, padded] : table) EXPECT_EQ(padme(length), padded) << length;
}

// A last chunk of one byte, of exactly one chunk, and the first byte of a new padding step are where writers lose data.
TEST(Container, CarriesEveryPayloadSizeAtTheEdges) {
  std::set<std::uint64_t> sizes;
  for (const std::uint64_t edge : {65'536u, 131'072u, 67'584u, 69'632u, 135'168u, 196'608u, 458'752u})
    for (const std::uint64_t envelope : {1024u, 240u})
      for (const std::int64_t step : {-1, 0, 1}) sizes.insert(edge - envelope + static_cast<std::uint64_t>(step));
  sizes.insert({8, 9, 15, 16, 17});
  for (const std::uint64_t size : sizes) {
    std::vector<Frame> frames;
    for (std::uint64_t left = size; left > 0;) {
      // Never leave a rest too small for a frame of its own.
      const std::uint64_t take = left <= 200'000 ? left : 100'000;
      frames.push_back(frame(FrameType::blob, take - parts::kFrameHead, static_cast<std::uint8_t>(left)));
      left -= take;
    }
    for (const Profile profile : {Profile::file, Profile::network}) {
      const auto sealed = seal_container(up(profile, frames), world().site_identity);
      ASSERT_TRUE(sealed) << size;
      const std::uint64_t plain =
          profile == Profile::file ? std::max<std::uint64_t>(65'536, padme(1024 + size)) : 240 + size;
      const std::uint64_t around = profile == Profile::file ? 480 + 40 : 240;
      EXPECT_EQ(sealed->bytes.size(), around + plain + 17 * ((plain + 65'535) / 65'536)) << size;
      const auto outcome = open_container(sealed->bytes, at_hub(profile));
      ASSERT_EQ(name(code_of(outcome)), "ok_new") << size;
      EXPECT_TRUE(opened(outcome)->frames == frames) << size;
    }
  }
}

TEST(Container, IsCompressedOnlyWhereItShrinksAndBetraysNothing) {
  const std::vector<Frame> text = {frame(FrameType::changesets, 100'000)};
  SealInput input = up(Profile::file, text);
  input.compress = true;
  const auto is_compressed = [&](const SealInput& in, const OpenContext& context) {
    const auto outcome = open_container(seal_container(in, world().site_identity)->bytes, context);
    EXPECT_EQ(name(code_of(outcome)), "ok_new");
    return opened(outcome) != nullptr && opened(outcome)->manifest.compressed;
  };
  EXPECT_TRUE(is_compressed(input, at_hub(Profile::file)));

  input.manifest.zone = ZoneKind::closed;
  input.manifest.max_class = 2;
  OpenContext closed = at_hub(Profile::file);
  closed.zone = ZoneKind::closed;
  EXPECT_FALSE(is_compressed(input, closed));

  std::vector<Frame> noise = {frame(FrameType::blob, 10'000)};
  std::uint32_t state = 1;
  for (auto& byte : noise[0].bytes) byte = static_cast<std::uint8_t>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  SealInput random = up(Profile::file, noise);
  random.compress = true;
  EXPECT_FALSE(is_compressed(random, at_hub(Profile::file)));

  // 70 MiB of one letter would be refused at ratio 200, so the writer leaves it as it is.
  const std::vector<Frame> letters(276, frame(FrameType::blob, limits::kFrameBytes));
  SealInput bomb = up(Profile::file, letters);
  bomb.compress = true;
  EXPECT_FALSE(is_compressed(bomb, at_hub(Profile::file)));
}

TEST(Container, HidesTheNumberOfRecipients) {
  for (const std::size_t recipients : {1u, 4u, 5u, 8u, 9u, 16u}) {
    SealInput input = up(Profile::file, small_frames());
    input.recipients.resize(1);
    while (input.recipients.size() < recipients)
      input.recipients.push_back({RecipientRole::escrow, {}, world().foreign.public_key});
    const auto sealed = seal_container(input, world().site_identity);
    ASSERT_TRUE(sealed) << recipients;
    EXPECT_EQ(load_le<std::uint16_t>(&sealed->bytes[16]), recipients <= 4 ? 4 : recipients <= 8 ? 8 : 16);
    EXPECT_EQ(open_code(sealed->bytes, at_hub(Profile::file)), ok_new) << recipients;
  }
}

TEST(Container, IsNotSealedBeyondTheLimits) {
  const auto refused = [](const SealInput& input) { return !seal_container(input, world().site_identity).has_value(); };
  SealInput none = up(Profile::file, small_frames());
  none.recipients.clear();
  EXPECT_TRUE(refused(none));
  SealInput many = up(Profile::file, small_frames());
  many.recipients.resize(17, many.recipients[0]);
  EXPECT_TRUE(refused(many));
  SealInput two = up(Profile::network, small_frames());
  two.recipients.push_back(two.recipients[0]);
  EXPECT_TRUE(refused(two));
  const std::vector<Frame> long_frame = {frame(FrameType::blob, limits::kFrameBytes + 1)};
  EXPECT_TRUE(refused(up(Profile::file, long_frame)));
  const std::vector<Frame> many_frames(limits::kFrames + 1, frame(FrameType::blob, 0));
  EXPECT_TRUE(refused(up(Profile::file, many_frames)));
  const std::vector<Frame> nine_mib(36, frame(FrameType::blob, 262'144));
  EXPECT_TRUE(refused(up(Profile::network, nine_mib)));
  SealInput gap = up(Profile::file, small_frames());
  gap.manifest.log_from_seq = gap.manifest.log_to_seq + 2;
  EXPECT_TRUE(refused(gap));
}

TEST(Container, NamesItselfByTheFirstTenRandomBytes) {
  ByteArray<32> rand{};
  for (std::size_t i = 0; i < rand.size(); ++i) rand[i] = static_cast<std::uint8_t>(i * 37 + 1);
  const std::string code = bundle_code(rand);
  ASSERT_EQ(code.size(), 19u);
  EXPECT_EQ(code[4], '-');
  EXPECT_EQ(from_crockford(code, 10), Bytes(rand.begin(), rand.begin() + 10));
  EXPECT_EQ(bundle_file_name(rand), code.substr(0, 4) + code.substr(5, 4) + ".TRB");
  EXPECT_EQ(bundle_code({}), "0000-0000-0000-0000");
}

TEST(Container, IsInspectedWithoutAKey) {
  Bytes bytes = seal_container(up(Profile::file, small_frames()), world().site_identity)->bytes;
  const Inspection whole = inspect_container(bytes);
  EXPECT_EQ(whole.code, ok_new);
  EXPECT_EQ(whole.stanzas, 4);
  EXPECT_EQ(whole.want_bytes, bytes.size());
  EXPECT_EQ(whole.bundle_code.size(), 19u);
  const Inspection part = inspect_container(ByteView(bytes).first(5000));
  EXPECT_EQ(part.code, truncated);
  EXPECT_EQ(part.have_bytes, 5000u);
  EXPECT_EQ(part.want_bytes, bytes.size());
  EXPECT_EQ(part.bundle_code, whole.bundle_code);
  EXPECT_EQ(inspect_container(ByteView(bytes).first(31)).want_bytes, 0u);
  EXPECT_EQ(inspect_header(ByteView(bytes).first(1440), bytes.size()).code, ok_new);
  bytes[9'000] ^= 1;
  EXPECT_EQ(inspect_container(bytes).code, damaged_body);
  EXPECT_EQ(inspect_container(as_bytes("PK\x03\x04 a zip archive")).code, not_tram);
  EXPECT_EQ(inspect_container({}).code, truncated);
}

TEST(OutcomeCodes, HaveNamesSentencesAndExits) {
  const std::tuple<OutcomeCode, std::string_view, int> table[] = {
      {ok_new, "ok_new", 0},
      {duplicate, "duplicate", 0},
      {media_readonly, "media_readonly", 0},
      {truncated, "truncated", 3},
      {qr_other, "qr_other", 3},
      {held_gap, "held_gap", 5},
      {fork, "fork", 5},
      {media_error, "media_error", 1},
      {held_full, "held_full", 1},
      {busy, "busy", 5},
      {restored, "restored", 5},
      {wrong_passphrase, "wrong_passphrase", 3},
      {keystore_damaged, "keystore_damaged", 3},
  };
  for (const auto& [code, text, exit] : table) {
    EXPECT_EQ(name(code), text);
    EXPECT_EQ(exit_status(code), exit) << text;
    EXPECT_FALSE(sentence(code).empty());
    EXPECT_FALSE(next_action(code).empty());
  }
  EXPECT_EQ(name(static_cast<OutcomeCode>(999)), "unknown");
  EXPECT_EQ(worst_exit(5, 3), 3);
  EXPECT_EQ(worst_exit(3, 1), 1);
  EXPECT_EQ(worst_exit(0, 5), 5);
  EXPECT_EQ(worst_exit(0, 0), 0);
}

}  // namespace
}  // namespace tram::sync::test
