#include "station/store/bundles.h"

#include "station/store/columns.h"

namespace tram::station {

static Select& operator>>(Select& s, Bundle& b) {
  return s >> b.header_hash >> b.code >> b.direction >> b.kind >> b.outcome >> b.created_ms >> b.covers_from >>
         b.covers_to >> b.state;
}

std::optional<Bundle> Bundles::get(const sync::Hash& header_hash) {
  return one<Bundle>({connection_, "bundle.get", header_hash});
}

std::optional<Bundle> Bundles::by_code(std::string_view code) {
  return one<Bundle>({connection_, "bundle.by_code", code});
}

std::vector<Bundle> Bundles::recent(std::uint32_t at_most) {
  return all<Bundle>({connection_, "bundle.recent", at_most});
}

std::vector<Bundle> Bundles::unanswered() {
  return all<Bundle>({connection_, "bundle.open"});
}

Result<void> Bundles::put(const Bundle& b) {
  if (b.code.size() > 32) return errc::over_limit;
  change(connection_, "bundle.put", b.header_hash, b.code, b.direction, b.kind, b.outcome, b.created_ms, b.covers_from,
         b.covers_to, b.state);
  return {};
}

Result<void> Bundles::advance(const sync::Hash& header_hash, BundleState state) {
  auto bundle = get(header_hash);
  if (!bundle) return errc::no_such_row;
  if (state == bundle->state) return {};
  if (bundle->state >= BundleState::closed || state < bundle->state) return errc::wrong_state;
  bundle->state = state;
  return put(*bundle);
}

}  // namespace tram::station
