#include "sync/operation.h"

#include <algorithm>

#include "sync/wire/value_archive.h"

// One payload per kind; the order of fields is docs/formats.md "Operations". An unknown kind is skipped by the length
// of its payload and kept as bytes, so that an older program relays what a newer one wrote (sync design 10).
namespace tram::sync {
namespace {

constexpr std::size_t kPayloadBytes = 200u << 10;
constexpr std::size_t kUsualPayload = 96;  // to begin with; most are smaller

template <class Archive, class Op>
void payload(Archive& ar, Op& op) {
  switch (op.kind) {
    case OperationKind::record_create:
      ar(op.record, op.type, op.nonce, op.parent, op.auth_base);
      return;
    case OperationKind::field_set:
      ar(op.record, op.field, op.value, op.seen, op.auth_base);
      return;
    case OperationKind::set_add:
      ar(op.record, op.field, op.value, op.auth_base);
      return;
    case OperationKind::set_remove:
      ar(op.record, op.field, op.seen, op.auth_base);
      return;
    case OperationKind::log_append:
      ar(op.record, op.field, op.value, op.seen, op.auth_base);
      return;
    case OperationKind::status_event:
      ar(op.record, op.field, op.event, op.seen, op.auth_base);
      return;
    case OperationKind::authority_change:
      ar(op.record, op.field, op.value, op.auth_base);
      return;
    case OperationKind::proposal_answer: {
      auto answer = static_cast<std::uint8_t>(op.answer);
      ar(op.target, answer, op.text);
      if constexpr (std::is_same_v<Archive, wire::Reader>) {
        if (answer < 1 || answer > 3) throw wire::WireError{errc::bad_value};
        op.answer = static_cast<ProposalAnswer>(answer);
      }
      return;
    }
    case OperationKind::redact:
      ar(op.target, op.text);
      return;
    case OperationKind::log_open:
      ar(op.old_log, op.old_seq, op.old_hash);
      return;
    case OperationKind::adopt:
      ar(op.target);
      return;
    case OperationKind::key_rotate:
      ar(op.statement);
      return;
    case OperationKind::counter_add:
      break;
  }
  throw wire::WireError{errc::bad_value};
}

}  // namespace

bool known_kind(std::uint64_t kind) {
  return kind >= 1 && kind <= 13 && kind != static_cast<std::uint64_t>(OperationKind::counter_add);
}

namespace wire {

void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const Operation& op) {
  if (op.unknown_kind) {
    ar.varint(*op.unknown_kind);
    ar(op.unknown_payload);
    return;
  }
  Writer inner(kUsualPayload);
  payload(inner, op);
  ar.varint(static_cast<std::uint64_t>(op.kind));
  ar(inner.take());
}

void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, Operation& op) {
  const std::uint64_t kind = ar.varint();
  const ByteView bytes = ar.raw(ar.count(kPayloadBytes, 1));
  if (!known_kind(kind)) {
    op.unknown_kind = kind;
    op.unknown_payload.assign(bytes.begin(), bytes.end());
    return;
  }
  op.kind = static_cast<OperationKind>(kind);
  Reader inner(bytes, ar.texts());
  payload(inner, op);
  if (inner.remaining() != 0) throw WireError{errc::trailing_bytes};
  if (op.seen.size() > limits::kSupersedes) throw WireError{errc::over_limit};
  if (op.kind == OperationKind::log_append && op.seen.size() > 1) throw WireError{errc::bad_value};
}

void CEREAL_SAVE_FUNCTION_NAME(Writer& ar, const Body& body) {
  ar(body.salt);
  ar.varint(0);  // deps, reserved
  ar(body.operations);
}

void CEREAL_LOAD_FUNCTION_NAME(Reader& ar, Body& body) {
  ar(body.salt);
  if (ar.varint() != 0) throw WireError{errc::bad_value};
  ar(body.operations);
  if (body.operations.size() > limits::kOperationsPerChangeset) throw WireError{errc::over_limit};
}

}  // namespace wire

Bytes encode_body(const Body& body) {
  return wire::encode(body);
}

Result<Body> decode_body(ByteView bytes) {
  if (bytes.size() > limits::kBodyBytes) return errc::over_limit;
  return wire::decode<Body>(bytes);
}

Result<Body> decode_body_unread(ByteView bytes) {
  if (bytes.size() > limits::kBodyBytes) return errc::over_limit;
  return wire::decode<Body>(bytes, wire::Texts::any);
}

Result<Body> decode_padded_body(ByteView bytes) {
  if (bytes.size() > limits::kBodyBytes) return errc::over_limit;
  std::size_t length = 0;
  try {
    wire::Reader ar(bytes);
    Body body;
    ar(body);
    length = bytes.size() - ar.remaining();
  } catch (const wire::WireError& e) {
    return e.code;
  }
  const ByteView padding = bytes.subspan(length);
  if (std::any_of(padding.begin(), padding.end(), [](std::uint8_t b) { return b != 0; })) return errc::trailing_bytes;
  return decode_body(bytes.first(length));
}

}  // namespace tram::sync
