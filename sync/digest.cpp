#include "sync/digest.h"

namespace tram::sync {

Hash row_digest(const FieldRow& row) {
  Bytes b;
  append(b, row.record.view());
  append_le(b, row.field);
  append_le(b, row.event);
  append_le(b, static_cast<std::uint32_t>(row.heads.size()));
  for (const VersionId& id : row.heads) append(b, id.view());
  append(b, row.value.encode());
  return crypto::hash("TRM1-row", {b});
}

void add_digest(Hash& sum, const Hash& term) {
  unsigned carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    carry += static_cast<unsigned>(sum[i]) + term[i];
    sum[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

void subtract_digest(Hash& sum, const Hash& term) {
  int borrow = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const int left = static_cast<int>(sum[i]) - static_cast<int>(term[i]) - borrow;
    borrow = left < 0 ? 1 : 0;
    sum[i] = static_cast<std::uint8_t>(left);
  }
}

void put_confirmed_field(Store& store, const FieldRow& row, Hash& home_sum) {
  if (const auto old = store.field(row.record, row.field, Layer::confirmed))
    subtract_digest(home_sum, row_digest(*old));
  add_digest(home_sum, row_digest(row));
  store.put_field(row);
}

void move_stream_digest(Store& store, const StreamId& stream, const Hash& from, const Hash& to) {
  auto row = store.stream(stream);
  if (!row || from == to) return;
  subtract_digest(row->digest, from);
  add_digest(row->digest, to);
  store.put_stream(*row);
}

void count_home(Store& store, const ZoneId& zone, const RecordId& home, const Hash& from, const Hash& to) {
  if (from == to) return;
  for (const ScopeRow& row : store.scope(home))
    if (!row.to_seq) move_stream_digest(store, organisation_stream(zone, row.organisation), from, to);
}

Hash kept_digest(Store& store, const RecordId& home) {
  const auto row = store.home(home);
  return row ? row->digest : Hash{};
}

Hash digest_of_home(Store& store, const RecordId& home) {
  Hash sum{};
  for (const FieldRow& row : store.fields_of_home(home)) add_digest(sum, row_digest(row));
  return sum;
}

void keep_digests(Store& store) {
  constexpr std::string_view kKept = "digests_kept";
  if (const auto kept = store.meta(kKept); kept && !kept->empty()) return;
  for (HomeRow row : store.homes()) {
    row.digest = digest_of_home(store, row.home);
    store.put_home(row);
  }
  for (StreamRow row : store.streams()) {
    if (row.kind != StreamKind::organisation) continue;
    row.digest = digest_of_scope(store, OrganisationId{row.owner});
    store.put_stream(row);
  }
  store.put_meta(kKept, as_bytes("1"));
}

Hash digest_of_scope(Store& store, const OrganisationId& scope) {
  Hash sum{};
  for (const RecordId& home : store.homes_in_scope(scope))
    if (const auto row = store.home(home)) add_digest(sum, row->digest);
  return sum;
}

}  // namespace tram::sync
