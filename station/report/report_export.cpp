#include "station/report/report_export.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "crypto/sha256.h"
#include "station/stick/medium_file.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

ReportFault fault_of_medium(const MediumFault& fault) {
  return {fault.code, fault.detail};
}
ReportFault system_fault(const std::string& what) {
  return fault_of_medium(fault_of(errno, what));
}

struct Part {
  const char* name;
  std::string_view content;
};
using Parts = std::array<Part, 3>;

std::string grouped_away(std::string fingerprint) {
  fingerprint.erase(std::remove(fingerprint.begin(), fingerprint.end(), ' '), fingerprint.end());
  return fingerprint;
}

ReportResult<void> write_part(int folder, const Part& part) {
  const Descriptor file(::openat(folder, part.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return system_fault("create " + std::string(part.name));
  if (const auto put = write_full(file.get(), as_bytes(part.content)); !put) return fault_of_medium(put.error());
  if (::fsync(file.get()) != 0) return system_fault("fsync " + std::string(part.name));
  return {};
}

// A folder that an earlier try left behind, or this one has to take back. Only our own names are removed.
void remove_temporary(int parent, const std::string& name, const Parts& parts) {
  if (const auto left = open_folder(parent, name, false))
    for (const Part& part : parts) ::unlinkat(left->get(), part.name, 0);
  ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

ReportResult<void> fill_temporary(int parent, const std::string& name, const Parts& parts) {
  if (::mkdirat(parent, name.c_str(), 0755) != 0) return system_fault("make folder " + name);
  const auto folder = open_folder(parent, name, false);
  if (!folder) return fault_of_medium(folder.error());
  for (const Part& part : parts)
    if (const auto written = write_part(folder->get(), part); !written) return written.error();
  if (::fsync(folder->get()) != 0 && errno != EINVAL) return system_fault("fsync of the folder");
  return {};
}

bool is_taken(int parent, const std::string& name) {
  struct stat status {};
  return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

ReportResult<void> rename_into_place(int parent, const std::string& from, const std::string& to) {
  int done = ::renameat2(parent, from.c_str(), parent, to.c_str(), RENAME_NOREPLACE);
  // Some file systems of sticks do not know the flag; there is_taken() before must do.
  if (done != 0 && (errno == EINVAL || errno == ENOSYS)) done = ::renameat(parent, from.c_str(), parent, to.c_str());
  if (done != 0) return system_fault("rename to " + to);
  if (::fsync(parent) != 0 && errno != EINVAL) return system_fault("fsync of the folder above");
  return {};
}

}  // namespace

ReportResult<SignedReport> sign_report(const ReportContent& content, const ReportSigning& signing) {
  auto json = report_json(content);
  if (!json) return json.error();
  const auto record = decode_device_record(signing.proof.device_record);
  if (!record) return record.error();
  const auto& device = std::get<sync::Device>(record->body);

  TextSignature f;
  f.deployment = record->zone;
  f.report_id = content.id;
  f.site = content.site;
  f.form = content.form;
  f.period = content.period;
  f.revision = content.revision;
  f.supersedes = content.supersedes;
  f.json_blake2b = report_hash(*json);
  f.json_sha256 = crypto::sha256(as_bytes(*json));
  f.rows = static_cast<std::uint32_t>(content.rows.size());
  f.totals = content.totals;
  f.created = content.created;
  f.clock = content.clock;
  f.prepared_by = content.prepared_by;
  f.approved_by = content.approved_by;
  f.signer_device = grouped_away(crypto::device_fingerprint(device.id.view(), device.identity, device.encryption));
  f.log = signing.log;
  f.seq = signing.seq;
  f.directory_version = signing.proof.version;
  f.directory_hash = signing.proof.hash;
  f.device_record = signing.proof.device_record;
  f.hub_keys = signing.proof.hub_keys;
  auto tsig = make_text_signature(f, signing.identity);
  if (!tsig) return tsig.error();

  // What cannot be verified here cannot be anywhere; the site must learn it now and not the reader in some years.
  const ReportVerdict verdict = verify_report_bytes(*json, *tsig);
  if (verdict.code != OutcomeCode::ok_new) return ReportFault{verdict.code, verdict.reason};
  return SignedReport{report_folder_name(content), std::move(*json), report_csv(content), std::move(*tsig)};
}

ReportResult<std::filesystem::path> write_report_export(const std::filesystem::path& folder,
                                                        const ReportContent& content, const ReportSigning& signing) {
  const auto proved = check_directory_proof(signing.proof, std::nullopt);
  if (!proved) return proved.error();
  if (proved->zone_kind != static_cast<std::uint8_t>(sync::ZoneKind::open))
    return ReportFault{OutcomeCode::class_refused, "a plain report is made only in an open zone"};
  const auto made = sign_report(content, signing);
  if (!made) return made.error();

  const auto parent = open_folder(AT_FDCWD, folder.string(), true);
  if (!parent) return fault_of_medium(parent.error());
  const std::string& name = made->folder_name;
  if (is_taken(parent->get(), name)) return ReportFault{OutcomeCode::media_error, name + " is there already"};
  const Parts parts = {{{"report.json", made->json}, {"report.csv", made->csv}, {"report.tsig", made->tsig}}};
  const std::string temporary = name + ".tmp";
  remove_temporary(parent->get(), temporary, parts);
  auto done = fill_temporary(parent->get(), temporary, parts);
  if (done) done = rename_into_place(parent->get(), temporary, name);
  if (!done) {
    remove_temporary(parent->get(), temporary, parts);
    return done.error();
  }
  return folder / name;
}

}  // namespace tram::station
