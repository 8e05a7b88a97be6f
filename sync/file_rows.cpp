// File rows and their chunks.
#include "sync/file_rows.h"

#include <algorithm>
#include <map>

#include "sync/engine.h"
#include "sync/limits.h"
#include "sync/redaction.h"

namespace tram::sync {
namespace {

constexpr std::string_view kExpiredAt = "chunks_expired_ms";

// What the creating changeset says of one attachment.
struct Stated {
  bool admitted = true;
  std::optional<std::int64_t> size;
  std::optional<std::vector<ChunkId>> chunks;
};

void state(Stated& file, const AttachmentSpec& spec, const Operation& op) {
  if (op.field == spec.size) {
    if (const auto* size = op.value.get<std::int64_t>()) file.size = *size;
  } else if (op.field == spec.chunk_list) {
    const auto* list = op.value.get<Structure>();
    auto chunks = list ? decode_chunk_list(list->bytes) : Result<std::vector<ChunkId>>(errc::bad_value);
    if (chunks) file.chunks = std::move(*chunks);
  }
}

// A size that its list does not fit is a record without a file: shown, and nothing is asked for.
bool sound(const Stated& file) {
  return file.size && file.chunks && *file.size >= 0 &&
         static_cast<std::uint64_t>(*file.size) <= limits::kAttachmentBytes &&
         file.chunks->size() == chunks_of(static_cast<std::uint64_t>(*file.size));
}

std::uint8_t rank_of(Store& store, const AttachmentSpec& spec, const RecordId& home, std::uint64_t size) {
  const auto record = store.record(home, Layer::provisional);
  const bool urgent = record && std::find(spec.urgent.begin(), spec.urgent.end(), record->type) != spec.urgent.end();
  return urgent || size <= limits::kChunkBytes ? 0 : 1;
}

bool withdraws(const AttachmentSpec& spec, const Operation& op) {
  return op.kind == OperationKind::status_event && op.field == spec.state && op.event == spec.withdrawn;
}

}  // namespace

std::optional<Hash> blob_key_of_home(Store& store, const RecordId& home) {
  const auto record = store.record(home, Layer::provisional);
  const auto made_by = record ? store.changeset(record->changeset) : std::nullopt;
  const auto body = made_by ? read_body(made_by->bytes) : Result<Body>(errc::unknown_record);
  if (!body) return std::nullopt;
  for (const Operation& op : body->operations)
    if (op.kind == OperationKind::record_create && op.record == home) return blob_key(op.nonce);
  return std::nullopt;
}

Bitmap present(Store& store, const FileRow& file) {
  Bitmap here(file.chunks);
  for (const std::uint32_t place : store.chunks_here(file.attachment))
    if (place < file.chunks) here.set(place);
  return here;
}

std::size_t note_files(Store& store, const Schema& schema, const Authored& work, const Receipt* receipt,
                       std::uint64_t now_ms) {
  const AttachmentSpec* spec = schema.attachment();
  if (spec == nullptr) return 0;
  const auto admitted = [&](std::size_t i) {
    return receipt == nullptr || receipt->verdict_of(static_cast<std::uint16_t>(i)).verdict == Verdict::admitted;
  };
  std::map<RecordId, Stated> created;
  for (std::size_t i = 0; i < work.body.operations.size(); ++i) {
    const Operation& op = work.body.operations[i];
    if (op.kind == OperationKind::record_create && op.type == spec->type) {
      created[op.record].admitted = admitted(i);
    } else if (const auto at = created.find(op.record); op.kind == OperationKind::field_set && at != created.end()) {
      at->second.admitted = at->second.admitted && admitted(i);
      state(at->second, *spec, op);
    } else if (receipt != nullptr && withdraws(*spec, op) && admitted(i)) {
      if (auto file = store.file(op.record); file && file->home == work.header.home) {
        file->state = FileState::withdrawn;
        store.put_file(*file);
      }
    }
  }
  std::size_t fresh = 0;
  for (const auto& [record, stated] : created) {
    auto known = store.file(record);
    if (known) {
      if (known->state != FileState::withdrawn) known->state = stated.admitted ? FileState::live : FileState::refused;
      store.put_file(*known);
      continue;
    }
    if (!stated.admitted || !sound(stated)) continue;
    FileRow row;
    row.attachment = record;
    row.home = work.header.home;
    row.owner = work.organisation;
    row.creator = work.header.device;
    row.changeset = work.hash;
    row.size = static_cast<std::uint64_t>(*stated.size);
    row.chunks = static_cast<std::uint32_t>(stated.chunks->size());
    row.rank = rank_of(store, *spec, row.home, row.size);
    row.touched_ms = now_ms;
    store.put_file(row);
    store.put_chunk_list(record, *stated.chunks);
    ++fresh;
  }
  return fresh;
}

ChunkTaken take_chunk(Store& store, const Blob& blob, std::uint64_t now_ms) {
  if (store.files_lacking(blob.home, blob.id).empty())
    return store.has_chunk(blob.home, blob.id) ? ChunkTaken::known : ChunkTaken::unwanted;
  const auto key = blob_key_of_home(store, blob.home);
  if (!key || chunk_id(*key, blob.bytes) != blob.id) return ChunkTaken::wrong;
  store.put_chunk(blob.home, blob.id, blob.bytes, now_ms);
  return ChunkTaken::stored;
}

void expire_chunks(Store& store, bool at_hub, std::uint64_t now_ms) {
  const std::uint64_t last = meta_u64(store, kExpiredAt);
  if (now_ms < last + limits::kExpireEveryMs) return;
  put_meta_u64(store, kExpiredAt, now_ms);
  const auto before = [now_ms](std::uint64_t age) { return now_ms > age ? now_ms - age : 0; };
  (void)store.drop_unreferenced_chunks(before(limits::kUnreferencedMs), limits::kExpiredAtOnce);
  if (at_hub) (void)store.drop_unfinished_chunks(before(limits::kUnfinishedMs), limits::kExpiredAtOnce);
}

}  // namespace tram::sync
