// Segments: runs of changesets, stream entries and directory entries as they lie in frames (docs/formats.md
// "Segments"). Here their fixed part and the plain encoding, which carries what was signed byte for byte; the columnar
// one is columnar.h.
#include <algorithm>

#include "sync/columnar.h"
#include "sync/frames.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr std::uint8_t kPlain = 0, kColumnar = 1;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kEntryHead = 16;
constexpr std::uint8_t kWithChangeset = 1;

// Reads pieces off the front; a short input leaves `ok` false and gives zeros.
struct Cursor {
  ByteView left;
  bool ok = true;
  ByteView take(std::size_t n) {
    if (n > left.size()) {
      ok = false;
      return {};
    }
    const ByteView piece = left.first(n);
    left = left.subspan(n);
    return piece;
  }
  template <class T>
  T integer() {
    const ByteView piece = take(sizeof(T));
    return ok ? load_le<T>(piece.data()) : T{};
  }
};

Bytes fixed_part(ByteView id, std::uint64_t first_seq, std::size_t count, std::uint8_t encoding) {
  Bytes b;
  append(b, id);
  append_le(b, first_seq);
  append_le(b, static_cast<std::uint32_t>(count));
  b.push_back(encoding);
  return b;
}

void put(Bytes& out, const Changeset& c) {
  append(out, c.header);
  append(out, c.signature);
  append(out, c.body);
}

// The header is only looked at for its length field here; its checks are the engine's (order of checks, step 2).
Result<Changeset> take_changeset(Cursor& in) {
  Changeset c;
  const ByteView header = in.take(kHeaderBytes);
  const ByteView signature = in.take(kSignatureBytes);
  if (!in.ok) return errc::truncated;
  std::copy(header.begin(), header.end(), c.header.begin());
  std::copy(signature.begin(), signature.end(), c.signature.begin());
  const std::size_t length = load_le<std::uint32_t>(&c.header[140]);
  if (length > limits::kBodyBytes) return errc::over_limit;
  const ByteView body = in.take(length);
  if (!in.ok) return errc::truncated;
  c.body.assign(body.begin(), body.end());
  return c;
}

}  // namespace

std::size_t encoded_size(const Changeset& c) {
  return kHeaderBytes + kSignatureBytes + c.body.size();
}

Frame encode_plain(const ChangesetSegment& s) {
  Bytes b = fixed_part(s.log.view(), s.first_seq, s.changesets.size(), kPlain);
  for (const Changeset& c : s.changesets) put(b, c);
  return {FrameType::changesets, std::move(b)};
}

Frame encode_frame(const ChangesetSegment& s) {
  std::size_t plain = 0;
  for (const Changeset& c : s.changesets) plain += encoded_size(c);
  const auto columns = columnar::encode(s);
  if (!columns || columns->size() >= plain) return encode_plain(s);
  Bytes b = fixed_part(s.log.view(), s.first_seq, s.changesets.size(), kColumnar);
  append(b, *columns);
  return {FrameType::changesets, std::move(b)};
}

Result<ChangesetSegment> decode_changesets(const Frame& frame) {
  if (frame.type != FrameType::changesets) return errc::bad_value;
  Cursor in{frame.bytes};
  const ByteView head = in.take(16);
  if (!in.ok) return errc::truncated;
  ChangesetSegment s;
  s.log = LogId::from(head);
  s.first_seq = in.integer<std::uint64_t>();
  const auto count = in.integer<std::uint32_t>();
  const auto encoding = in.integer<std::uint8_t>();
  if (!in.ok) return errc::truncated;
  if (encoding > kColumnar) return errc::too_new;
  if (s.first_seq == 0 || count == 0) return errc::bad_value;
  if (encoding == kColumnar) {
    if (const auto read = columnar::decode(in.left, count, s); !read) return read.error();
    return s;
  }
  if (count > in.left.size() / (kHeaderBytes + kSignatureBytes)) return errc::over_limit;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto c = take_changeset(in);
    if (!c) return c.error();
    s.changesets.push_back(std::move(*c));
  }
  if (!in.left.empty()) return errc::trailing_bytes;
  return s;
}

std::size_t encoded_size(const CarriedEntry& e) {
  return kEntryHead + e.entry.payload.size() + (e.changeset ? encoded_size(*e.changeset) : 0);
}

Frame encode_plain(const StreamSegment& s) {
  Bytes b = fixed_part(s.stream.view(), s.first_seq, s.entries.size(), kPlain);
  for (const CarriedEntry& e : s.entries) {
    b.push_back(static_cast<std::uint8_t>(e.entry.type));
    b.push_back(e.changeset ? kWithChangeset : std::uint8_t{0});
    append_le(b, std::uint16_t{0});
    append_le(b, static_cast<std::uint32_t>(e.entry.payload.size()));
    append_le(b, e.entry.seq);
    append(b, e.entry.payload);
    if (e.changeset) put(b, *e.changeset);
  }
  append(b, s.head);
  append(b, s.signature);
  return {FrameType::stream, std::move(b)};
}

Frame encode_frame(const StreamSegment& s) {
  std::size_t plain = s.head.size() + s.signature.size();
  for (const CarriedEntry& e : s.entries) plain += encoded_size(e);
  const auto columns = columnar::encode(s);
  if (!columns || columns->size() >= plain) return encode_plain(s);
  Bytes b = fixed_part(s.stream.view(), s.first_seq, s.entries.size(), kColumnar);
  append(b, *columns);
  return {FrameType::stream, std::move(b)};
}

Result<StreamSegment> decode_stream(const Frame& frame) {
  if (frame.type != FrameType::stream) return errc::bad_value;
  Cursor in{frame.bytes};
  const ByteView id = in.take(16);
  if (!in.ok) return errc::truncated;
  StreamSegment s;
  s.stream = StreamId::from(id);
  s.first_seq = in.integer<std::uint64_t>();
  const auto count = in.integer<std::uint32_t>();
  const auto encoding = in.integer<std::uint8_t>();
  if (!in.ok) return errc::truncated;
  if (encoding > kColumnar) return errc::too_new;
  if (s.first_seq == 0) return errc::bad_value;
  if (encoding == kColumnar) {
    if (const auto read = columnar::decode(in.left, count, s); !read) return read.error();
    return s;
  }
  if (count > in.left.size() / kEntryHead) return errc::over_limit;
  for (std::uint32_t i = 0; i < count; ++i) {
    CarriedEntry e;
    const auto type = in.integer<std::uint8_t>();
    const auto flags = in.integer<std::uint8_t>();
    const auto reserved = in.integer<std::uint16_t>();
    const auto length = in.integer<std::uint32_t>();
    e.entry.seq = in.integer<std::uint64_t>();
    const ByteView payload = in.take(length);
    if (!in.ok) return errc::truncated;
    if (type < 1 || type > 3) return errc::too_new;
    if (flags > kWithChangeset || reserved != 0 || e.entry.seq != s.first_seq + i) return errc::bad_value;
    e.entry.type = static_cast<EntryType>(type);
    e.entry.payload.assign(payload.begin(), payload.end());
    if (flags == kWithChangeset) {
      auto c = take_changeset(in);
      if (!c) return c.error();
      e.changeset = std::move(*c);
    }
    s.entries.push_back(std::move(e));
  }
  const ByteView head = in.take(s.head.size());
  const ByteView signature = in.take(kSignatureBytes);
  if (!in.ok) return errc::truncated;
  if (!in.left.empty()) return errc::trailing_bytes;
  std::copy(head.begin(), head.end(), s.head.begin());
  std::copy(signature.begin(), signature.end(), s.signature.begin());
  return s;
}

Frame encode_frame(const DirectorySegment& s) {
  Bytes b;
  append_le(b, static_cast<std::uint32_t>(s.entries.size()));
  for (const Bytes& e : s.entries) {
    append_le(b, static_cast<std::uint32_t>(e.size()));
    append(b, e);
  }
  return {FrameType::directory, std::move(b)};
}

Result<DirectorySegment> decode_directory(const Frame& frame) {
  if (frame.type != FrameType::directory) return errc::bad_value;
  Cursor in{frame.bytes};
  const auto count = in.integer<std::uint32_t>();
  if (!in.ok) return errc::truncated;
  if (count > in.left.size() / 4) return errc::over_limit;
  DirectorySegment s;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto length = in.integer<std::uint32_t>();
    const ByteView bytes = in.take(length);
    if (!in.ok) return errc::truncated;
    s.entries.emplace_back(bytes.begin(), bytes.end());
  }
  if (!in.left.empty()) return errc::trailing_bytes;
  return s;
}

namespace {

constexpr std::uint8_t kStreamPart = 1;
constexpr std::uint8_t kDirectoryPart = 2;

Frame as_part(std::uint8_t part, const Frame& inner) {
  Bytes b{part};
  append(b, inner.bytes);
  return {FrameType::resupply, std::move(b)};
}

}  // namespace

Frame encode_resupply(const StreamSegment& segment) {
  return as_part(kStreamPart, encode_frame(segment));
}

Frame encode_resupply(const DirectorySegment& segment) {
  return as_part(kDirectoryPart, encode_frame(segment));
}

Result<std::variant<StreamSegment, DirectorySegment>> decode_resupply(const Frame& frame) {
  if (frame.type != FrameType::resupply) return errc::bad_value;
  if (frame.bytes.empty()) return errc::truncated;
  const std::uint8_t part = frame.bytes.front();
  Frame inner{part == kStreamPart ? FrameType::stream : FrameType::directory,
              Bytes(frame.bytes.begin() + 1, frame.bytes.end())};
  if (part == kStreamPart) {
    auto segment = decode_stream(inner);
    if (!segment) return segment.error();
    return std::move(*segment);
  }
  if (part != kDirectoryPart) return errc::too_new;
  auto segment = decode_directory(inner);
  if (!segment) return segment.error();
  return std::move(*segment);
}

}  // namespace tram::sync
