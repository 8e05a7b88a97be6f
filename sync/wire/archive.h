// The bounded cereal archive (docs/formats.md "Archive"): the only way foreign structured bytes are read. Unsigned
// integers are LEB128 varints in their shortest form, signed ones zigzag; bool is one byte 0 or 1; fixed arrays are
// raw; text and lists carry a count that is checked against the bytes that remain and a cap *before* anything is
// resized, which cereal's own containers do not (cereal issue 103). Included by .cpp files of sync alone.
#pragma once
#include <cereal/cereal.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "sync/errc.h"
#include "sync/limits.h"
#include "sync/operation.h"
#include "sync/text.h"

namespace tram::sync::wire {

// Thrown inside a decode and caught in `decode` below; it never leaves the library.
struct WireError {
  errc code;
};

class Writer : public cereal::OutputArchive<Writer, cereal::AllowEmptyClassElision> {
 public:
  explicit Writer(std::size_t expected = 0) : OutputArchive(this) { out_.reserve(expected); }
  void varint(std::uint64_t v) {
    while (v >= 0x80) {
      out_.push_back(static_cast<std::uint8_t>(v | 0x80));
      v >>= 7;
    }
    out_.push_back(static_cast<std::uint8_t>(v));
  }
  void raw(ByteView bytes) { append(out_, bytes); }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

enum class Texts : std::uint8_t { valid, any };  // whether a reader checks them (text.h)

class Reader : public cereal::InputArchive<Reader, cereal::AllowEmptyClassElision> {
 public:
  explicit Reader(ByteView in, Texts texts = Texts::valid) : InputArchive(this), in_(in), texts_(texts) {}
  Texts texts() const { return texts_; }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t b = byte();
      if (shift == 63 && b > 1) throw WireError{errc::bad_value};
      v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        if (b == 0 && shift != 0) throw WireError{errc::not_canonical};
        return v;
      }
    }
    throw WireError{errc::bad_value};
  }
  std::uint8_t byte() {
    if (in_.empty()) throw WireError{errc::truncated};
    const std::uint8_t b = in_.front();
    in_ = in_.subspan(1);
    return b;
  }
  ByteView raw(std::size_t n) {
    if (n > in_.size()) throw WireError{errc::truncated};
    const ByteView piece = in_.first(n);
    in_ = in_.subspan(n);
    return piece;
  }
  // A count of elements of at least `smallest` bytes each.
  std::size_t count(std::size_t cap, std::size_t smallest) {
    const std::uint64_t n = varint();
    if (n > cap) throw WireError{errc::over_limit};
    if (n * smallest > in_.size()) throw WireError{errc::truncated};
    return static_cast<std::size_t>(n);
  }
  std::size_t remaining() const { return in_.size(); }

 private:
  ByteView in_;
  Texts texts_;
};

// --- integers, bool, enums -----------------------------------------------------------------------------------------

template <class T>
requires(std::is_arithmetic_v<T>) void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const T& v) {
  static_assert(!std::is_floating_point_v<T>);
  if constexpr (std::is_same_v<T, bool>) {
    const std::uint8_t b = v ? 1 : 0;
    ar.raw({&b, 1});
  } else if constexpr (std::is_signed_v<T>) {
    const auto wide = static_cast<std::int64_t>(v);
    ar.varint((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
  } else {
    ar.varint(v);
  }
}
template <class T>
requires(std::is_arithmetic_v<T>) void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, T& v) {
  static_assert(!std::is_floating_point_v<T>);
  if constexpr (std::is_same_v<T, bool>) {
    const std::uint8_t b = ar.byte();
    if (b > 1) throw WireError{errc::bad_value};
    v = b == 1;
  } else if constexpr (std::is_signed_v<T>) {
    const std::uint64_t z = ar.varint();
    const auto wide = static_cast<std::int64_t>((z >> 1) ^ (~(z & 1) + 1));
    v = static_cast<T>(wide);
    if (static_cast<std::int64_t>(v) != wide) throw WireError{errc::bad_value};
  } else {
    const std::uint64_t wide = ar.varint();
    v = static_cast<T>(wide);
    if (static_cast<std::uint64_t>(v) != wide) throw WireError{errc::bad_value};
  }
}

// --- byte strings, ids, texts, lists -------------------------------------------------------------------------------

template <std::size_t N>
void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const ByteArray<N>& v) {
  ar.raw(v);
}
template <std::size_t N>
void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, ByteArray<N>& v) {
  const ByteView piece = ar.raw(N);
  std::copy(piece.begin(), piece.end(), v.begin());
}
template <class Archive, class Tag>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& ar, Id<Tag>& v) {
  ar(v.bytes);
}
template <class Archive>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& ar, RawId& v) {
  ar(v.bytes);
}
inline void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const std::string& v) {
  ar.varint(v.size());
  ar.raw(as_bytes(v));
}
inline void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, std::string& v) {
  const ByteView piece = ar.raw(ar.count(limits::kTextBytes, 1));
  v.assign(piece.begin(), piece.end());
  if (ar.texts() == Texts::valid && !valid_text(v)) throw WireError{errc::bad_value};
}
// A byte string; the cap is one frame, callers with tighter ones check after reading.
inline void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const Bytes& v) {
  ar.varint(v.size());
  ar.raw(v);
}
inline void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, Bytes& v) {
  const ByteView piece = ar.raw(ar.count(limits::kFrameBytes, 1));
  v.assign(piece.begin(), piece.end());
}
template <class T>
requires(!std::is_same_v<T, std::uint8_t>) void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const std::vector<T>& v) {
  ar.varint(v.size());
  for (const T& item : v) ar(item);
}
template <class T>
requires(!std::is_same_v<T, std::uint8_t>) void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, std::vector<T>& v) {
  const std::size_t n = ar.count(limits::kListItems, 1);
  v.clear();
  v.reserve(std::min<std::size_t>(n, 1024));
  for (std::size_t i = 0; i < n; ++i) {
    T item{};
    ar(item);
    v.push_back(std::move(item));
  }
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const std::optional<T>& v) {
  ar(v.has_value());
  if (v) ar(*v);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, std::optional<T>& v) {
  bool there = false;
  ar(there);
  v.reset();
  if (there) {
    T item{};
    ar(item);
    v = std::move(item);
  }
}

// --- whole values ----------------------------------------------------------------------------------------------------

template <class T>
Bytes encode(const T& value, std::size_t expected = 0) {
  Writer ar(expected);
  ar(value);
  return ar.take();
}

// Decodes all of `bytes`: nothing may be left, and encoding the result must give the same bytes.
template <class T>
Result<T> decode(ByteView bytes, Texts texts = Texts::valid) {
  T value{};
  try {
    Reader ar(bytes, texts);
    ar(value);
    if (ar.remaining() != 0) return errc::trailing_bytes;
  } catch (const WireError& e) {
    return e.code;
  }
  const Bytes again = encode(value, bytes.size());
  if (again.size() != bytes.size() || !std::equal(again.begin(), again.end(), bytes.begin()))
    return errc::not_canonical;
  return value;
}

}  // namespace tram::sync::wire
