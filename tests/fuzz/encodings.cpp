// The text forms of bytes that people and files see: hexadecimal, base64, Crockford base 32. Input: which, and a text.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(3);
  const std::size_t count = draw.below(64);
  const ByteView rest = draw.rest();
  const std::string_view text = as_text(rest);
  if (which == 0) {
    if (const auto bytes = from_hex(text)) hold(to_hex(*bytes) == lower(text), "hexadecimal has one form but for case");
    hold(from_hex(to_hex(rest)) == Bytes(rest.begin(), rest.end()), "bytes survive hexadecimal");
  } else if (which == 1) {
    if (const auto bytes = from_base64(text)) hold(to_base64(*bytes) == text, "base64 has one form");
    hold(from_base64(to_base64(rest)) == Bytes(rest.begin(), rest.end()), "bytes survive base64");
  } else {
    if (const auto bytes = from_crockford(text, count)) {
      hold(bytes->size() == count, "as many bytes as asked for");
      hold(from_crockford(to_crockford(*bytes), count) == bytes, "what a person typed is read alike when written anew");
    }
    hold(from_crockford(to_crockford(rest), rest.size()) == Bytes(rest.begin(), rest.end()), "bytes survive base 32");
  }
}

void seeds(const AddSeed& add) {
  const std::uint8_t bytes[] = {0x00, 0xFF, 0x10, 0x89, 0x54};
  const std::string_view texts[] = {"00ff108954", "AP8QiVQ=", "01ZH-14AM"};
  for (std::uint8_t which = 0; which < 3; ++which)
    add("text_" + std::to_string(which), joined({{&which, 1}, with_choice(sizeof bytes, as_bytes(texts[which]))}));
}

}  // namespace

const Target encodings{"encodings", 4u << 10, "crypto/bytes.cpp", run, seeds};

}  // namespace tram::fuzz
