#include "tests/unit/station/report_world.h"

#include <stdlib.h>

#include <algorithm>

#include "crypto/random.h"

namespace tram::station::test {

crypto::SigningKey signing_key(std::uint8_t seed) {
  crypto::initialise();
  return crypto::SigningKey::from_seed(Bytes(32, seed));
}

ReportWorld::ReportWorld(std::uint8_t zone_kind) : directory(root.public_key) {
  zone.bytes.fill(0xD1);
  device.bytes.fill(0xA1);
  log.bytes.fill(0xC1);
  sync::HubKeys keys;
  keys.hub_device.bytes.fill(0xB1);
  keys.hub_organisation = sync::organisation_id(zone, "tinh");
  keys.roots = {root.public_key};
  keys.directory_key = directory_key.public_key;
  keys.service_key = signing_key(0x03).public_key;
  keys.zone_kind = zone_kind;
  add(keys, root);
  sync::Organisation site;
  site.id = device_body().site;
  site.code = "hy.ubnd";
  site.name_vi = "UBND huyện Hải Hà";
  add(site, directory_key);
  add(device_body(), directory_key);
}

sync::HubKeys ReportWorld::hub_keys() const {
  sync::HubKeys keys = *directory.hub_keys();
  for (std::uint64_t version = directory.version(); version >= 1; --version) {
    if (!std::holds_alternative<sync::HubKeys>(directory.entry(version)->body)) continue;
    keys.previous = directory.entry(version)->hash;
    break;
  }
  ++keys.root_seq;
  return keys;
}

sync::Device ReportWorld::device_body() const {
  sync::Device body;
  body.id = device;
  body.site = sync::organisation_id(zone, "hy.ubnd");
  body.identity = device_key.public_key;
  body.encryption = crypto::DecryptionKey::from_seed(Bytes(32, 0x14)).public_key;
  return body;
}

void ReportWorld::add(const sync::DirectoryBody& body, const crypto::SigningKey& signer) {
  const auto entry = sync::make_entry(zone, directory.version() + 1, directory.head(), 1'750'000'000'000, body, signer);
  const auto appended = directory.append(entry);
  if (!appended) throw std::runtime_error(appended.error().message());
}

void ReportWorld::change_root(const crypto::SigningKey& to) {
  sync::HubKeys keys = hub_keys();
  keys.roots = {to.public_key};
  sync::DirectoryEntry entry =
      sync::make_entry(zone, directory.version() + 1, directory.head(), 1'750'000'000'000, keys, root);
  // A second signature beside the first: the count in the header is signed too, so both are made over the new one.
  Bytes header(entry.bytes.begin(), entry.bytes.begin() + 112);
  store_le(&header[6], std::uint16_t{2});
  Bytes bytes = header;
  for (const crypto::SigningKey* key : {static_cast<const crypto::SigningKey*>(&root), &to}) {
    append(bytes, key->id());
    append(bytes, crypto::sign(*key, "root", {header}));
  }
  append(bytes, ByteView(entry.bytes).subspan(112 + 80));
  const auto both = sync::decode_entry(bytes);
  if (!both || !directory.append(*both)) throw std::runtime_error("the root cannot be changed");
}

DirectoryProof ReportWorld::proof() const {
  const auto made = directory_proof(directory, root.public_key, device);
  if (!made) throw std::runtime_error(made.error().detail);
  return *made;
}

ReportContent sample_content() {
  ReportContent c;
  c.id.bytes.fill(0xE1);
  c.site = "hy.ubnd";
  c.site_name = "UBND huyện Hải Hà";
  c.form = "chung";
  c.period = "2025-Q2";
  c.due = "2025-07-05T17:00:00+07:00";
  c.regime = "Hằng quý";
  c.rows = {{"406-KH/TU", "Chuẩn hoá \"hồ sơ\", bước 1", "ຫ້ອງການເມືອງ", "open", "on_time", "2025-06-30", "60",
             "dòng 1\ndòng 2"},
            {"407-KH/TU", "=1+1", "ខេត្ត", "done", "late", "", "-5", ""}};
  c.totals = {{"overdue", 77}, {"total", 1024}};
  c.text = "Kính gửi:\n\tVăn phòng Tỉnh uỷ";
  c.prepared_by = "Nguyễn Văn An (Văn phòng)";
  c.approved_by = "Trần Thị Bình (Phó Chủ tịch)";
  c.created = "2025-07-01T09:30:00+07:00";
  c.clock = sync::ClockQuality::network;
  return c;
}

SignedReport sample_report() {
  return sign_report(sample_content(), ReportWorld().signing()).value();
}

TextSignature fields_of(const SignedReport& report) {
  return parse_text_signature(report.tsig).value().fields;
}

std::string sign_again(const TextSignature& fields, const crypto::SigningKey& key) {
  return make_text_signature(fields, key).value();
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tram-report-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

std::string file_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void set_file_text(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace tram::station::test
