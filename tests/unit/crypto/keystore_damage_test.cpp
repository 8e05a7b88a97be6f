// A keystore that was changed on the disk, by accident or by somebody, never opens and never costs more than it may.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "keystore_folder.h"

namespace tram::crypto {
namespace {

using test::kCheap;

constexpr std::size_t kGeneration = 12;  // a plain counter of four bytes
constexpr std::size_t kFirstSlot = 16;

class KeystoreDamage : public test::KeystoreFolder {
 protected:
  KeystoreDamage() {
    auto store = Keystore::create(machine_);
    store->add(Keystore::record_of(KeyPurpose::service, SigningKey::from_seed(Bytes(32, 1)), 1700000000000));
    store->add(Keystore::record_of(KeyPurpose::server, Secret<32>(Bytes(32, 2)), 1700000000000));
    EXPECT_TRUE(store->save(file_));
    good_ = read(file_);
  }
  Bytes good_;
};

TEST_F(KeystoreDamage, OfAnySingleBitIsRefused) {
  ASSERT_EQ(good_.size(), 16u + 104 + 8 + 2 * 136);
  ASSERT_EQ(load_error(good_, machine_), Error());
  for (std::size_t bit = 0; bit < good_.size() * 8; ++bit) {
    auto bad = good_;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    const auto error = load_error(bad, machine_);
    if (bit / 8 >= kGeneration && bit / 8 < kGeneration + 4)
      EXPECT_EQ(error, Error()) << "nothing is decided by the generation, bit " << bit;
    else
      EXPECT_TRUE(error == errc::keystore_damaged || error == errc::wrong_passphrase) << error << " at bit " << bit;
  }
}

TEST_F(KeystoreDamage, OfTheLengthIsRefused) {
  for (std::size_t size = 0; size < good_.size(); ++size)
    EXPECT_EQ(load_error(ByteView(good_).first(size), machine_), errc::keystore_damaged) << size;
  for (const std::size_t more : {1u, 104u, 136u, 100000u}) {
    auto longer = good_;
    longer.resize(good_.size() + more);
    EXPECT_EQ(load_error(longer, machine_), errc::keystore_damaged) << more;
  }
}

TEST_F(KeystoreDamage, OfCountsIsRefused) {
  for (const auto slots : std::initializer_list<std::uint16_t>{0, 2, 5, 65535}) {
    auto bad = good_;
    store_le(bad.data() + 10, slots);
    EXPECT_EQ(load_error(bad, machine_), errc::keystore_damaged) << slots;
  }
  for (const auto records : std::initializer_list<std::uint16_t>{0, 1, 3, 64, 65, 65535}) {
    auto bad = good_;
    store_le(bad.data() + kFirstSlot + 104, records);
    EXPECT_EQ(load_error(bad, machine_), errc::keystore_damaged) << records;
  }
  auto many = good_;  // 65 records that are all there
  store_le(many.data() + kFirstSlot + 104, std::uint16_t{65});
  while (many.size() < 16 + 104 + 8 + 65 * 136) append(many, ByteView(good_).last(136));
  EXPECT_EQ(load_error(many, machine_), errc::keystore_damaged);
  auto crowded = good_;  // five slots likewise
  store_le(crowded.data() + 10, std::uint16_t{5});
  const Bytes slot(good_.begin() + kFirstSlot, good_.begin() + kFirstSlot + 104);
  for (int i = 0; i < 4; ++i) crowded.insert(crowded.begin() + kFirstSlot, slot.begin(), slot.end());
  EXPECT_EQ(load_error(crowded, machine_), errc::keystore_damaged);
}

TEST_F(KeystoreDamage, ByTextModeOrAnotherVersionIsRefused) {
  auto text_mode = good_;
  text_mode.erase(text_mode.begin() + 4);  // CR LF became LF
  EXPECT_EQ(load_error(text_mode, machine_), errc::keystore_damaged);
  auto newer = good_;
  store_le(newer.data() + 8, std::uint16_t{2});
  EXPECT_EQ(load_error(newer, machine_), errc::keystore_damaged);
}

TEST_F(KeystoreDamage, BySwappedContentsIsRefused) {
  auto swapped = good_;  // the second secret under the first record's name
  std::copy(good_.end() - 136 + 32, good_.end(), swapped.end() - 2 * 136 + 32);
  EXPECT_EQ(load_error(swapped, machine_), errc::keystore_damaged);
}

TEST_F(KeystoreDamage, OfAnUnknownPurposeOrStateIsRefused) {
  const std::size_t record = good_.size() - 136;
  for (const auto value : std::initializer_list<std::uint16_t>{0, 9, 256, 65535}) {
    auto purpose = good_;
    store_le(purpose.data() + record, value);
    EXPECT_EQ(load_error(purpose, machine_), errc::keystore_damaged) << value;
    auto state = good_;
    store_le(state.data() + record + 2, static_cast<std::uint16_t>(value == 0 ? 0 : value + 1));
    EXPECT_EQ(load_error(state, machine_), errc::keystore_damaged) << value;
  }
}

TEST_F(KeystoreDamage, OfReservedBytesIsRefusedAsSuch) {
  const std::size_t record = good_.size() - 136;
  for (const std::size_t at :
       {kFirstSlot + 1, kFirstSlot + 3, kFirstSlot + 106, kFirstSlot + 111, record + 4, record + 7}) {
    auto bad = good_;
    bad[at] = 1;
    EXPECT_EQ(load_error(bad, machine_), errc::keystore_damaged) << at;
  }
}

TEST_F(KeystoreDamage, ThatAsksForTooMuchIsRefusedBeforeAnyDerivation) {
  const Unlock unlock{.passphrase = "p", .machine_key_file = {}};
  auto store = Keystore::create(unlock, kCheap);
  ASSERT_TRUE(store->save(file_));
  const auto good = read(file_);
  ASSERT_EQ(load_error(good, unlock), Error());
  // A derivation of these would take hours or fail with out_of_memory; both would fail this test.
  struct Cost {
    std::uint32_t passes;
    std::uint64_t memory;
  };
  for (const auto type : {1, 3})
    for (const auto& [passes, memory] :
         {Cost{11, 8192}, Cost{0xffffffff, 8192}, Cost{0, 8192}, Cost{1, (1ull << 30) + 1}, Cost{1, 1ull << 63},
          Cost{1, ~0ull}, Cost{1, 8191}, Cost{1, 0}, Cost{0xffffffff, ~0ull}}) {
      auto bad = good;
      bad[kFirstSlot] = static_cast<std::uint8_t>(type);
      store_le(bad.data() + kFirstSlot + 4, passes);
      store_le(bad.data() + kFirstSlot + 8, memory);
      ASSERT_EQ(load_error(bad, unlock), errc::keystore_damaged) << passes << " " << memory;
    }
  // Also in a slot that is not the one to be opened.
  auto second = good;
  store_le(second.data() + 10, std::uint16_t{2});
  Bytes hostile(good.begin() + kFirstSlot, good.begin() + kFirstSlot + 104);
  store_le(hostile.data() + 4, std::uint32_t{11});
  second.insert(second.begin() + kFirstSlot + 104, hostile.begin(), hostile.end());
  EXPECT_EQ(load_error(second, unlock), errc::keystore_damaged);
  // The bound itself is allowed: derived, and then not authentic.
  auto bound = good;
  store_le(bound.data() + kFirstSlot + 4, std::uint32_t{10});
  store_le(bound.data() + kFirstSlot + 8, std::uint64_t{8192});
  EXPECT_EQ(load_error(bound, unlock), errc::wrong_passphrase);
}

TEST_F(KeystoreDamage, OfTheFileItselfIsAnIoFailure) {
  EXPECT_EQ(Keystore::load(folder_ / "missing.tks", machine_).error(), errc::io_failed);
  EXPECT_EQ(Keystore::load(folder_, machine_).error(), errc::io_failed);
  const auto pipe = folder_ / "pipe.tks";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(Keystore::load(pipe, machine_).error(), errc::io_failed);
}

}  // namespace
}  // namespace tram::crypto
