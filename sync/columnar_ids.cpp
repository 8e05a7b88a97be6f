// Ids in a columnar segment: tables of those that were named, and versions named by changeset and operation.
#include "sync/wire/columnar_codec.h"

namespace tram::sync::columnar {
namespace {

using wire::WireError;

// Codes of an id: the one before, in full, (records) made of a nonce, then the entries of the table.
constexpr std::uint64_t kSame = 0, kFull = 1, kMade = 2;
constexpr std::uint64_t kRecordEntries = 3, kValueEntries = 1, kVersionEntries = 2;

std::size_t entry_of(std::uint64_t code, std::uint64_t first, std::size_t size) {
  if (code - first >= size) throw WireError{errc::bad_value};
  return static_cast<std::size_t>(code - first);
}

}  // namespace

template <class Io>
void Codec<Io>::record(Column c, RecordId& id, const ByteArray<16>* nonce) {
  const DeviceId device = authors_.empty() ? DeviceId{} : authors_[author_].device;
  std::uint64_t code = kFull;
  ByteArray<16> of{};
  if constexpr (!Io::kReading) {
    const auto at = record_index_.find(id);
    if (id == record_)
      code = kSame;
    else if (at != record_index_.end())
      code = kRecordEntries + at->second;
    else if (nonce != nullptr && record_id(device, *nonce) == id)
      code = kMade, of = *nonce;
  }
  io_.number(c, code);
  if (code == kFull) {
    io_.raw(Column::id, id.bytes);
    records_.push_back({id, std::nullopt});
  } else if (code == kMade) {
    io_.raw(Column::id, of);
    id = record_id(device, of);
    records_.push_back({id, of});
  } else {
    id = code == kSame ? record_ : records_[entry_of(code, kRecordEntries, records_.size())].id;
  }
  if (code == kFull || code == kMade) record_index_.emplace(id, records_.size() - 1);
  record_ = id;
}

template <class Io>
void Codec<Io>::nonce_of(const RecordId& record, ByteArray<16>& nonce) {
  const auto at = record_index_.find(record);
  const RecordEntry* known = at == record_index_.end() ? nullptr : &records_[at->second];
  std::uint64_t given = 1;
  if constexpr (!Io::kReading) given = known && known->nonce == nonce ? 0 : 1;
  io_.number(Column::other, given);
  if (given > 1 || (given == 0 && (!known || !known->nonce))) throw WireError{errc::bad_value};
  if (given == 1)
    io_.raw(Column::id, nonce);
  else
    nonce = *known->nonce;
}

template <class Io>
void Codec<Io>::value_id(ByteArray<16>& id) {
  std::uint64_t code = 0;
  if constexpr (!Io::kReading) {
    const auto at = value_index_.find(id);
    if (at != value_index_.end()) code = kValueEntries + at->second;
  }
  io_.number(Column::value, code);
  if (code != 0) {
    id = values_[entry_of(code, kValueEntries, values_.size())];
    return;
  }
  io_.raw(Column::id, id);
  values_.push_back(id);
  if constexpr (!Io::kReading) value_index_.emplace(id, values_.size() - 1);
}

template <class Io>
void Codec<Io>::version(Column c, VersionId& id, VersionId& last) {
  std::uint64_t code = kFull;
  std::uint16_t operation = 0;
  if constexpr (!Io::kReading) {
    const auto at = version_index_.find(id);
    if (id == last) {
      code = kSame;
    } else if (at != version_index_.end()) {
      code = kVersionEntries + 2 * at->second;
    } else if (const auto made = find_version(id)) {
      code = kVersionEntries + 1 + 2 * (hashes_.size() - 1 - made->first);
      operation = made->second;
    }
  }
  io_.number(c, code);
  if (code == kSame) {
    id = last;
  } else if (code == kFull) {
    io_.raw(Column::id, id.bytes);
    versions_.push_back(id);
    if constexpr (!Io::kReading) version_index_.emplace(id, versions_.size() - 1);
  } else if ((code - kVersionEntries) % 2 == 0) {
    id = versions_[entry_of((code - kVersionEntries) / 2, 0, versions_.size())];
  } else {
    const std::size_t back = entry_of((code - kVersionEntries) / 2, 0, hashes_.size());
    io_.number(Column::version, operation);
    id = version_id(hashes_[hashes_.size() - 1 - back], operation);
  }
  last = id;
}

// A version that is named belongs to the home of the changeset that names it, so only those are computed.
template <class Io>
std::optional<std::pair<std::size_t, std::uint16_t>> Codec<Io>::find_version(const VersionId& id) {
  if (const auto at = made_.find(home_); at != made_.end()) {
    for (const Made& m : at->second)
      for (std::uint16_t i = 0; i < m.operations; ++i)
        made_versions_.emplace(version_id(hashes_[m.changeset], i), std::pair{m.changeset, i});
    made_.erase(at);
  }
  const auto found = made_versions_.find(id);
  return found == made_versions_.end() ? std::nullopt : std::optional(found->second);
}

template <class Io>
LogState& Codec<Io>::log_state(const LogId& id) {
  const auto [at, added] = log_index_.emplace(id, logs_.size());
  if (added) logs_.push_back({id, first_seq_, std::nullopt, {}});
  log_ = at->second;
  return logs_[log_];
}

template void Codec<ColumnWriter>::record(Column, RecordId&, const ByteArray<16>*);
template void Codec<ColumnReader>::record(Column, RecordId&, const ByteArray<16>*);
template void Codec<ColumnWriter>::nonce_of(const RecordId&, ByteArray<16>&);
template void Codec<ColumnReader>::nonce_of(const RecordId&, ByteArray<16>&);
template void Codec<ColumnWriter>::value_id(ByteArray<16>&);
template void Codec<ColumnReader>::value_id(ByteArray<16>&);
template void Codec<ColumnWriter>::version(Column, VersionId&, VersionId&);
template void Codec<ColumnReader>::version(Column, VersionId&, VersionId&);
template LogState& Codec<ColumnWriter>::log_state(const LogId&);
template LogState& Codec<ColumnReader>::log_state(const LogId&);

}  // namespace tram::sync::columnar
