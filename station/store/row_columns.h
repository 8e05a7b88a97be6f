// How the rows of sync/store.h lie in columns: values and changesets as their own bytes, id lists concatenated. Used by
// sqlite_store*.cpp only.
#pragma once
#include <tuple>

#include "station/store/columns.h"
#include "sync/store.h"

namespace tram::station {

inline Bytes joined(const std::vector<sync::VersionId>& ids) {
  Bytes out;
  out.reserve(ids.size() * 16);
  for (const auto& id : ids) append(out, id.bytes);
  return out;
}

inline Select& operator>>(Select& select, std::vector<sync::VersionId>& out) {
  Bytes raw;
  select >> raw;
  if (raw.size() % 16 != 0) Select::out_of_range();
  out.clear();
  for (std::size_t at = 0; at < raw.size(); at += 16)
    out.push_back(sync::VersionId::from(ByteView(raw).subspan(at, 16)));
  return select;
}

inline Select& operator>>(Select& select, sync::Value& out) {
  Bytes raw;
  select >> raw;
  auto value = sync::Value::decode(raw);
  if (!value) Select::out_of_range();
  out = std::move(*value);
  return select;
}

// header | signature | body, verbatim.
inline Bytes joined(const sync::Changeset& changeset) {
  Bytes out;
  out.reserve(changeset.header.size() + changeset.signature.size() + changeset.body.size());
  append(out, changeset.header);
  append(out, changeset.signature);
  append(out, changeset.body);
  return out;
}

inline Select& operator>>(Select& select, sync::Changeset& out) {
  Bytes raw;
  select >> raw;
  constexpr std::size_t kFixed = std::tuple_size_v<sync::HeaderBytes> + std::tuple_size_v<crypto::Signature>;
  if (raw.size() < kFixed) Select::out_of_range();
  const auto signature = raw.begin() + static_cast<std::ptrdiff_t>(out.header.size());
  const auto body = raw.begin() + static_cast<std::ptrdiff_t>(kFixed);
  std::copy(raw.begin(), signature, out.header.begin());
  std::copy(signature, body, out.signature.begin());
  out.body.assign(body, raw.end());
  return select;
}

}  // namespace tram::station
