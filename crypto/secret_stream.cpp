// One chunk of a secretstream at a time; order, count and tags are judged by the container's decoder (bundle 3.3).
#include "crypto/secret_stream.h"

#include <sodium.h>

namespace tram::crypto {

static_assert(kStreamOverhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(sizeof(StreamHeader) == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(crypto_secretstream_xchacha20poly1305_TAG_MESSAGE == static_cast<int>(StreamTag::message));
static_assert(crypto_secretstream_xchacha20poly1305_TAG_FINAL == static_cast<int>(StreamTag::final));

struct StreamEncryptor::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
  StreamHeader header{};
  ~State() { sodium_memzero(&stream, sizeof stream); }
};

StreamEncryptor::StreamEncryptor(const Secret<32>& key) : state_(std::make_unique<State>()) {
  crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, state_->header.data(), key.view().data());
}

StreamEncryptor::~StreamEncryptor() = default;
StreamEncryptor::StreamEncryptor(StreamEncryptor&&) noexcept = default;

const StreamHeader& StreamEncryptor::header() const {
  return state_->header;
}

void StreamEncryptor::push(ByteView chunk, ByteView associated, StreamTag tag, Bytes& out) {
  const std::size_t start = out.size();
  out.resize(start + chunk.size() + kStreamOverhead);
  crypto_secretstream_xchacha20poly1305_push(&state_->stream, out.data() + start, nullptr, chunk.data(), chunk.size(),
                                             associated.data(), associated.size(), static_cast<std::uint8_t>(tag));
}

struct StreamDecryptor::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
  ~State() { sodium_memzero(&stream, sizeof stream); }
};

StreamDecryptor::StreamDecryptor(const Secret<32>& key, const StreamHeader& header)
    : state_(std::make_unique<State>()) {
  crypto_secretstream_xchacha20poly1305_init_pull(&state_->stream, header.data(), key.view().data());
}

StreamDecryptor::~StreamDecryptor() = default;
StreamDecryptor::StreamDecryptor(StreamDecryptor&&) noexcept = default;

Result<OpenedChunk> StreamDecryptor::pull(ByteView sealed, ByteView associated) {
  if (sealed.size() < kStreamOverhead) return errc::not_authentic;
  OpenedChunk chunk{Bytes(sealed.size() - kStreamOverhead), 0};
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->stream, chunk.text.data(), nullptr, &chunk.tag, sealed.data(),
                                                 sealed.size(), associated.data(), associated.size()) != 0)
    return errc::not_authentic;
  return chunk;
}

}  // namespace tram::crypto
