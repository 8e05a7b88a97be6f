#include "tests/fuzz/container_mutator.h"

#include "crypto/sealed_box.h"
#include "tests/unit/sync/container_world.h"

namespace tram::fuzz {
namespace {

using namespace sync;
using sync::test::world;

struct Taken {
  Profile profile = Profile::file;
  bool up = false;
  Bytes manifest;
  Bytes payload;
};

std::optional<crypto::Secret<32>> file_key_of(ByteView bytes, const parts::Header& header, Taken& taken) {
  for (const bool up : {true, false}) {
    for (const crypto::DecryptionKey& key : up ? world().hub_keys : world().site_keys) {
      for (std::size_t s = 0; s < header.stanzas; ++s) {
        const auto opened =
            crypto::open_sealed(key, bytes.subspan(parts::kStanzasAt + s * parts::kStanzaBytes, parts::kStanzaBytes));
        if (!opened || opened->size() != 32) continue;
        taken.up = up;
        return crypto::Secret<32>(ByteView(*opened));
      }
    }
  }
  return std::nullopt;
}

// Manifest and payload, whoever signed them; nothing when no key fits or a chunk is damaged.
std::optional<Taken> take_apart(ByteView bytes) {
  if (bytes.size() < 12) return std::nullopt;
  Taken taken;
  taken.profile = bytes[11] == 1 ? Profile::file : Profile::network;
  const auto read = parts::read_header(bytes, bytes.size(), taken.profile);
  const auto* header = std::get_if<parts::Header>(&read);
  if (header == nullptr) return std::nullopt;
  const auto file_key = file_key_of(bytes, *header, taken);
  if (!file_key) return std::nullopt;
  const Hash header_hash = parts::header_hash(bytes.first(header->length()));
  crypto::StreamDecryptor decryptor(parts::stream_key(*file_key), header->stream);
  Bytes stream;
  for (std::uint64_t chunk = 0, at = 0; at < header->body_len; ++chunk, at += parts::kSealedChunk) {
    const auto size = std::min<std::uint64_t>(parts::kSealedChunk, header->body_len - at);
    const auto opened =
        decryptor.pull(bytes.subspan(header->length() + at, size), parts::chunk_associated(header_hash, chunk));
    if (!opened) return std::nullopt;
    append(stream, opened->text);
  }
  const auto envelope = parts::read_envelope(stream, taken.profile);
  if (!envelope) return std::nullopt;
  taken.manifest.assign(envelope->manifest.begin(), envelope->manifest.end());
  const ByteView content = ByteView(stream).subspan(parts::envelope_length(taken.profile));
  const auto payload_len = std::min<std::uint64_t>(load_le<std::uint64_t>(&taken.manifest[80]), content.size());
  taken.payload.assign(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(payload_len));
  return taken;
}

Bytes put_together(const Taken& taken) {
  const auto frames = sync::test::small_frames();
  sync::test::Forgery f;
  f.input = taken.up ? sync::test::up(taken.profile, frames) : sync::test::down(taken.profile, frames);
  f.signer = taken.up ? &world().site_identity : &world().hub_service;
  f.payload = taken.payload;
  f.manifest_bytes = [&](Bytes& bytes) { bytes = taken.manifest; };
  return sync::test::forge(f);
}

void change(Bytes& bytes, std::size_t most, Mutate mutate) {
  const std::size_t size = bytes.size();
  bytes.resize(std::max(most, size));
  bytes.resize(mutate(bytes.data(), size, bytes.size()));
}

// What a faulty or hostile sender would state about this payload.
void state_lengths(Taken& taken, std::uint64_t plain_len) {
  store_le<std::uint64_t>(&taken.manifest[80], taken.payload.size());
  store_le<std::uint64_t>(&taken.manifest[88], plain_len);
  if (taken.profile == Profile::network) return;
  const Hash hash = crypto::hash("TRM1-payload", {taken.payload});
  std::copy(hash.begin(), hash.end(), taken.manifest.end() - 128);
}

// Unpacks if it can, changes the frames, and packs again when `seed` says so.
void change_payload(Taken& taken, std::size_t most, unsigned int seed, Mutate mutate) {
  const bool packed = taken.manifest[5] == 1;
  const auto plain =
      packed ? parts::decompress(taken.payload, load_le<std::uint64_t>(&taken.manifest[88])) : std::nullopt;
  if (plain && plain->size() <= most) taken.payload = *plain;
  change(taken.payload, most, mutate);
  const std::uint64_t plain_len = taken.payload.size();
  taken.manifest[5] = 0;
  if (seed % 3 == 0) {
    const ByteView body = ByteView(taken.payload).subspan(std::min(parts::kFrameHead, taken.payload.size()));
    const Frame all{FrameType::delivery, Bytes(body.begin(), body.end())};
    if (auto again = parts::compress_frames({&all, 1})) {
      taken.payload = std::move(*again);
      taken.manifest[5] = 1;
      store_le<std::uint32_t>(&taken.manifest[120], 1);
      return state_lengths(taken, parts::kFrameHead + all.bytes.size());
    }
  }
  state_lengths(taken, plain_len);
}

}  // namespace

std::size_t mutate_container(std::uint8_t* bytes, std::size_t size, std::size_t most, unsigned int seed,
                             Mutate mutate) {
  const unsigned int choice = seed % 8;
  auto taken = choice >= 2 ? take_apart({bytes, size}) : std::nullopt;
  if (!taken) {
    const std::size_t front = std::min<std::size_t>(size, 160);
    std::size_t now = size;
    if (choice == 1)
      mutate(bytes, front, front);  // the header alone, in place
    else
      now = mutate(bytes, size, most);
    if (seed % 16 < 8 || now < 400 || bytes[11] != 1) return now;
    Bytes file(bytes, bytes + now);
    sync::test::rebuild_public_sums(file);
    std::copy(file.begin(), file.end(), bytes);
    return file.size();
  }
  if (choice == 2) {  // the manifest: another number of recipients gives another length, which is part of the game
    const std::size_t length = taken->manifest.size();
    change(taken->manifest, length, mutate);
    taken->manifest.resize(length);
  } else {
    change_payload(*taken, most > 2048 ? most - 2048 : 0, seed, mutate);
  }
  const Bytes sealed = put_together(*taken);
  if (sealed.size() > most) return size;
  std::copy(sealed.begin(), sealed.end(), bytes);
  return sealed.size();
}

}  // namespace tram::fuzz
