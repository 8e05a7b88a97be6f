// Parsing is splitting by the fixed keys, reading each value, writing all again and comparing: so a second spelling of
// a number, of base64 or of a hash cannot pass, whichever of the readers below would have been lenient.
#include "station/report/text_signature.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tram::station {
namespace {

constexpr std::string_view kFirstLine = "TRAM-REPORT-SIGNATURE 1\n";
constexpr std::string_view kPurpose = "report";
constexpr std::string_view kNone = "-";
constexpr std::size_t kFingerprintDigits = 30;
constexpr std::size_t kRendererBytes = 64;

enum Line : std::size_t {
  kDeployment,
  kReportId,
  kSite,
  kTemplate,
  kPeriod,
  kRevision,
  kSupersedes,
  kJsonBlake2b,
  kJsonSha256,
  kPdfSha256,
  kRenderer,
  kRows,
  kTotalsLine,
  kCreated,
  kClock,
  kPreparedBy,
  kApprovedBy,
  kSignerDevice,
  kLog,
  kQrSig,
  kDirectory,
  kDeviceRecord,
  kHubKeys,
  kLines,
};
constexpr std::array<std::string_view, kLines> kKeys = {
    "deployment", "report-id",       "site",        "template",      "period",      "revision",
    "supersedes", "json-blake2b256", "json-sha256", "pdf-sha256",    "renderer",    "rows",
    "totals",     "created",         "clock",       "prepared-by",   "approved-by", "signer-device",
    "log",        "qr-sig",          "directory",   "device-record", "hub-keys"};
constexpr std::string_view kSignatureKey = "sig-ed25519";

ReportFault bad(std::string_view what) {
  return {sync::OutcomeCode::sig_format, "report.tsig: " + std::string(what)};
}

bool is_renderer(std::string_view text) {
  return text.size() <= kRendererBytes && text != kNone &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string totals_text(const ReportTotals& totals) {
  std::string text;
  for (const auto& [key, value] : totals) text += (text.empty() ? "" : ";") + key + "=" + std::to_string(value);
  return text.empty() ? std::string(kNone) : text;
}

template <std::size_t N>
std::string hex_or_none(const std::optional<ByteArray<N>>& bytes) {
  return bytes ? to_hex(*bytes) : std::string(kNone);
}

// Everything up to and without the last line; nothing when a field has no form in this file.
std::optional<std::string> signed_text(const TextSignature& f) {
  const bool fits =
      is_line(f.site, kSiteCodeBytes) && is_report_label(f.form) && is_report_label(f.period) && f.revision >= 1 &&
      f.revision <= kLargestRevision && is_renderer(f.renderer) && are_totals(f.totals) && is_rfc3339(f.created) &&
      is_line(f.prepared_by, kNameBytes) && is_line(f.approved_by, kNameBytes) &&
      f.signer_device.size() == kFingerprintDigits &&
      std::all_of(f.signer_device.begin(), f.signer_device.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
      f.seq >= 1 && f.directory_version >= 1 && !f.device_record.empty() && !f.hub_keys.empty();
  if (!fits) return std::nullopt;
  std::array<std::string, kLines> values;
  values[kDeployment] = f.deployment.hex();
  values[kReportId] = f.report_id.hex();
  values[kSite] = to_base64(as_bytes(f.site));
  values[kTemplate] = f.form;
  values[kPeriod] = f.period;
  values[kRevision] = std::to_string(f.revision);
  values[kSupersedes] = hex_or_none(f.supersedes);
  values[kJsonBlake2b] = to_hex(f.json_blake2b);
  values[kJsonSha256] = to_hex(f.json_sha256);
  values[kPdfSha256] = hex_or_none(f.pdf_sha256);
  values[kRenderer] = f.renderer.empty() ? std::string(kNone) : f.renderer;
  values[kRows] = std::to_string(f.rows);
  values[kTotalsLine] = totals_text(f.totals);
  values[kCreated] = f.created;
  values[kClock] = clock_word(f.clock);
  values[kPreparedBy] = to_base64(as_bytes(f.prepared_by));
  values[kApprovedBy] = to_base64(as_bytes(f.approved_by));
  values[kSignerDevice] = f.signer_device;
  values[kLog] = f.log.hex() + " " + std::to_string(f.seq);
  values[kQrSig] = f.qr_signature ? to_base64(*f.qr_signature) : std::string(kNone);
  values[kDirectory] = std::to_string(f.directory_version) + " " + to_hex(f.directory_hash);
  values[kDeviceRecord] = to_base64(f.device_record);
  values[kHubKeys] = to_base64(f.hub_keys);
  std::string text(kFirstLine);
  for (std::size_t i = 0; i < kLines; ++i) text.append(kKeys[i]).append(": ").append(values[i]).append("\n");
  return text;
}

// `key: value` and the line feed off the front of `rest`.
std::optional<std::string_view> take_line(std::string_view& rest, std::string_view key) {
  if (!rest.starts_with(key) || !rest.substr(key.size()).starts_with(": ")) return std::nullopt;
  const std::size_t from = key.size() + 2;
  const std::size_t end = rest.find('\n', from);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view value = rest.substr(from, end - from);
  rest.remove_prefix(end + 1);
  return value;
}

// Reads the values of one file. A value it cannot read spoils the whole.
struct Values {
  bool good = true;

  template <std::size_t N>
  ByteArray<N> array(const std::optional<Bytes>& raw) {
    ByteArray<N> out{};
    if (raw && raw->size() == N)
      std::copy(raw->begin(), raw->end(), out.begin());
    else
      good = false;
    return out;
  }
  template <std::size_t N>
  ByteArray<N> hex(std::string_view text) {
    return array<N>(from_hex(text));
  }
  template <std::size_t N>
  std::optional<ByteArray<N>> optional_hex(std::string_view text) {
    if (text == kNone) return std::nullopt;
    return hex<N>(text);
  }
  Bytes base64(std::string_view text) {
    auto raw = from_base64(text);
    good = good && raw;
    return raw ? std::move(*raw) : Bytes();
  }
  std::string name(std::string_view text) { return std::string(as_text(base64(text))); }
  std::uint64_t count(std::string_view text) {
    const auto value = parse_count(text);
    good = good && value;
    return value.value_or(0);
  }
  std::uint32_t small_count(std::string_view text) {
    const std::uint64_t value = count(text);
    good = good && value <= UINT32_MAX;
    return static_cast<std::uint32_t>(value);
  }
  // Two values with one space between them.
  std::pair<std::string_view, std::string_view> two(std::string_view text) {
    const std::size_t space = text.find(' ');
    good = good && space != std::string_view::npos;
    return {text.substr(0, space), space == std::string_view::npos ? text : text.substr(space + 1)};
  }
  ReportTotals totals(std::string_view text) {
    ReportTotals totals;
    if (text == kNone) return totals;
    for (bool more = true; more && good;) {
      const std::string_view item = text.substr(0, text.find(';'));
      more = item.size() < text.size();
      text.remove_prefix(item.size() + (more ? 1 : 0));
      const std::size_t equals = item.find('=');
      std::int64_t value = 0;
      good = equals != std::string_view::npos && totals.size() < kTotals &&
             std::from_chars(item.data() + equals + 1, item.data() + item.size(), value).ec == std::errc{} &&
             totals.emplace(item.substr(0, equals), value).second;
    }
    return totals;
  }
};

}  // namespace

ReportResult<std::string> make_text_signature(const TextSignature& fields, const crypto::SigningKey& key) {
  auto text = signed_text(fields);
  if (!text) return bad("a field has no form");
  const crypto::Signature signature = crypto::sign(key, kPurpose, {as_bytes(*text)});
  text->append(kSignatureKey).append(": ").append(to_base64(signature)).append("\n");
  if (text->size() > kTextSignatureBytes) return bad("over 8 KiB");
  return std::move(*text);
}

ReportResult<ReadTextSignature> parse_text_signature(std::string_view text) {
  if (text.size() > kTextSignatureBytes) return bad("over 8 KiB");
  if (!text.starts_with(kFirstLine)) return bad("first line");
  std::string_view rest = text.substr(kFirstLine.size());
  std::array<std::string_view, kLines> lines;
  for (std::size_t i = 0; i < kLines; ++i) {
    const auto value = take_line(rest, kKeys[i]);
    if (!value) return bad(kKeys[i]);
    lines[i] = *value;
  }
  ReadTextSignature read;
  read.signed_bytes = text.size() - rest.size();
  const auto signature = take_line(rest, kSignatureKey);
  if (!signature || !rest.empty()) return bad(kSignatureKey);

  Values v;
  TextSignature& f = read.fields;
  f.deployment.bytes = v.hex<16>(lines[kDeployment]);
  f.report_id.bytes = v.hex<16>(lines[kReportId]);
  f.site = v.name(lines[kSite]);
  f.form = lines[kTemplate];
  f.period = lines[kPeriod];
  f.revision = v.small_count(lines[kRevision]);
  f.supersedes = v.optional_hex<32>(lines[kSupersedes]);
  f.json_blake2b = v.hex<32>(lines[kJsonBlake2b]);
  f.json_sha256 = v.hex<32>(lines[kJsonSha256]);
  f.pdf_sha256 = v.optional_hex<32>(lines[kPdfSha256]);
  if (lines[kRenderer] != kNone) f.renderer = lines[kRenderer];
  f.rows = v.small_count(lines[kRows]);
  f.totals = v.totals(lines[kTotalsLine]);
  f.created = lines[kCreated];
  const auto clock = clock_of(lines[kClock]);
  v.good = v.good && clock;
  f.clock = clock.value_or(sync::ClockQuality::unset);
  f.prepared_by = v.name(lines[kPreparedBy]);
  f.approved_by = v.name(lines[kApprovedBy]);
  f.signer_device = lines[kSignerDevice];
  const auto [log, seq] = v.two(lines[kLog]);
  f.log.bytes = v.hex<16>(log);
  f.seq = v.count(seq);
  if (lines[kQrSig] != kNone) f.qr_signature = v.array<64>(from_base64(lines[kQrSig]));
  const auto [version, hash] = v.two(lines[kDirectory]);
  f.directory_version = v.count(version);
  f.directory_hash = v.hex<32>(hash);
  f.device_record = v.base64(lines[kDeviceRecord]);
  f.hub_keys = v.base64(lines[kHubKeys]);
  read.signature = v.array<64>(from_base64(*signature));
  if (!v.good) return bad("a value");

  const auto again = signed_text(f);
  if (!again || *again != text.substr(0, read.signed_bytes) || to_base64(read.signature) != *signature)
    return bad("a value in another form");
  return read;
}

bool signed_by(const ReadTextSignature& read, std::string_view text, const crypto::VerifyKey& key) {
  return crypto::verify(key, kPurpose, {as_bytes(text.substr(0, read.signed_bytes))}, read.signature);
}

}  // namespace tram::station
