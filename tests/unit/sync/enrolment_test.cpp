// The enrolment request, its one-time code and what is refused (bundle design 5.3).
#include "sync/enrolment.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace tram::sync::test {
namespace {

class Counting final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& b : out) b = next_++;
  }

 private:
  std::uint8_t next_ = 250;
};

TEST(EnrolmentCode, IsTwentyCharactersInFives) {
  Counting entropy;
  const std::string code = make_enrolment_code(entropy);
  EXPECT_EQ(code.size(), 23u);
  for (const std::size_t at : {5u, 11u, 17u}) EXPECT_EQ(code[at], '-');
  EXPECT_EQ(code.find_first_of("ILOU"), std::string::npos);
  EXPECT_TRUE(enrolment_key(code));
  EXPECT_NE(code, make_enrolment_code(entropy));
}

TEST(EnrolmentCode, IsReadAsPeopleWriteIt) {
  const auto key = enrolment_key(kEnrolmentCode);
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, crypto::hash("TRM1-enrol", {as_bytes("0123456789ABCDEFGHJK")}));
  for (const std::string_view same : {"01234-56789-ABCDE-FGHJK", "01234 56789 abcde fghjk", "OI234-56789-abcde-fghjk",
                                      "ol23456789ABCDEFGHJK", " 0123456789ABCDEFGHJK "})
    EXPECT_EQ(enrolment_key(same), key) << same;
}

TEST(EnrolmentCode, OfAnotherFormIsNone) {
  for (const std::string_view bad : {"", "0123456789ABCDEFGHJ", "0123456789ABCDEFGHJKM", "U123456789ABCDEFGHJK",
                                     "0123456789ABCDEFGHJ_", "0123456789ABCDEFGHJ\xC3\xA9"})
    EXPECT_FALSE(enrolment_key(bad)) << bad;
  EXPECT_NE(enrolment_key("0123456789ABCDEFGHJM"), enrolment_key(kEnrolmentCode));
}

Frame enrolment_frame() {
  return encode_enrolment(sample_enrolment(), key_of(kDeviceKey), *enrolment_key(kEnrolmentCode));
}

TEST(Enrolment, ComesBackAndProvesTheCode) {
  const auto request = decode_enrolment(enrolment_frame());
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->request, sample_enrolment());
  EXPECT_TRUE(mac_matches(*request, *enrolment_key(kEnrolmentCode)));
  EXPECT_FALSE(mac_matches(*request, *enrolment_key("0123456789ABCDEFGHJM")));
}

TEST(Enrolment, SignedByAnotherKeyIsRefused) {
  const auto frame = encode_enrolment(sample_enrolment(), key_of(kRootKey), *enrolment_key(kEnrolmentCode));
  EXPECT_EQ(decode_enrolment(frame).error(), errc::bad_signature);
}

TEST(Enrolment, AnyChangedByteIsRefusedOrFailsTheCode) {
  const Frame good = enrolment_frame();
  const auto key = *enrolment_key(kEnrolmentCode);
  for (std::size_t at = 0; at < good.bytes.size(); ++at) {
    Frame bad = good;
    bad.bytes[at] ^= 0x01;
    const auto back = decode_enrolment(bad);
    EXPECT_TRUE(!back || !mac_matches(*back, key)) << at;
    // The code's proof is the last 32 bytes; everything before it is signed.
    if (at + 32 < good.bytes.size()) {
      EXPECT_FALSE(back) << at;
    }
  }
}

TEST(Enrolment, CutOrOfAnotherFrameIsRefused) {
  const Frame good = enrolment_frame();
  for (std::size_t size = 0; size < good.bytes.size(); ++size) {
    Frame cut = good;
    cut.bytes.resize(size);
    EXPECT_FALSE(decode_enrolment(cut)) << size;
  }
  Frame other = good;
  other.type = FrameType::rotate;
  EXPECT_EQ(decode_enrolment(other).error(), errc::bad_value);
}

}  // namespace
}  // namespace tram::sync::test
