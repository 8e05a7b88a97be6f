// The keystore at rest, `keystore.tks` (bundle design 5.6): named secret keys under one key-encryption key, which a
// slot wraps: a passphrase (Argon2id) or a machine key file that only the service's user can read.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/errc.h"
#include "crypto/keys.h"

namespace tram::crypto {

// What a key is for; the numbers are stored (docs/formats.md, keystore).
enum class KeyPurpose : std::uint16_t {
  root = 1,                 // Ed25519
  directory = 2,            // Ed25519
  service = 3,              // Ed25519
  hub_encryption = 4,       // X25519, current
  hub_encryption_next = 5,  // X25519
  device_identity = 6,      // Ed25519
  device_encryption = 7,    // X25519
  server = 8,               // 32 random bytes, for CSRF tokens and the like
};
enum class KeyState : std::uint16_t { current = 1, retired = 2 };

struct KeyRecord {
  KeyPurpose purpose;
  KeyState state = KeyState::current;
  KeyId id{};
  std::uint64_t created_ms = 0;
  Secret<64> secret;  // 32-byte secrets are zero-filled to 64
};

// How a keystore is unlocked.
struct Unlock {
  std::optional<std::string> passphrase;                  // slot type 1
  std::optional<std::filesystem::path> machine_key_file;  // slot type 2
};
struct KeystoreCost {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = 256ull << 20;
};

class Keystore {
 public:
  // A new, empty keystore in memory; save() writes it. With `unlock.passphrase` a slot of type 1 is made, with
  // `machine_key_file` one of type 2 (the file is made with mode 0600 and 32 random bytes if it is not there).
  static Result<Keystore> create(const Unlock& unlock, KeystoreCost cost = {});
  // errc: wrong_passphrase, keystore_damaged (bounds are checked before any derivation), io_failed.
  static Result<Keystore> load(const std::filesystem::path& file, const Unlock& unlock);
  // Temp file, fsync, rename, fsync of the folder; the previous generation stays as <file>.prev.
  Result<void> save(const std::filesystem::path& file);

  // A record of the same id is replaced, so a key is held once: that is how the next hub key becomes the current one.
  // More than 64 records cannot be saved (errc::keystore_damaged).
  void add(KeyRecord record);
  void set_state(const KeyId& id, KeyState state);
  const std::vector<KeyRecord>& records() const { return records_; }
  // The newest current key of a purpose; errc::no_such_key.
  Result<SigningKey> signing_key(KeyPurpose purpose) const;
  Result<DecryptionKey> decryption_key(KeyPurpose purpose) const;
  // All keys of a purpose, current first, then retired, each newest first.
  std::vector<SigningKey> signing_keys(KeyPurpose purpose) const;
  std::vector<DecryptionKey> decryption_keys(KeyPurpose purpose) const;
  Result<Secret<32>> symmetric_key(KeyPurpose purpose) const;

  static KeyRecord record_of(KeyPurpose purpose, const SigningKey& key, std::uint64_t created_ms);
  static KeyRecord record_of(KeyPurpose purpose, const DecryptionKey& key, std::uint64_t created_ms);
  static KeyRecord record_of(KeyPurpose purpose, const Secret<32>& key, std::uint64_t created_ms);

 private:
  Keystore() = default;
  std::uint32_t generation_ = 0;
  Bytes slots_;  // as stored, 104 bytes each
  Secret<32> kek_;
  std::vector<KeyRecord> records_;
};

}  // namespace tram::crypto
