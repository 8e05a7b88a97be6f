// The form of report.tsig: bad input 29 of the bundle design, each deviation by itself.
#include "station/report/text_signature.h"

#include "tests/unit/station/report_world.h"

namespace tram::station::test {
namespace {

using sync::OutcomeCode;

std::string made() {
  return sign_report(sample_content(), ReportWorld().signing()).value().tsig;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line;
  return text;
}

void expect_format(const std::string& text, const std::string& what) {
  const auto read = parse_text_signature(text);
  ASSERT_FALSE(read) << what;
  EXPECT_EQ(read.error().code, OutcomeCode::sig_format) << what;
}

// `text` with the value of `key` replaced.
std::string with_value(const std::string& text, const std::string& key, const std::string& value) {
  auto lines = lines_of(text);
  for (auto& line : lines)
    if (line.starts_with(key + ": ")) line = key + ": " + value + "\n";
  return joined(lines);
}

TEST(TextSignature, ReadsBackWhatItWrote) {
  TextSignature f = fields_of(sign_report(sample_content(), ReportWorld().signing()).value());
  f.pdf_sha256 = ByteArray<32>{1};
  f.renderer = "tram-pdf/1";
  f.qr_signature = crypto::Signature{2};
  f.supersedes = sync::Hash{3};
  f.revision = 2;
  f.totals = {{"a", 1024}, {"b", -77}};
  for (const ReportTotals& totals : {f.totals, ReportTotals{}}) {
    f.totals = totals;
    const std::string text = sign_again(f, signing_key(0x04));
    const auto read = parse_text_signature(text);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->fields, f);
    EXPECT_TRUE(signed_by(*read, text, signing_key(0x04).public_key));
    EXPECT_FALSE(signed_by(*read, text, signing_key(0x05).public_key));
  }
}

TEST(TextSignature, HasTheLinesOfTheDesign) {
  const std::string_view keys[] = {"TRAM-REPORT-SIGNATURE 1\n",
                                   "deployment: ",
                                   "report-id: ",
                                   "site: ",
                                   "template: ",
                                   "period: ",
                                   "revision: ",
                                   "supersedes: ",
                                   "json-blake2b256: ",
                                   "json-sha256: ",
                                   "pdf-sha256: -\n",
                                   "renderer: -\n",
                                   "rows: ",
                                   "totals: overdue=77;total=1024\n",
                                   "created: ",
                                   "clock: network\n",
                                   "prepared-by: ",
                                   "approved-by: ",
                                   "signer-device: ",
                                   "log: ",
                                   "qr-sig: -\n",
                                   "directory: ",
                                   "device-record: ",
                                   "hub-keys: ",
                                   "sig-ed25519: "};
  const auto lines = lines_of(made());
  ASSERT_EQ(lines.size(), std::size(keys));
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_TRUE(lines[i].starts_with(keys[i])) << lines[i];
}

TEST(TextSignature, RefusesEveryOtherForm) {
  const std::string text = made();
  ASSERT_TRUE(parse_text_signature(text));
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto changed = lines;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    expect_format(joined(changed), "without line " + std::to_string(i));
    changed = lines;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    expect_format(joined(changed), "twice line " + std::to_string(i));
    if (i + 1 < lines.size()) {
      changed = lines;
      std::swap(changed[i], changed[i + 1]);
      expect_format(joined(changed), "swapped line " + std::to_string(i));
    }
    changed = lines;
    changed[i].insert(changed[i].size() - 1, "\r");
    expect_format(joined(changed), "CR in line " + std::to_string(i));
    changed = lines;
    changed[i].insert(changed[i].size() - 1, " ");
    expect_format(joined(changed), "space behind line " + std::to_string(i));
  }
  std::string crlf;
  for (const auto& line : lines) crlf += line.substr(0, line.size() - 1) + "\r\n";
  expect_format(crlf, "CRLF");
  expect_format("\xEF\xBB\xBF" + text, "byte order mark");
  expect_format(text + "\n", "empty line behind");
  expect_format(text + "x", "a byte behind");
  expect_format(text.substr(0, text.size() - 1), "no line feed at the end");
  expect_format("", "empty");
  expect_format(text + std::string(1u << 20, 'a'), "1 MB");
  for (std::size_t length = 0; length < text.size(); length += 7) expect_format(text.substr(0, length), "cut");
}

TEST(TextSignature, RefusesEverySecondSpellingOfAValue) {
  const std::string text = made();
  const std::string hash(64, 'a');
  const std::pair<const char*, std::string> cases[] = {
      {"deployment", std::string(32, 'A')},
      {"deployment", std::string(30, 'a')},
      {"report-id", "-"},
      {"site", ""},
      {"site", "aHkudWJuZB=="},
      {"site", "aHkudWJuZA"},
      {"site", "Zc2B"},
      {"site", "hy.ubnd"},
      {"template", ""},
      {"template", "a b"},
      {"period", "2025/Q2"},
      {"revision", "01"},
      {"revision", "0"},
      {"revision", "4294967297"},
      {"revision", "+1"},
      {"supersedes", ""},
      {"supersedes", hash + "aa"},
      {"json-blake2b256", "-"},
      {"json-sha256", std::string(64, 'F')},
      {"pdf-sha256", ""},
      {"renderer", ""},
      {"renderer", "a b"},
      {"renderer", std::string(65, 'a')},
      {"rows", "-1"},
      {"rows", "2 "},
      {"totals", ""},
      {"totals", "a=1;"},
      {"totals", "b=1;a=2"},
      {"totals", "a=1;a=1"},
      {"totals", "a=01"},
      {"totals", "a=+1"},
      {"totals", "a"},
      {"totals", "=1"},
      {"totals", "A=1"},
      {"totals", "a=1.5"},
      {"totals", "a=9007199254740992"},
      {"created", "2025-07-01"},
      {"clock", "Network"},
      {"clock", "-"},
      {"prepared-by", "/w=="},
      {"approved-by", ""},
      {"signer-device", "12345 67890"},
      {"signer-device", std::string(29, '1')},
      {"log", std::string(32, 'a')},
      {"log", std::string(32, 'a') + "  1"},
      {"log", std::string(32, 'a') + " 0"},
      {"qr-sig", "AAAA"},
      {"qr-sig", ""},
      {"directory", "3"},
      {"directory", "0 " + hash},
      {"directory", hash + " 3"},
      {"device-record", ""},
      {"hub-keys", ""},
      {"hub-keys", "-"},
      {"sig-ed25519", "-"},
      {"sig-ed25519", "AAAA"},
  };
  for (const auto& [key, value] : cases) {
    ASSERT_NE(with_value(text, key, value), text) << key;
    expect_format(with_value(text, key, value), std::string(key) + ": " + value);
  }
}

TEST(TextSignature, IsNotMadeBeyondItsBounds) {
  TextSignature f = fields_of(sign_report(sample_content(), ReportWorld().signing()).value());
  f.hub_keys.resize(6000);
  EXPECT_EQ(make_text_signature(f, signing_key(0x04)).error().code, OutcomeCode::sig_format);
  f.hub_keys.resize(600);
  EXPECT_TRUE(make_text_signature(f, signing_key(0x04)));
  f.prepared_by = "a\nb";
  EXPECT_EQ(make_text_signature(f, signing_key(0x04)).error().code, OutcomeCode::sig_format);
}

}  // namespace
}  // namespace tram::station::test
