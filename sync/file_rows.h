// The rows of attachments: made from what changesets say, filled chunk by chunk, and emptied again (sync design 11).
// Shared by hub, site and the programs; what is sent to whom is decided in engine_attachments.cpp.
#pragma once
#include "sync/apply.h"
#include "sync/attachment.h"

namespace tram::sync {

// The key of a home's chunks, from the nonce of its record.create; nothing when the home is not known here.
std::optional<Hash> blob_key_of_home(Store& store, const RecordId& home);

// Which chunks of a file are here.
Bitmap present(Store& store, const FileRow& file);

// Makes or changes the rows of the attachments that a changeset creates or withdraws. `receipt` = the verdicts in
// force; null for own work without a receipt, which is only ever added. The number of files that are new here.
std::size_t note_files(Store& store, const Schema& schema, const Authored& work, const Receipt* receipt,
                       std::uint64_t now_ms);

enum class ChunkTaken : std::uint8_t {
  stored,
  known,     // here already
  unwanted,  // no file of that home lists it: the same for unknown homes
  wrong,     // other bytes than its id says
};
ChunkTaken take_chunk(Store& store, const Blob& blob, std::uint64_t now_ms);

// Once in an hour: chunks that nothing refers to, and at the hub uploads that do not go on.
void expire_chunks(Store& store, bool at_hub, std::uint64_t now_ms);

}  // namespace tram::sync
