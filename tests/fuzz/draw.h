// Choices taken from the front of a fuzz input. An input that has run out gives zeros, so every input means something.
#pragma once
#include <algorithm>
#include <string_view>

#include "crypto/bytes.h"

namespace tram::fuzz {

class Draw {
 public:
  explicit Draw(ByteView input) : left_(input) {}

  bool empty() const { return left_.empty(); }
  std::uint8_t byte() { return integer<std::uint8_t>(); }
  // A number below `bound`, which is at most 256.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : byte() % bound; }
  template <class T>
  T integer() {
    ByteArray<sizeof(T)> raw{};
    const ByteView piece = bytes(sizeof(T));
    std::copy(piece.begin(), piece.end(), raw.begin());
    return load_le<T>(raw.data());
  }
  // Up to `count` bytes.
  ByteView bytes(std::size_t count) {
    const ByteView piece = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(piece.size());
    return piece;
  }
  // A length byte and that many bytes.
  ByteView piece() { return bytes(byte()); }
  ByteView rest() { return bytes(left_.size()); }
  // The text up to the next line feed, which is taken too.
  std::string_view line() {
    const auto end = std::find(left_.begin(), left_.end(), '\n');
    const std::string_view text = as_text(bytes(static_cast<std::size_t>(end - left_.begin())));
    bytes(1);
    return text;
  }

 private:
  ByteView left_;
};

// The same in the other direction, for seeds: parts one after another.
inline Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (const ByteView part : parts) append(out, part);
  return out;
}
inline Bytes with_choice(std::uint8_t choice, ByteView rest) {
  return joined({ByteView(&choice, 1), rest});
}

}  // namespace tram::fuzz
