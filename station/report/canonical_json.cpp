// Writer and reader. The reader is strict at each step instead of writing again and comparing: it says what was wrong,
// and it never builds more than the bounds allow.
#include "station/report/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "station/report/report_text.h"
#include "sync/text.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

ReportFault bad(std::string detail) {
  return {OutcomeCode::bad_content, "JSON: " + std::move(detail)};
}
ReportFault over(std::string detail) {
  return {OutcomeCode::over_limit, "JSON: " + std::move(detail)};
}

class Writer {
 public:
  std::optional<ReportFault> add(const Json& json, std::size_t depth) {
    if (++values_ > kJsonValues) return over("too many values");
    if (const auto* number = std::get_if<std::int64_t>(&json.value)) {
      if (*number < -kLargestInteger || *number > kLargestInteger) return bad("integer beyond 2^53");
      out_ += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&json.value)) {
      if (auto fault = add_text(*text)) return fault;
    } else if (depth == kJsonDepth) {
      return over("nested too deep");
    } else if (const auto* list = std::get_if<JsonList>(&json.value)) {
      out_ += '[';
      for (const Json& item : *list) {
        if (&item != &list->front()) out_ += ',';
        if (auto fault = add(item, depth + 1)) return fault;
      }
      out_ += ']';
    } else {
      const auto& object = std::get<JsonObject>(json.value);  // std::string compares as unsigned bytes
      out_ += '{';
      for (auto member = object.begin(); member != object.end(); ++member) {
        if (member != object.begin()) out_ += ',';
        if (auto fault = add_text(member->first)) return fault;
        out_ += ':';
        if (auto fault = add(member->second, depth + 1)) return fault;
      }
      out_ += '}';
    }
    if (out_.size() > kJsonBytes) return over("more than 4 MiB");
    return std::nullopt;
  }

  std::string take() { return std::move(out_); }

 private:
  std::optional<ReportFault> add_text(std::string_view text) {
    if (!sync::valid_text(text)) return bad("text is not NFC UTF-8 or holds a control character");
    out_ += '"';
    for (const char c : text) {
      switch (c) {
        case '"':
          out_ += "\\\"";
          break;
        case '\\':
          out_ += "\\\\";
          break;
        case '\t':
          out_ += "\\t";
          break;
        case '\n':
          out_ += "\\n";
          break;
        default:
          out_ += c;
      }
    }
    out_ += '"';
    return std::nullopt;
  }

  std::string out_;
  std::size_t values_ = 0;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<ReportFault> read(Json& out, std::size_t depth) {
    if (++values_ > kJsonValues) return over("too many values");
    if (rest_.empty()) return bad("ends early");
    switch (rest_.front()) {
      case '"':
        return read_text(out.value.emplace<std::string>());
      case '[':
        return depth == kJsonDepth ? over("nested too deep") : read_list(out.value.emplace<JsonList>(), depth);
      case '{':
        return depth == kJsonDepth ? over("nested too deep") : read_object(out.value.emplace<JsonObject>(), depth);
      default:
        return read_integer(out.value.emplace<std::int64_t>());
    }
  }

  bool finished() const { return rest_.empty(); }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<ReportFault> read_integer(std::int64_t& out) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (error != std::errc{} || out < -kLargestInteger || out > kLargestInteger) return bad("not a value");
    const auto length = static_cast<std::size_t>(end - rest_.data());
    if (rest_.substr(0, length) != std::to_string(out)) return bad("integer with another form");  // 007, -0
    rest_.remove_prefix(length);  // a '.' or 'e' that follows is no comma and no bracket
    return std::nullopt;
  }

  std::optional<ReportFault> read_text(std::string& out) {
    if (!take('"')) return bad("text expected");
    for (;;) {
      const std::size_t plain = rest_.find_first_of("\"\\\t\n");
      if (plain == std::string_view::npos) return bad("text ends early");
      out.append(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (take('"')) break;
      if (!take('\\') || rest_.empty()) return bad("bare control character, or text ends early");
      switch (rest_.front()) {
        case '"':
          out += '"';
          break;
        case '\\':
          out += '\\';
          break;
        case 't':
          out += '\t';
          break;
        case 'n':
          out += '\n';
          break;
        default:
          return bad("escape that is not needed");
      }
      rest_.remove_prefix(1);
    }
    if (!sync::valid_text(out)) return bad("text is not NFC UTF-8 or holds a control character");
    return std::nullopt;
  }

  std::optional<ReportFault> read_list(JsonList& out, std::size_t depth) {
    rest_.remove_prefix(1);
    if (take(']')) return std::nullopt;
    do {
      if (auto fault = read(out.emplace_back(), depth + 1)) return fault;
    } while (take(','));
    if (!take(']')) return bad("list without an end");
    return std::nullopt;
  }

  std::optional<ReportFault> read_object(JsonObject& out, std::size_t depth) {
    rest_.remove_prefix(1);
    if (take('}')) return std::nullopt;
    do {
      std::string key;
      if (auto fault = read_text(key)) return fault;
      if (!out.empty() && key <= std::prev(out.end())->first)
        return bad(key == std::prev(out.end())->first ? "a key twice" : "keys out of order");
      if (!take(':')) return bad("colon expected");
      Json& member = out.emplace_hint(out.end(), std::move(key), Json{})->second;
      if (auto fault = read(member, depth + 1)) return fault;
    } while (take(','));
    if (!take('}')) return bad("object without an end");
    return std::nullopt;
  }

  std::string_view rest_;
  std::size_t values_ = 0;
};

}  // namespace

void throw_exception_from_error(const ReportFault& fault, const boost::source_location&) {
  throw std::logic_error("result of a report used although it failed: " + fault.detail);
}

ReportResult<std::string> write_canonical(const Json& value) {
  Writer writer;
  if (auto fault = writer.add(value, 0)) return *fault;
  return writer.take();
}

ReportResult<Json> read_canonical(std::string_view text) {
  if (text.size() > kJsonBytes) return over("more than 4 MiB");
  Reader reader(text);
  Json value;
  if (auto fault = reader.read(value, 0)) return *fault;
  if (!reader.finished()) return bad("bytes after the value");
  return value;
}

}  // namespace tram::station
