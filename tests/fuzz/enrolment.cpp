// Bundle design 5.3: the request of a new device, and the one-time code. Input: 0 a whole frame; 1 a request that is
// signed and sealed here; 2 a code as a person types it.
#include <cctype>

#include "sync/enrolment.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

const Hash& code_key() {
  static const Hash key = *enrolment_key(test::kEnrolmentCode);
  return key;
}

// length varint | request | signature | mac, as encode_enrolment writes it.
Bytes signed_frame(ByteView request) {
  static const auto key = test::key_of(test::kDeviceKey);
  Bytes out;
  std::size_t length = request.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<std::uint8_t>(length | 0x80));
  out.push_back(static_cast<std::uint8_t>(length));
  append(out, request);
  append(out, crypto::sign(key, "enrol-request", {request}));
  append(out, crypto::keyed_hash("TRM1-enrol-mac", code_key(), {request}));
  return out;
}

void check_frame(Bytes bytes) {
  const Frame frame{FrameType::enrol, std::move(bytes)};
  const auto request = decode_enrolment(frame);
  if (!request) return;
  hold(!mac_matches(*request, test::hash_of(0x99)), "another code does not fit");
  static const auto key = test::key_of(test::kDeviceKey);
  if (request->request.identity != key.public_key || !mac_matches(*request, code_key())) return;
  hold(encode_enrolment(request->request, key, code_key()) == frame, "a request has one form");
}

void check_code(std::string_view text) {
  const auto key = enrolment_key(text);
  std::string other;
  for (const char c : text) other += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (ascii) hold(enrolment_key(other) == key, "a code has no case");
  if (key) hold(enrolment_key("- " + std::string(text) + " ") == key, "dashes and spaces mean nothing");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t way = draw.below(3);
  const ByteView rest = draw.rest();
  if (way == 0) return check_frame(Bytes(rest.begin(), rest.end()));
  if (way == 1) return check_frame(signed_frame(rest));
  check_code(as_text(rest));
}

void seeds(const AddSeed& add) {
  static const auto key = test::key_of(test::kDeviceKey);
  const Frame frame = encode_enrolment(test::sample_enrolment(), key, code_key());
  add("frame", with_choice(0, frame.bytes));
  add("request", with_choice(1, decode_enrolment(frame)->encoded));
  add("code", with_choice(2, as_bytes("01234-56789-abcde-fghjk")));
  add("code_letters", with_choice(2, as_bytes("oOiIl 56789 ABCDE FGHJK")));
}

}  // namespace

const Target enrolment{"enrolment", 16u << 10, "sync/enrolment.cpp", run, seeds};

}  // namespace tram::fuzz
