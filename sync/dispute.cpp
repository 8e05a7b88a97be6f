#include "sync/dispute.h"

namespace tram::sync {
namespace {

std::string name_of(const RecordId& home) {
  return "settled:" + home.hex();
}

}  // namespace

void mark_disputed(Store& store, const RecordId& home) {
  auto row = store.home(home);
  if (!row || row->disputed) return;
  row->disputed = true;
  store.put_home(*row);
}

bool settle_dispute(Store& store, const RecordId& home) {
  auto row = store.home(home);
  if (!row || !row->disputed) return false;
  row->disputed = false;
  store.put_home(*row);
  Bytes through;
  append_le(through, row->hub_epoch);
  append_le(through, row->hub_seq);
  store.put_meta(name_of(home), through);
  return true;
}

HubPlace settled_through(Store& store, const RecordId& home) {
  const auto stored = store.meta(name_of(home));
  if (!stored || stored->size() != 12) return {};
  return {load_le<std::uint32_t>(stored->data()), load_le<std::uint64_t>(stored->data() + 4)};
}

}  // namespace tram::sync
