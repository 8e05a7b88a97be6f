// Redaction (sync design 3, kind 10; S-I7): a changeset's content goes everywhere, on a legal ground. Header, signature
// and version ids stay, so chains, receipts and the order of versions hold; its values read "removed".
//
// What stays of the body is its outline: the operations without their values, padded with zeros to the length that the
// header states. From it a body that enters the scope later folds the same heads as everybody else. Kept are what
// decides verdicts and routing: authority and scope fields, and who wrote.
#pragma once
#include "sync/apply.h"

namespace tram::sync {

// May this author redact that changeset? An approver of the organisation that wrote it, or the hub's office; with a
// ground. Who does not hold the changeset takes `given`.
ReceiptException judge_redaction(Store& store, const World& world, const Authored& work, const Operation& op,
                                 const Order& order, const std::optional<ReceiptException>& given);

// Takes the content out of the stored changeset and out of its versions, and folds what they stood in again. `home_sum`
// is the digest of the home's row, which the caller puts.
void redact(Store& store, const World& world, const Hash& target, const Hash& by, Hash& home_sum);

// The body of a changeset that is an outline: its hash is not the header's, and no content is left in it. Errors: those
// of decode_body, bad_value.
Result<Body> decode_outline(const Changeset& changeset);
// The operations of a changeset, or what is left of them. Errors: those of decode_body.
Result<Body> read_body(const Changeset& changeset);
// An outline, or only zeros: what is left of a body that nobody could read.
bool is_outline(const Changeset& changeset);
// As it came from a stream: an outline counts until the redaction that it rests on arrives.
void note_outline(Store& store, const Hash& changeset);

enum class Redacted : std::uint8_t { no = 0, claimed = 1, yes = 2 };
Redacted redacted(Store& store, const Hash& changeset);
// The changeset whose redact operation took the content, if it is known.
std::optional<Hash> redacted_by(Store& store, const Hash& changeset);

}  // namespace tram::sync
