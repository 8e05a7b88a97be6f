#include "station/report/report_package.h"

#include "station/report/canonical_json.h"
#include "tests/unit/station/report_world.h"

namespace tram::station::test {
namespace {

using sync::OutcomeCode;

TEST(ReportPackage, JsonHoldsTheWholeReport) {
  ReportContent second = sample_content();
  second.revision = 2;
  second.supersedes = report_hash("1");
  second.totals.clear();
  second.rows.clear();
  second.due.clear();
  second.regime.clear();
  second.text.clear();
  for (const ReportContent& content : {sample_content(), second}) {
    const auto json = report_json(content);
    ASSERT_TRUE(json) << json.error().detail;
    const auto read = read_report(*json);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, content);
  }
}

TEST(ReportPackage, RefusesContentOutsideItsForm) {
  using Spoil = void (*)(ReportContent&);
  const struct {
    const char* name;
    Spoil spoil;
    OutcomeCode code = OutcomeCode::bad_content;
  } cases[] = {
      {"no site", [](ReportContent& c) { c.site.clear(); }},
      {"space in site", [](ReportContent& c) { c.site = "a b"; }},
      {"long site", [](ReportContent& c) { c.site = std::string(65, 'a'); }},
      {"two lines in a name", [](ReportContent& c) { c.site_name = "a\nb"; }},
      {"path in template", [](ReportContent& c) { c.form = "../x"; }},
      {"long template", [](ReportContent& c) { c.form = std::string(33, 'a'); }},
      {"slash in period", [](ReportContent& c) { c.period = "2025/Q2"; }},
      {"revision 0", [](ReportContent& c) { c.revision = 0; }},
      {"revision beyond",
       [](ReportContent& c) {
         c.revision = 10'000;
         c.supersedes = sync::Hash{};
       }},
      {"first one with a hash", [](ReportContent& c) { c.supersedes = sync::Hash{}; }},
      {"second one without", [](ReportContent& c) { c.revision = 2; }},
      {"due is no moment", [](ReportContent& c) { c.due = "2025-02-30T00:00:00Z"; }},
      {"created has a fraction", [](ReportContent& c) { c.created = "2025-07-01T09:30:00.5Z"; }},
      {"created is small", [](ReportContent& c) { c.created = "2025-07-01t09:30:00z"; }},
      {"created with hour 24", [](ReportContent& c) { c.created = "2025-07-01T24:00:00Z"; }},
      {"created without zone", [](ReportContent& c) { c.created = "2025-07-01T09:30:00"; }},
      {"created with a wide zone", [](ReportContent& c) { c.created = "2025-07-01T09:30:00+15:00"; }},
      {"total with a capital", [](ReportContent& c) { c.totals["Total"] = 1; }},
      {"total beyond 2^53", [](ReportContent& c) { c.totals["t"] = kLargestInteger + 1; }},
      {"totals beyond count",
       [](ReportContent& c) {
         for (int i = 0; i < 65; ++i) c.totals["t" + std::to_string(i)] = i;
       }},
      {"cell not NFC", [](ReportContent& c) { c.rows[0].title = "e\xcc\x81"; }},
      {"cell with a line feed", [](ReportContent& c) { c.rows[0].org = "a\nb"; }},
      {"note with an override", [](ReportContent& c) { c.rows[0].note = "\xe2\x80\xae"; }},
      {"letter too long", [](ReportContent& c) { c.text = std::string(kReportTextBytes + 1, 'a'); }},
      {"nobody prepared", [](ReportContent& c) { c.prepared_by.clear(); }},
      {"one person twice", [](ReportContent& c) { c.approved_by = c.prepared_by; }},
      {"space behind a name", [](ReportContent& c) { c.approved_by = c.prepared_by + " "; }},
      {"rows", [](ReportContent& c) { c.rows.resize(kReportRows + 1); }, OutcomeCode::over_limit},
  };
  for (const auto& c : cases) {
    ReportContent content = sample_content();
    c.spoil(content);
    const auto json = report_json(content);
    ASSERT_FALSE(json) << c.name;
    EXPECT_EQ(json.error().code, c.code) << c.name;
  }
}

TEST(ReportPackage, ReaderWantsExactlyItsKeys) {
  const auto whole = read_canonical(report_json(sample_content()).value());
  ASSERT_TRUE(whole);
  const auto& members = std::get<JsonObject>(whole->value);
  ASSERT_EQ(members.size(), 17u);
  const auto refused = [](JsonObject changed, const std::string& what) {
    const auto read = read_report(write_canonical({std::move(changed)}).value());
    ASSERT_FALSE(read) << what;
    EXPECT_EQ(read.error().code, OutcomeCode::bad_content) << what;
  };
  for (const auto& [key, value] : members) {
    JsonObject without = members;
    without.erase(key);
    refused(without, "without " + key);
    JsonObject other = members;
    other[key] = {JsonList{{std::int64_t{1}}}};
    refused(other, "other type of " + key);
  }
  JsonObject more = members;
  more["more"] = {std::int64_t{1}};
  refused(more, "one more");
  JsonObject next = members;
  next["format"] = {std::int64_t{2}};
  refused(next, "another format");
  JsonObject clock = members;
  clock["clock"] = {std::string("sundial")};
  refused(clock, "unknown clock");
  JsonObject capital = members;
  capital["report_id"] = {std::string(32, 'E')};
  refused(capital, "capital hexadecimal");
  JsonObject row = members;
  std::get<JsonObject>(std::get<JsonList>(row["rows"].value)[0].value)["more"] = {std::string()};
  refused(row, "one more cell");
  EXPECT_FALSE(read_report("[]"));
}

TEST(ReportPackage, CsvCannotBecomeAFormula) {
  ReportContent c = sample_content();
  c.rows.clear();
  for (const std::string_view first : {"=1", "+1", "-1", "@x", "a", "a=1", "", "\t=1", "\r=1"}) {
    ReportRow row;
    row.note = first;  // the form of cells is check_report()'s; the escape must not rely on it
    c.rows.push_back(row);
  }
  c.rows[4].title = "a \"b\", c";
  c.rows[5].note = "1\n2";
  EXPECT_EQ(report_csv(c),
            "\xEF\xBB\xBFref,title,org,state,outcome,deadline,progress,note\r\n"
            ",,,,,,,'=1\r\n"
            ",,,,,,,'+1\r\n"
            ",,,,,,,'-1\r\n"
            ",,,,,,,'@x\r\n"
            ",\"a \"\"b\"\", c\",,,,,,a\r\n"
            ",,,,,,,\"1\n2\"\r\n"
            ",,,,,,,\r\n"
            ",,,,,,,'\t=1\r\n"
            ",,,,,,,\"'\r=1\"\r\n");
}

TEST(ReportPackage, FolderNameIsGeneratedAndSafe) {
  ReportContent c = sample_content();
  EXPECT_EQ(report_folder_name(c), "BC_hy.ubnd_chung_2025-Q2_r1");
  c.site = "../xã_1";
  EXPECT_EQ(report_folder_name(c), "BC_..-x---1_chung_2025-Q2_r1");
}

}  // namespace
}  // namespace tram::station::test
