// A second opinion on JSON (RFC 8259), written to be read and not to be fast: objects, lists, texts and whole numbers
// of 64 bits, nesting bounded, no member twice, text in valid UTF-8 without lone surrogates. For json_body.cpp.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tram::fuzz {

class StrictJson {
 public:
  StrictJson(std::string_view text, std::size_t deepest) : text_(text), deepest_(deepest) {}

  // Is the whole text one object? Then its members.
  std::optional<std::set<std::string>> object() {
    space();
    std::set<std::string> members;
    if (peek() != '{' || !read_object(members, 1)) return std::nullopt;
    space();
    if (at_ != text_.size()) return std::nullopt;
    return members;
  }

 private:
  int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  bool take(char c) {
    if (peek() != static_cast<unsigned char>(c)) return false;
    ++at_;
    return true;
  }
  void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) return false;
    at_ += w.size();
    return true;
  }
  bool value(std::size_t depth) {
    std::set<std::string> members;
    std::string text;
    switch (peek()) {
      case '{':
        return read_object(members, depth + 1);
      case '[':
        return list(depth + 1);
      case '"':
        return read_text(text);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  bool read_object(std::set<std::string>& members, std::size_t depth) {
    if (depth > deepest_ || !take('{')) return false;
    space();
    if (take('}')) return true;
    do {
      std::string name;
      space();
      if (!read_text(name) || !members.insert(name).second) return false;
      space();
      if (!take(':')) return false;
      space();
      if (!value(depth)) return false;
      space();
    } while (take(','));
    return take('}');
  }
  bool list(std::size_t depth) {
    if (depth > deepest_ || !take('[')) return false;
    space();
    if (take(']')) return true;
    do {
      space();
      if (!value(depth)) return false;
      space();
    } while (take(','));
    return take(']');
  }
  // Whole numbers between -2^63 and 2^64 - 1.
  bool number() {
    const bool minus = take('-');
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    const std::string_view digits = text_.substr(from, at_ - from);
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
    if (peek() == '.' || peek() == 'e' || peek() == 'E') return false;
    const std::string_view most = minus ? "9223372036854775808" : "18446744073709551615";
    return digits.size() < most.size() || (digits.size() == most.size() && digits <= most);
  }
  std::optional<std::uint32_t> four_digits() {
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      const int c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
      ++at_;
    }
    return unit;
  }
  static void append_point(std::string& out, std::uint32_t point) {
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xC0 | point >> 6);
      out += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      out += static_cast<char>(0xE0 | point >> 12);
      out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | point >> 18);
      out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (point & 0x3F));
    }
  }
  bool escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const int c = peek();
    ++at_;
    if (c != 'u') {
      const std::size_t at = c < 0 ? std::string_view::npos : kNames.find(static_cast<char>(c));
      if (at == std::string_view::npos) return false;
      out += kMeanings[at];
      return true;
    }
    const auto unit = four_digits();
    if (!unit || (*unit >= 0xDC00 && *unit <= 0xDFFF)) return false;
    if (*unit < 0xD800 || *unit > 0xDBFF) {
      append_point(out, *unit);
      return true;
    }
    if (!take('\\') || !take('u')) return false;
    const auto low = four_digits();
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
    append_point(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
    return true;
  }
  // One character of UTF-8 in its shortest form.
  bool plain(std::string& out) {
    const int first = peek();
    if (first < 0x20) return false;
    const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || at_ + length > text_.size()) return false;
    const auto second = length > 1 ? static_cast<unsigned char>(text_[at_ + 1]) : 0;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second > 0x8F))
      return false;
    for (std::size_t i = 1; i < length; ++i)
      if ((static_cast<unsigned char>(text_[at_ + i]) & 0xC0) != 0x80) return false;
    out.append(text_.substr(at_, length));
    at_ += length;
    return true;
  }
  bool read_text(std::string& out) {
    if (!take('"')) return false;
    while (!take('"'))
      if (!(take('\\') ? escape(out) : plain(out))) return false;
    return true;
  }

  std::string_view text_;
  std::size_t deepest_;
  std::size_t at_ = 0;
};

}  // namespace tram::fuzz
