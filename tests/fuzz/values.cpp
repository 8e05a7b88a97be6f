// Z3: one value through the bounded archive, with the text rules of the wire.
#include "sync/limits.h"
#include "sync/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void run(ByteView input) {
  const auto value = Value::decode(input);
  if (!value) return;
  const Bytes again = value->encode();
  hold(std::equal(again.begin(), again.end(), input.begin(), input.end()), "a value encodes to the bytes it came from");
  const auto second = Value::decode(again);
  hold(second && *second == *value, "what was encoded reads as the same");
  if (const auto* text = value->get<std::string>()) {
    hold(valid_text(*text) && text->size() <= limits::kTextBytes, "a text is one the wire takes");
    hold(text->find('\0') == std::string::npos, "a text holds no NUL");
  }
  if (const auto* bytes = value->get<Bytes>()) hold(bytes->size() <= limits::kTextBytes, "bytes keep their bound");
  if (const auto* ids = value->get<std::vector<RawId>>())
    hold(ids->size() <= limits::kListItems, "a list keeps its bound");
}

void seeds(const AddSeed& add) {
  for (const test::NamedValue& named : test::sample_values()) add(named.name, named.value.encode());
}

}  // namespace

const Target values{"values", 64u << 10, "sync/value.cpp sync/text.cpp sync/wire/value_archive.h", run, seeds};

}  // namespace tram::fuzz
