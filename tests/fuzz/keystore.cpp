// The keystore at rest (bundle design 5.6), opened with a machine key; a passphrase would only measure Argon2id. Input:
// 1 = seal slot and records with the fixed keys first, then the file.
#include "crypto/keystore.h"

#include <algorithm>

#include "crypto/aead.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace crypto;

constexpr std::string_view kDomain = "TRM1-keystore";
constexpr std::size_t kHeader = 16, kSlot = 104, kRecordsHeader = 8, kRecord = 136, kPlain = 32, kGenerationAt = 12;

struct Place {
  ScratchFolder folder;
  Bytes machine_key = Bytes(32, 0x4D);
  Unlock unlock;
  Place() {
    unlock.machine_key_file = folder.write("machine.key", machine_key);
    std::filesystem::permissions(*unlock.machine_key_file, std::filesystem::perms(0600));
  }
};
const Place& place() {
  static const Place p;
  return p;
}

// The 32 plain bytes in front stay; nonce and what was sealed are made to fit.
void seal_entry(std::span<std::uint8_t> entry, ByteView key) {
  const Bytes associated = joined({as_bytes(kDomain), ByteView(entry).first(kPlain)});
  Nonce nonce;
  std::copy_n(entry.begin() + kPlain, nonce.size(), nonce.begin());
  const std::size_t at = kPlain + nonce.size();
  const Bytes sealed = encrypt(Secret<32>(key), nonce, ByteView(entry).subspan(at, entry.size() - at - 16), associated);
  std::copy(sealed.begin(), sealed.end(), entry.begin() + static_cast<std::ptrdiff_t>(at));
}

// Slot 0 gets the key of these 32 bytes, and every record is sealed with it.
void refit(Bytes& file) {
  if (file.size() < kHeader + kSlot + kRecordsHeader) return;
  const std::size_t slots = load_le<std::uint16_t>(&file[10]);
  Bytes kek(&file[kHeader + kPlain + 24], &file[kHeader + kPlain + 24] + 32);
  const auto wrap = keyed_hash(kDomain, place().machine_key, {ByteView(file).subspan(kHeader + 16, 16)});
  seal_entry(std::span(file).subspan(kHeader, kSlot), wrap);
  if (slots > 4 || file.size() < kHeader + slots * kSlot + kRecordsHeader) return;
  for (std::size_t at = kHeader + slots * kSlot + kRecordsHeader; file.size() - at >= kRecord; at += kRecord)
    seal_entry(std::span(file).subspan(at, kRecord), kek);
}

bool same_records(const Keystore& a, const Keystore& b) {
  return std::equal(a.records().begin(), a.records().end(), b.records().begin(), b.records().end(),
                    [](const KeyRecord& x, const KeyRecord& y) {
                      return x.purpose == y.purpose && x.state == y.state && x.id == y.id &&
                             x.created_ms == y.created_ms && equal(x.secret.view(), y.secret.view());
                    });
}

// Each key is found under its purpose, current ones first, whatever the file says they are.
void use_keys(Keystore& store) {
  for (const KeyPurpose purpose : {KeyPurpose::root, KeyPurpose::device_identity, KeyPurpose::device_encryption,
                                   KeyPurpose::hub_encryption_next, KeyPurpose::server}) {
    const auto held = static_cast<std::size_t>(std::count_if(store.records().begin(), store.records().end(),
                                                             [&](const KeyRecord& r) { return r.purpose == purpose; }));
    if (purpose == KeyPurpose::root || purpose == KeyPurpose::device_identity) {
      hold(store.signing_keys(purpose).size() <= held, "no key comes from nowhere");
      hold(!store.signing_key(purpose) || held > 0, "a current key is one of them");
    } else if (purpose == KeyPurpose::server) {
      hold(!store.symmetric_key(purpose) || held > 0, "a current key is one of them");
    } else {
      hold(store.decryption_keys(purpose).size() <= held, "no key comes from nowhere");
      hold(!store.decryption_key(purpose) || held > 0, "a current key is one of them");
    }
  }
  if (store.records().empty()) return;
  const KeyRecord& first = store.records().front();
  const KeyId id = first.id;
  const std::size_t before = store.records().size();
  KeyRecord twice{first.purpose, KeyState::retired, id, 7, Secret<64>(first.secret.view())};
  store.add(std::move(twice));
  store.set_state(id, KeyState::current);
  hold(store.records().size() <= before, "a key is held once");
}

void run(ByteView input) {
  Draw draw(input);
  const bool fit = draw.byte() % 2 == 1;
  const std::size_t choice = draw.integer<std::uint16_t>();
  const ByteView rest = draw.rest();
  Bytes file(rest.begin(), rest.end());
  if (fit) refit(file);
  const auto path = place().folder.write("keystore.tks", file);
  auto loaded = Keystore::load(path, place().unlock);
  if (!loaded) {
    hold(loaded.error() == errc::keystore_damaged || loaded.error() == errc::wrong_passphrase, "a refusal has a name");
    return;
  }
  hold(loaded->records().size() <= 64, "a keystore holds at most 64 keys");
  hold(loaded->save(place().folder.path() / "again.tks").has_value(), "what was loaded can be saved");
  const auto again = Keystore::load(place().folder.path() / "again.tks", place().unlock);
  hold(again && same_records(*loaded, *again), "what was saved loads as the same");
  use_keys(*loaded);
  // The generation is a counter for people; every other bit is a form, a length or authenticated.
  const std::size_t at = choice % file.size();
  if (at >= kGenerationAt && at < kHeader) return;
  const std::size_t slots = load_le<std::uint16_t>(&file[10]);
  if (slots > 1 && at >= kHeader && at < kHeader + slots * kSlot) return;  // another slot may still open it
  file[at] ^= 1;
  hold(!Keystore::load(place().folder.write("keystore.tks", file), place().unlock), "a changed keystore is refused");
}

void seeds(const AddSeed& add) {
  auto store = *Keystore::create(place().unlock);
  const auto write = [&](std::string_view name) {
    hold(store.save(place().folder.path() / "seed.tks").has_value(), "a seed can be saved");
    const Bytes file = place().folder.read("seed.tks");
    const Bytes choice(2);
    for (const std::uint8_t fit : {std::uint8_t{0}, std::uint8_t{1}})
      add(std::string(name) + (fit != 0 ? "_refit" : ""), joined({{&fit, 1}, choice, file}));
  };
  write("empty");
  store.add(Keystore::record_of(KeyPurpose::device_identity, SigningKey::from_seed(Bytes(32, 1)), 1'750'000'000'000));
  store.add(Keystore::record_of(KeyPurpose::device_encryption, DecryptionKey::from_seed(Bytes(32, 2)), 5));
  store.add(Keystore::record_of(KeyPurpose::server, Secret<32>(Bytes(32, 3)), 6));
  store.set_state(store.records()[1].id, KeyState::retired);
  write("three_keys");
}

}  // namespace

const Target keystore{"keystore", 4u << 10, "crypto/keystore.cpp", run, seeds};

}  // namespace tram::fuzz
