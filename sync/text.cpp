#include "sync/text.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <vector>

namespace tram::sync {
namespace {

bool forbidden(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n';
  if (c == 0x7f) return true;
  // LRM, RLM, ALM, embeddings, overrides and isolates can make a text read as another one.
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

bool valid_text(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) return true;
  const auto length = static_cast<std::int32_t>(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0 || forbidden(static_cast<char32_t>(c))) return false;
  }
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  if (U_FAILURE(status)) return false;
  std::vector<UChar> wide(text.size() + 1);
  std::int32_t wide_length = 0;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &wide_length, text.data(), length, &status);
  const bool normal = unorm2_isNormalized(nfc, wide.data(), wide_length, &status);
  return U_SUCCESS(status) && normal;
}

}  // namespace tram::sync
