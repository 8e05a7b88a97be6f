#include "sync/audit_anchor.h"

#include <algorithm>

namespace tram::sync {
namespace {

constexpr std::string_view kOwn = "audit_anchor";

std::string heard(const DeviceId& device) {
  return "audit:" + device.hex();
}
std::string set_back(const DeviceId& device) {
  return "audit_back:" + device.hex();
}

std::optional<StatedAudit> read(Store& store, std::string_view name) {
  const auto bytes = store.meta(name);
  StatedAudit anchor;
  if (!bytes || bytes->size() != 8 + anchor.head.size()) return std::nullopt;
  anchor.number = load_le<std::uint64_t>(bytes->data());
  std::copy(bytes->begin() + 8, bytes->end(), anchor.head.begin());
  return anchor;
}

void write(Store& store, std::string_view name, const StatedAudit& anchor) {
  Bytes bytes;
  append_le(bytes, anchor.number);
  append(bytes, anchor.head);
  store.put_meta(name, bytes);
}

}  // namespace

void state_audit(Store& store, const StatedAudit& anchor) {
  if (own_audit(store) != anchor) write(store, kOwn, anchor);
}

StatedAudit own_audit(Store& store) {
  return read(store, kOwn).value_or(StatedAudit{});
}

void hear_audit(Store& store, const DeviceId& device, const StatedAudit& anchor) {
  if (anchor.number == 0) return;
  const auto before = heard_audit(store, device);
  if (before == anchor) return;
  if (before && anchor.number <= before->number) return write(store, set_back(device), anchor);
  write(store, heard(device), anchor);
}

std::optional<StatedAudit> heard_audit(Store& store, const DeviceId& device) {
  return read(store, heard(device));
}

std::optional<StatedAudit> audit_set_back(Store& store, const DeviceId& device) {
  return read(store, set_back(device));
}

}  // namespace tram::sync
