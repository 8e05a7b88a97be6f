// The typed values that a field may hold (sync design 3). No floating point. `sync` carries values and compares them;
// what they mean is known to `tasks`.
#pragma once
#include <compare>
#include <string>
#include <variant>
#include <vector>

#include "crypto/errc.h"
#include "sync/ids.h"

namespace tram::sync {

enum class ValueKind : std::uint8_t {
  absent = 0,
  boolean = 1,
  integer = 2,
  text = 3,
  bytes = 4,
  id = 5,
  date = 6,
  moment = 7,
  id_list = 8,
  structure = 9,
};

struct Absent {
  auto operator<=>(const Absent&) const = default;
};
struct CivilDate {  // days since 1970-01-01; a civil date is never converted (sync design 9.6)
  std::int32_t days = 0;
  auto operator<=>(const CivilDate&) const = default;
};
struct ZonedMoment {  // milliseconds since 1970-01-01T00:00Z, and the zone it was stated in, in minutes east
  std::int64_t ms = 0;
  std::int16_t zone_minutes = 420;
  auto operator<=>(const ZonedMoment&) const = default;
};
struct RawId {
  ByteArray<16> bytes{};
  auto operator<=>(const RawId&) const = default;
};
struct Structure {  // opaque to sync
  Bytes bytes;
  auto operator<=>(const Structure&) const = default;
};

class Value {
 public:
  using Variant = std::variant<Absent, bool, std::int64_t, std::string, Bytes, RawId, CivilDate, ZonedMoment,
                               std::vector<RawId>, Structure>;
  Value() = default;
  Value(Variant v) : v_(std::move(v)) {}  // NOLINT: implicit by design, a value is what it holds
  static Value text(std::string_view t) { return Value(Variant(std::string(t))); }
  static Value integer(std::int64_t i) { return Value(Variant(i)); }
  static Value boolean(bool b) { return Value(Variant(b)); }
  static Value id(const ByteArray<16>& b) { return Value(Variant(RawId{b})); }
  template <class Tag>
  static Value id(const Id<Tag>& i) {
    return id(i.bytes);
  }

  ValueKind kind() const { return static_cast<ValueKind>(v_.index()); }
  bool is_absent() const { return kind() == ValueKind::absent; }
  const Variant& variant() const { return v_; }
  // The content if it has that type, else null.
  template <class T>
  const T* get() const {
    return std::get_if<T>(&v_);
  }
  auto operator<=>(const Value&) const = default;

  // Canonical bytes (docs/formats.md, "Values"), as inside an operation.
  Bytes encode() const;
  static Result<Value> decode(ByteView bytes);

 private:
  Variant v_;
};

}  // namespace tram::sync
