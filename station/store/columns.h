// Fields of C++ rows <-> columns of SQL rows, in the order in which a statement names them. Integers keep their 64
// bits: an unsigned value above 2^63 is stored as a negative one and read back whole; only its order is lost, so bounds
// of ranges go through bound(). Lists of ids are their bytes one after another.
#pragma once
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "station/store/queries.h"
#include "station/store/sqlite.h"

namespace tram::station {

// The upper end of what SQL can order.
inline std::uint64_t bound(std::uint64_t value) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value < kMost ? value : kMost;
}

template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) void bind(Use& use, T value) {
  use.bind_integer(static_cast<std::int64_t>(value));
}
inline void bind(Use& use, ByteView value) {
  use.bind_blob(value);
}
inline void bind(Use& use, const Bytes& value) {
  use.bind_blob(value);
}
template <std::size_t N>
void bind(Use& use, const ByteArray<N>& value) {
  use.bind_blob(value);
}
template <class Tag>
void bind(Use& use, const sync::Id<Tag>& value) {
  use.bind_blob(value.bytes);
}
inline void bind(Use& use, std::string_view value) {
  use.bind_text(value);
}
inline void bind(Use& use, const std::string& value) {
  use.bind_text(value);
}
inline void bind(Use& use, const char* value) {
  use.bind_text(value);
}
template <class T>
void bind(Use& use, const std::optional<T>& value) {
  if (value)
    bind(use, *value);
  else
    use.bind_null();
}

// Runs the named statement of queries/*.sql with these values and returns how many rows it changed. Outside a
// transaction a write would be durable on its own, half a step: that is refused as a fault of the program.
template <class... Values>
int change(Connection& connection, std::string_view query_name, const Values&... values) {
  if (!connection.in_transaction()) throw std::logic_error("a write outside a transaction");
  Use use(connection, query(query_name), Lifetime::outlives_use);
  (bind(use, values), ...);
  use.run();
  return sqlite3_changes(connection.handle());
}

// A select with its values bound; the caller steps.
class Select {
 public:
  template <class... Values>
  Select(Connection& connection, std::string_view query_name, const Values&... values)
      : use_(connection, query(query_name)) {
    (bind(use_, values), ...);
  }
  bool step() {
    column_ = 0;
    return use_.step();
  }

  // Reads the next column. A value that the target cannot hold means a damaged file.
  template <class T>
  requires(std::is_integral_v<T>) Select& operator>>(T& out) {
    const std::int64_t raw = use_.integer(column_++);
    out = static_cast<T>(raw);
    if constexpr (sizeof(T) < sizeof(raw) || std::is_same_v<T, bool>)
      if (static_cast<std::int64_t>(out) != raw) out_of_range();
    return *this;
  }
  template <class T>
  requires(std::is_enum_v<T>) Select& operator>>(T& out) {
    std::underlying_type_t<T> raw{};
    *this >> raw;
    out = static_cast<T>(raw);
    return *this;
  }
  template <std::size_t N>
  Select& operator>>(ByteArray<N>& out) {
    const ByteView raw = use_.blob(column_++);
    if (raw.size() != N) out_of_range();
    std::copy(raw.begin(), raw.end(), out.begin());
    return *this;
  }
  template <class Tag>
  Select& operator>>(sync::Id<Tag>& out) {
    return *this >> out.bytes;
  }
  Select& operator>>(Bytes& out) {
    const ByteView raw = use_.blob(column_++);
    out.assign(raw.begin(), raw.end());
    return *this;
  }
  Select& operator>>(std::string& out) {
    out = use_.text(column_++);
    return *this;
  }
  template <class T>
  Select& operator>>(std::optional<T>& out) {
    out.reset();
    if (use_.is_null(column_)) {
      ++column_;
      return *this;
    }
    return *this >> out.emplace();
  }

  [[noreturn]] static void out_of_range() { throw SqliteFailure("a stored value is out of its range", errc::damaged); }

 private:
  Use use_;
  int column_ = 0;
};

// The two shapes of every query: one row or none, and all rows. The row's operator>> is found through Select.
template <class Row>
std::optional<Row> one(Select&& select) {
  if (!select.step()) return std::nullopt;
  Row row;
  select >> row;
  return row;
}

template <class Row>
std::vector<Row> all(Select&& select) {
  std::vector<Row> rows;
  while (select.step()) select >> rows.emplace_back();
  return rows;
}

// A single integer: counts and EXISTS.
template <class... Values>
std::uint64_t count(Connection& connection, std::string_view query_name, const Values&... values) {
  Select select(connection, query_name, values...);
  std::uint64_t n = 0;
  if (select.step()) select >> n;
  return n;
}

}  // namespace tram::station
