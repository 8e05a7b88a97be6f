#include "sync/ids.h"

namespace tram::sync {
namespace {

template <class T>
T first16(const Hash& h) {
  return T::from(ByteView(h).first(16));
}

StreamId stream_id(const ZoneId& zone, StreamKind kind, ByteView owner) {
  const auto k = static_cast<std::uint8_t>(kind);
  return first16<StreamId>(crypto::hash("TRM1-scope", {zone.view(), ByteView(&k, 1), owner}));
}

}  // namespace

LogId log_id(const DeviceId& device, std::uint64_t incarnation) {
  ByteArray<8> i{};
  store_le(i.data(), incarnation);
  return first16<LogId>(crypto::hash("TRM1-log", {device.view(), i}));
}

RecordId record_id(const DeviceId& device, const ByteArray<16>& nonce) {
  return first16<RecordId>(crypto::hash("TRM1-record", {device.view(), nonce}));
}

OrganisationId organisation_id(const ZoneId& zone, std::string_view code) {
  return first16<OrganisationId>(crypto::hash("TRM1-org", {zone.view(), as_bytes(code)}));
}

VersionId version_id(const Hash& changeset, std::uint16_t operation) {
  ByteArray<2> i{};
  store_le(i.data(), operation);
  return first16<VersionId>(crypto::hash("TRM1-version", {changeset, i}));
}

StreamId organisation_stream(const ZoneId& zone, const OrganisationId& organisation) {
  return stream_id(zone, StreamKind::organisation, organisation.view());
}

StreamId device_stream(const ZoneId& zone, const DeviceId& device) {
  return stream_id(zone, StreamKind::device, device.view());
}

}  // namespace tram::sync
