#include "tests/simulation/log_archive.h"

#include <algorithm>

namespace tram::simulation {
namespace {

constexpr std::string_view kMagic = "TRLA";
constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kFixed = 4 + 1 + 16 + 32 + 16 + 16 + 32 + 4;
constexpr std::size_t kFrameHead = 2 + 4;

template <class Array>
void take(ByteView& from, Array& out) {
  std::copy_n(from.begin(), out.size(), out.begin());
  from = from.subspan(out.size());
}

}  // namespace

Bytes encode_archive(const LogArchive& archive) {
  Bytes out;
  append(out, as_bytes(kMagic));
  out.push_back(kFormat);
  append(out, archive.zone.view());
  append(out, archive.root);
  append(out, archive.device.view());
  append(out, archive.organisation.view());
  append(out, archive.digest);
  append_le(out, static_cast<std::uint32_t>(archive.frames.size()));
  for (const sync::Frame& frame : archive.frames) {
    append_le(out, static_cast<std::uint16_t>(frame.type));
    append_le(out, static_cast<std::uint32_t>(frame.bytes.size()));
    append(out, frame.bytes);
  }
  return out;
}

Result<LogArchive> decode_archive(ByteView bytes) {
  if (bytes.size() < kFixed) return sync::errc::truncated;
  if (as_text(bytes.first(kMagic.size())) != kMagic || bytes[kMagic.size()] != kFormat) return sync::errc::bad_value;
  bytes = bytes.subspan(kMagic.size() + 1);
  LogArchive archive;
  take(bytes, archive.zone.bytes);
  take(bytes, archive.root);
  take(bytes, archive.device.bytes);
  take(bytes, archive.organisation.bytes);
  take(bytes, archive.digest);
  const auto count = load_le<std::uint32_t>(bytes.data());
  bytes = bytes.subspan(4);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (bytes.size() < kFrameHead) return sync::errc::truncated;
    const auto type = static_cast<sync::FrameType>(load_le<std::uint16_t>(bytes.data()));
    const auto size = load_le<std::uint32_t>(bytes.data() + 2);
    bytes = bytes.subspan(kFrameHead);
    if (bytes.size() < size) return sync::errc::truncated;
    archive.frames.push_back({type, Bytes(bytes.begin(), bytes.begin() + size)});
    bytes = bytes.subspan(size);
  }
  return bytes.empty() ? Result<LogArchive>(std::move(archive)) : sync::errc::bad_value;
}

}  // namespace tram::simulation
