// The payload of a container: frames (bundle design 3.5) and their compression as one zstd frame (3.7). What a frame
// holds is read elsewhere; here only its length, its type and whether this kind of container may carry it.
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "sync/container_parts.h"

namespace tram::sync::parts {
namespace {

constexpr int kLevel = 3;
constexpr std::uint32_t kZstdMagic = 0xFD2FB528;
constexpr std::uint16_t kLastType = static_cast<std::uint16_t>(FrameType::ticket);
constexpr std::uint16_t kFreeType = 16;

Refused refused(OutcomeCode code, std::string_view detail) {
  Refused out;
  out.code = code;
  out.detail = detail;
  return out;
}

// Flushing after these lets a receiver use each segment as soon as its chunks verified.
bool ends_segment(FrameType type) {
  return type == FrameType::changesets || type == FrameType::stream || type == FrameType::resupply;
}

ByteArray<kFrameHead> frame_head(const Frame& frame) {
  ByteArray<kFrameHead> head{};
  store_le<std::uint32_t>(&head[0], static_cast<std::uint32_t>(frame.bytes.size()));
  store_le<std::uint16_t>(&head[4], static_cast<std::uint16_t>(frame.type));
  return head;
}

// The window of a zstd frame (RFC 8878 section 3.1.1.1), or nothing for a frame of another form than 3.7 allows: no
// dictionary, reserved bit zero, content size stated. Read by hand because zstd checks the window only when it streams.
std::optional<std::uint64_t> zstd_window(ByteView payload, std::uint64_t content_size) {
  constexpr std::size_t kDescriptorAt = 4;
  if (payload.size() < kDescriptorAt + 2 || load_le<std::uint32_t>(payload.data()) != kZstdMagic) return std::nullopt;
  const std::uint8_t descriptor = payload[kDescriptorAt];
  const bool single_segment = (descriptor & 0x20) != 0;
  const bool reserved = (descriptor & 0x08) != 0;
  const bool dictionary = (descriptor & 0x03) != 0;
  if (reserved || dictionary) return std::nullopt;
  if (single_segment) return content_size;
  const std::uint8_t window = payload[kDescriptorAt + 1];
  const std::uint64_t base = std::uint64_t{1} << (10 + (window >> 3));
  return base + base / 8 * (window & 7);
}

class Compressor {
 public:
  // Output at or beyond `stop` bytes is given up: the content does not shrink.
  Compressor(std::uint64_t plain_len, std::uint64_t stop)
      : context_(kept_context()),
        stop_(stop),
        block_(std::min<std::size_t>(ZSTD_CStreamOutSize(), ZSTD_compressBound(plain_len))) {
    good_ = context_ != nullptr && fine(ZSTD_CCtx_reset(context_, ZSTD_reset_session_and_parameters)) &&
            fine(ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kLevel)) &&
            fine(ZSTD_CCtx_setParameter(context_, ZSTD_c_contentSizeFlag, 1)) &&
            fine(ZSTD_CCtx_setPledgedSrcSize(context_, plain_len));
  }
  void add(ByteView piece, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    bool done = false;
    while (good_ && !done) {
      ZSTD_outBuffer out{block_.data(), block_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_, &out, &in, directive);
      good_ = fine(left) && out_.size() + out.pos < stop_;
      if (good_) append(out_, ByteView(block_).first(out.pos));
      done = directive == ZSTD_e_continue ? in.pos == in.size : left == 0;
    }
  }
  std::optional<Bytes> finish() {
    add({}, ZSTD_e_end);
    return good_ ? std::optional(std::move(out_)) : std::nullopt;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  // One per thread: a new one costs more than what most containers hold. The level bounds its size (a few MiB).
  static ZSTD_CCtx* kept_context() {
    thread_local const std::unique_ptr<ZSTD_CCtx, Free> kept(ZSTD_createCCtx());
    return kept.get();
  }
  static bool fine(std::size_t code) { return ZSTD_isError(code) == 0; }

  ZSTD_CCtx* context_;
  std::uint64_t stop_;
  Bytes block_;
  bool good_ = false;
  Bytes out_;
};

}  // namespace

bool within_limits(Profile profile, std::uint64_t payload_len, std::uint64_t plain_len, std::uint64_t frames) {
  if (frames > limits::kFrames) return false;
  if (profile == Profile::network) return payload_len <= limits::kNetworkPayload && plain_len <= limits::kNetworkPlain;
  return payload_len <= kFilePayload && plain_len <= limits::kFilePlain &&
         plain_len <= kFreePlain + kMostRatio * payload_len;
}

std::uint64_t frames_length(std::span<const Frame> frames) {
  std::uint64_t total = 0;
  for (const Frame& frame : frames) total += kFrameHead + frame.bytes.size();
  return total;
}

void append_frames(Bytes& out, std::span<const Frame> frames) {
  for (const Frame& frame : frames) {
    append(out, frame_head(frame));
    append(out, frame.bytes);
  }
}

std::optional<Bytes> compress_frames(std::span<const Frame> frames) {
  const std::uint64_t plain_len = frames_length(frames);
  Compressor compressor(plain_len, plain_len);
  for (const Frame& frame : frames) {
    compressor.add(frame_head(frame), ZSTD_e_continue);
    compressor.add(frame.bytes, ends_segment(frame.type) ? ZSTD_e_flush : ZSTD_e_continue);
  }
  return compressor.finish();
}

std::optional<Bytes> decompress(ByteView payload, std::uint64_t plain_len) {
  const auto window = zstd_window(payload, plain_len);
  if (!window || *window > kMostWindow) return std::nullopt;
  // "Unknown" and "error" are values above every plain_len, so this refuses them too.
  if (ZSTD_getFrameContentSize(payload.data(), payload.size()) != plain_len) return std::nullopt;
  if (ZSTD_findFrameCompressedSize(payload.data(), payload.size()) != payload.size()) return std::nullopt;
  Bytes plain(plain_len);
  const std::size_t got = ZSTD_decompress(plain.data(), plain.size(), payload.data(), payload.size());
  if (ZSTD_isError(got) != 0 || got != plain_len) return std::nullopt;
  return plain;
}

bool frame_allowed(FrameType type, BundleKind kind) {
  const auto in = [kind](std::initializer_list<int> kinds) {
    return std::find(kinds.begin(), kinds.end(), static_cast<int>(kind)) != kinds.end();
  };
  switch (type) {
    case FrameType::hello:
    case FrameType::want:
    case FrameType::notice:
      return in({1, 2});
    case FrameType::have:
    case FrameType::changesets:
      return in({1, 3});
    case FrameType::stream:
    case FrameType::ticket:
      return in({2});
    case FrameType::directory:
    case FrameType::snapshot:
      return in({2, 5});
    case FrameType::blob:
    case FrameType::delivery:
    case FrameType::part:
      return in({1, 2, 3});
    case FrameType::report:
    case FrameType::resupply:
    case FrameType::rotate:
      return in({1});
    case FrameType::enrol:
      return in({4});
  }
  return false;
}

std::variant<std::vector<Frame>, Refused> decode_frames(ByteView plain, std::uint32_t count, BundleKind kind) {
  std::vector<Frame> frames;
  frames.reserve(std::min<std::size_t>(count, plain.size() / kFrameHead));
  for (std::uint32_t i = 0; i < count; ++i) {
    if (plain.size() < kFrameHead) return refused(OutcomeCode::bad_content, "frame head cut short");
    const auto length = load_le<std::uint32_t>(&plain[0]);
    const auto type = load_le<std::uint16_t>(&plain[4]);
    if (length > limits::kFrameBytes) return refused(OutcomeCode::over_limit, "frame length");
    if (type < 1 || type > kLastType || type == kFreeType) return refused(OutcomeCode::too_new, "frame type");
    if (load_le<std::uint16_t>(&plain[6]) != 0) return refused(OutcomeCode::bad_content, "frame reserved bytes");
    if (!frame_allowed(static_cast<FrameType>(type), kind)) return refused(OutcomeCode::wrong_kind, "frame type");
    if (static_cast<FrameType>(type) == FrameType::hello && i != 0)
      return refused(OutcomeCode::bad_content, "HELLO is not first");
    if (length > plain.size() - kFrameHead) return refused(OutcomeCode::bad_content, "frame cut short");
    const ByteView body = plain.subspan(kFrameHead, length);
    frames.push_back({static_cast<FrameType>(type), Bytes(body.begin(), body.end())});
    plain = plain.subspan(kFrameHead + length);
  }
  if (!plain.empty()) return refused(OutcomeCode::bad_content, "bytes after the last frame");
  return frames;
}

}  // namespace tram::sync::parts
