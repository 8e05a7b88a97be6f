#include "crypto/sha256.h"

#include <gtest/gtest.h>

namespace tram::crypto {
namespace {

// The examples of FIPS 180-4 (NIST, "SHA256.pdf" and the CAVP short messages), from one block to many.
TEST(Sha256, MatchesTheStandard) {
  const struct {
    std::string text;
    std::string_view digest;
  } cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_hex(sha256(as_bytes(c.text))), c.digest) << c.text.substr(0, 60);
}

}  // namespace
}  // namespace tram::crypto
