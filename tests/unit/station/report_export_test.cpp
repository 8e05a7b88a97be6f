// A report from the site to any PC: what passes, and the code of every forgery.
#include "station/report/report_export.h"

#include <algorithm>

#include "crypto/sha256.h"
#include "station/report/canonical_json.h"
#include "tests/unit/station/report_world.h"

namespace tram::station::test {
namespace {

namespace fs = std::filesystem;
using sync::OutcomeCode;

TEST(ReportExport, IsWrittenAndVerifiedElsewhere) {
  const TemporaryFolder folder;
  const ReportWorld world;
  const auto written = write_report_export(folder.path(), sample_content(), world.signing());
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(*written, folder.path() / "BC_hy.ubnd_chung_2025-Q2_r1");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(*written)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"report.csv", "report.json", "report.tsig"}));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "the temporary folder is gone";

  const ReportVerdict verdict = verify_report_export(*written, world.root.public_key);
  ASSERT_EQ(verdict.code, OutcomeCode::ok_new) << verdict.reason;
  const ReportDetails& d = *verdict.details;
  EXPECT_EQ(d.content, sample_content());
  EXPECT_EQ(d.json_hash, report_hash(file_text(*written / "report.json")));
  EXPECT_EQ(d.device, world.device);
  EXPECT_EQ(d.deployment, world.zone);
  EXPECT_EQ(d.signer_fingerprint, crypto::device_fingerprint(world.device.view(), world.device_key.public_key,
                                                             world.device_body().encryption));
  EXPECT_EQ(d.root_fingerprint, crypto::root_fingerprint(world.root.public_key));
  EXPECT_EQ(d.log, world.log);
  EXPECT_EQ(d.seq, 1024u);
  EXPECT_EQ(d.directory_version, 3u);
  EXPECT_FALSE(d.names_pdf);
  EXPECT_EQ(d.csv, CsvState::same);
}

TEST(ReportExport, LeavesAnExistingFolderAlone) {
  const TemporaryFolder folder;
  const ReportWorld world;
  const auto first = write_report_export(folder.path(), sample_content(), world.signing());
  ASSERT_TRUE(first);
  const std::string before = file_text(*first / "report.json");
  ReportContent other = sample_content();
  other.text = "other";
  const auto second = write_report_export(folder.path(), other, world.signing());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, OutcomeCode::media_error);
  EXPECT_EQ(file_text(*first / "report.json"), before);
}

TEST(ReportExport, TakesOverWhatACrashLeft) {
  const TemporaryFolder folder;
  const fs::path left = folder.path() / "BC_hy.ubnd_chung_2025-Q2_r1.tmp";
  fs::create_directory(left);
  set_file_text(left / "report.json", "{");
  const auto written = write_report_export(folder.path(), sample_content(), ReportWorld().signing());
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(verify_report_export(*written).code, OutcomeCode::ok_new);
  EXPECT_FALSE(fs::exists(left));
}

TEST(ReportExport, SaysWhenTheFolderIsGone) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_report_export(folder.path() / "none", sample_content(), ReportWorld().signing()).error().code,
            OutcomeCode::media_lost);
  EXPECT_EQ(verify_report_export(folder.path() / "none").code, OutcomeCode::media_lost);
}

TEST(ReportExport, IsPlainOnlyInAnOpenZone) {
  for (const std::uint8_t kind : {std::uint8_t{1}, std::uint8_t{2}}) {
    const TemporaryFolder folder;
    const ReportWorld world(kind);
    const auto written = write_report_export(folder.path(), sample_content(), world.signing());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, OutcomeCode::class_refused);
    EXPECT_TRUE(fs::is_empty(folder.path()));
    EXPECT_TRUE(sign_report(sample_content(), world.signing())) << "inside a bundle it may leave";
  }
}

TEST(ReportExport, SeesWhatBecameOfTheFolder) {
  const struct {
    const char* name;
    void (*change)(const fs::path&);
    OutcomeCode code;
    CsvState csv;
  } cases[] = {
      {"no json", [](const fs::path& f) { fs::remove(f / "report.json"); }, OutcomeCode::truncated, {}},
      {"no tsig", [](const fs::path& f) { fs::remove(f / "report.tsig"); }, OutcomeCode::truncated, {}},
      {"empty json", [](const fs::path& f) { fs::resize_file(f / "report.json", 0); }, OutcomeCode::truncated, {}},
      {"empty tsig", [](const fs::path& f) { fs::resize_file(f / "report.tsig", 0); }, OutcomeCode::truncated, {}},
      {"json cut", [](const fs::path& f) { fs::resize_file(f / "report.json", 100); }, OutcomeCode::bad_signature, {}},
      {"tsig cut", [](const fs::path& f) { fs::resize_file(f / "report.tsig", 100); }, OutcomeCode::sig_format, {}},
      {"tsig of 1 MB",
       [](const fs::path& f) { fs::resize_file(f / "report.tsig", 1u << 20); },
       OutcomeCode::sig_format,
       {}},
      {"json of 5 MB",
       [](const fs::path& f) { fs::resize_file(f / "report.json", 5u << 20); },
       OutcomeCode::over_limit,
       {}},
      {"json is a link",
       [](const fs::path& f) {
         fs::rename(f / "report.json", f / "other");
         fs::create_symlink("other", f / "report.json");
       },
       OutcomeCode::media_error,
       {}},
      {"json is a folder",
       [](const fs::path& f) {
         fs::remove(f / "report.json");
         fs::create_directory(f / "report.json");
       },
       OutcomeCode::media_error,
       {}},
      {"no csv", [](const fs::path& f) { fs::remove(f / "report.csv"); }, OutcomeCode::ok_new, CsvState::absent},
      {"csv edited", [](const fs::path& f) { set_file_text(f / "report.csv", "1,2"); }, OutcomeCode::ok_new,
       CsvState::different},
      {"csv longer", [](const fs::path& f) { set_file_text(f / "report.csv", file_text(f / "report.csv") + "1"); },
       OutcomeCode::ok_new, CsvState::different},
  };
  for (const auto& c : cases) {
    const TemporaryFolder folder;
    const auto written = write_report_export(folder.path(), sample_content(), ReportWorld().signing());
    ASSERT_TRUE(written);
    c.change(*written);
    const ReportVerdict verdict = verify_report_export(*written);
    EXPECT_EQ(verdict.code, c.code) << c.name << ": " << verdict.reason;
    ASSERT_EQ(verdict.details.has_value(), c.code == OutcomeCode::ok_new) << c.name;
    if (verdict.details) {
      EXPECT_EQ(verdict.details->csv, c.csv) << c.name;
    }
  }
}

TEST(ReportExport, RefusesEveryChangedByte) {
  const SignedReport report = sample_report();
  ASSERT_EQ(verify_report_bytes(report.json, report.tsig).code, OutcomeCode::ok_new);
  const auto refused_as = [](const std::string& json, const std::string& tsig, bool form) {
    const ReportVerdict verdict = verify_report_bytes(json, tsig);
    return !verdict.details &&
           (verdict.code == OutcomeCode::bad_signature || (form && verdict.code == OutcomeCode::sig_format));
  };
  for (std::size_t i = 0; i < report.json.size(); ++i)
    for (const int bit : {0x01, 0x20, 0x80}) {
      std::string json = report.json;
      json[i] = static_cast<char>(json[i] ^ bit);
      ASSERT_TRUE(refused_as(json, report.tsig, false)) << "json " << i;
    }
  for (std::size_t i = 0; i < report.tsig.size(); ++i)
    for (const int bit : {0x01, 0x20, 0x80}) {
      std::string tsig = report.tsig;
      tsig[i] = static_cast<char>(tsig[i] ^ bit);
      ASSERT_TRUE(refused_as(report.json, tsig, true)) << "tsig " << i << " " << tsig.substr(i, 20);
    }
}

TEST(ReportExport, NamesTheKindOfChange) {
  // A byte of the frame of the file is its form; a byte of a value that keeps its form is the signature's.
  const SignedReport report = sample_report();
  const auto code_with = [&](const std::string& from, const std::string& to) {
    std::string tsig = report.tsig;
    const std::size_t at = tsig.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    tsig.replace(at, from.size(), to);
    return verify_report_bytes(report.json, tsig).code;
  };
  EXPECT_EQ(code_with("SIGNATURE 1", "SIGNATURE 2"), OutcomeCode::sig_format);
  EXPECT_EQ(code_with("\nperiod: ", "\nperiOd: "), OutcomeCode::sig_format);
  EXPECT_EQ(code_with("\nperiod: ", "\nperiod:\t"), OutcomeCode::sig_format);
  EXPECT_EQ(code_with("2025-Q2", "2025-Q3"), OutcomeCode::bad_signature);
  EXPECT_EQ(code_with("total=1024", "total=1025"), OutcomeCode::bad_signature);
  EXPECT_EQ(code_with("clock: network", "clock: hub"), OutcomeCode::bad_signature);
  EXPECT_EQ(code_with(" 1024\nqr", " 1023\nqr"), OutcomeCode::bad_signature);
}

TEST(ReportExport, RefusesWhatIsSignedButNotSo) {
  const ReportWorld world;
  const SignedReport report = sample_report();
  const struct {
    const char* name;
    void (*spoil)(TextSignature&);
    OutcomeCode code;
  } cases[] = {
      {"site", [](TextSignature& f) { f.site = "hy.khac"; }, OutcomeCode::wrong_log},
      {"deployment", [](TextSignature& f) { f.deployment.bytes[0] ^= 1; }, OutcomeCode::wrong_zone},
      {"signer-device", [](TextSignature& f) { f.signer_device = std::string(30, '1'); }, OutcomeCode::bad_content},
      {"json hash", [](TextSignature& f) { f.json_blake2b[0] ^= 1; }, OutcomeCode::bad_signature},
      {"json sha", [](TextSignature& f) { f.json_sha256[0] ^= 1; }, OutcomeCode::bad_signature},
      {"report-id", [](TextSignature& f) { f.report_id.bytes[0] ^= 1; }, OutcomeCode::bad_content},
      {"template", [](TextSignature& f) { f.form = "khac"; }, OutcomeCode::bad_content},
      {"period", [](TextSignature& f) { f.period = "2025-Q3"; }, OutcomeCode::bad_content},
      {"revision", [](TextSignature& f) { f.revision = 2; }, OutcomeCode::bad_content},
      {"supersedes", [](TextSignature& f) { f.supersedes = sync::Hash{}; }, OutcomeCode::bad_content},
      {"rows", [](TextSignature& f) { f.rows = 3; }, OutcomeCode::bad_content},
      {"totals", [](TextSignature& f) { f.totals["total"] = 1025; }, OutcomeCode::bad_content},
      {"totals fewer", [](TextSignature& f) { f.totals.erase("overdue"); }, OutcomeCode::bad_content},
      {"created", [](TextSignature& f) { f.created = "2025-07-01T09:30:01+07:00"; }, OutcomeCode::bad_content},
      {"clock", [](TextSignature& f) { f.clock = sync::ClockQuality::unset; }, OutcomeCode::bad_content},
      {"prepared-by", [](TextSignature& f) { f.prepared_by = "Ai"; }, OutcomeCode::bad_content},
      {"approved-by", [](TextSignature& f) { f.approved_by = f.prepared_by; }, OutcomeCode::bad_content},
      {"directory before the record", [](TextSignature& f) { f.directory_version = 2; }, OutcomeCode::bad_content},
      {"directory with another head", [](TextSignature& f) { f.directory_hash[0] ^= 1; }, OutcomeCode::bad_content},
      {"no hub keys", [](TextSignature& f) { f.hub_keys.resize(40); }, OutcomeCode::root_chain},
      {"hub keys cut", [](TextSignature& f) { f.hub_keys.pop_back(); }, OutcomeCode::root_chain},
      {"first root changed", [](TextSignature& f) { f.hub_keys[8] ^= 1; }, OutcomeCode::root_chain},
      {"magic of hub keys", [](TextSignature& f) { f.hub_keys[0] ^= 1; }, OutcomeCode::root_chain},
      {"device record cut", [](TextSignature& f) { f.device_record.pop_back(); }, OutcomeCode::bad_signature},
  };
  for (const auto& c : cases) {
    TextSignature fields = fields_of(report);
    c.spoil(fields);
    const ReportVerdict verdict = verify_report_bytes(report.json, sign_again(fields, world.device_key));
    EXPECT_EQ(verdict.code, c.code) << c.name << ": " << verdict.reason;
    EXPECT_FALSE(verdict.details) << c.name;
  }
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields_of(report), world.stranger)).code,
            OutcomeCode::bad_signature);
}

// `json` under a genuine signature of the device.
ReportVerdict verdict_on_json(const std::string& json) {
  TextSignature fields = fields_of(sample_report());
  fields.json_blake2b = report_hash(json);
  fields.json_sha256 = crypto::sha256(as_bytes(json));
  return verify_report_bytes(json, sign_again(fields, ReportWorld().device_key));
}

TEST(ReportExport, RefusesSignedJsonThatIsNotCanonical) {
  const std::string json = sample_report().json;
  ASSERT_EQ(verdict_on_json(json).code, OutcomeCode::ok_new);
  EXPECT_EQ(verdict_on_json(json + "\n").code, OutcomeCode::bad_content);
  EXPECT_EQ(verdict_on_json("{}").code, OutcomeCode::bad_content);
  EXPECT_EQ(verdict_on_json("{ " + json.substr(1)).code, OutcomeCode::bad_content);
}

TEST(ReportExport, NeedsTwoPersons) {
  ReportContent content = sample_content();
  content.approved_by = content.prepared_by;
  EXPECT_EQ(sign_report(content, ReportWorld().signing()).error().code, OutcomeCode::bad_content);

  // A program that does not ask: JSON and signature file agree, and both name one person.
  JsonObject members = std::get<JsonObject>(read_canonical(sample_report().json).value().value);
  members["approved_by"] = members["prepared_by"];
  const std::string json = write_canonical({members}).value();
  TextSignature fields = fields_of(sample_report());
  fields.approved_by = fields.prepared_by;
  fields.json_blake2b = report_hash(json);
  fields.json_sha256 = crypto::sha256(as_bytes(json));
  const ReportVerdict verdict = verify_report_bytes(json, sign_again(fields, ReportWorld().device_key));
  EXPECT_EQ(verdict.code, OutcomeCode::bad_content);
  EXPECT_NE(verdict.reason.find("same person"), std::string::npos) << verdict.reason;
}

TEST(ReportExport, BelievesOnlyItsOwnDirectory) {
  const ReportWorld world;
  const SignedReport report = sample_report();
  EXPECT_EQ(verify_report_bytes(report.json, report.tsig, world.root.public_key).code, OutcomeCode::ok_new);
  EXPECT_EQ(verify_report_bytes(report.json, report.tsig, world.stranger.public_key).code, OutcomeCode::root_chain);

  // A device that another directory key entered.
  TextSignature fields = fields_of(report);
  const auto& own = *world.directory.entry(3);
  fields.device_record =
      sync::make_entry(own.zone, own.version, own.prev, own.issued_ms, own.body, world.stranger).bytes;
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields, world.device_key)).code, OutcomeCode::bad_signature);
  // The same key, but for another purpose than entries: the root key does not enter devices.
  fields.device_record = sync::make_entry(own.zone, own.version, own.prev, own.issued_ms, own.body, world.root).bytes;
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields, world.device_key)).code, OutcomeCode::bad_signature);
  // A genuine record of another zone.
  sync::ZoneId other = world.zone;
  other.bytes[0] ^= 1;
  fields.device_record =
      sync::make_entry(other, own.version, own.prev, own.issued_ms, own.body, world.directory_key).bytes;
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields, world.device_key)).code, OutcomeCode::wrong_zone);
  // A record from before the hub's first keys.
  fields.device_record = sync::make_entry(own.zone, 1, {}, own.issued_ms, own.body, world.directory_key).bytes;
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields, world.device_key)).code, OutcomeCode::root_chain);
  // Any other entry in its place.
  fields.device_record = world.directory.entry(2)->bytes;
  EXPECT_EQ(verify_report_bytes(report.json, sign_again(fields, world.device_key)).code, OutcomeCode::bad_signature);
  // A revoked device.
  sync::Device revoked = world.device_body();
  revoked.state = sync::DeviceState::revoked;
  ReportWorld later;
  later.add(revoked, later.directory_key);
  EXPECT_EQ(sign_report(sample_content(), later.signing()).error().code, OutcomeCode::sender_revoked);
  // Not this device's key.
  EXPECT_EQ(sign_report(sample_content(), {world.stranger, world.proof(), world.log, 1}).error().code,
            OutcomeCode::bad_signature);
}

TEST(ReportExport, FollowsTheHubsKeys) {
  ReportWorld world;
  const crypto::SigningKey new_directory_key = signing_key(0x06);
  const crypto::SigningKey new_root = signing_key(0x07);
  for (std::uint8_t seed = 0x20; seed < 0x28; ++seed) {  // years of service keys: left out of the proof
    sync::HubKeys keys = world.hub_keys();
    keys.service_key = signing_key(seed).public_key;
    world.add(keys, world.root);
  }
  EXPECT_EQ(sync::decode_key_file(world.proof().hub_keys).has_value(), false) << "entries are left out";
  const std::size_t before = world.proof().hub_keys.size();
  EXPECT_TRUE(sign_report(sample_content(), world.signing()));

  sync::HubKeys keys = world.hub_keys();
  keys.directory_key = new_directory_key.public_key;
  world.add(keys, world.root);
  EXPECT_EQ(world.proof().hub_keys.size(), before) << "the one under which the device was entered, and the newest";
  EXPECT_TRUE(sign_report(sample_content(), world.signing())) << "entered under the directory key before";

  world.change_root(new_root);
  keys = world.hub_keys();
  keys.encryption_next[0] ^= 1;
  world.add(keys, new_root);
  const auto report = sign_report(sample_content(), world.signing());
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(verify_report_bytes(report->json, report->tsig, world.root.public_key).code, OutcomeCode::ok_new)
      << "the first root key still proves it";
  EXPECT_EQ(verify_report_bytes(report->json, report->tsig, new_root.public_key).code, OutcomeCode::root_chain);

  // Without the entry that changed the root nothing vouches for the newest.
  TextSignature fields = fields_of(*report);
  const std::uint64_t newest = world.directory.version();
  fields.hub_keys = sync::encode_key_file(world.root.public_key,
                                          {world.directory.entry(1)->bytes, world.directory.entry(newest)->bytes});
  EXPECT_EQ(verify_report_bytes(report->json, sign_again(fields, world.device_key)).code, OutcomeCode::root_chain);
  // Nor may they stand in another order.
  fields.hub_keys =
      sync::encode_key_file(world.root.public_key, {world.directory.entry(4)->bytes, world.directory.entry(1)->bytes});
  EXPECT_EQ(verify_report_bytes(report->json, sign_again(fields, world.device_key)).code, OutcomeCode::root_chain);
}

TEST(ReportExport, ChangedRootMustAgreeItself) {
  // Signed by the old root only: the new one did not take part.
  const ReportWorld world;
  sync::HubKeys keys = world.hub_keys();
  keys.roots = {world.stranger.public_key};
  const auto entry = sync::make_entry(world.zone, 4, world.directory.head(), 1, keys, world.root);
  TextSignature fields = fields_of(sample_report());
  fields.hub_keys = sync::encode_key_file(world.root.public_key, {world.directory.entry(1)->bytes, entry.bytes});
  fields.directory_version = 4;
  fields.directory_hash = entry.hash;
  EXPECT_EQ(verify_report_bytes(sample_report().json, sign_again(fields, world.device_key)).code,
            OutcomeCode::root_chain);
}

TEST(ReportExport, UnknownDeviceHasNoProof) {
  const ReportWorld world;
  sync::DeviceId other;
  EXPECT_EQ(directory_proof(world.directory, world.root.public_key, other).error().code, OutcomeCode::unknown_sender);
}

}  // namespace
}  // namespace tram::station::test
