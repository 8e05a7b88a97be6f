#include "tasks/original_text.h"

#include <algorithm>

namespace tram::tasks {
namespace {

const TextVersion* original_of(std::span<const TextVersion> versions) {
  const auto at = std::find_if(versions.begin(), versions.end(), [](const TextVersion& v) { return v.original; });
  return at == versions.end() ? nullptr : &*at;
}

}  // namespace

// R60: a translation is labelled as a reading aid, also when it is the only one.
std::optional<ShownText> shown_text(std::span<const TextVersion> versions, std::string_view wanted) {
  if (versions.empty()) return std::nullopt;
  const TextVersion* original = original_of(versions);
  const auto at =
      std::find_if(versions.begin(), versions.end(), [&](const TextVersion& v) { return v.language == wanted; });
  const TextVersion& shown = at != versions.end() ? *at : original ? *original : versions.front();
  return ShownText{shown.language, shown.text, !shown.original, original == nullptr};
}

// R60: the original text is the record.
std::optional<std::string> text_of_record(std::span<const TextVersion> versions) {
  const TextVersion* original = original_of(versions);
  if (original == nullptr) return std::nullopt;
  return original->text;
}

}  // namespace tram::tasks
