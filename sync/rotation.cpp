#include "sync/rotation.h"

#include <algorithm>
#include <array>

namespace tram::sync {
namespace {

constexpr std::uint8_t kIdentity = 1;
constexpr std::size_t kSigned = 1 + 16 + 32 + 32;
constexpr std::size_t kStatement = kSigned + 2 * 64;
constexpr std::string_view kPurpose = "rotate";
constexpr std::string_view kSigningKey = "signing_key";

}  // namespace

Bytes make_rotation(const DeviceId& device, const crypto::SigningKey& old_key, const crypto::SigningKey& new_key) {
  const std::array kind = {kIdentity};
  Bytes b(kind.begin(), kind.end());
  append(b, device.view());
  append(b, old_key.public_key);
  append(b, new_key.public_key);
  for (const crypto::SigningKey* key : {&old_key, &new_key})
    append(b, crypto::sign(*key, kPurpose, {kind, device.view(), old_key.public_key, new_key.public_key}));
  return b;
}

Result<Rotation> read_rotation(ByteView b) {
  if (b.size() < kStatement) return errc::truncated;
  if (b.size() > kStatement) return errc::trailing_bytes;
  if (b[0] != kIdentity) return errc::too_new;
  Rotation r;
  r.device = DeviceId::from(b.subspan(1));
  std::copy_n(&b[17], 32, r.old_key.begin());
  std::copy_n(&b[49], 32, r.new_key.begin());
  if (r.old_key == r.new_key) return errc::bad_value;
  std::size_t at = kSigned;
  for (const crypto::VerifyKey* key : {&r.old_key, &r.new_key}) {
    crypto::Signature signature;
    std::copy_n(&b[at], signature.size(), signature.begin());
    if (!crypto::verify(*key, kPurpose, {b.first(1), r.device.view(), r.old_key, r.new_key}, signature))
      return errc::bad_signature;
    at += signature.size();
  }
  return r;
}

std::optional<Rotation> rotation_of(const Body& body) {
  if (body.operations.size() != 1) return std::nullopt;
  const Operation& op = body.operations.front();
  if (op.unknown_kind || op.kind != OperationKind::key_rotate) return std::nullopt;
  const auto rotation = read_rotation(op.statement);
  return rotation ? std::optional(*rotation) : std::nullopt;
}

ReceiptException judge_rotation(const World& world, const Authored& work, const Operation& op) {
  const auto rotation = read_rotation(op.statement);
  const bool about_its_log = work.header.home.bytes == work.header.device.bytes && work.body.operations.size() == 1;
  if (!rotation || !about_its_log || rotation->device != work.header.device)
    return {0, Verdict::quarantined, Reason::undecodable};
  const Device* device = world.directory.device(work.header.device);
  // A key that any device ever had is no new one.
  const bool taken =
      world.directory.signer(crypto::key_id(crypto::KeyAlgorithm::ed25519, rotation->new_key)).has_value();
  if (!device || device->identity != rotation->old_key || taken) return {0, Verdict::quarantined, Reason::undecodable};
  // Only log.open, `available` and the own branch are signed without a person.
  if (work.header.person.is_zero()) return {0, Verdict::proposal, Reason::no_authority};
  return {};
}

bool signed_by_device(const Directory& directory, const Header& header, const Changeset& changeset,
                      std::uint64_t from_version) {
  const auto keys = directory.identities(header.device, from_version);
  return std::any_of(keys.begin(), keys.end(),
                     [&](const crypto::VerifyKey& key) { return signature_verifies(changeset, key); });
}

std::optional<crypto::VerifyKey> signing_key_of_log(Store& store) {
  const auto stored = store.meta(kSigningKey);
  if (!stored || stored->size() != 32) return std::nullopt;
  crypto::VerifyKey key;
  std::copy_n(stored->begin(), key.size(), key.begin());
  return key;
}

void put_signing_key_of_log(Store& store, const crypto::VerifyKey& key) {
  store.put_meta(kSigningKey, key);
}

}  // namespace tram::sync
