// Disputed homes (sync design 5): a verdict that is not the one computed here is listed until it is settled - by a
// later receipt or a fold that agrees, or by a person, who answers for all that the home had come to then.
#pragma once
#include "sync/store.h"

namespace tram::sync {

void mark_disputed(Store& store, const RecordId& home);
// False when nothing of that home is disputed.
bool settle_dispute(Store& store, const RecordId& home);
// Up to which receipt a person has settled it.
HubPlace settled_through(Store& store, const RecordId& home);

}  // namespace tram::sync
