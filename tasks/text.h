// Text as records hold it: UTF-8 in Unicode normal form C (sync design, section 3), so that two spellings of one Lao,
// Khmer or Vietnamese word are one value. ICU stays behind these declarations.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tram::tasks {

// Valid UTF-8 without NUL.
bool is_clean_utf8(std::string_view text);

// Precondition: is_clean_utf8(text).
std::string to_nfc(std::string_view text);

// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// The words between runs of white space.
std::vector<std::string_view> words_of(std::string_view text);

// Has a character that no line of text holds: below U+0020, or DEL.
bool has_control_character(std::string_view text);

}  // namespace tram::tasks
