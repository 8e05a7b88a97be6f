// `keystore.tks`, version 1 (bundle design 5.6): its layout, its slots, its records and its two generations on disk.
// What a key may be used for, and when it is retired, is its owner's matter.
//
//   magic 8 | u16 version 1 | u16 slots 1..4 | u32 generation | slots | u16 records <= 64 | 6 zero | records
//   slot    u8 type | 3 zero | u32 ops | u64 memory | salt 16 | nonce 24 | KEK 32 + tag 16
//   record  u16 purpose | u16 state | u32 zero | key id 16 | u64 created_ms | nonce 24 | secret 64 + tag 16
//
// The first 32 bytes of a slot or record are associated data. Everything else in the clear is a length or a zero that
// is checked, but for the generation: a counter for people, by which nothing is decided.
#include "crypto/keystore.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "crypto/aead.h"
#include "crypto/keystore_file.h"
#include "crypto/random.h"

namespace tram::crypto {
namespace {

constexpr ByteArray<8> kMagic{0x89, 'T', 'R', 'K', 0x0d, 0x0a, 0x1a, 0x0a};
constexpr std::string_view kDomain = "TRM1-keystore";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeader = 16;
constexpr std::size_t kRecordsHeader = 8;
constexpr std::size_t kSlot = 104;
constexpr std::size_t kRecord = 136;
constexpr std::size_t kPlain = 32;  // of a slot or record, in front of the nonce
constexpr std::size_t kSealedAt = kPlain + sizeof(Nonce);
constexpr std::size_t kSalt = crypto_pwhash_SALTBYTES;
constexpr std::size_t kMaxSlots = 4;
constexpr std::size_t kMaxRecords = 64;
constexpr std::size_t kMaxFile = kHeader + kMaxSlots * kSlot + kRecordsHeader + kMaxRecords * kRecord;
// What a file may ask of this machine before it has proved anything (bundle design 5.6).
constexpr std::uint64_t kMaxPasses = 10;
constexpr std::uint64_t kMaxMemory = 1ull << 30;

enum class SlotType : std::uint8_t { passphrase = 1, machine = 2, recovery_sheet = 3 };

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool cost_is_bounded(std::uint64_t passes, std::uint64_t memory) {
  return passes >= crypto_pwhash_OPSLIMIT_MIN && passes <= kMaxPasses && memory >= crypto_pwhash_MEMLIMIT_MIN &&
         memory <= kMaxMemory;
}

bool slot_has_form(ByteView slot) {
  const auto passes = load_le<std::uint32_t>(slot.data() + 4);
  const auto memory = load_le<std::uint64_t>(slot.data() + 8);
  if (!all_zero(slot.subspan(1, 3))) return false;
  switch (static_cast<SlotType>(slot[0])) {
    case SlotType::passphrase:
    case SlotType::recovery_sheet:
      return cost_is_bounded(passes, memory);
    case SlotType::machine:
      return passes == 0 && memory == 0;
  }
  return false;
}

bool record_has_form(ByteView record) {
  const auto purpose = load_le<std::uint16_t>(record.data());
  const auto state = load_le<std::uint16_t>(record.data() + 2);
  return purpose >= static_cast<std::uint16_t>(KeyPurpose::root) &&
         purpose <= static_cast<std::uint16_t>(KeyPurpose::server) &&
         (state == static_cast<std::uint16_t>(KeyState::current) ||
          state == static_cast<std::uint16_t>(KeyState::retired)) &&
         all_zero(record.subspan(4, 4));
}

// Seals `secret` behind the 32 plain bytes that `out` ends with: nonce and ciphertext are appended.
void append_sealed(Bytes& out, const Secret<32>& key, ByteView secret) {
  Bytes associated(kDomain.begin(), kDomain.end());
  append(associated, ByteView(out).last(kPlain));
  Nonce nonce;
  random_bytes(nonce);
  append(out, nonce);
  append(out, encrypt(key, nonce, secret, associated));
}

// The secret of a whole slot or record, in locked memory.
template <std::size_t N>
Result<Secret<N>> open_entry(const Secret<32>& key, ByteView entry) {
  Bytes associated(kDomain.begin(), kDomain.end());
  append(associated, entry.first(kPlain));
  Nonce nonce;
  std::copy_n(entry.begin() + kPlain, nonce.size(), nonce.begin());
  auto text = decrypt(key, nonce, entry.subspan(kSealedAt), associated);
  if (!text) return text.error();
  Secret<N> secret{*text};
  sodium_memzero(text->data(), text->size());
  return secret;
}

Result<Secret<32>> passphrase_key(std::string_view passphrase, ByteView salt, std::uint64_t passes,
                                  std::uint64_t memory) {
  Secret<32> key;
  if (crypto_pwhash(key.writable().data(), 32, passphrase.data(), passphrase.size(), salt.data(), passes,
                    static_cast<std::size_t>(memory), crypto_pwhash_ALG_ARGON2ID13) != 0)
    return errc::out_of_memory;
  return key;
}

// A key file is 32 random bytes: it needs no slow derivation, only a key of its own per slot.
Secret<32> machine_wrap_key(const Secret<32>& machine_key, ByteView salt) {
  auto wrap = keyed_hash(kDomain, machine_key.view(), {salt});
  Secret<32> key{wrap};
  sodium_memzero(wrap.data(), wrap.size());
  return key;
}

// `wrap_key` gets the salt and gives the key that seals the KEK.
template <class WrapKey>
Result<void> append_slot(Bytes& slots, const Secret<32>& kek, SlotType type, KeystoreCost cost, WrapKey wrap_key) {
  ByteArray<kSalt> salt;
  random_bytes(salt);
  const Result<Secret<32>> key = wrap_key(ByteView(salt));
  if (!key) return key.error();
  append_le(slots, static_cast<std::uint32_t>(type));  // the type and three reserved bytes
  append_le(slots, static_cast<std::uint32_t>(cost.passes));
  append_le(slots, cost.memory_bytes);
  append(slots, salt);
  append_sealed(slots, *key, kek.view());
  return {};
}

// The parts of a file whose form and bounds are right; nothing in it is authentic yet.
struct Layout {
  std::uint32_t generation;
  ByteView slots;
  ByteView records;
};

Result<Layout> parse(ByteView file) {
  if (file.size() < kHeader || !std::equal(kMagic.begin(), kMagic.end(), file.begin()) ||
      load_le<std::uint16_t>(file.data() + 8) != kVersion)
    return errc::keystore_damaged;
  const std::size_t slots = load_le<std::uint16_t>(file.data() + 10);
  if (slots < 1 || slots > kMaxSlots || file.size() < kHeader + slots * kSlot + kRecordsHeader)
    return errc::keystore_damaged;
  const ByteView after = file.subspan(kHeader + slots * kSlot);
  const std::size_t records = load_le<std::uint16_t>(after.data());
  if (records > kMaxRecords || !all_zero(after.subspan(2, 6)) || after.size() != kRecordsHeader + records * kRecord)
    return errc::keystore_damaged;
  const Layout layout{load_le<std::uint32_t>(file.data() + 12), file.subspan(kHeader, slots * kSlot),
                      after.subspan(kRecordsHeader)};
  for (std::size_t at = 0; at < layout.slots.size(); at += kSlot)
    if (!slot_has_form(layout.slots.subspan(at, kSlot))) return errc::keystore_damaged;
  for (std::size_t at = 0; at < layout.records.size(); at += kRecord)
    if (!record_has_form(layout.records.subspan(at, kRecord))) return errc::keystore_damaged;
  return layout;
}

// Tries the machine key first, since it costs nothing; then the passphrase, which may also be the code of a recovery
// sheet. Whoever wants the passphrase proved gives no machine key.
Result<Secret<32>> unwrap_kek(ByteView slots, const Unlock& unlock) {
  Error failure = errc::wrong_passphrase;
  if (unlock.machine_key_file) {
    const auto machine_key = read_machine_key(*unlock.machine_key_file);
    if (!machine_key && !unlock.passphrase) failure = machine_key.error();
    for (std::size_t at = 0; machine_key && at < slots.size(); at += kSlot) {
      const ByteView slot = slots.subspan(at, kSlot);
      if (static_cast<SlotType>(slot[0]) != SlotType::machine) continue;
      auto kek = open_entry<32>(machine_wrap_key(*machine_key, slot.subspan(16, kSalt)), slot);
      if (kek) return kek;
    }
  }
  for (std::size_t at = 0; unlock.passphrase && at < slots.size(); at += kSlot) {
    const ByteView slot = slots.subspan(at, kSlot);
    if (static_cast<SlotType>(slot[0]) == SlotType::machine) continue;
    const auto key = passphrase_key(*unlock.passphrase, slot.subspan(16, kSalt),
                                    load_le<std::uint32_t>(slot.data() + 4), load_le<std::uint64_t>(slot.data() + 8));
    if (!key) return key.error();
    auto kek = open_entry<32>(*key, slot);
    if (kek) return kek;
  }
  return failure;
}

bool is_signing(KeyPurpose purpose) {
  return purpose == KeyPurpose::root || purpose == KeyPurpose::directory || purpose == KeyPurpose::service ||
         purpose == KeyPurpose::device_identity;
}

bool is_encryption(KeyPurpose purpose) {
  return purpose == KeyPurpose::hub_encryption || purpose == KeyPurpose::hub_encryption_next ||
         purpose == KeyPurpose::device_encryption;
}

const KeyRecord* newest_current(const std::vector<KeyRecord>& records, KeyPurpose purpose) {
  const KeyRecord* newest = nullptr;
  for (const auto& record : records)
    if (record.purpose == purpose && record.state == KeyState::current &&
        (newest == nullptr || record.created_ms >= newest->created_ms))
      newest = &record;
  return newest;
}

// Those of a purpose: current before retired, each newest first.
std::vector<const KeyRecord*> current_first(const std::vector<KeyRecord>& records, KeyPurpose purpose) {
  std::vector<const KeyRecord*> found;
  for (const auto& record : records)
    if (record.purpose == purpose) found.push_back(&record);
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return a->state != b->state ? a->state == KeyState::current : a->created_ms > b->created_ms;
  });
  return found;
}

KeyRecord make_record(KeyPurpose purpose, const KeyId& id, std::uint64_t created_ms, ByteView secret) {
  KeyRecord record{.purpose = purpose, .state = KeyState::current, .id = id, .created_ms = created_ms, .secret = {}};
  std::copy(secret.begin(), secret.end(), record.secret.writable().begin());
  return record;
}

}  // namespace

Result<Keystore> Keystore::create(const Unlock& unlock, KeystoreCost cost) {
  if (!unlock.passphrase && !unlock.machine_key_file) return errc::wrong_passphrase;  // nothing could ever open it
  Keystore store;
  random_bytes(store.kek_.writable());
  if (unlock.passphrase) {
    if (!cost_is_bounded(cost.passes, cost.memory_bytes)) return errc::out_of_memory;  // load() would refuse the file
    const auto made = append_slot(store.slots_, store.kek_, SlotType::passphrase, cost, [&](ByteView salt) {
      return passphrase_key(*unlock.passphrase, salt, cost.passes, cost.memory_bytes);
    });
    if (!made) return made.error();
  }
  if (unlock.machine_key_file) {
    const auto machine_key = read_or_make_machine_key(*unlock.machine_key_file);
    if (!machine_key) return machine_key.error();
    const auto made =
        append_slot(store.slots_, store.kek_, SlotType::machine, {.passes = 0, .memory_bytes = 0},
                    [&](ByteView salt) -> Result<Secret<32>> { return machine_wrap_key(*machine_key, salt); });
    if (!made) return made.error();
  }
  return store;
}

Result<Keystore> Keystore::load(const std::filesystem::path& file, const Unlock& unlock) {
  const auto bytes = read_whole_file(file, kMaxFile + 1);
  if (!bytes) return bytes.error();
  const auto layout = parse(*bytes);
  if (!layout) return layout.error();
  auto kek = unwrap_kek(layout->slots, unlock);
  if (!kek) return kek.error();

  Keystore store;
  store.generation_ = layout->generation;
  store.slots_.assign(layout->slots.begin(), layout->slots.end());
  store.kek_ = std::move(*kek);
  for (std::size_t at = 0; at < layout->records.size(); at += kRecord) {
    const ByteView stored = layout->records.subspan(at, kRecord);
    auto secret = open_entry<64>(store.kek_, stored);
    if (!secret) return errc::keystore_damaged;
    KeyRecord record{.purpose = static_cast<KeyPurpose>(load_le<std::uint16_t>(stored.data())),
                     .state = static_cast<KeyState>(load_le<std::uint16_t>(stored.data() + 2)),
                     .id = {},
                     .created_ms = load_le<std::uint64_t>(stored.data() + 24),
                     .secret = std::move(*secret)};
    std::copy_n(stored.begin() + 8, record.id.size(), record.id.begin());
    store.records_.push_back(std::move(record));
  }
  return store;
}

Result<void> Keystore::save(const std::filesystem::path& file) {
  if (records_.size() > kMaxRecords) return errc::keystore_damaged;  // a file that load() would refuse
  Bytes out;
  out.reserve(kMaxFile);
  append(out, kMagic);
  append_le(out, kVersion);
  append_le(out, static_cast<std::uint16_t>(slots_.size() / kSlot));
  append_le(out, generation_ + 1);
  append(out, slots_);
  append_le(out, static_cast<std::uint16_t>(records_.size()));
  out.resize(out.size() + 6);
  for (const auto& record : records_) {
    append_le(out, static_cast<std::uint16_t>(record.purpose));
    append_le(out, static_cast<std::uint16_t>(record.state));
    append_le(out, std::uint32_t{0});
    append(out, record.id);
    append_le(out, record.created_ms);
    append_sealed(out, kek_, record.secret.view());
  }
  if (const auto kept = keep_previous_generation(file, kMaxFile + 1); !kept) return kept.error();
  if (const auto written = write_durably(file, out); !written) return written.error();
  ++generation_;
  return {};
}

void Keystore::add(KeyRecord record) {
  const auto known = std::find_if(records_.begin(), records_.end(), [&](const auto& r) { return r.id == record.id; });
  if (known != records_.end()) records_.erase(known);
  records_.push_back(std::move(record));
}

void Keystore::set_state(const KeyId& id, KeyState state) {
  for (auto& record : records_)
    if (record.id == id) record.state = state;
}

Result<SigningKey> Keystore::signing_key(KeyPurpose purpose) const {
  const auto* record = is_signing(purpose) ? newest_current(records_, purpose) : nullptr;
  if (record == nullptr) return errc::no_such_key;
  return SigningKey::from_secret(record->secret.view());
}

Result<DecryptionKey> Keystore::decryption_key(KeyPurpose purpose) const {
  const auto* record = is_encryption(purpose) ? newest_current(records_, purpose) : nullptr;
  if (record == nullptr) return errc::no_such_key;
  return DecryptionKey::from_secret(record->secret.view().first<32>());
}

std::vector<SigningKey> Keystore::signing_keys(KeyPurpose purpose) const {
  std::vector<SigningKey> keys;
  if (!is_signing(purpose)) return keys;
  for (const auto* record : current_first(records_, purpose))
    keys.push_back(SigningKey::from_secret(record->secret.view()));
  return keys;
}

std::vector<DecryptionKey> Keystore::decryption_keys(KeyPurpose purpose) const {
  std::vector<DecryptionKey> keys;
  if (!is_encryption(purpose)) return keys;
  for (const auto* record : current_first(records_, purpose))
    keys.push_back(DecryptionKey::from_secret(record->secret.view().first<32>()));
  return keys;
}

Result<Secret<32>> Keystore::symmetric_key(KeyPurpose purpose) const {
  const auto* record = purpose == KeyPurpose::server ? newest_current(records_, purpose) : nullptr;
  if (record == nullptr) return errc::no_such_key;
  return Secret<32>(record->secret.view().first<32>());
}

KeyRecord Keystore::record_of(KeyPurpose purpose, const SigningKey& key, std::uint64_t created_ms) {
  return make_record(purpose, key.id(), created_ms, key.secret.view());
}

KeyRecord Keystore::record_of(KeyPurpose purpose, const DecryptionKey& key, std::uint64_t created_ms) {
  return make_record(purpose, key.id(), created_ms, key.secret.view());
}

KeyRecord Keystore::record_of(KeyPurpose purpose, const Secret<32>& key, std::uint64_t created_ms) {
  // There is no public half to name it by; a keyed hash of nothing names the key and tells nothing of it.
  const auto full = keyed_hash("TRM1-keyid", key.view(), {});
  KeyId id{};
  std::copy_n(full.begin(), id.size(), id.begin());
  return make_record(purpose, id, created_ms, key.view());
}

}  // namespace tram::crypto
