// The cast of the report tests: one directory with fixed keys, one report of a district, and what a forger can do with
// keys of his own. Seeds are one byte repeated, so the golden files can be made again anywhere.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "station/report/report_export.h"

namespace tram::station::test {

crypto::SigningKey signing_key(std::uint8_t seed);

// Seeds: root 01, directory key 02, hub service 03, device 04, stranger 05. Ids: zone D1, device A1, hub B1, log C1.
struct ReportWorld {
  crypto::SigningKey root = signing_key(0x01);
  crypto::SigningKey directory_key = signing_key(0x02);
  crypto::SigningKey device_key = signing_key(0x04);
  crypto::SigningKey stranger = signing_key(0x05);
  sync::ZoneId zone;
  sync::DeviceId device;
  sync::LogId log;
  sync::Directory directory;

  explicit ReportWorld(std::uint8_t zone_kind = 0);

  sync::HubKeys hub_keys() const;  // the next HUB_KEYS body: that of now, linked to it
  sync::Device device_body() const;
  void add(const sync::DirectoryBody& body, const crypto::SigningKey& signer);
  // HUB_KEYS with a new root (or the same), signed by the root before and by itself.
  void change_root(const crypto::SigningKey& to);
  DirectoryProof proof() const;
  ReportSigning signing() const { return {device_key, proof(), log, 1024}; }
};

ReportContent sample_content();
SignedReport sample_report();  // of that content

// The fields of a made signature, to spoil one and sign again: then every signature in the file is genuine.
TextSignature fields_of(const SignedReport& report);
std::string sign_again(const TextSignature& fields, const crypto::SigningKey& key);

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string file_text(const std::filesystem::path& file);
void set_file_text(const std::filesystem::path& file, std::string_view text);

}  // namespace tram::station::test
