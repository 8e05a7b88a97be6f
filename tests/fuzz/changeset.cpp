// Z3: one changeset: header 192 | signature 64 | body. A header has one form, and a signature covers all of it.
#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void run(ByteView input) {
  Draw draw(input);
  const ByteView bytes = draw.bytes(kHeaderBytes);
  const auto header = decode_header(bytes);
  if (!header) return;
  const HeaderBytes again = encode_header(*header);
  hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()),
       "a header encodes to the bytes it came from");
  hold(header->confidentiality <= 2 && header->role <= kLargestRole && header->seq != 0, "a header keeps its bounds");
  hold(header->op_count >= 1 && header->op_count <= limits::kOperationsPerChangeset, "it counts its operations");

  Changeset changeset;
  changeset.header = again;
  const ByteView signature = draw.bytes(changeset.signature.size());
  std::copy(signature.begin(), signature.end(), changeset.signature.begin());
  const ByteView body = draw.rest();
  changeset.body.assign(body.begin(), body.end());
  // One changeset was ever signed with this key, and nobody finds another signature.
  static const auto key = test::key_of(test::kDeviceKey).public_key;
  static const Changeset genuine = test::sample_changeset();
  if (signature_verifies(changeset, key)) hold(changeset.header == genuine.header, "a signature is for one header");
  static const Hash of_genuine = body_hash(genuine.body);
  if (body_hash(changeset.body) == of_genuine) hold(changeset.body == genuine.body, "a hash is for one body");
}

void seeds(const AddSeed& add) {
  const Changeset c = test::sample_changeset();
  add("sample", joined({c.header, c.signature, c.body}));
}

}  // namespace

const Target changeset{"changeset", 64u << 10, "sync/changeset.cpp", run, seeds};

}  // namespace tram::fuzz
