// Values and operations in the bounded archive: shared by value.cpp and operation.cpp (docs/formats.md "Values").
#pragma once
#include "sync/wire/archive.h"

namespace tram::sync {

template <class Archive>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& ar, CivilDate& v) {
  ar(v.days);
}
template <class Archive>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& ar, ZonedMoment& v) {
  ar(v.ms, v.zone_minutes);
}
template <class Archive>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& ar, Structure& v) {
  ar(v.bytes);
}

namespace wire {

template <class Archive>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive&, Absent&) {}

inline void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const Value& v) {
  ar.varint(static_cast<std::uint64_t>(v.kind()));
  std::visit(
      [&ar](const auto& content) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(content)>, Absent>) ar(content);
      },
      v.variant());
}

template <std::size_t I = 0>
void load_alternative(Reader& ar, std::uint64_t index, Value::Variant& out) {
  if constexpr (I < std::variant_size_v<Value::Variant>) {
    if (index != I) return load_alternative<I + 1>(ar, index, out);
    std::variant_alternative_t<I, Value::Variant> content{};
    if constexpr (!std::is_same_v<decltype(content), Absent>) ar(content);
    if constexpr (std::is_same_v<decltype(content), Bytes>)
      if (content.size() > limits::kTextBytes) throw WireError{errc::over_limit};
    if constexpr (std::is_same_v<decltype(content), Structure>)
      if (content.bytes.size() > limits::kTextBytes) throw WireError{errc::over_limit};
    out = std::move(content);
  } else {
    throw WireError{errc::bad_value};
  }
}
inline void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, Value& v) {
  Value::Variant content;
  load_alternative(ar, ar.varint(), content);
  v = Value(std::move(content));
}

}  // namespace wire
}  // namespace tram::sync
