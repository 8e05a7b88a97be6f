#include "sync/wire/columns.h"

namespace tram::sync::columnar {

Bytes ColumnWriter::take() {
  wire::Writer out;
  out.raw(ByteArray<1>{static_cast<std::uint8_t>(layout_)});
  std::vector<Bytes> contents;
  for (wire::Writer& stream : streams_) contents.push_back(stream.take());
  if (layout_ == Layout::columns)
    for (const Bytes& content : contents) out.varint(content.size());
  for (const Bytes& content : contents) out.raw(content);
  return out.take();
}

ColumnReader::ColumnReader(ByteView in) {
  wire::Reader head(in);
  const std::uint8_t layout = head.byte();
  if (layout > static_cast<std::uint8_t>(Layout::columns)) throw wire::WireError{errc::bad_value};
  layout_ = static_cast<Layout>(layout);
  if (layout_ == Layout::rows) {
    streams_.emplace_back(head.raw(head.remaining()));
    return;
  }
  std::array<std::uint64_t, kColumns> sizes{};
  for (std::uint64_t& size : sizes) size = head.varint();
  for (const std::uint64_t size : sizes) {
    if (size > head.remaining()) throw wire::WireError{errc::truncated};
    streams_.emplace_back(head.raw(static_cast<std::size_t>(size)));
  }
  if (head.remaining() != 0) throw wire::WireError{errc::trailing_bytes};
}

void ColumnReader::finish() const {
  for (const wire::Reader& stream : streams_)
    if (stream.remaining() != 0) throw wire::WireError{errc::trailing_bytes};
}

}  // namespace tram::sync::columnar
