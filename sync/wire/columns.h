// Where the values of a columnar segment lie (docs/formats/sync.md "Columnar"): one stream per column, or all in one
// stream for a segment of a few items. Writer and reader have the same members, so that one traversal serves both ways
// and the order of columns cannot differ between them. Included by the columnar files alone.
#pragma once
#include <deque>

#include "sync/wire/archive.h"

namespace tram::sync::columnar {

enum class Layout : std::uint8_t { rows = 0, columns = 1 };

// The order is the order on the wire: numbers, then texts, then what no compressor shrinks.
enum class Column : std::uint8_t {
  // stream entries
  entry,
  hub_epoch,
  hub_seq,
  hub_time,
  lo,
  receipt_log,
  receipt_seq,
  directory,
  receipt_rules,
  exceptions,
  // headers
  shape,
  profile,
  profile_new,
  seq,
  written_ms,
  written_counter,
  anchor,
  home,
  op_count,
  // bodies
  operations,
  kind,
  record,
  type,
  parent,
  field,
  event,
  value_kind,
  integer,
  date,
  moment,
  value,
  seen_count,
  seen,
  base,
  version,
  size,
  other,
  // texts
  text,
  blob,
  // random bytes
  id,
  hash,
  salt,
  signature,
  count_
};
inline constexpr std::size_t kColumns = static_cast<std::size_t>(Column::count_);

inline std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ (~(difference >> 63) + 1);
}
inline std::uint64_t unzigzag(std::uint64_t coded) {
  return (coded >> 1) ^ (~(coded & 1) + 1);
}

// What a traversal is handed: to be filled in when it reads.
template <class Io, class T>
using Item = std::conditional_t<Io::kReading, T, const T>;

class ColumnWriter {
 public:
  static constexpr bool kReading = false;
  explicit ColumnWriter(Layout layout) : layout_(layout), streams_(layout == Layout::rows ? 1 : kColumns) {}

  template <class T>
  void number(Column c, const T& v) {
    at(c).varint(v);
  }
  // The difference to what was expected, modulo 2^64: small for values that follow each other, possible for all.
  template <class T>
  void delta(Column c, const T& v, std::uint64_t expected) {
    at(c).varint(zigzag(static_cast<std::uint64_t>(v) - expected));
  }
  template <std::size_t N>
  void raw(Column c, const ByteArray<N>& v) {
    at(c).raw(v);
  }
  template <class Content>
  void sized(Column content, const Content& v) {
    at(Column::size).varint(v.size());
    at(content).raw({reinterpret_cast<const std::uint8_t*>(v.data()), v.size()});
  }
  // The whole: layout, in columns the length of each, contents.
  Bytes take();

 private:
  wire::Writer& at(Column c) { return streams_[layout_ == Layout::rows ? 0 : static_cast<std::size_t>(c)]; }
  Layout layout_;
  std::deque<wire::Writer> streams_;
};

// Throws wire::WireError.
class ColumnReader {
 public:
  static constexpr bool kReading = true;
  explicit ColumnReader(ByteView in);

  template <class T>
  void number(Column c, T& v) {
    const std::uint64_t wide = at(c).varint();
    v = static_cast<T>(wide);
    if (static_cast<std::uint64_t>(v) != wide) throw wire::WireError{errc::bad_value};
  }
  template <class T>
  void delta(Column c, T& v, std::uint64_t expected) {
    const std::uint64_t wide = expected + unzigzag(at(c).varint());
    v = static_cast<T>(wide);
    if (static_cast<std::uint64_t>(v) != wide) throw wire::WireError{errc::bad_value};
  }
  template <std::size_t N>
  void raw(Column c, ByteArray<N>& v) {
    const ByteView piece = at(c).raw(N);
    std::copy(piece.begin(), piece.end(), v.begin());
  }
  template <class Content>
  void sized(Column content, Content& v) {
    const std::uint64_t size = at(Column::size).varint();
    if (size > at(content).remaining()) throw wire::WireError{errc::truncated};
    const ByteView piece = at(content).raw(static_cast<std::size_t>(size));
    v.assign(piece.begin(), piece.end());
  }
  void finish() const;  // nothing may be left in any column

 private:
  wire::Reader& at(Column c) { return streams_[layout_ == Layout::rows ? 0 : static_cast<std::size_t>(c)]; }
  Layout layout_ = Layout::rows;
  std::deque<wire::Reader> streams_;
};

}  // namespace tram::sync::columnar
