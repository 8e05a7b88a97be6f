// Enrolment: the request of a new device and its proof of the one-time code (bundle design 5.3; docs/formats.md
// "Enrolment"). The invitation itself (expiry, tries, approval) is kept by the hub program.
#pragma once
#include "crypto/random.h"
#include "crypto/sign.h"
#include "sync/container.h"
#include "sync/errc.h"

namespace tram::sync {

struct EnrolmentRequest {
  DeviceId device;
  std::string site;  // organisation code
  crypto::VerifyKey identity{};
  crypto::EncryptKey encryption{};
  std::string program_version;
  bool operator==(const EnrolmentRequest&) const = default;
};

// One-time code: 20 Crockford characters, 100 random bits, shown in fives.
std::string make_enrolment_code(Entropy& entropy);
// ek = H(TRM1-enrol, code as 20 upper-case characters); nothing if the code has another form.
std::optional<Hash> enrolment_key(std::string_view code);

// ENROL frame: request | signature by the new key (purpose "enrol-request") | HK(TRM1-enrol-mac, ek, request).
Frame encode_enrolment(const EnrolmentRequest& request, const crypto::SigningKey& identity, const Hash& key);
struct SignedRequest {
  EnrolmentRequest request;
  Bytes encoded;
  Hash mac{};
};
// Checks form and signature (errors bad_signature, truncated, ...); the code is checked with mac_matches.
Result<SignedRequest> decode_enrolment(const Frame& frame);
bool mac_matches(const SignedRequest& request, const Hash& key);

}  // namespace tram::sync
