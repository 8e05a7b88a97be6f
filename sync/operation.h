// Operations: what a changeset does (sync design 3, docs/formats.md "Operations").
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sync/value.h"

namespace tram::sync {

enum class OperationKind : std::uint8_t {
  record_create = 1,
  field_set = 2,
  set_add = 3,
  set_remove = 4,
  counter_add = 5 /*reserved*/,
  log_append = 6,
  status_event = 7,
  authority_change = 8,
  proposal_answer = 9,
  redact = 10,
  log_open = 11,
  adopt = 12,
  key_rotate = 13,
};

enum class ProposalAnswer : std::uint8_t { accept = 1, decline = 2, withdraw = 3 };

// One operation, decoded. Which members a kind uses stands beside them; the others keep their defaults.
struct Operation {
  OperationKind kind = OperationKind::field_set;
  RecordId record;          // all but log_open, redact, adopt, key_rotate, proposal_answer
  std::uint16_t type = 0;   // record_create
  ByteArray<16> nonce{};    // record_create
  RecordId parent;          // record_create; zero = a home itself
  std::uint16_t field = 0;  // field operations
  Value value;              // field_set, set_add, log_append, authority_change
  std::vector<VersionId>
      seen;                 // field_set: supersedes; set_remove: adds; status_event: after; log_append: corrects (0..1)
  std::uint16_t event = 0;  // status_event
  std::optional<VersionId> auth_base;  // guarded fields and guarded creations
  Hash target{};  // redact, adopt: a changeset hash; proposal_answer: version id in the first 16 bytes
  ProposalAnswer answer = ProposalAnswer::accept;  // proposal_answer
  std::string text;                                // proposal_answer: reason; redact: legal ground
  LogId old_log;                                   // log_open on recovery; zero = the first log
  std::uint64_t old_seq = 0;
  Hash old_hash{};
  Bytes statement;                            // key_rotate
  std::optional<std::uint64_t> unknown_kind;  // a newer program's operation: kept as bytes, folded after an upgrade
  Bytes unknown_payload;
  bool operator==(const Operation&) const = default;
};

// Whether this program reads the payload of a kind; others are kept as bytes.
bool known_kind(std::uint64_t kind);

// The body of a changeset: salt, deps (reserved, none), operations.
struct Body {
  ByteArray<16> salt{};
  std::vector<Operation> operations;
  bool operator==(const Body&) const = default;
};

// Precondition of encode: at most kOperationsPerChangeset operations, each within its caps.
Bytes encode_body(const Body& body);
// Errors: over_limit, truncated, trailing_bytes, bad_value, not_canonical. Encoding the result gives the same bytes.
Result<Body> decode_body(ByteView bytes);
// The same without looking into the texts (text.h), for what only carries a body on.
Result<Body> decode_body_unread(ByteView bytes);
// The same with any number of zero bytes behind it: the outline that is left of a redacted body (redaction.h).
Result<Body> decode_padded_body(ByteView bytes);

}  // namespace tram::sync
