#include "sync/waiting_list.h"

#include <algorithm>
#include <string>

#include "sync/limits.h"

namespace tram::sync {
namespace {

// The first page bears the list's own name.
std::string page_name(std::string_view name, std::size_t page) {
  return page == 0 ? std::string(name) : std::string(name) + "#" + std::to_string(page);
}

std::vector<Hash> read_page(Store& store, std::string_view name, std::size_t page) {
  std::vector<Hash> found;
  const auto stored = store.meta(page_name(name, page));
  for (std::size_t at = 0; stored && at + sizeof(Hash) <= stored->size(); at += sizeof(Hash)) {
    Hash hash;
    std::copy_n(stored->data() + at, hash.size(), hash.begin());
    found.push_back(hash);
  }
  return found;
}

void put_page(Store& store, std::string_view name, std::size_t page, std::span<const Hash> hashes) {
  Bytes bytes;
  for (const Hash& hash : hashes) append(bytes, hash);
  store.put_meta(page_name(name, page), bytes);
}

}  // namespace

std::vector<Hash> waiting_list(Store& store, std::string_view name) {
  std::vector<Hash> all;
  for (std::size_t page = 0;; ++page) {
    const auto found = read_page(store, name, page);
    all.insert(all.end(), found.begin(), found.end());
    if (found.size() < limits::kWaitingPage) return all;
  }
}

void put_waiting_list(Store& store, std::string_view name, const std::vector<Hash>& hashes) {
  std::span<const Hash> left = hashes;
  for (std::size_t page = 0;; ++page) {
    const std::span<const Hash> now = left.first(std::min(left.size(), limits::kWaitingPage));
    const bool was_full = read_page(store, name, page).size() >= limits::kWaitingPage;
    put_page(store, name, page, now);
    left = left.subspan(now.size());
    if (now.size() < limits::kWaitingPage && !was_full) return;
  }
}

bool add_waiting(Store& store, std::string_view name, const Hash& hash, std::size_t at_most) {
  std::size_t count = 0;
  for (std::size_t page = 0;; ++page) {
    auto found = read_page(store, name, page);
    if (std::find(found.begin(), found.end(), hash) != found.end()) return true;
    count += found.size();
    if (count >= at_most) return false;
    if (found.size() >= limits::kWaitingPage) continue;
    found.push_back(hash);
    put_page(store, name, page, found);
    return true;
  }
}

std::vector<Hash> take_waiting(Store& store, std::string_view name, std::size_t at_most) {
  auto all = waiting_list(store, name);
  if (all.empty()) return {};
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), at_most));
  std::vector<Hash> taken(all.begin(), end);
  all.erase(all.begin(), end);
  put_waiting_list(store, name, all);
  return taken;
}

}  // namespace tram::sync
