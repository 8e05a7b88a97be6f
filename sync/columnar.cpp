#include "sync/columnar.h"

#include "sync/wire/columnar_codec.h"

namespace tram::sync::columnar {
namespace {

constexpr std::size_t kFewItems = 3;  // up to here lengths of columns cost more than they gain

Layout layout_for(std::size_t items) {
  return items <= kFewItems ? Layout::rows : Layout::columns;
}

}  // namespace

std::optional<Bytes> encode(const ChangesetSegment& s) {
  ColumnWriter out(layout_for(s.changesets.size()));
  Codec codec(out, s.first_seq);
  try {
    for (const Changeset& c : s.changesets)
      if (!codec.changeset(c)) return std::nullopt;
  } catch (const wire::WireError&) {
    return std::nullopt;
  }
  return out.take();
}

std::optional<Bytes> encode(const StreamSegment& s) {
  ColumnWriter out(layout_for(s.entries.size()));
  Codec codec(out, 0);
  try {
    std::uint64_t seq = s.first_seq;
    for (const CarriedEntry& e : s.entries)
      if (e.entry.seq != seq++ || !codec.entry(e)) return std::nullopt;
    codec.head(s, s.entries.size());
  } catch (const wire::WireError&) {
    return std::nullopt;
  }
  return out.take();
}

Result<void> decode(ByteView bytes, std::uint32_t count, ChangesetSegment& s) {
  if (count > bytes.size() / sizeof(crypto::Signature)) return errc::over_limit;
  try {
    ColumnReader in(bytes);
    Codec codec(in, s.first_seq);
    for (std::uint32_t i = 0; i < count; ++i) {
      Changeset c;
      codec.changeset(c);
      s.changesets.push_back(std::move(c));
    }
    in.finish();
  } catch (const wire::WireError& e) {
    return e.code;
  }
  return {};
}

Result<void> decode(ByteView bytes, std::uint32_t count, StreamSegment& s) {
  if (count > bytes.size()) return errc::over_limit;
  try {
    ColumnReader in(bytes);
    Codec codec(in, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
      CarriedEntry e;
      e.entry.seq = s.first_seq + i;
      codec.entry(e);
      s.entries.push_back(std::move(e));
    }
    codec.head(s, count);
    in.finish();
  } catch (const wire::WireError& e) {
    return e.code;
  }
  return {};
}

}  // namespace tram::sync::columnar
