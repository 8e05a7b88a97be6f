// Z3: what is left of a redacted body. Input: how many operations the header says, and the body. What is read holds no
// content, is as long as the header says, and has one form.
#include "sync/redaction.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void run(ByteView input) {
  Draw draw(input);
  Header header = test::sample_header();
  header.op_count = draw.integer<std::uint16_t>();
  const bool other_length = draw.below(8) == 7;
  const ByteView bytes = draw.rest();
  Changeset c;
  c.body.assign(bytes.begin(), bytes.end());
  header.body_len = static_cast<std::uint32_t>(c.body.size() + (other_length ? 1 : 0));
  c.header = encode_header(header);
  const auto outline = decode_outline(c);
  const bool zeros = std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
  if (outline) {
    hold(!other_length, "an outline is as long as the body was");
    hold(outline->operations.size() == header.op_count, "an outline holds every operation");
    for (const Operation& op : outline->operations) {
      if (op.unknown_kind) continue;
      const bool may_route = op.kind == OperationKind::authority_change || op.value.kind() == ValueKind::id;
      hold(op.value.is_absent() || may_route, "an outline holds no content");
      hold(op.kind != OperationKind::proposal_answer || op.text.empty(), "an outline holds no words");
    }
    Bytes again = encode_body(*outline);
    hold(again.size() <= c.body.size(), "an outline is no longer than it came");
    again.resize(c.body.size());
    hold(again == c.body, "an outline has one form, and zeros behind it");
  }
  if (!zeros && decode_header(c.header)) hold(is_outline(c) == outline.has_value(), "an outline is known as one");
  if (is_outline(c)) hold(!other_length, "what is removed is as long as the body was");
  const auto body = read_body(c);
  if (outline) hold(body.has_value(), "an outline is read like a body");
  // A body that is what the header says is no outline.
  Changeset real = c;
  header.body_len = static_cast<std::uint32_t>(real.body.size());
  header.body_hash = body_hash(real.body);
  real.header = encode_header(header);
  hold(!decode_outline(real) && !is_outline(real), "a body with its own hash is no outline");
}

Bytes seed(const Body& body, std::size_t padding) {
  Bytes out;
  append_le(out, static_cast<std::uint16_t>(body.operations.size()));
  out.push_back(0);
  append(out, encode_body(body));
  out.resize(out.size() + padding);
  return out;
}

void seeds(const AddSeed& add) {
  Body all;
  for (const auto& [name, operation] : test::sample_operations()) {
    Body one;
    one.operations = {operation};
    Operation bare = operation;
    if (!bare.unknown_kind && bare.kind != OperationKind::authority_change) bare.value = Value();
    if (bare.kind == OperationKind::proposal_answer) bare.text.clear();
    all.operations.push_back(bare);
  }
  add("outline", seed(all, 0));
  add("padded", seed(all, 40));
  add("content", seed(test::sample_body(), 0));
  Bytes zeros = {1, 0, 0};
  zeros.resize(60);
  add("zeros", zeros);
  Bytes longer = seed(all, 8);
  longer[2] = 7;
  add("other_length", longer);
}

}  // namespace

const Target outline{"outline", 64u << 10, "sync/outline.cpp", run, seeds};

}  // namespace tram::fuzz
