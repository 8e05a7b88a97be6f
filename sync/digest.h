// Digests of folded data: one sum per home, kept with every field that changes, and one per organisation stream (sync
// design 6). Equal cursor, chain and schema mean equal digest; a difference is a defect, and is said aloud. No security
// claim: it finds mistakes, not forgers.
#pragma once
#include "sync/store.h"

namespace tram::sync {

// `H(TRM1-row, row)` of one folded field.
Hash row_digest(const FieldRow& row);
// Sums modulo 2^256, little-endian.
void add_digest(Hash& sum, const Hash& term);
void subtract_digest(Hash& sum, const Hash& term);

// Puts a confirmed field and moves its home's sum along. `home_sum` is the digest of its home's row, which the caller
// puts.
void put_confirmed_field(Store& store, const FieldRow& row, Hash& home_sum);

// A home's sum moved: so do the streams of the organisations that see it. An organisation that has no stream yet, or no
// longer sees the home, is passed over.
void count_home(Store& store, const ZoneId& zone, const RecordId& home, const Hash& from, const Hash& to);
void move_stream_digest(Store& store, const StreamId& stream, const Hash& from, const Hash& to);
// The sum that is kept for a home; zero for one that is not known.
Hash kept_digest(Store& store, const RecordId& home);

// Computed anew from the stored fields.
Hash digest_of_home(Store& store, const RecordId& home);
// Once per database: fills the sums of one that was written before they were kept.
void keep_digests(Store& store);
// Of all homes in an organisation's scope, from the homes' own sums.
Hash digest_of_scope(Store& store, const OrganisationId& scope);

}  // namespace tram::sync
