// Canonical JSON (bundle design 7.1): bytes that are read are written again as they were.
#include "station/report/canonical_json.h"

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

std::size_t depth_of(const Json& json) {
  std::size_t deepest = 0;
  if (const auto* list = std::get_if<JsonList>(&json.value)) {
    for (const Json& item : *list) deepest = std::max(deepest, depth_of(item));
    return deepest + 1;
  }
  if (const auto* object = std::get_if<JsonObject>(&json.value)) {
    for (const auto& [key, value] : *object) deepest = std::max(deepest, depth_of(value));
    return deepest + 1;
  }
  return 0;
}

void run(ByteView input) {
  const std::string_view text = as_text(input);
  const auto value = read_canonical(text);
  if (!value) return;
  const auto again = write_canonical(*value);
  hold(again && *again == text, "a value is written as the bytes it came from");
  hold(depth_of(*value) <= station::kJsonDepth, "nesting keeps its bound");
}

void seeds(const AddSeed& add) {
  add("values.json", as_bytes(R"({"a":-9007199254740991,"b":["x\n\t\"\\","Kính gửi"],"c":{},"d":[],"e":0})"));
  add("deep.json", as_bytes(std::string(16, '[') + std::string(16, ']')));
  add("number.json", as_bytes("42"));
}

}  // namespace

const Target canonical_json{"canonical_json", 32u << 10, "station/report/canonical_json.cpp", run, seeds};

}  // namespace tram::fuzz
