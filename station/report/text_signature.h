// report.tsig, the text signature of a report (bundle design 7.2; docs/formats/report.md): ASCII, LF, at most 8 KiB,
// one fixed order of lines. One value of the fields has one sequence of bytes. Whether the signer may be believed is
// report_export.h's question.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "crypto/sign.h"
#include "station/report/report_fault.h"
#include "station/report/report_text.h"
#include "sync/ids.h"

namespace tram::station {

inline constexpr std::size_t kTextSignatureBytes = 8u << 10;

struct TextSignature {
  sync::ZoneId deployment;
  sync::RecordId report_id;
  std::string site;  // organisation code
  std::string form;  // the template
  std::string period;
  std::uint32_t revision = 1;
  std::optional<sync::Hash> supersedes;  // json_blake2b of the revision before
  sync::Hash json_blake2b{};
  ByteArray<32> json_sha256{};
  std::optional<ByteArray<32>> pdf_sha256;
  std::string renderer;  // empty = none
  std::uint32_t rows = 0;
  ReportTotals totals;
  std::string created;
  sync::ClockQuality clock = sync::ClockQuality::unset;
  std::string prepared_by, approved_by;
  std::string signer_device;  // 30 digits of crypto::device_fingerprint(), without spaces
  sync::LogId log;
  std::uint64_t seq = 0;  // of the changeset that submits the report
  std::optional<crypto::Signature> qr_signature;
  std::uint64_t directory_version = 0;
  sync::Hash directory_hash{};
  Bytes device_record;  // the DEVICE entry
  Bytes hub_keys;       // in the form of the key file (directory_proof.h)
  bool operator==(const TextSignature&) const = default;
};

struct ReadTextSignature {
  TextSignature fields;
  crypto::Signature signature{};
  std::size_t signed_bytes = 0;  // all before the last line
};

// SIG_FORMAT: a field outside its form, or more than 8 KiB in all.
ReportResult<std::string> make_text_signature(const TextSignature& fields, const crypto::SigningKey& key);
// SIG_FORMAT for every byte that make_text_signature would not have written. Does not verify the signature.
ReportResult<ReadTextSignature> parse_text_signature(std::string_view text);
// Did `key` sign `text`, which `read` was parsed from?
bool signed_by(const ReadTextSignature& read, std::string_view text, const crypto::VerifyKey& key);

}  // namespace tram::station
