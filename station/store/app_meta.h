// Small named values of the programs themselves: settings, the marker of an unclean stop, the head of the audit log.
// The engine's own names live apart, behind sync::Store::meta.
#pragma once
#include "station/store/sqlite.h"

namespace tram::station {

class AppMeta {
 public:
  explicit AppMeta(Connection& connection) : connection_(connection) {}
  std::optional<Bytes> get(std::string_view name);
  void put(std::string_view name, ByteView value);
  void remove(std::string_view name);

 private:
  Connection& connection_;
};

}  // namespace tram::station
