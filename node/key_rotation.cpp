#include "node/key_rotation.h"

#include "station/permission_gate.h"
#include "sync/rotation.h"

namespace tram::node {
RotatedKey rotate_key(station::Station& station, const station::Actor& actor) {
  const sync::Device* device = station.directory().device(station.device());
  if (!station.enrolled() || device == nullptr)
    throw station::wrong_state("not_enrolled", "This node is not enrolled at a hub yet.", "Run enrol first.");
  const station::Permit may = station::permit(station, actor, tasks::Action::run_installation);
  const auto of_log = sync::signing_key_of_log(station.store());
  if (of_log && *of_log != device->identity)
    throw station::wrong_state("rotation_pending", "The hub has not entered the last new key yet.",
                               "Contact the hub once, by any route.");
  const crypto::VerifyKey old_public = device->identity;
  const crypto::VerifyKey new_public = station.add_device_key().public_key;
  const auto key_of = [&](const crypto::VerifyKey& wanted) -> const crypto::SigningKey& {
    for (const crypto::SigningKey& key : station.device_keys())
      if (key.public_key == wanted) return key;
    throw station::ActRefused(sync::OutcomeCode::keystore_damaged);
  };
  sync::Operation op;
  op.kind = sync::OperationKind::key_rotate;
  op.statement = sync::make_rotation(station.device(), key_of(old_public), key_of(new_public));
  RotatedKey result;
  station.transact([&] {
    station.audit(actor, "key_rotate", station.device().hex(), "done");
    result.changeset = station.save(may, sync::RecordId{station.device().bytes}, {op}).changeset;
  });
  result.fingerprint =
      crypto::device_fingerprint(station.device().view(), new_public, station.encryption_key().public_key);
  return result;
}

}  // namespace tram::node
