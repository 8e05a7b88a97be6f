// The order of the checks: form of the signature file, signature, who the signer is, hashes of the JSON, and only then
// the JSON itself; nothing is parsed that was not signed.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "crypto/sha256.h"
#include "station/report/canonical_json.h"
#include "station/report/report_export.h"
#include "station/stick/medium_file.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

ReportVerdict refused(OutcomeCode code, std::string reason) {
  return {code, std::move(reason), std::nullopt};
}
ReportVerdict refused(const ReportFault& fault) {
  return refused(fault.code, fault.detail);
}

std::string without_spaces(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

// What the signature file repeats of the JSON; empty when all agrees.
std::string_view first_difference(const TextSignature& f, const ReportContent& c) {
  if (f.report_id != c.id) return "report-id";
  if (f.site != c.site) return "site";
  if (f.form != c.form) return "template";
  if (f.period != c.period) return "period";
  if (f.revision != c.revision) return "revision";
  if (f.supersedes != c.supersedes) return "supersedes";
  if (f.rows != c.rows.size()) return "rows";
  if (f.totals != c.totals) return "totals";
  if (f.created != c.created) return "created";
  if (f.clock != c.clock) return "clock";
  if (f.prepared_by != c.prepared_by) return "prepared-by";
  if (f.approved_by != c.approved_by) return "approved-by";
  return {};
}

// The whole file, if it is there and within its bound.
ReportResult<std::string> read_part(int folder, const std::string& name, std::size_t most, OutcomeCode too_large) {
  const auto file = open_regular(folder, name);
  if (!file) {
    const bool missing = file.error().system_error == ENOENT;
    return ReportFault{missing ? OutcomeCode::truncated : file.error().code, file.error().detail};
  }
  if (file->size > most) return ReportFault{too_large, name + " is too large"};
  std::string content(most + 1, '\0');  // one more than allowed: a file may grow after it was measured
  const auto got = read_full(file->descriptor.get(), {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
  if (!got) return ReportFault{got.error().code, got.error().detail};
  if (*got > most) return ReportFault{too_large, name + " is too large"};
  if (*got == 0) return ReportFault{OutcomeCode::truncated, name + " is empty"};
  content.resize(*got);
  return content;
}

CsvState compare_csv(int folder, const ReportContent& content) {
  const std::string expected = report_csv(content);
  const auto csv = read_part(folder, "report.csv", expected.size(), OutcomeCode::over_limit);
  if (csv) return *csv == expected ? CsvState::same : CsvState::different;
  return csv.error().code == OutcomeCode::truncated ? CsvState::absent : CsvState::different;
}

}  // namespace

ReportVerdict verify_report_bytes(std::string_view json, std::string_view tsig,
                                  const std::optional<crypto::VerifyKey>& expected_root) {
  const auto read = parse_text_signature(tsig);
  if (!read) return refused(read.error());
  const TextSignature& f = read->fields;

  // The key comes from the file itself: first that it signed these bytes, then that the directory vouches for it.
  const auto record = decode_device_record(f.device_record);
  if (!record) return refused(OutcomeCode::bad_signature, record.error().detail);
  if (!signed_by(*read, tsig, std::get<sync::Device>(record->body).identity))
    return refused(OutcomeCode::bad_signature, "report.tsig: signature");
  const auto proved =
      check_directory_proof({f.directory_version, f.directory_hash, f.device_record, f.hub_keys}, expected_root);
  if (!proved) return refused(proved.error());
  const sync::Device& device = proved->device;
  if (f.deployment != proved->zone) return refused(OutcomeCode::wrong_zone, "deployment");
  if (device.site != sync::organisation_id(proved->zone, f.site))
    return refused(OutcomeCode::wrong_log, "the signer is a device of another site");
  const std::string fingerprint = crypto::device_fingerprint(device.id.view(), device.identity, device.encryption);
  if (f.signer_device != without_spaces(fingerprint)) return refused(OutcomeCode::bad_content, "signer-device");

  const sync::Hash json_hash = report_hash(json);
  if (json_hash != f.json_blake2b || crypto::sha256(as_bytes(json)) != f.json_sha256)
    return refused(OutcomeCode::bad_signature, "report.json is not the one that was signed");
  auto content = read_report(json);
  if (!content) return refused(content.error());
  if (const auto field = first_difference(f, *content); !field.empty())
    return refused(OutcomeCode::bad_content, "report.tsig and report.json differ: " + std::string(field));

  ReportDetails details;
  details.content = std::move(*content);
  details.json_hash = json_hash;
  details.deployment = f.deployment;
  details.device = device.id;
  details.signer_fingerprint = fingerprint;
  details.root_fingerprint = crypto::root_fingerprint(proved->root);
  details.log = f.log;
  details.seq = f.seq;
  details.directory_version = f.directory_version;
  details.names_pdf = f.pdf_sha256.has_value();
  return {OutcomeCode::ok_new, {}, std::move(details)};
}

ReportVerdict verify_report_export(const std::filesystem::path& folder,
                                   const std::optional<crypto::VerifyKey>& expected_root) {
  const auto opened = open_folder(AT_FDCWD, folder.string(), true);
  if (!opened) return refused(opened.error().code, opened.error().detail);
  const auto tsig = read_part(opened->get(), "report.tsig", kTextSignatureBytes, OutcomeCode::sig_format);
  if (!tsig) return refused(tsig.error());
  const auto json = read_part(opened->get(), "report.json", kJsonBytes, OutcomeCode::over_limit);
  if (!json) return refused(json.error());
  ReportVerdict verdict = verify_report_bytes(*json, *tsig, expected_root);
  if (verdict.details) verdict.details->csv = compare_csv(opened->get(), verdict.details->content);
  return verdict;
}

}  // namespace tram::station
