// Bundle design 7.2, `tsig`: report.tsig. One value of the fields has one sequence of bytes; the signature covers them.
#include "station/report/text_signature.h"

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace station;

const crypto::SigningKey& device_key() {
  static const auto key = sync::test::key_of(sync::test::kDeviceKey);
  return key;
}

void run(ByteView input) {
  const std::string_view text = as_text(input);
  const auto read = parse_text_signature(text);
  if (!read) {
    hold(read.error().code == sync::OutcomeCode::sig_format, "a refusal is SIG_FORMAT");
    return;
  }
  hold(text.size() <= kTextSignatureBytes && read->signed_bytes < text.size(), "a text signature keeps its bounds");
  const auto made = make_text_signature(read->fields, device_key());
  hold(made.has_value(), "what was read can be written");
  hold(std::string_view(*made).substr(0, read->signed_bytes) == text.substr(0, read->signed_bytes),
       "the fields encode to the bytes they came from");
  const auto again = parse_text_signature(*made);
  hold(again && again->fields == read->fields, "what was written reads as the same");
  hold(signed_by(*again, *made, device_key().public_key), "what was signed verifies");
  if (signed_by(*read, text, device_key().public_key)) hold(*made == text, "a signature is for one text");
}

TextSignature sample() {
  TextSignature f;
  f.deployment.bytes.fill(0xD1);
  f.report_id.bytes.fill(0xE1);
  f.site = "hy.ubnd";
  f.form = "chung";
  f.period = "2025-Q2";
  f.json_blake2b.fill(1);
  f.json_sha256.fill(2);
  f.rows = 2;
  f.totals = {{"overdue", 77}, {"total", -1}};
  f.created = "2025-07-01T09:30:00+07:00";
  f.clock = sync::ClockQuality::network;
  f.prepared_by = "Nguyễn Văn An";
  f.approved_by = "Trần Thị Bình";
  f.signer_device = std::string(30, '7');
  f.log.bytes.fill(0xC1);
  f.seq = 12;
  f.directory_version = 3;
  f.device_record = Bytes(9, 5);
  f.hub_keys = Bytes(7, 6);
  return f;
}

void seeds(const AddSeed& add) {
  add("least.tsig", as_bytes(*make_text_signature(sample(), device_key())));
  TextSignature full = sample();
  full.revision = 2;
  full.supersedes.emplace().fill(3);
  full.pdf_sha256.emplace().fill(4);
  full.renderer = "typst-0.11.1";
  full.qr_signature.emplace().fill(8);
  full.totals.clear();
  add("full.tsig", as_bytes(*make_text_signature(full, device_key())));
}

}  // namespace

const Target text_signature{"text_signature", 9u << 10,
                            "station/report/text_signature.cpp station/report/report_text.cpp", run, seeds};

}  // namespace tram::fuzz
