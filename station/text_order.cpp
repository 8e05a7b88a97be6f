#include "station/text_order.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>

namespace tram::station {
namespace {

std::string folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  // ICU writes đ as d only with Latin-ASCII; the marks go with the decomposition.
  static const std::unique_ptr<icu::Transliterator> fold(icu::Transliterator::createInstance(
      icu::UnicodeString("NFD; [:Nonspacing Mark:] Remove; NFC; Latin-ASCII; Lower"), UTRANS_FORWARD, status));
  icu::UnicodeString wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  if (fold) fold->transliterate(wide);
  std::string out;
  wide.toUTF8String(out);
  return out;
}

}  // namespace

std::string natural_key(std::string_view text) {
  std::string key;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] < '0' || text[i] > '9') {
      key += text[i++];
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    std::string_view digits = text.substr(i, end - i);
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    key += static_cast<char>('0' + std::min<std::size_t>(digits.size(), 9));  // longer numbers are larger
    key += digits;
    i = end;
  }
  return key;
}

bool contains_folded(std::string_view text, std::string_view words) {
  return folded(text).find(folded(words)) != std::string::npos;
}

}  // namespace tram::station
