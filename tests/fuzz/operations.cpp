// Z3: the body of a changeset through the bounded archive: decode(encode(x)) = x, and bytes that are read encode to
// themselves.
#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

bool is_known(std::uint64_t kind) {
  return kind >= 1 && kind <= 13 && kind != static_cast<std::uint64_t>(OperationKind::counter_add);
}

void run(ByteView input) {
  const auto body = decode_body(input);
  if (!body) return;
  const Bytes again = encode_body(*body);
  hold(std::equal(again.begin(), again.end(), input.begin(), input.end()), "a body encodes to the bytes it came from");
  const auto second = decode_body(again);
  hold(second && *second == *body, "what was encoded reads as the same");
  hold(body->operations.size() <= limits::kOperationsPerChangeset, "a body keeps its count");
  for (const Operation& op : body->operations) {
    hold(!op.unknown_kind || !is_known(*op.unknown_kind), "a known kind is never kept as unknown bytes");
    hold(op.seen.size() <= limits::kSupersedes, "a write knows a bounded number of heads");
    hold(op.kind != OperationKind::counter_add, "the reserved kind is no operation");
  }
}

void seeds(const AddSeed& add) {
  add("body", encode_body(test::sample_body()));
  for (const test::NamedOperation& named : test::sample_operations())
    add(named.name, encode_body({{}, {named.operation}}));
}

}  // namespace

const Target operations{"operations", 64u << 10, "sync/operation.cpp sync/wire/archive.h sync/wire/value_archive.h",
                        run, seeds};

}  // namespace tram::fuzz
