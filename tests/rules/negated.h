// The opposite of a result, for tests/rules/negate: another truth, another moment, nothing where something was. Only
// the copy of the tree that the script makes includes it.
#pragma once
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tasks/errc.h"

namespace tram::tasks {

template <class T>
struct Opposite {
  static T of(const T& value) {
    if constexpr (std::is_same_v<T, bool>)
      return !value;
    else if constexpr (std::is_enum_v<T>)
      return static_cast<T>(static_cast<int>(value) == 0 ? 1 : 0);
    else if constexpr (std::is_arithmetic_v<T>)
      return static_cast<T>(value + 1);
    else
      return T{};
  }
};
template <class C, class D>
struct Opposite<std::chrono::time_point<C, D>> {
  static auto of(const std::chrono::time_point<C, D>& at) { return at + std::chrono::days{1}; }
};
template <class R, class P>
struct Opposite<std::chrono::duration<R, P>> {
  static auto of(const std::chrono::duration<R, P>& span) { return span + std::chrono::duration<R, P>{1}; }
};
template <class T>
struct Opposite<std::optional<T>> {
  static std::optional<T> of(const std::optional<T>& value) { return value ? std::nullopt : std::optional<T>(T{}); }
};
template <class T>
struct Opposite<std::vector<T>> {
  static std::vector<T> of(const std::vector<T>& list) { return list.empty() ? std::vector<T>(1) : std::vector<T>(); }
};
template <>
struct Opposite<std::string> {
  static std::string of(const std::string& text) { return text + "?"; }
};
template <>
struct Opposite<std::string_view> {
  static std::string_view of(std::string_view text) { return text.empty() ? "?" : ""; }
};
template <>
struct Opposite<Result<void>> {
  static Result<void> of(const Result<void>& result) {
    if (result) return errc::bad_date;
    return {};
  }
};
template <class T>
struct Opposite<Result<T>> {
  static Result<T> of(const Result<T>& result) {
    if (result) return errc::bad_date;
    return T{};
  }
};

// Is this the function whose result is to be negated?
inline bool is_negated(int number) {
  static const char* const chosen = std::getenv("TRAM_NEGATED");
  return chosen && std::atoi(chosen) == number;
}

template <class Body>
auto negated_if(int number, Body body) -> decltype(body()) {
  using Value = std::remove_cvref_t<decltype(body())>;
  if (!is_negated(number)) return body();
  if constexpr (std::is_reference_v<decltype(body())>) {
    static const Value kOther{};  // a reference leads to another object
    return kOther;
  } else {
    return Opposite<Value>::of(body());
  }
}

}  // namespace tram::tasks
