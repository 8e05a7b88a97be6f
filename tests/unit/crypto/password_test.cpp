#include "crypto/password.h"

#include <gtest/gtest.h>

namespace tram::crypto {
namespace {

constexpr PasswordCost kCheap{.passes = 1, .memory_bytes = 8u << 20};

TEST(Password, MatchesItselfOnly) {
  const auto stored = hash_password("mật khẩu dài", kCheap);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->starts_with("$argon2id$v=19$m=8192,t=1,p=1$")) << *stored;
  EXPECT_TRUE(password_matches(*stored, "mật khẩu dài"));
  for (const std::string_view wrong : {"mật khẩu dà", "mật khẩu dài ", "Mật khẩu dài", ""})
    EXPECT_FALSE(password_matches(*stored, wrong)) << wrong;
}

TEST(Password, MayBeEmpty) {
  const auto stored = hash_password({}, kCheap);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(password_matches(*stored, {}));
  EXPECT_FALSE(password_matches(*stored, " "));
}

TEST(Password, IsSalted) {
  EXPECT_NE(hash_password("same", kCheap).value(), hash_password("same", kCheap).value());
}

TEST(Password, RefusesACostThatCannotBeMet) {
  EXPECT_EQ(hash_password("p", {.passes = 0, .memory_bytes = 8u << 20}).error(), errc::out_of_memory);
  EXPECT_EQ(hash_password("p", {.passes = 1, .memory_bytes = 1}).error(), errc::out_of_memory);
}

TEST(Password, RefusesStoredStringsOfAnotherFormOrCost) {
  const auto good = hash_password("p", kCheap).value();
  const auto tail = good.substr(std::string_view("$argon2id$v=19$m=8192,t=1,p=1$").size());
  ASSERT_TRUE(password_matches("$argon2id$v=19$m=8192,t=1,p=1$" + tail, "p"));
  for (const std::string& stored :
       {std::string(), std::string("p"), good.substr(0, good.size() - 1), good + "A", std::string(200, '$'),
        "$argon2i$v=19$m=8192,t=1,p=1$" + tail, "$argon2id$v=16$m=8192,t=1,p=1$" + tail,
        "$argon2id$v=19$m=1048577,t=1,p=1$" + tail, "$argon2id$v=19$m=8192,t=11,p=1$" + tail,
        "$argon2id$v=19$m=99999999999999999999,t=1,p=1$" + tail, "$argon2id$v=19$m=8192,t=4294967295,p=1$" + tail,
        "$argon2id$v=19$m=8192,t=2,p=1$" + tail, "$argon2id$v=19$m=-1,t=1,p=1$" + tail})
    EXPECT_FALSE(password_matches(stored, "p")) << stored;
}

TEST(Errc, EveryCodeHasItsText) {
  EXPECT_STREQ(category().name(), "tram.crypto");
  for (int code = 1; code <= static_cast<int>(errc::out_of_memory); ++code)
    EXPECT_NE(category().message(code), category().message(0)) << code;
  EXPECT_EQ(Error(errc::cannot_open), make_error_code(errc::cannot_open));
}

}  // namespace
}  // namespace tram::crypto
