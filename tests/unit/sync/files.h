// Attachments in the zone of the engine tests: files of a given length, cut and saved as a program would.
#pragma once
#include "sync/file_rows.h"
#include "world.h"

namespace tram::sync::test {

// `chunks` full chunks and `more` bytes after them, unlike any other content of this test.
Bytes content(std::uint32_t chunks, std::size_t more = 0);

// What a changeset that attaches this content says, and the record it creates.
std::vector<Operation> attaching(Party& party, const RecordId& home, ByteView file, RecordId& record);

// Cuts and stores the file at that party, and saves its record.
RecordId attach(Party& party, const RecordId& home, ByteView file);

// The chunks of an attachment that are at that party; nothing when it does not know the file.
std::optional<std::uint32_t> chunks_at(Party& party, const RecordId& attachment);

// The file put together again; empty while a chunk is missing.
Bytes file_at(Party& party, const RecordId& attachment);

// A request by network with at most that many chunks, and a bundle.
Prepare with_chunks(std::size_t chunks);
Prepare by_stick();

// The frames of one type.
std::vector<Frame> only(const std::vector<Frame>& frames, FrameType type);
std::vector<Frame> without(const std::vector<Frame>& frames, FrameType type);

}  // namespace tram::sync::test
