// How key files lie on the disk: bounded reading, replacing without a moment of loss, and the machine key file.
// What is inside a keystore is keystore.cpp's matter.
#pragma once
#include <filesystem>

#include "crypto/errc.h"
#include "crypto/keys.h"

namespace tram::crypto {

// At most `limit` bytes of a regular file; a longer file gives its first `limit` bytes. errc::io_failed.
Result<Bytes> read_whole_file(const std::filesystem::path& file, std::size_t limit);

// Temp file with mode 0600, fsync, rename, fsync of the folder: at any moment `file` is whole, old or new.
Result<void> write_durably(const std::filesystem::path& file, ByteView bytes);

// Copies `file`, if it is there, to `<file>.prev` in the same way, so that `file` itself is never missing.
Result<void> keep_previous_generation(const std::filesystem::path& file, std::size_t limit);

// Exactly 32 bytes, else errc::io_failed.
Result<Secret<32>> read_machine_key(const std::filesystem::path& file);
// The same; 32 random bytes with mode 0600 are written first if there is no such file.
Result<Secret<32>> read_or_make_machine_key(const std::filesystem::path& file);

}  // namespace tram::crypto
