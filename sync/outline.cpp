// What is left of a redacted body, read and checked without knowing the record types (redaction.h).
#include <algorithm>

#include "sync/redaction.h"

namespace tram::sync {

Result<Body> decode_outline(const Changeset& changeset) {
  const auto header = decode_header(changeset.header);
  if (!header) return header.error();
  if (changeset.body.size() != header->body_len || body_hash(changeset.body) == header->body_hash)
    return errc::bad_value;
  // The padding is no part of it: an operation list ends where it ends, and only zeros may follow.
  const auto body = decode_padded_body(changeset.body);
  if (!body) return body.error();
  if (body->operations.size() != header->op_count || body->salt != ByteArray<16>{}) return errc::bad_value;
  for (const Operation& op : body->operations) {
    if (op.unknown_kind) continue;
    // The type of a record that is not created here is unknown at this point: a field that routes has an id.
    const bool may_route = op.kind == OperationKind::authority_change || op.value.kind() == ValueKind::id;
    if (!op.value.is_absent() && !may_route) return errc::bad_value;
    if (op.kind == OperationKind::proposal_answer && !op.text.empty()) return errc::bad_value;
  }
  return *body;
}

Result<Body> read_body(const Changeset& changeset) {
  auto body = decode_body(changeset.body);
  if (body) return body;
  auto outline = decode_outline(changeset);
  return outline ? std::move(outline) : std::move(body);
}

bool is_outline(const Changeset& changeset) {
  const auto header = decode_header(changeset.header);
  if (!header || changeset.body.size() != header->body_len) return false;
  const bool zeros = std::all_of(changeset.body.begin(), changeset.body.end(), [](std::uint8_t b) { return b == 0; });
  return zeros ? body_hash(changeset.body) != header->body_hash : decode_outline(changeset).has_value();
}

}  // namespace tram::sync
