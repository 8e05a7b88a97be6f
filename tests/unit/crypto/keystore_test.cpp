#include "crypto/keystore.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/random.h"
#include "keystore_folder.h"
#include "vector_file.h"

namespace tram::crypto {
namespace {

namespace fs = std::filesystem;
using test::kCheap;
using test::read_vectors;
class KeystoreFile : public test::KeystoreFolder {};

TEST_F(KeystoreFile, OfTheGoldenFileOpensByEverySlot) {
  const auto v = read_vectors("keystore.txt", 1).front();
  const auto golden = v.bytes("file");
  write(file_, golden);
  write(*machine_.machine_key_file, v.bytes("machine_key"));
  const auto text = [&](const char* field) { return std::string(as_text(v.bytes(field))); };
  const Unlock unlocks[] = {machine_,
                            {.passphrase = text("passphrase"), .machine_key_file = {}},
                            {.passphrase = text("recovery_code"), .machine_key_file = {}}};
  for (const auto& unlock : unlocks) {
    const auto store = Keystore::load(file_, unlock);
    ASSERT_TRUE(store) << store.error();
    ASSERT_EQ(store->records().size(), 4u);
    EXPECT_EQ(store->records()[1].state, KeyState::retired);
    EXPECT_EQ(store->records()[3].created_ms, 1700000000004u);
    const auto service = SigningKey::from_seed(v.bytes("service_seed"));
    EXPECT_EQ(store->signing_key(KeyPurpose::service)->public_key, service.public_key);
    EXPECT_EQ(store->records()[0].id, service.id());
    EXPECT_TRUE(equal(store->symmetric_key(KeyPurpose::server)->view(), v.bytes("server")));
    EXPECT_TRUE(equal(store->decryption_key(KeyPurpose::hub_encryption)->secret.view(), v.bytes("hub_current")));
    const auto keys = store->decryption_keys(KeyPurpose::hub_encryption);
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_TRUE(equal(keys[0].secret.view(), v.bytes("hub_current")));
    EXPECT_TRUE(equal(keys[1].secret.view(), v.bytes("hub_retired")));
  }
  // The ids a program gives are those of the file.
  EXPECT_EQ(Keystore::record_of(KeyPurpose::server, Secret<32>(v.bytes("server")), 0).id,
            Keystore::load(file_, machine_)->records()[3].id);

  auto store = Keystore::load(file_, machine_);
  ASSERT_TRUE(store->save(file_));
  const auto saved = read(file_);
  EXPECT_EQ(load_le<std::uint32_t>(saved.data() + 12), 8u);
  EXPECT_EQ(saved.size(), golden.size());
  EXPECT_TRUE(std::equal(saved.begin() + 16, saved.begin() + 16 + 3 * 104, golden.begin() + 16)) << "slots stay";
  EXPECT_EQ(read(folder_ / "keystore.tks.prev"), golden);
  for (const auto& unlock : unlocks) EXPECT_TRUE(Keystore::load(file_, unlock));
}

TEST_F(KeystoreFile, KeepsEveryKeyThroughARoundTrip) {
  const Unlock passphrase{.passphrase = "một hai ba", .machine_key_file = {}};
  auto store = Keystore::create(passphrase, kCheap);
  ASSERT_TRUE(store);
  const auto root = SigningKey::from_seed(Bytes(32, 1));
  const auto device = DecryptionKey::from_seed(Bytes(32, 2));
  const Secret<32> server{Bytes(32, 3)};
  store->add(Keystore::record_of(KeyPurpose::root, root, 10));
  store->add(Keystore::record_of(KeyPurpose::device_encryption, device, 20));
  store->add(Keystore::record_of(KeyPurpose::server, server, 30));
  ASSERT_TRUE(store->save(file_));
  EXPECT_EQ(mode(file_), 0600u);
  EXPECT_FALSE(fs::exists(folder_ / "keystore.tks.tmp"));
  EXPECT_FALSE(fs::exists(folder_ / "keystore.tks.prev"));
  EXPECT_EQ(read(file_).size(), 16u + 104 + 8 + 3 * 136);

  const auto loaded = Keystore::load(file_, passphrase);
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_TRUE(equal(loaded->signing_key(KeyPurpose::root)->secret.view(), root.secret.view()));
  EXPECT_TRUE(equal(loaded->decryption_key(KeyPurpose::device_encryption)->secret.view(), device.secret.view()));
  EXPECT_EQ(loaded->decryption_key(KeyPurpose::device_encryption)->public_key, device.public_key);
  EXPECT_TRUE(equal(loaded->symmetric_key(KeyPurpose::server)->view(), server.view()));
  EXPECT_EQ(loaded->records()[1].created_ms, 20u);
}

TEST_F(KeystoreFile, HoldsNoSecretInTheClear) {
  auto store = Keystore::create(machine_);
  const auto key = SigningKey::generate();
  store->add(Keystore::record_of(KeyPurpose::service, key, 1));
  ASSERT_TRUE(store->save(file_));
  const auto bytes = read(file_);
  const auto machine_key = read(*machine_.machine_key_file);
  const auto seed = key.secret.view().first(32);
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), seed.begin(), seed.end()), bytes.end());
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), machine_key.begin(), machine_key.end()), bytes.end());
}

TEST_F(KeystoreFile, RefusesTheWrongKey) {
  const Unlock both{.passphrase = "right", .machine_key_file = machine_.machine_key_file};
  auto store = Keystore::create(both, kCheap);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->save(file_));
  const auto with = [](std::string passphrase) { return Unlock{.passphrase = passphrase, .machine_key_file = {}}; };
  EXPECT_TRUE(Keystore::load(file_, with("right")));
  EXPECT_TRUE(Keystore::load(file_, machine_));
  EXPECT_TRUE(Keystore::load(file_, both));
  for (const char* wrong : {"Right", "right ", "", "righ"})
    EXPECT_EQ(Keystore::load(file_, with(wrong)).error(), errc::wrong_passphrase) << wrong;
  EXPECT_EQ(Keystore::load(file_, {}).error(), errc::wrong_passphrase);

  Unlock other{.passphrase = {}, .machine_key_file = folder_ / "other.key"};
  EXPECT_EQ(Keystore::load(file_, other).error(), errc::io_failed);
  for (const std::size_t size : {0u, 31u, 33u}) {
    write(*other.machine_key_file, Bytes(size, 1));
    EXPECT_EQ(Keystore::load(file_, other).error(), errc::io_failed) << size;
  }
  EXPECT_TRUE(Keystore::load(file_, {.passphrase = "right", .machine_key_file = other.machine_key_file}));
  EXPECT_EQ(Keystore::load(file_, {.passphrase = "wrong", .machine_key_file = other.machine_key_file}).error(),
            errc::wrong_passphrase);
  write(*other.machine_key_file, Bytes(32, 1));
  EXPECT_EQ(Keystore::load(file_, other).error(), errc::wrong_passphrase);
}

TEST_F(KeystoreFile, MakesTheMachineKeyOnceAndForItsUserOnly) {
  ASSERT_TRUE(Keystore::create(machine_));
  const auto first = read(*machine_.machine_key_file);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, Bytes(32, 0));
  EXPECT_EQ(mode(*machine_.machine_key_file), 0600u);
  ASSERT_TRUE(Keystore::create(machine_));
  EXPECT_EQ(read(*machine_.machine_key_file), first);
  write(*machine_.machine_key_file, Bytes(5));
  EXPECT_EQ(Keystore::create(machine_).error(), errc::io_failed);
  EXPECT_EQ(read(*machine_.machine_key_file), Bytes(5)) << "a damaged key file is not replaced";
}

TEST_F(KeystoreFile, RefusesToBeMadeUnopenable) {
  EXPECT_EQ(Keystore::create({}).error(), errc::wrong_passphrase);
  const Unlock unlock{.passphrase = "p", .machine_key_file = {}};
  for (const KeystoreCost cost : {KeystoreCost{0, 8u << 20}, KeystoreCost{11, 8u << 20}, KeystoreCost{1, 8191},
                                  KeystoreCost{1, (1ull << 30) + 1}})
    EXPECT_EQ(Keystore::create(unlock, cost).error(), errc::out_of_memory) << cost.passes << " " << cost.memory_bytes;
}

TEST_F(KeystoreFile, IsReplacedWholeOrNotAtAll) {
  auto store = Keystore::create(machine_);
  store->add(Keystore::record_of(KeyPurpose::service, SigningKey::generate(), 1));
  ASSERT_TRUE(store->save(file_));
  const auto first = read(file_);
  EXPECT_EQ(load_le<std::uint32_t>(first.data() + 12), 1u);
  write(folder_ / "keystore.tks.tmp", as_bytes("left over"));
  ASSERT_TRUE(store->save(file_));
  EXPECT_EQ(mode(file_), 0600u);
  EXPECT_EQ(mode(folder_ / "keystore.tks.prev"), 0600u);
  EXPECT_EQ(read(folder_ / "keystore.tks.prev"), first);
  const auto second = read(file_);
  EXPECT_EQ(load_le<std::uint32_t>(second.data() + 12), 2u);
  EXPECT_FALSE(std::equal(first.begin() + 160, first.end(), second.begin() + 160)) << "a nonce is never used twice";

  fs::create_directory(folder_ / "keystore.tks.tmp");  // now no temporary file can be made
  EXPECT_EQ(store->save(file_).error(), errc::io_failed);
  EXPECT_EQ(read(file_), second);
  fs::remove(folder_ / "keystore.tks.tmp");
  ASSERT_TRUE(store->save(file_));
  EXPECT_EQ(load_le<std::uint32_t>(read(file_).data() + 12), 3u) << "a failed save counts no generation";
  EXPECT_EQ(store->save(folder_ / "missing" / "keystore.tks").error(), errc::io_failed);
}

TEST_F(KeystoreFile, HoldsSixtyFourRecordsAndRefusesMore) {
  auto store = Keystore::create(machine_);
  for (std::uint8_t i = 0; i < 64; ++i)
    store->add(Keystore::record_of(KeyPurpose::device_encryption, DecryptionKey::from_seed(Bytes(32, i)), i));
  ASSERT_TRUE(store->save(file_));
  EXPECT_EQ(Keystore::load(file_, machine_)->records().size(), 64u);
  const auto before = read(file_);
  store->add(Keystore::record_of(KeyPurpose::device_encryption, DecryptionKey::from_seed(Bytes(32, 64)), 64));
  EXPECT_EQ(store->save(file_).error(), errc::keystore_damaged);
  EXPECT_EQ(read(file_), before);
}

TEST_F(KeystoreFile, GivesTheNewestCurrentKeyOfThePurpose) {
  auto store = Keystore::create(machine_);
  std::vector<DecryptionKey> keys;
  for (std::uint8_t i = 0; i < 4; ++i) keys.push_back(DecryptionKey::from_seed(Bytes(32, i)));
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption).error(), errc::no_such_key);
  EXPECT_TRUE(store->decryption_keys(KeyPurpose::hub_encryption).empty());
  const std::uint64_t created[] = {30, 10, 40, 20};
  for (std::size_t i = 0; i < 4; ++i) store->add(Keystore::record_of(KeyPurpose::hub_encryption, keys[i], created[i]));
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption)->public_key, keys[2].public_key);
  store->set_state(keys[2].id(), KeyState::retired);
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption)->public_key, keys[0].public_key);
  std::vector<EncryptKey> order;
  for (const auto& key : store->decryption_keys(KeyPurpose::hub_encryption)) order.push_back(key.public_key);
  EXPECT_EQ(order,
            (std::vector<EncryptKey>{keys[0].public_key, keys[3].public_key, keys[1].public_key, keys[2].public_key}));

  // No purpose gives a key of another kind.
  EXPECT_EQ(store->signing_key(KeyPurpose::hub_encryption).error(), errc::no_such_key);
  EXPECT_EQ(store->symmetric_key(KeyPurpose::hub_encryption).error(), errc::no_such_key);
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption_next).error(), errc::no_such_key);
  store->add(Keystore::record_of(KeyPurpose::service, SigningKey::generate(), 1));
  EXPECT_EQ(store->decryption_key(KeyPurpose::service).error(), errc::no_such_key);
  EXPECT_TRUE(store->decryption_keys(KeyPurpose::service).empty());
}

TEST_F(KeystoreFile, HoldsAKeyOnceSoThatNextBecomesCurrent) {
  auto store = Keystore::create(machine_);
  const auto key = DecryptionKey::generate();
  store->add(Keystore::record_of(KeyPurpose::hub_encryption_next, key, 1));
  store->add(Keystore::record_of(KeyPurpose::hub_encryption, key, 1));
  EXPECT_EQ(store->records().size(), 1u);
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption)->public_key, key.public_key);
  EXPECT_EQ(store->decryption_key(KeyPurpose::hub_encryption_next).error(), errc::no_such_key);
}

}  // namespace
}  // namespace tram::crypto
