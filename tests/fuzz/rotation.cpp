// Z3: the statement that changes a device's key. Input: which keys sign it anew - none, both, or one - and its bytes.
// What is read names what it was made of, is one operation alone, and is judged without a device that is known.
#include "sync/rotation.h"

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

Bytes statement_of(const Rotation& r, ByteView signatures) {
  Bytes b = {1};
  append(b, r.device.view());
  append(b, r.old_key);
  append(b, r.new_key);
  append(b, signatures);
  return b;
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(3);
  const ByteView rest = draw.rest();
  Bytes statement(rest.begin(), rest.end());
  const crypto::SigningKey before = test::key_of(test::kDeviceKey), after = test::key_of(0x77);
  if (which == 1 && rest.size() >= 16) statement = make_rotation(DeviceId::from(rest), before, after);
  if (which == 2 && rest.size() >= 18) {
    statement = make_rotation(DeviceId::from(rest), before, after);
    statement[rest[16] % statement.size()] ^= rest[17];
  }
  const auto rotation = read_rotation(statement);
  if (which == 1 && rest.size() >= 16) hold(rotation.has_value(), "what both keys sign is read");
  if (which == 2 && rest.size() >= 18) hold(rotation.has_value() == (rest[17] == 0), "no byte of it may change");
  if (rotation) {
    const std::size_t head = 1 + 16 + 32 + 32;
    hold(statement_of(*rotation, ByteView(statement).subspan(head)) == statement, "it has one form");
    hold(rotation->old_key != rotation->new_key, "it changes the key");
  }
  Operation op;
  op.kind = OperationKind::key_rotate;
  op.statement = statement;
  Authored work;
  work.body.operations = {op};
  hold(rotation_of(work.body).has_value() == rotation.has_value(), "alone it is a rotation");
  if (rotation) work.header.device = rotation->device;
  work.header.home = RecordId{work.header.device.bytes};
  work.hash = body_hash(statement);
  const Schema schema;
  const Directory nobody{crypto::VerifyKey{}};
  const World world{schema, nobody, {}, test::kZone, true};
  hold(judge_rotation(world, work, op).verdict == Verdict::quarantined, "an unknown device changes no key");
  hold(!signed_by_device(nobody, work.header, test::sample_changeset()), "an unknown device has signed nothing");
  work.body.operations.push_back(op);
  hold(!rotation_of(work.body).has_value(), "with another operation it is none");
}

void seeds(const AddSeed& add) {
  const DeviceId device = test::id<DeviceId>(0x21);
  const Bytes statement = make_rotation(device, test::key_of(test::kDeviceKey), test::key_of(0x77));
  add("statement", with_choice(0, statement));
  Bytes other = statement;
  other[0] = 2;
  add("another_kind", with_choice(0, other));
  add("short", with_choice(0, ByteView(statement).first(100)));
  add("long", with_choice(0, joined({ByteView(statement), ByteView(statement).first(1)})));
  add("signed", with_choice(1, device.view()));
  const ByteArray<2> flip = {100, 1};
  add("changed", with_choice(2, joined({device.view(), ByteView(flip)})));
}

}  // namespace

const Target rotation{"rotation", 4u << 10, "sync/rotation.cpp", run, seeds};

}  // namespace tram::fuzz
