// The heap of this program, for C++ and for SQLite: blocks of up to 1 KiB come from lists by size and go back there.
// One thread, millions of small blocks in each seed: the system's heap, made for everything, costs a tenth of a run.
// The sanitizers keep theirs.
#include "tests/simulation/pooled_memory.h"

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

constexpr std::size_t kStep = 16, kLists = 64, kHead = 16, kSlab = 256u << 10;

struct Block {
  Block* next;
};

std::array<Block*, kLists + 1> lists{};
std::byte* slab = nullptr;
std::size_t left = 0;

std::size_t& size_of(void* block) {
  return *reinterpret_cast<std::size_t*>(static_cast<std::byte*>(block) - kHead);
}

void* from_slab(std::size_t size) {
  if (left < size + kHead) {
    slab = static_cast<std::byte*>(std::malloc(kSlab));
    if (slab == nullptr) return nullptr;
    left = kSlab;
  }
  std::byte* at = slab + kHead;
  slab += size + kHead;
  left -= size + kHead;
  size_of(at) = size;
  return at;
}

void* take(std::size_t wanted) {
  const std::size_t list = (wanted + kStep - 1) / kStep;
  if (list > kLists) {
    auto* raw = static_cast<std::byte*>(std::malloc(wanted + kHead));
    if (raw == nullptr) return nullptr;
    size_of(raw + kHead) = wanted;
    return raw + kHead;
  }
  if (Block* block = lists[list]) {
    lists[list] = block->next;
    return block;
  }
  return from_slab(list == 0 ? kStep : list * kStep);
}

void give_back(void* block) {
  if (block == nullptr) return;
  const std::size_t size = size_of(block);
  if (size > kLists * kStep) {
    std::free(static_cast<std::byte*>(block) - kHead);
    return;
  }
  auto* free = static_cast<Block*>(block);
  free->next = lists[size / kStep];
  lists[size / kStep] = free;
}

void* sqlite_take(int size) {
  return take(static_cast<std::size_t>(size));
}
int sqlite_size(void* block) {
  return block == nullptr ? 0 : static_cast<int>(size_of(block));
}
void* sqlite_again(void* block, int size) {
  const auto wanted = static_cast<std::size_t>(size);
  if (wanted <= size_of(block)) return block;
  void* larger = take(wanted);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, size_of(block));
  give_back(block);
  return larger;
}
int sqlite_round_up(int size) {
  return (size + 15) & ~15;
}
int sqlite_start(void*) {
  return SQLITE_OK;
}
void sqlite_stop(void*) {}

}  // namespace

void* operator new(std::size_t size) {
  if (void* block = take(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  give_back(block);
}
void operator delete(void* block, std::size_t) noexcept {
  give_back(block);
}

namespace tram::simulation {

void pool_memory_of_sqlite() {
  static const sqlite3_mem_methods kMethods{sqlite_take,     give_back,    sqlite_again, sqlite_size,
                                            sqlite_round_up, sqlite_start, sqlite_stop,  nullptr};
  sqlite3_config(SQLITE_CONFIG_MALLOC, &kMethods);
}

}  // namespace tram::simulation

#else

namespace tram::simulation {

void pool_memory_of_sqlite() {}

}  // namespace tram::simulation

#endif
