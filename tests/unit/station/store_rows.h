// Rows of sync/store.h made from small numbers, and their contents as tuples, so that tests compare whole rows.
#pragma once
#include <algorithm>
#include <string>
#include <tuple>

#include "sync/store.h"

namespace tram::station::test {

using namespace sync;

template <class I>
I id(std::uint8_t n) {
  I made;
  made.bytes.fill(n);
  return made;
}

inline Hash hash_of(std::uint8_t n) {
  Hash made;
  made.fill(n);
  return made;
}

using Numbers = std::vector<std::uint8_t>;
inline Numbers numbers(std::initializer_list<std::uint8_t> list) {
  return list;
}

inline Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

inline Changeset changeset_bytes(std::uint8_t n, std::size_t body = 20) {
  Changeset made;
  made.header.fill(n);
  made.signature.fill(static_cast<std::uint8_t>(n + 1));
  made.body.assign(body, static_cast<std::uint8_t>(n + 2));
  return made;
}

inline LogRow log_row(std::uint8_t n, bool own = false) {
  return {.log = id<LogId>(n),
          .device = id<DeviceId>(9),
          .incarnation = 0xFFFFFFFFFFFFFF00u + n,  // random in practice: all 64 bits are used
          .head_seq = 7,
          .head_hash = hash_of(n),
          .receipted_seq = 5,
          .receipted_hash = hash_of(3),
          .own = own,
          .closed = false,
          .last_written_at = 1'750'000'000'000ull << 16,
          .anchor = {.epoch = 2, .seq = 44, .hash = {1, 2, 3, 4, 5, 6, 7, 8}}};
}

inline ChangesetRow changeset_row(std::uint8_t n, std::uint8_t log, std::uint64_t seq, std::uint8_t home = 50) {
  return {
      .hash = hash_of(n), .log = id<LogId>(log), .seq = seq, .home = id<RecordId>(home), .bytes = changeset_bytes(n)};
}

inline ReceiptRow receipt_row(std::uint32_t epoch, std::uint64_t seq, std::uint8_t changeset, std::uint8_t log,
                              std::uint8_t home) {
  return {.hub_epoch = epoch,
          .hub_seq = seq,
          .changeset = hash_of(changeset),
          .log = id<LogId>(log),
          .home = id<RecordId>(home),
          .hub_time_ms = 1'750'000'000'000 + seq,
          .bytes = bytes_of("receipt " + std::to_string(seq))};
}

inline RecordRow record_row(std::uint8_t n, Layer layer, std::uint16_t type = 3, std::uint8_t home = 50) {
  return {.id = id<RecordId>(n),
          .layer = layer,
          .type = type,
          .home = id<RecordId>(home),
          .parent = id<RecordId>(51),
          .owner = id<OrganisationId>(52),
          .creator = id<DeviceId>(53),
          .changeset = hash_of(static_cast<std::uint8_t>(layer))};
}

inline VersionRow version_row(std::uint8_t n, Layer layer, std::uint64_t hub_seq, std::uint16_t operation = 0) {
  return {.id = id<VersionId>(n),
          .layer = layer,
          .record = id<RecordId>(60),
          .home = id<RecordId>(50),
          .field = 4,
          .kind = OperationKind::field_set,
          .value = Value::text("version " + std::to_string(n)),
          .seen = {id<VersionId>(201), id<VersionId>(202)},
          .event = 5,
          .base_event = 6,
          .rank = 7,
          .effective_ms = 8,
          .hub_epoch = hub_seq == 0 ? 0u : 1u,
          .hub_seq = hub_seq,
          .operation = operation,
          .changeset = hash_of(n),
          .person = id<PersonId>(61),
          .organisation = id<OrganisationId>(62),
          .written_ms = 9,
          .hub_time_ms = 10};
}

inline FieldRow field_row(std::uint8_t record, std::uint16_t field, Layer layer, std::string_view text) {
  return {.record = id<RecordId>(record),
          .field = field,
          .layer = layer,
          .home = id<RecordId>(50),
          .value = Value::text(text),
          .winner = id<VersionId>(1),
          .event = 2,
          .heads = {id<VersionId>(1), id<VersionId>(2)},
          .conflict = false};
}

inline HomeRow home_row(std::uint8_t n) {
  HomeRow made;
  made.home = id<RecordId>(n);
  return made;
}

inline auto content(const LogRow& r) {
  return std::tuple(r.log, r.device, r.incarnation, r.head_seq, r.head_hash, r.receipted_seq, r.receipted_hash, r.own,
                    r.closed, r.last_written_at, r.anchor.epoch, r.anchor.seq, r.anchor.hash);
}
inline auto content(const ChangesetRow& r) {
  return std::tuple(r.hash, r.log, r.seq, r.home, r.state, r.hub_seq, r.hub_epoch, r.sent, r.bytes.header,
                    r.bytes.signature, r.bytes.body);
}
inline auto content(const ReceiptRow& r) {
  return std::tuple(r.hub_epoch, r.hub_seq, r.changeset, r.log, r.home, r.hub_time_ms, r.bytes);
}
inline auto content(const StreamRow& r) {
  return std::tuple(r.id, r.kind, r.owner, r.hub_epoch, r.seq, r.chain, r.signed_head, r.digest);
}
inline auto content(const EntryRow& r) {
  return std::tuple(r.stream, r.seq, r.type, r.payload, r.chain, r.changeset);
}
inline auto content(const RecordRow& r) {
  return std::tuple(r.id, r.layer, r.type, r.home, r.parent, r.owner, r.creator, r.changeset);
}
inline auto content(const VersionRow& r) {
  return std::tuple(r.id, r.layer, r.record, r.home, r.field, r.kind, r.value.encode(), r.seen, r.event, r.base_event,
                    r.rank, r.effective_ms, r.hub_epoch, r.hub_seq, r.operation, r.changeset, r.person, r.organisation,
                    r.written_ms, r.hub_time_ms, r.verdict, r.reason, r.superseded, r.concurrent);
}
inline auto content(const FieldRow& r) {
  return std::tuple(r.record, r.field, r.layer, r.home, r.value.encode(), r.winner, r.event, r.heads, r.conflict);
}
inline auto content(const HomeRow& r) {
  return std::tuple(r.home, r.type, r.auth_head, r.hub_epoch, r.hub_seq, r.disputed, r.poisoned, r.digest);
}
inline auto content(const ScopeRow& r) {
  return std::tuple(r.home, r.organisation, r.from_seq, r.to_seq);
}
inline auto content(const DirectoryRow& r) {
  return std::tuple(r.version, r.hash, r.bytes);
}

// The first byte of each row's id, in the order in which the store gave them: ids are made by id(n).
template <class Rows, class Member>
std::vector<int> firsts(const Rows& rows, Member member) {
  std::vector<int> out;
  for (const auto& row : rows) out.push_back(std::invoke(member, row).bytes[0]);
  return out;
}

}  // namespace tram::station::test
