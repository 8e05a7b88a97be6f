// Signing a report, writing it as a folder of files, and checking such a folder or its bytes on any PC, enrolled or not
// (bundle design 7.1 to 7.3). report.json, report.csv and report.tsig; a PDF is not made yet, and the lines that would
// name it hold "-". Revisions against each other (SUPERSEDED, REPORT_FORK) are judged by who has both.
#pragma once
#include <filesystem>
#include <optional>

#include "station/report/directory_proof.h"
#include "station/report/report_package.h"
#include "station/report/text_signature.h"

namespace tram::station {

struct ReportSigning {
  const crypto::SigningKey& identity;  // of the device that owns the log
  DirectoryProof proof;                // directory_proof() of that device
  sync::LogId log;
  std::uint64_t seq = 0;  // of the changeset that submits the report
};

struct SignedReport {
  std::string folder_name;
  std::string json;
  std::string csv;
  std::string tsig;
};
// The bytes, for a folder or a REPORT frame. Checked with verify_report_bytes() before they are handed out, so its
// codes, and: BAD_CONTENT, OVER_LIMIT (the content), SIG_FORMAT (over 8 KiB), BAD_SIGNATURE (not this device's key).
ReportResult<SignedReport> sign_report(const ReportContent& content, const ReportSigning& signing);

// Makes `folder`/BC_... by way of a temporary folder, synced before it gets its name; the path of the new folder.
// CLASS_REFUSED outside an open zone: there a report leaves only inside a bundle. MEDIA_ERROR if the name is taken.
ReportResult<std::filesystem::path> write_report_export(const std::filesystem::path& folder,
                                                        const ReportContent& content, const ReportSigning& signing);

enum class CsvState { absent, same, different };  // report.csv is not signed: it can only be made again and compared

struct ReportDetails {
  ReportContent content;   // site, period, revision, totals, persons, ...: all of it signed
  sync::Hash json_hash{};  // what the next revision names
  sync::ZoneId deployment;
  sync::DeviceId device;
  std::string signer_fingerprint;  // 30 digits in groups, to compare by telephone
  std::string root_fingerprint;
  sync::LogId log;  // that it is the device's log is shown by its changesets, not by this file
  std::uint64_t seq = 0;
  std::uint64_t directory_version = 0;
  bool names_pdf = false;  // a later program made it; the PDF was not looked at here
  CsvState csv = CsvState::absent;
};
struct ReportVerdict {
  sync::OutcomeCode code = sync::OutcomeCode::bad_content;  // OK_NEW: all that is signed was proved
  std::string reason;                                       // for the log
  std::optional<ReportDetails> details;                     // only with OK_NEW: nothing of a refused report is shown
};

// SIG_FORMAT, BAD_SIGNATURE, ROOT_CHAIN, WRONG_ZONE, WRONG_LOG (a device of another site), SENDER_REVOKED, BAD_CONTENT,
// OVER_LIMIT. Without `expected_root` the person compares root_fingerprint.
ReportVerdict verify_report_bytes(std::string_view json, std::string_view tsig,
                                  const std::optional<crypto::VerifyKey>& expected_root = std::nullopt);
// The same for a folder; also TRUNCATED (a file missing or empty), MEDIA_ERROR, MEDIA_LOST.
ReportVerdict verify_report_export(const std::filesystem::path& folder,
                                   const std::optional<crypto::VerifyKey>& expected_root = std::nullopt);

}  // namespace tram::station
