#include "station/store/app_meta.h"

#include "station/store/columns.h"

namespace tram::station {

std::optional<Bytes> AppMeta::get(std::string_view name) {
  Select select(connection_, "app_meta.get", name);
  if (!select.step()) return std::nullopt;
  Bytes value;
  select >> value;
  return value;
}

void AppMeta::put(std::string_view name, ByteView value) {
  change(connection_, "app_meta.put", name, value);
}

void AppMeta::remove(std::string_view name) {
  change(connection_, "app_meta.remove", name);
}

}  // namespace tram::station
