// Text forms of byte strings. Hexadecimal and base64 are libsodium's, which take the same time for every content, so
// they may carry keys; Crockford's form is for codes that people read aloud and type.
#include "crypto/bytes.h"

#include <sodium.h>

#include <algorithm>

namespace tram {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // without I, L, O and U

std::optional<std::uint32_t> crockford_value(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'I' || c == 'L') c = '1';
  if (c == 'O') c = '0';
  const auto at = kCrockford.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');  // libsodium writes a terminator
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.empty()) return Bytes();
  if (text.size() % 2 != 0) return std::nullopt;
  // One text per value: libsodium would take upper case as well, and then two texts would name one thing.
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; })) return std::nullopt;
  Bytes bytes(text.size() / 2);
  std::size_t length = 0;
  if (sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr) != 0 ||
      length * 2 != text.size())
    return std::nullopt;
  return bytes;
}

std::string to_base64(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.empty()) return Bytes();
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  std::size_t length = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    return std::nullopt;
  bytes.resize(length);
  return bytes;
}

std::string to_crockford(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    pending = (pending << 8 | byte) & 0xfff;  // at most 4 bits wait, so 12 are enough
    for (bits += 8; bits >= 5; bits -= 5) text.push_back(kCrockford[pending >> (bits - 5) & 31]);
  }
  if (bits > 0) text.push_back(kCrockford[pending << (5 - bits) & 31]);
  return text;
}

std::optional<Bytes> from_crockford(std::string_view text, std::size_t bytes) {
  Bytes out;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    const auto value = crockford_value(c);
    // A character that starts after the last byte is one too many.
    if (!value || (out.size() == bytes)) return std::nullopt;
    pending = (pending << 5 | *value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
  }
  const bool fill_is_zero = (pending & ((1u << bits) - 1)) == 0;  // one text per value
  if (out.size() != bytes || !fill_is_zero) return std::nullopt;
  return out;
}

}  // namespace tram
