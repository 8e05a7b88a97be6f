// Makes hash and signatures of a directory entry fit its bytes again, as its holder of keys could: what comes behind
// them is reached. Offsets are those of bundle design 5.2.
#pragma once
#include <algorithm>

#include "sync/directory.h"

namespace tram::fuzz {

inline constexpr std::size_t kEntryHeader = 112, kEntrySignature = 80, kBodyHashAt = 80;

// Does nothing to bytes that are no entry by their lengths.
inline void refit_entry(Bytes& entry, const crypto::SigningKey& key, std::string_view purpose) {
  if (entry.size() < kEntryHeader) return;
  const std::size_t signatures = load_le<std::uint16_t>(&entry[6]);
  const std::size_t body_at = kEntryHeader + signatures * kEntrySignature;
  if (signatures == 0 || entry.size() < body_at) return;
  const auto body_hash = crypto::hash("TRM1-dir", {ByteView(entry).subspan(body_at)});
  std::copy(body_hash.begin(), body_hash.end(), &entry[kBodyHashAt]);
  const auto id = key.id();
  const auto signature = crypto::sign(key, purpose, {ByteView(entry).first(kEntryHeader)});
  std::copy(id.begin(), id.end(), &entry[kEntryHeader]);
  std::copy(signature.begin(), signature.end(), &entry[kEntryHeader + id.size()]);
}

}  // namespace tram::fuzz
