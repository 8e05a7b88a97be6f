// The original text and its language are the record (R60): a translation is a reading aid and is labelled so.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tram::tasks {

struct TextVersion {
  std::string language;  // "vi", "lo", "km", "en"
  std::string text;
  bool original = false;
};
struct ShownText {
  std::string_view language;
  std::string_view text;
  bool reading_aid = false;
  bool original_missing = false;  // a translation is all there is
};
// In the wanted language where there is one, else the original, else whatever there is.
std::optional<ShownText> shown_text(std::span<const TextVersion> versions, std::string_view wanted);
// What a signature, a hash and a report are taken over; none while only translations are there.
std::optional<std::string> text_of_record(std::span<const TextVersion> versions);

}  // namespace tram::tasks
