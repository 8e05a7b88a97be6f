#include "station/backup_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/sealed_box.h"
#include "crypto/secret_stream.h"
#include "station/act_refused.h"
#include "station/stick/medium_file.h"

namespace tram::station {
namespace {

constexpr ByteArray<8> kMagic = {0x89, 'T', 'R', 'A', 0x0D, 0x0A, 0x1A, 0x0A};
constexpr std::uint16_t kVersion = 1;
constexpr std::string_view kPersonal = "TRM1-backup";
constexpr std::size_t kSummed = kBackupHeaderBytes - 32;
constexpr std::size_t kSealedKey = 32 + crypto::kSealOverhead;
constexpr std::size_t kChunk = 65'536;
constexpr std::uint64_t kDatabaseMost = 1ull << 40;

std::uint64_t chunks_of(std::uint64_t length) {
  return (length + kChunk - 1) / kChunk;
}

std::uint64_t file_length(const BackupHeader& h) {
  return kBackupHeaderBytes + h.keystore_len + h.database_len + chunks_of(h.database_len) * crypto::kStreamOverhead;
}

[[noreturn]] void fail(const std::string& what, int error) {
  if (error == ENOSPC || error == EDQUOT) throw ActRefused(sync::OutcomeCode::no_space);
  throw ActRefused(exit_status::kFailed, "io_failed", what, "Check the disk; nothing was half done.");
}

void write_or_fail(int fd, ByteView bytes) {
  if (!write_full(fd, bytes)) fail("The file cannot be written.", errno);
}

Bytes read_exactly(int fd, std::size_t size) {
  Bytes bytes(size);
  const auto got = read_full(fd, bytes);
  if (!got) throw ActRefused(got.error().code);
  bytes.resize(*got);
  return bytes;
}

Bytes associated_of(const crypto::Hash& sum, std::uint64_t chunk) {
  Bytes b(sum.begin(), sum.end());
  append_le(b, chunk);
  return b;
}

struct Head {
  BackupHeader header;
  Bytes sealed_key;
  crypto::StreamHeader stream{};
  crypto::Hash sum{};
};

Bytes encode_head(const Head& head, ByteView keystore) {
  Bytes b(kMagic.begin(), kMagic.end());
  append_le(b, kVersion);
  b.push_back(static_cast<std::uint8_t>(head.header.program));
  b.push_back(head.header.machine_bound ? 1 : 0);
  append_le(b, head.header.keystore_len);
  append(b, head.header.zone.view());
  append(b, head.header.device.view());
  append_le(b, head.header.created_ms);
  append_le(b, head.header.database_len);
  append_le(b, std::uint64_t{0});
  append(b, head.sealed_key);
  append(b, head.stream);
  append(b, crypto::hash(kPersonal, {b, keystore}));
  return b;
}

// The file's head with its keystore; every length is held against the file before anything is read by it.
std::pair<Head, Bytes> read_head(const RegularFile& file) {
  const Bytes b = read_exactly(file.descriptor.get(), kBackupHeaderBytes);
  if (b.size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), b.begin()))
    throw ActRefused(b.size() < kMagic.size() ? sync::OutcomeCode::truncated : sync::OutcomeCode::not_tram);
  if (b.size() < kBackupHeaderBytes) throw ActRefused(sync::OutcomeCode::truncated);
  if (load_le<std::uint16_t>(&b[8]) != kVersion) throw ActRefused(sync::OutcomeCode::too_new);
  Head head;
  if (b[10] != 1 && b[10] != 2) throw ActRefused(sync::OutcomeCode::damaged_header);
  head.header.program = static_cast<Program>(b[10]);
  head.header.machine_bound = b[11] != 0;
  head.header.keystore_len = load_le<std::uint32_t>(&b[12]);
  head.header.zone = sync::ZoneId::from(ByteView(b).subspan(16));
  head.header.device = sync::DeviceId::from(ByteView(b).subspan(32));
  head.header.created_ms = load_le<std::uint64_t>(&b[48]);
  head.header.database_len = load_le<std::uint64_t>(&b[56]);
  if (head.header.keystore_len > kBackupKeystoreMost || head.header.database_len > kDatabaseMost ||
      head.header.database_len == 0 || load_le<std::uint64_t>(&b[64]) != 0 || b[11] > 1)
    throw ActRefused(sync::OutcomeCode::damaged_header);
  head.sealed_key.assign(b.begin() + 72, b.begin() + 72 + kSealedKey);
  std::copy_n(b.begin() + 152, head.stream.size(), head.stream.begin());
  const Bytes keystore = read_exactly(file.descriptor.get(), head.header.keystore_len);
  if (keystore.size() < head.header.keystore_len) throw ActRefused(sync::OutcomeCode::truncated);
  head.sum = crypto::hash(kPersonal, {ByteView(b).first(kSummed), keystore});
  if (!std::equal(head.sum.begin(), head.sum.end(), b.begin() + kSummed))
    throw ActRefused(sync::OutcomeCode::damaged_header);
  const std::uint64_t wanted = file_length(head.header);
  if (file.size < wanted) throw ActRefused(sync::OutcomeCode::truncated);
  if (file.size > wanted) throw ActRefused(sync::OutcomeCode::trailing_data);
  return {std::move(head), keystore};
}

RegularFile open_backup(const std::filesystem::path& file) {
  auto opened = open_regular(AT_FDCWD, file.string());
  if (!opened)
    throw refused("no_such_file", "The file " + file.filename().string() + " cannot be read.", "Check the path.");
  return std::move(*opened);
}

// Past the page cache as far as the system lets us: what the disk gives back is what was written.
void read_back(const std::filesystem::path& file, const crypto::Hash& written, std::uint64_t size) {
  const RegularFile again = open_backup(file);
  (void)::posix_fadvise(again.descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
  crypto::Hash sum{};
  std::uint64_t total = 0;
  for (;;) {
    const Bytes piece = read_exactly(again.descriptor.get(), kChunk);
    if (piece.empty()) break;
    sum = crypto::hash(kPersonal, {sum, piece});
    total += piece.size();
  }
  if (total != size || sum != written) throw ActRefused(sync::OutcomeCode::media_error);
}

// Hashes what goes out in pieces of the size in which it is read back.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}
  void write(ByteView bytes) {
    write_or_fail(fd_, bytes);
    append(pending_, bytes);
    size_ += bytes.size();
    while (pending_.size() >= kChunk) take(kChunk);
  }
  crypto::Hash finish() {
    if (!pending_.empty()) take(pending_.size());
    return sum_;
  }
  std::uint64_t size() const { return size_; }

 private:
  void take(std::size_t n) {
    sum_ = crypto::hash(kPersonal, {sum_, ByteView(pending_).first(n)});
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(n));
  }
  int fd_;
  Bytes pending_;
  crypto::Hash sum_{};
  std::uint64_t size_ = 0;
};

}  // namespace

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) fail("The folder cannot be synced.", errno);
}

std::uint64_t write_backup_file(const std::filesystem::path& file, BackupHeader header, ByteView keystore,
                                const std::filesystem::path& database, const crypto::EncryptKey& to) {
  const RegularFile source = open_backup(database);
  header.database_len = source.size;
  header.keystore_len = static_cast<std::uint32_t>(keystore.size());
  crypto::Secret<32> key;
  crypto::random_bytes(key.writable());
  crypto::StreamEncryptor stream(key);
  Head head{header, crypto::seal(to, key.view()), stream.header(), {}};
  const Bytes encoded = encode_head(head, keystore);
  std::copy_n(encoded.begin() + kSummed, 32, head.sum.begin());

  const auto temporary = file.string() + ".tmp";
  ::unlink(temporary.c_str());
  const Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!out) fail("The backup cannot be made at this place.", errno);
  try {
    Output written(out.get());
    written.write(encoded);
    written.write(keystore);
    const std::uint64_t chunks = chunks_of(header.database_len);
    for (std::uint64_t i = 0; i < chunks; ++i) {
      const bool last = i + 1 == chunks;
      const auto size = static_cast<std::size_t>(last ? header.database_len - i * kChunk : kChunk);
      const Bytes piece = read_exactly(source.descriptor.get(), size);
      if (piece.size() != size) fail("The copy of the database cannot be read.", EIO);
      Bytes sealed;
      stream.push(piece, associated_of(head.sum, i), last ? crypto::StreamTag::final : crypto::StreamTag::message,
                  sealed);
      written.write(sealed);
    }
    if (::fsync(out.get()) != 0) fail("The backup cannot be synced.", errno);
    const crypto::Hash sum = written.finish();
    read_back(temporary, sum, written.size());
    if (::rename(temporary.c_str(), file.c_str()) != 0) fail("The backup cannot take its name.", errno);
    sync_folder(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
    return written.size();
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

BackupRead read_backup_head(const std::filesystem::path& file) {
  auto [head, keystore] = read_head(open_backup(file));
  return {head.header, std::move(keystore)};
}

void open_backup_file(const std::filesystem::path& file, const std::vector<crypto::DecryptionKey>& keys,
                      const std::filesystem::path& database) {
  const RegularFile source = open_backup(file);
  const Head head = read_head(source).first;
  std::optional<crypto::Secret<32>> key;
  for (const crypto::DecryptionKey& k : keys) {
    const auto opened = crypto::open_sealed(k, head.sealed_key);
    if (!opened || opened->size() != 32) continue;
    key.emplace();
    std::copy(opened->begin(), opened->end(), key->writable().begin());
    break;
  }
  if (!key) throw ActRefused(sync::OutcomeCode::tampered);
  const Descriptor out(::open(database.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!out) fail("The data folder cannot be written.", errno);
  crypto::StreamDecryptor stream(*key, head.stream);
  const std::uint64_t chunks = chunks_of(head.header.database_len);
  for (std::uint64_t i = 0; i < chunks; ++i) {
    const bool last = i + 1 == chunks;
    const auto size = static_cast<std::size_t>(last ? head.header.database_len - i * kChunk : kChunk);
    const Bytes sealed = read_exactly(source.descriptor.get(), size + crypto::kStreamOverhead);
    const auto opened = stream.pull(sealed, associated_of(head.sum, i));
    const auto tag = static_cast<std::uint8_t>(last ? crypto::StreamTag::final : crypto::StreamTag::message);
    if (!opened || opened->tag != tag || opened->text.size() != size) throw ActRefused(sync::OutcomeCode::damaged_body);
    write_or_fail(out.get(), opened->text);
  }
  if (::fsync(out.get()) != 0) fail("The data folder cannot be synced.", errno);
}

}  // namespace tram::station
