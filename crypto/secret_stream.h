// libsodium's secretstream (XChaCha20-Poly1305), one chunk at a time. Each chunk is 17 bytes longer than its text.
// libsodium takes other tags and chunks after the final one; the container's decoder enforces the rules (bundle 3.3).
#pragma once
#include <memory>

#include "crypto/errc.h"
#include "crypto/keys.h"

namespace tram::crypto {

inline constexpr std::size_t kStreamOverhead = 17;
using StreamHeader = ByteArray<24>;
enum class StreamTag : std::uint8_t { message = 0, final = 3 };

class StreamEncryptor {
 public:
  explicit StreamEncryptor(const Secret<32>& key);  // draws the stream header
  ~StreamEncryptor();
  StreamEncryptor(StreamEncryptor&&) noexcept;
  const StreamHeader& header() const;
  void push(ByteView chunk, ByteView associated, StreamTag tag, Bytes& out);  // appends chunk.size() + 17 bytes

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct OpenedChunk {
  Bytes text;
  std::uint8_t tag;  // any value libsodium gave; the caller judges it
};

class StreamDecryptor {
 public:
  StreamDecryptor(const Secret<32>& key, const StreamHeader& header);
  ~StreamDecryptor();
  StreamDecryptor(StreamDecryptor&&) noexcept;
  [[nodiscard]] Result<OpenedChunk> pull(ByteView sealed, ByteView associated);  // errc::not_authentic

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tram::crypto
