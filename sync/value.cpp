#include "sync/value.h"

#include "sync/wire/value_archive.h"

namespace tram::sync {

Bytes Value::encode() const {
  return wire::encode(*this);
}

Result<Value> Value::decode(ByteView bytes) {
  return wire::decode<Value>(bytes);
}

}  // namespace tram::sync
