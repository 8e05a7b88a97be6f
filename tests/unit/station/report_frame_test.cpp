// The REPORT frame, and the golden files that every later release must read.
#include "station/report/report_frame.h"

#include <cstdlib>

#include "crypto/hash.h"
#include "tests/unit/crypto/vector_file.h"
#include "tests/unit/station/report_world.h"

namespace tram::station::test {
namespace {

namespace fs = std::filesystem;
using sync::OutcomeCode;

TEST(ReportFrame, CarriesBothParts) {
  const SignedReport report = sample_report();
  const auto frame = encode_report_frame(report.tsig, report.json);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->type, sync::FrameType::report);
  const auto carried = decode_report_frame(*frame);
  ASSERT_TRUE(carried);
  EXPECT_EQ(verify_report_bytes(carried->json, carried->tsig).code, OutcomeCode::ok_new);
}

TEST(ReportFrame, HoldsItsBounds) {
  const std::string most(kReportFrameBytes - 8 - 1, 'j');
  ASSERT_TRUE(encode_report_frame("t", most));
  EXPECT_EQ(encode_report_frame("t", most)->bytes.size(), kReportFrameBytes);
  EXPECT_TRUE(decode_report_frame(*encode_report_frame("t", most)));
  EXPECT_EQ(encode_report_frame("t", most + "j").error().code, OutcomeCode::over_limit);
  EXPECT_EQ(encode_report_frame(std::string(kTextSignatureBytes + 1, 't'), "j").error().code, OutcomeCode::over_limit);
  EXPECT_EQ(encode_report_frame("", "j").error().code, OutcomeCode::bad_content);
  EXPECT_EQ(encode_report_frame("t", "").error().code, OutcomeCode::bad_content);
}

TEST(ReportFrame, RefusesBadBytes) {
  const sync::Frame good = *encode_report_frame("tt", "jjj");
  const auto code = [](sync::Frame frame) {
    const auto read = decode_report_frame(frame);
    return read ? OutcomeCode::ok_new : read.error().code;
  };
  ASSERT_EQ(code(good), OutcomeCode::ok_new);
  for (std::size_t length = 0; length < good.bytes.size(); ++length) {
    sync::Frame cut = good;
    cut.bytes.resize(length);
    EXPECT_EQ(code(cut), OutcomeCode::truncated) << length;
  }
  sync::Frame changed = good;
  changed.bytes.push_back(0);
  EXPECT_EQ(code(changed), OutcomeCode::trailing_data);
  changed = good;
  changed.type = sync::FrameType::blob;
  EXPECT_EQ(code(changed), OutcomeCode::wrong_kind);
  changed = good;
  store_le(&changed.bytes[0], std::uint32_t{0xFFFFFFFF});
  EXPECT_EQ(code(changed), OutcomeCode::over_limit);
  changed = good;
  store_le(&changed.bytes[6], std::uint32_t{0xFFFFFFFF});
  EXPECT_EQ(code(changed), OutcomeCode::over_limit);
  changed.bytes.resize(kReportFrameBytes + 1);
  EXPECT_EQ(code(changed), OutcomeCode::over_limit);
  EXPECT_EQ(code({sync::FrameType::report, Bytes(8, 0)}), OutcomeCode::bad_content);
}

// tests/vectors/report: one report as files, for this and every later release. With TRAM_WRITE_VECTORS=DIR the files
// are made into DIR first; that is how they came about.
TEST(ReportGolden, StaysReadableAndIsMadeTheSame) {
  const fs::path golden = fs::path(TRAM_SOURCE_DIR) / "tests" / "vectors" / "report";
  const SignedReport made = sample_report();
  const std::pair<const char*, const std::string*> files[] = {
      {"report.json", &made.json}, {"report.csv", &made.csv}, {"report.tsig", &made.tsig}};
  if (const char* target = std::getenv("TRAM_WRITE_VECTORS"))
    for (const auto& [name, content] : files) set_file_text(fs::path(target) / name, *content);
  for (const auto& [name, content] : files) EXPECT_EQ(file_text(golden / name), *content) << name;
  const ReportVerdict verdict = verify_report_export(golden, ReportWorld().root.public_key);
  ASSERT_EQ(verdict.code, OutcomeCode::ok_new) << verdict.reason;
  EXPECT_EQ(verdict.details->csv, CsvState::same);
  EXPECT_EQ(verdict.details->content, sample_content());
}

TEST(ReportGolden, TheFrameIsMadeTheSame) {
  const fs::path golden = fs::path(TRAM_SOURCE_DIR) / "tests" / "vectors" / "report";
  for (const auto& v : crypto::test::read_vector_file("report/frame.txt", 2)) {
    const bool short_one = v.has("frame");
    const Bytes tsig = short_one ? v.bytes("tsig") : Bytes{}, json = short_one ? v.bytes("json") : Bytes{};
    const auto frame = short_one
                           ? encode_report_frame(as_text(tsig), as_text(json))
                           : encode_report_frame(file_text(golden / "report.tsig"), file_text(golden / "report.json"));
    ASSERT_TRUE(frame);
    if (short_one) {
      EXPECT_EQ(to_hex(frame->bytes), v.text("frame"));
      continue;
    }
    EXPECT_EQ(frame->bytes.size(), v.number("length"));
    EXPECT_EQ(to_hex(crypto::hash("", {frame->bytes})), v.text("hash"));
  }
}

}  // namespace
}  // namespace tram::station::test
