// Step 4 of the gate: framing and target.
#include <algorithm>
#include <charconv>

#include "station/web/gate.h"

namespace tram::station {
namespace {

std::optional<Method> method_of(std::string_view name) {
  for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::delete_})
    if (method_name(method) == name) return method;
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

enum class Plus { literal, space };

// Percent-decodes once. Nothing on half escapes and on control characters, NUL among them.
std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) return std::nullopt;
      c = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else if (c == '+' && plus == Plus::space) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    out.push_back(c);
  }
  return out;
}

// An encoded slash or backslash would be a separator to one reader and a letter to another.
bool hides_a_separator(std::string_view path) {
  for (std::size_t i = 0; i + 2 < path.size(); ++i) {
    if (path[i] != '%') continue;
    const int value = hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2]);
    if (value == '/' || value == '\\') return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

Verdict decode_query(std::string_view text, const Limits& limits, TextMap& out) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), Plus::space);
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!name || !value || out.size() == limits.query_parameters) return Refused::bad_target;
    if (!out.emplace(*name, *value).second) return Refused::bad_target;  // twice: which one counts?
  }
  return {};
}

Verdict read_length(const RawRequest& raw, Framing& out) {
  const auto coding = raw.field("Transfer-Encoding");
  if (coding) return equal_ignoring_case(*coding, "chunked") ? Refused::chunked_body : Refused::transfer_encoding;
  const auto length = raw.field("Content-Length");
  const bool reads_only = out.method == Method::get || out.method == Method::head;
  if (!length) {
    if (reads_only || out.method == Method::delete_) return {};
    return Refused::length_required;
  }
  // 12 digits are a terabyte: beyond every limit, and far from overflow.
  const bool digits = std::all_of(length->begin(), length->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || length->empty() || length->size() > 12) return Refused::bad_content_length;
  std::from_chars(length->data(), length->data() + length->size(), out.content_length);
  if (reads_only && out.content_length > 0) return Refused::body_not_allowed;
  return {};
}

}  // namespace

Verdict decode_target(std::string_view target, const Limits& limits, Framing& out) {
  if (!target.starts_with('/') || target.starts_with("//")) return Refused::bad_target;  // origin form only
  const bool plain = std::all_of(target.begin(), target.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '#' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!plain) return Refused::bad_target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view raw_path = target.substr(0, mark);
  if (hides_a_separator(raw_path)) return Refused::bad_target;
  auto path = decode(raw_path, Plus::literal);
  if (!path || path->starts_with("//") || has_dot_segment(*path)) return Refused::bad_target;
  out.path = std::move(*path);
  return decode_query(target.substr(std::min(mark + 1, target.size())), limits, out.query);
}

Verdict check_framing(const RawRequest& raw, const Limits& limits, Framing& out) {
  out = {};
  // The length first: a body nobody can delimit makes every later byte of the connection doubtful.
  const auto method = method_of(raw.method);
  if (method) out.method = *method;
  if (raw.field("Transfer-Encoding") || method)
    if (const auto refused = read_length(raw, out)) return refused;
  if (!method) return Refused::unknown_method;
  if (raw.field("Upgrade")) return Refused::upgrade;
  if (const auto connection = raw.field("Connection")) out.keep_alive = !equal_ignoring_case(*connection, "close");
  if (const auto expect = raw.field("Expect")) {
    if (!equal_ignoring_case(*expect, "100-continue")) return Refused::unknown_expectation;
    out.expects_continue = true;
  }
  return decode_target(raw.target, limits, out);
}

}  // namespace tram::station
