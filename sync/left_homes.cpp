#include "sync/left_homes.h"

#include <algorithm>

#include "sync/engine.h"
#include "sync/file_rows.h"
#include "sync/limits.h"
#include "sync/recovery.h"

namespace tram::sync {
namespace {

constexpr std::string_view kForgotten = "forgotten_through";  // entry of the own stream; unset: nothing was ever purged
constexpr std::size_t kStub = 1 + 4 + 8 + 8;
constexpr std::uint8_t kErased = 1, kReceipted = 2;

std::string name_of(const RecordId& home) {
  return "left:" + home.hex();
}

void put_left(Store& store, const RecordId& home, const LeftHome& left) {
  Bytes b = {static_cast<std::uint8_t>((left.erased ? kErased : 0) | (left.receipted ? kReceipted : 0))};
  append_le(b, left.place.epoch);
  append_le(b, left.place.seq);
  append_le(b, left.left_ms);
  store.put_meta(name_of(home), b);
}

void forget_changesets_of(Store& store, const RecordId& home, HubPlace through) {
  for (const ReceiptRow& receipt : store.receipts_of_home(home)) {
    if (HubPlace{receipt.hub_epoch, receipt.hub_seq} > through) break;
    const auto log = store.log(receipt.log);
    if (!log || !log->own) store.delete_changeset(receipt.changeset);
  }
}

// Here whole and not whole at the hub, as far as it said.
bool awaits_hub(Store& store, const FileRow& file, const DeviceId& own) {
  return file.creator == own && file.state == FileState::live && file.missing == 0 &&
         static_cast<FileAnswer>(file.answer) != FileAnswer::unknown &&
         present(store, file).adds_to(Bitmap::stored(file.chunks, file.there));
}

// An answer from before the hub had all our work need not be its last: it is asked again.
void ask_again(Store& store, const RecordId& home) {
  for (FileRow& file : store.files_of_home(home)) {
    if (static_cast<FileAnswer>(file.answer) != FileAnswer::unknown) continue;
    file.answer = static_cast<std::uint8_t>(FileAnswer::open);
    store.put_file(file);
  }
}

}  // namespace

std::optional<LeftHome> left_home(Store& store, const RecordId& home) {
  const auto stub = store.meta(name_of(home));
  if (!stub || stub->size() != kStub) return std::nullopt;
  return LeftHome{((*stub)[0] & kErased) != 0,
                  ((*stub)[0] & kReceipted) != 0,
                  {load_le<std::uint32_t>(stub->data() + 1), load_le<std::uint64_t>(stub->data() + 5)},
                  load_le<std::uint64_t>(stub->data() + 13)};
}

void note_leave(Store& store, const ScopeChange& change, std::uint64_t stream_seq) {
  if (change.mode != LeaveMode::purge) return;
  const auto receipts = store.receipts_of_home(change.home);
  if (receipts.empty()) return;  // nothing of it ever came
  const ReceiptRow& last = receipts.back();
  put_left(store, change.home, {false, false, {last.hub_epoch, last.hub_seq}, last.hub_time_ms});
  const auto begun = store.meta(kForgotten);
  if (!begun || begun->empty()) put_meta_u64(store, kForgotten, stream_seq - 1);
}

void note_enter(Store& store, const RecordId& home) {
  if (left_home(store, home)) store.put_meta(name_of(home), {});
}

void erase_left(Store& store, const RecordId& home, const DeviceId& own_device) {
  auto left = left_home(store, home);
  if (!left || left->erased) return;
  auto own = store.waiting_of_home(home);
  if (std::any_of(own.begin(), own.end(), [](const ChangesetRow& row) { return row.hub_seq == 0; })) return;
  if (!left->receipted) {
    ask_again(store, home);
    left->receipted = true;
    put_left(store, home, *left);
  }
  const auto files = store.files_of_home(home);
  if (std::any_of(files.begin(), files.end(), [&](const FileRow& f) { return awaits_hub(store, f, own_device); }))
    return;
  // Late work that only the self-stream told of: nothing will lie over now.
  for (ChangesetRow& row : own) {
    row.state = ChangesetState::receipted;
    store.put_changeset(row);
  }
  store.delete_provisional(home);
  store.delete_confirmed(home);
  store.delete_files(home);
  left->erased = true;
  put_left(store, home, *left);
}

void forget_changesets(Store& store, const StreamId& own_stream) {
  const auto begun = store.meta(kForgotten);
  if (!begun || begun->empty()) return;
  const auto stream = store.stream(own_stream);
  const std::uint64_t from = std::min(meta_u64(store, kForgotten), stream ? stream->seq : 0);
  const HubPlace durable = durable_through(store);
  std::uint64_t through = from;
  std::vector<EntryRow> leaves;
  store.each_entry(own_stream, from + 1, [&](const EntryRow& row) {
    if (row.type == EntryType::scope_leave) leaves.push_back(row);
    through = row.seq;
    return through < from + limits::kEntriesLookedAt;
  });
  for (const EntryRow& row : leaves) {
    const auto change = decode_scope_change(row.payload);
    const auto left = change && change->mode == LeaveMode::purge ? left_home(store, change->home) : std::nullopt;
    if (!left) continue;  // kept, or in scope again
    if (!left->erased || left->place > durable) {
      through = row.seq - 1;
      break;
    }
    forget_changesets_of(store, change->home, left->place);
  }
  if (through != from) put_meta_u64(store, kForgotten, through);
}

}  // namespace tram::sync
