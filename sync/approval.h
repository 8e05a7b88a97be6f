// What an approval approved (S-C16): it is a status event, and its changeset's anchor says which versions of the
// record's fields its author had seen. A version that the author could not know makes it "not the current text".
#pragma once
#include "sync/schema.h"
#include "sync/store.h"

namespace tram::sync {

struct ApprovedText {
  std::vector<VersionId> saw;  // the heads of the record's registers as its author knew them, by field
  bool current = true;         // they are still the heads
};
// Of the status event `approval` on `record`. None when the event or its changeset is not here.
std::optional<ApprovedText> approved_text(Store& store, const Schema& schema, const RecordId& record,
                                          const VersionId& approval);

}  // namespace tram::sync
