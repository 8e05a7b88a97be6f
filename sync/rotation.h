// Rotation of a device's identity key (sync design 3, kind 13; bundle design 5.4): a statement that the old and the new
// key sign, carried by an operation in the device's own log and valid from the next number on. The hub enters the new
// key in the directory; keys of before stay on record, so that what they signed can be checked for ever.
#pragma once
#include "sync/apply.h"

namespace tram::sync {

// `u8 1 (the kind of key) | device 16 | old key 32 | new key 32 | signature of the old 64 | of the new 64`, both over
// SIGMSG("rotate", u8 1, device, old key, new key).
struct Rotation {
  DeviceId device;
  crypto::VerifyKey old_key{};
  crypto::VerifyKey new_key{};
};
Bytes make_rotation(const DeviceId& device, const crypto::SigningKey& old_key, const crypto::SigningKey& new_key);
// Both signatures verified. Errors: truncated, trailing_bytes, too_new (another kind of key), bad_value, bad_signature.
Result<Rotation> read_rotation(ByteView statement);

// The rotation of a changeset about its own log, if it is one: the operation stands alone.
std::optional<Rotation> rotation_of(const Body& body);
ReceiptException judge_rotation(const World& world, const Authored& work, const Operation& op);

// Which of a device's keys on record signed this, newest first; as of `from_version` and later.
bool signed_by_device(const Directory& directory, const Header& header, const Changeset& changeset,
                      std::uint64_t from_version = 0);

// The public key that signs the next changeset of our log; the one the directory names if it was never changed.
std::optional<crypto::VerifyKey> signing_key_of_log(Store& store);
void put_signing_key_of_log(Store& store, const crypto::VerifyKey& key);

}  // namespace tram::sync
