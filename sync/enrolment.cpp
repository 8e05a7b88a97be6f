#include "sync/enrolment.h"

#include <algorithm>

#include "sync/wire/archive.h"

namespace tram::sync {

template <class A>
void serialize(A& ar, EnrolmentRequest& r) {
  ar(r.device, r.site, r.identity, r.encryption, r.program_version);
}

namespace {

struct Envelope {
  Bytes request;
  crypto::Signature signature{};
  Hash mac{};
};
template <class A>
void serialize(A& ar, Envelope& e) {
  ar(e.request, e.signature, e.mac);
}

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCodeCharacters = 20;

}  // namespace

std::string make_enrolment_code(Entropy& entropy) {
  ByteArray<kCodeCharacters> draw{};
  entropy.fill(draw);
  std::string code;
  for (std::size_t i = 0; i < draw.size(); ++i) {
    if (i > 0 && i % 5 == 0) code += '-';
    code += kAlphabet[draw[i] & 31];
  }
  return code;
}

std::optional<Hash> enrolment_key(std::string_view code) {
  std::string plain;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper == 'O') upper = '0';
    if (upper == 'I' || upper == 'L') upper = '1';
    if (kAlphabet.find(upper) == std::string_view::npos) return std::nullopt;
    plain += upper;
  }
  if (plain.size() != kCodeCharacters) return std::nullopt;
  return crypto::hash("TRM1-enrol", {as_bytes(plain)});
}

Frame encode_enrolment(const EnrolmentRequest& request, const crypto::SigningKey& identity, const Hash& key) {
  Envelope e;
  e.request = wire::encode(request);
  e.signature = crypto::sign(identity, "enrol-request", {e.request});
  e.mac = crypto::keyed_hash("TRM1-enrol-mac", key, {e.request});
  return {FrameType::enrol, wire::encode(e)};
}

Result<SignedRequest> decode_enrolment(const Frame& frame) {
  if (frame.type != FrameType::enrol) return errc::bad_value;
  auto envelope = wire::decode<Envelope>(frame.bytes);
  if (!envelope) return envelope.error();
  auto request = wire::decode<EnrolmentRequest>(envelope->request);
  if (!request) return request.error();
  if (!crypto::verify(request->identity, "enrol-request", {envelope->request}, envelope->signature))
    return errc::bad_signature;
  return SignedRequest{std::move(*request), std::move(envelope->request), envelope->mac};
}

bool mac_matches(const SignedRequest& request, const Hash& key) {
  return crypto::equal(crypto::keyed_hash("TRM1-enrol-mac", key, {request.encoded}), request.mac);
}

}  // namespace tram::sync
