// The PART frame, and a changeset cut into parts; what was received of one: parts.cpp.
#include <algorithm>

#include "sync/limits.h"
#include "sync/parts.h"

namespace tram::sync {
namespace {

std::size_t length_of(const Changeset& c) {
  return kPartsFixed + c.body.size();
}

// The bytes of [from, from + length) of header, signature and body, without joining the whole.
Bytes slice(const Changeset& c, std::size_t from, std::size_t length) {
  Bytes out;
  out.reserve(length);
  std::size_t at = 0;
  for (const ByteView piece : {ByteView(c.header), ByteView(c.signature), ByteView(c.body)}) {
    const std::size_t begin = std::clamp(from, at, at + piece.size()) - at;
    const std::size_t end = std::clamp(from + length, at, at + piece.size()) - at;
    append(out, piece.subspan(begin, end - begin));
    at += piece.size();
  }
  return out;
}

}  // namespace

std::uint32_t parts_for(std::size_t total) {
  return static_cast<std::uint32_t>((total + limits::kPartBytes - 1) / limits::kPartBytes);
}

Frame encode_frame(const Part& p) {
  Bytes b;
  b.reserve(kPartHead + p.bytes.size());
  append(b, p.changeset);
  append_le(b, p.index);
  append_le(b, p.count);
  append_le(b, p.total);
  append(b, p.bytes);
  return {FrameType::part, std::move(b)};
}

Result<Part> decode_part(const Frame& frame) {
  if (frame.type != FrameType::part) return errc::bad_value;
  if (frame.bytes.size() <= kPartHead) return errc::truncated;
  const ByteView in = frame.bytes;
  Part p;
  std::copy_n(in.begin(), p.changeset.size(), p.changeset.begin());
  p.index = load_le<std::uint32_t>(&in[32]);
  p.count = load_le<std::uint32_t>(&in[36]);
  p.total = load_le<std::uint32_t>(&in[40]);
  if (p.total > kPartsFixed + limits::kBodyBytes) return errc::over_limit;
  if (p.total < kPartsFixed || p.count != parts_for(p.total) || p.index >= p.count) return errc::bad_value;
  const std::size_t from = p.index * limits::kPartBytes;
  if (in.size() - kPartHead != std::min<std::size_t>(limits::kPartBytes, p.total - from)) return errc::bad_value;
  p.bytes.assign(in.begin() + kPartHead, in.end());
  return p;
}

bool in_parts(const Changeset& c) {
  // What a stream entry with its receipt, or a segment with its head, can hold beside the changeset.
  return length_of(c) + limits::kBesideChangeset > limits::kSegmentBytes;
}

std::uint32_t parts_of(const Changeset& c) {
  return parts_for(length_of(c));
}

Part part_of(const Changeset& c, const Hash& hash, std::uint32_t index) {
  const std::size_t total = length_of(c);
  const std::size_t from = index * limits::kPartBytes;
  return {hash, index, parts_for(total), static_cast<std::uint32_t>(total),
          slice(c, from, std::min<std::size_t>(limits::kPartBytes, total - from))};
}

bool append_parts(const Changeset& c, const Hash& hash, const Bitmap* reader_has, std::size_t& budget,
                  std::vector<Frame>& frames) {
  const std::uint32_t count = parts_of(c);
  if (reader_has != nullptr && reader_has->count() != count) reader_has = nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (reader_has != nullptr && reader_has->has(i)) continue;
    Part part = part_of(c, hash, i);
    const std::size_t cost = kPartHead + part.bytes.size();
    if (cost > budget) return false;
    budget -= cost;
    frames.push_back(encode_frame(part));
  }
  return true;
}

}  // namespace tram::sync
