#include "station/web/raw_request.h"

#include <algorithm>
#include <array>

namespace tram::station {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// Visible ASCII, blank, tab and the old 8-bit texts that cookies of other programs may hold.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u == '\t' || (u >= 0x20 && u != 0x7f);
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Fields that decide something here or in a handler. Two of one of them mean that two readers may differ.
constexpr std::array<std::string_view, 13> kSingle = {
    "Host",   "Content-Length", "Origin",         "Cookie",  "Content-Type",     "Authorization", "X-Tram-CSRF",
    "Expect", "Connection",     "Sec-Fetch-Site", "Upgrade", "Content-Encoding", "Range"};

Verdict take_request_line(std::string_view line, const Limits& limits, RawRequest& out) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return Refused::bad_request_line;
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return Refused::bad_request_line;
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (!is_token(out.method) || out.target.empty()) return Refused::bad_request_line;
  if (out.target.size() > limits.target_bytes) return Refused::target_too_long;
  if (version.find(' ') != std::string_view::npos) return Refused::bad_request_line;
  if (version != "HTTP/1.1") return Refused::bad_version;
  return {};
}

Verdict take_field(std::string_view line, RawRequest& out) {
  // A line that starts with a blank continues the one before (obs-fold, RFC 9112 section 5.2): refused.
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Refused::bad_field;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_token(name) || !is_field_value(value)) return Refused::bad_field;
  for (const auto single : kSingle)
    if (equal_ignoring_case(name, single) && out.count(single) > 0) return Refused::duplicate_field;
  out.fields.push_back({name, value});
  return {};
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::size_t RawRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields.begin(), fields.end(),
                                                [&](const RawField& f) { return equal_ignoring_case(f.name, name); }));
}

std::optional<std::string_view> RawRequest::field(std::string_view name) const {
  for (const auto& f : fields)
    if (equal_ignoring_case(f.name, name)) return f.value;
  return std::nullopt;
}

HeaderScanner::State HeaderScanner::scan(std::string_view bytes, std::size_t limit) {
  while (at_ < bytes.size()) {
    if (at_ >= limit) return refuse(Refused::header_too_large);
    const char c = bytes[at_];
    const bool in_request_line = line_start_ == 0;
    const Refused malformed = in_request_line ? Refused::bad_request_line : Refused::bad_field;
    const bool after_cr = at_ > line_start_ && bytes[at_ - 1] == '\r';
    if (after_cr != (c == '\n')) return refuse(malformed);  // a bare CR or a bare LF
    if (c == '\0') return refuse(malformed);
    ++at_;
    if (c != '\n') continue;
    const bool empty_line = at_ - line_start_ == 2;
    if (empty_line && in_request_line) return refuse(Refused::bad_request_line);
    line_start_ = at_;
    if (empty_line) return State::complete;
  }
  return at_ >= limit ? refuse(Refused::header_too_large) : State::more;
}

Verdict tokenise(std::string_view block, const Limits& limits, RawRequest& out) {
  out = {};
  if (block.size() > limits.header_bytes) return Refused::header_too_large;
  bool first = true;
  while (true) {
    const std::size_t end = block.find("\r\n");
    if (end == std::string_view::npos) return Refused::bad_field;
    const std::string_view line = block.substr(0, end);
    block.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
      return first ? Refused::bad_request_line : Refused::bad_field;
    if (first) {
      if (const auto refused = take_request_line(line, limits, out)) return refused;
      first = false;
      continue;
    }
    if (line.empty()) return block.empty() ? Verdict{} : Verdict{Refused::bad_field};
    if (out.fields.size() == limits.fields) return Refused::too_many_fields;
    if (const auto refused = take_field(line, out)) return refused;
  }
}

}  // namespace tram::station
