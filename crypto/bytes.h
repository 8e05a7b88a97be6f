// Byte strings as every library of Tram passes them, and the two text forms that people and files see.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tram {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

// The bytes of a text, without its terminator. The view lives as long as `text`.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Little-endian integers at a fixed place. Precondition: `at` holds at least sizeof(T) bytes.
template <class T>
T load_le(const std::uint8_t* at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | (static_cast<T>(at[i]) << (8 * i)));
  return value;
}
template <class T>
void store_le(std::uint8_t* at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
template <class T>
void append_le(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
inline void append(Bytes& out, ByteView more) {
  out.insert(out.end(), more.begin(), more.end());
}

// Lower-case hexadecimal. from_hex refuses odd lengths and other characters.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);

// Crockford base 32 without check symbol: 5 bits per character, most significant first, zero-filled at the end.
// from_crockford accepts lower case and reads I, L as 1 and O as 0; dashes and spaces are skipped.
std::string to_crockford(ByteView bytes);
std::optional<Bytes> from_crockford(std::string_view text, std::size_t bytes);

}  // namespace tram
