#include "sync/waiting_list.h"

#include <algorithm>

#include "sync/limits.h"

namespace tram::sync {

std::vector<Hash> waiting_list(Store& store, std::string_view name) {
  std::vector<Hash> found;
  const auto stored = store.meta(name);
  for (std::size_t at = 0; stored && at + sizeof(Hash) <= stored->size(); at += sizeof(Hash)) {
    Hash hash;
    std::copy_n(stored->data() + at, hash.size(), hash.begin());
    found.push_back(hash);
  }
  return found;
}

void put_waiting_list(Store& store, std::string_view name, const std::vector<Hash>& hashes) {
  Bytes bytes;
  for (const Hash& hash : hashes) append(bytes, hash);
  store.put_meta(name, bytes);
}

void add_waiting(Store& store, std::string_view name, const Hash& hash) {
  auto hashes = waiting_list(store, name);
  if (hashes.size() >= limits::kWaitingChangesets || std::find(hashes.begin(), hashes.end(), hash) != hashes.end())
    return;
  hashes.push_back(hash);
  put_waiting_list(store, name, hashes);
}

}  // namespace tram::sync
