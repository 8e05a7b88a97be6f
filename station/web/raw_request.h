// The bytes of one request header, read strictly (reliability design 5.2 steps 3 and 4). This is a second opinion on
// purpose: the parser behind the socket takes framings that two programs read differently, and nothing here leans on
// it.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "station/web/limits.h"
#include "station/web/refusal.h"

namespace tram::station {

struct RawField {
  std::string_view name;   // token characters only, as sent
  std::string_view value;  // without surrounding blanks
};

// Views into the header block; they live as long as it.
struct RawRequest {
  std::string_view method;
  std::string_view target;
  std::vector<RawField> fields;

  std::size_t count(std::string_view name) const;  // names compare without case
  // The value of a field that stands exactly once; an absent one is nothing. Precondition: count(name) <= 1.
  std::optional<std::string_view> field(std::string_view name) const;
};

// Finds the end of the header block in bytes that arrive in any pieces, and stops at the first byte that no header may
// hold, so that a sender of bare line feeds is answered at once and not by the deadline.
class HeaderScanner {
 public:
  enum class State { more, complete, refused };
  // `bytes` is everything received so far and only grows between calls.
  State scan(std::string_view bytes, std::size_t limit);
  std::size_t size() const { return at_; }  // of the block with its empty line; valid once complete
  Refused why() const { return why_; }      // valid once refused

 private:
  State refuse(Refused why) {
    why_ = why;
    return State::refused;
  }
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  Refused why_ = Refused::bad_request_line;
};

// Splits a complete block (it ends with an empty line) into request line and fields.
Verdict tokenise(std::string_view block, const Limits& limits, RawRequest& out);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace tram::station
