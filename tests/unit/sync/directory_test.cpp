// The directory: form of entries, rules of the chain, look-ups as of a version, and the key file (bundle design 5.2).
#include "sync/directory.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

// An entry with any number of signatures, as a root change needs two.
DirectoryEntry signed_entry(std::uint64_t version, const Hash& prev, const DirectoryBody& body,
                            const std::vector<std::uint8_t>& seeds, std::string_view purpose) {
  const Bytes one = make_entry(kZone, version, prev, 5, body, key_of(seeds.front())).bytes;
  Bytes bytes(one.begin(), one.begin() + 112);
  store_le(&bytes[6], static_cast<std::uint16_t>(seeds.size()));
  const Bytes header = bytes;
  for (const std::uint8_t seed : seeds) {
    const auto key = key_of(seed);
    append(bytes, key.id());
    append(bytes, crypto::sign(key, purpose, {header}));
  }
  append(bytes, ByteView(one).subspan(112 + 80));
  return decode_entry(bytes).value();
}

class Chain {
 public:
  Chain() : directory_(key_of(kRootKey).public_key) { EXPECT_TRUE(add(sample_hub_keys(), kRootKey)); }
  DirectoryEntry next(const DirectoryBody& body, std::uint8_t seed = kDirectoryKey) const {
    return make_entry(kZone, directory_.version() + 1, directory_.head(), 5, body, key_of(seed));
  }
  Result<void> add(const DirectoryBody& body, std::uint8_t seed = kDirectoryKey) {
    return directory_.append(next(body, seed));
  }
  // The next HUB_KEYS entry, as it would be without a change.
  HubKeys next_keys() const {
    HubKeys keys = *directory_.hub_keys();
    ++keys.root_seq;
    for (std::uint64_t v = directory_.version(); v > 0; --v)
      if (directory_.entry(v)->kind == EntryKind::hub_keys) {
        keys.previous = directory_.entry(v)->hash;
        break;
      }
    return keys;
  }
  Directory& operator*() { return directory_; }
  Directory* operator->() { return &directory_; }

 private:
  Directory directory_;
};

TEST(DirectoryEntry, HasTheHeaderOfTheFormat) {
  const DirectoryEntry e = sample_directory()[1].entry;
  const Bytes& b = e.bytes;
  EXPECT_EQ(to_hex(ByteView(b).first(8)),
            "44495231"
            "0200"
            "0100");
  EXPECT_EQ(to_hex(ByteView(b).subspan(8, 16)), kZone.hex());
  EXPECT_EQ(load_le<std::uint64_t>(&b[24]), 2u);
  EXPECT_EQ(to_hex(ByteView(b).subspan(32, 32)), to_hex(sample_directory()[0].entry.hash));
  EXPECT_EQ(load_le<std::uint64_t>(&b[64]), 1'750'000'000'000u);
  EXPECT_EQ(load_le<std::uint32_t>(&b[72]), b.size() - 112 - 80);
  EXPECT_EQ(load_le<std::uint32_t>(&b[76]), 0u);
  const ByteView body = ByteView(b).subspan(192);
  EXPECT_EQ(to_hex(ByteView(b).subspan(80, 32)), to_hex(crypto::hash("TRM1-dir", {body})));
  EXPECT_EQ(e.hash, crypto::hash("TRM1-dir", {ByteView(b).first(112)}));
  EXPECT_EQ(to_hex(ByteView(b).subspan(112, 16)), to_hex(key_of(kDirectoryKey).id()));
}

TEST(DirectoryEntry, OfEachKindComesBack) {
  for (const auto& [name, entry] : sample_directory()) {
    const auto back = decode_entry(entry.bytes);
    ASSERT_TRUE(back) << name << " " << back.error().message();
    EXPECT_EQ(back->body, entry.body) << name;
    EXPECT_EQ(back->kind, entry.kind) << name;
    EXPECT_EQ(back->hash, entry.hash) << name;
    EXPECT_EQ(back->signatures, entry.signatures) << name;
    for (std::size_t size = 0; size < entry.bytes.size(); ++size)
      EXPECT_EQ(decode_entry(ByteView(entry.bytes).first(size)).error(), errc::truncated) << name << size;
  }
}

TEST(DirectoryEntry, OfAKindNotKnownIsKept) {
  Bytes bytes = sample_directory()[4].entry.bytes;
  store_le(&bytes[4], std::uint16_t{77});
  const auto back = decode_entry(bytes);
  ASSERT_TRUE(back);
  ASSERT_TRUE(std::holds_alternative<OpaqueEntry>(back->body));
  EXPECT_EQ(std::get<OpaqueEntry>(back->body).body, Bytes(bytes.begin() + 192, bytes.end()));
  EXPECT_EQ(back->bytes, bytes);
}

TEST(DirectoryEntry, RefusesEachBadField) {
  const Refusal cases[] = {{"magic", 0, {'X'}, errc::bad_magic},
                           {"no signature", 6, {0, 0}, errc::bad_value},
                           {"ten signatures", 6, {10, 0}, errc::bad_value},
                           {"version 0", 24, Bytes(8, 0), errc::bad_value},
                           {"version 2^32", 24, {0, 0, 0, 0, 1, 0, 0, 0}, errc::bad_value},
                           {"body above 255 KiB", 72, {0x01, 0xFC, 0x03, 0x00}, errc::over_limit},
                           {"body length below", 72, {1, 0}, errc::trailing_bytes},
                           {"reserved", 76, {1}, errc::bad_value},
                           {"body hash", 80, {0}, errc::bad_value},
                           {"body", 192, {0xFF}, errc::bad_value}};
  for (const Refusal& c : cases) {
    Bytes b = sample_directory()[1].entry.bytes;
    std::copy(c.bytes.begin(), c.bytes.end(), b.begin() + static_cast<std::ptrdiff_t>(c.offset));
    const auto back = decode_entry(b);
    ASSERT_FALSE(back) << c.name;
    EXPECT_EQ(back.error(), c.code) << c.name;
  }
}

TEST(DirectoryEntry, PolicyRowsAscendAndRanksAreSeven) {
  const auto refused = [](const Policy& p) {
    const auto e = make_entry(kZone, 1, Hash{}, 5, p, key_of(kDirectoryKey));
    const auto back = decode_entry(e.bytes);
    return !back && back.error() == errc::bad_value;
  };
  Policy p = sample_policy();
  EXPECT_FALSE(refused(p));
  std::swap(p.rows[0], p.rows[1]);
  EXPECT_TRUE(refused(p));
  p = sample_policy();
  p.rows[1] = p.rows[0];
  EXPECT_TRUE(refused(p)) << "the same row twice";
  p = sample_policy();
  p.ranks.pop_back();
  EXPECT_TRUE(refused(p));
}

TEST(DirectoryEntry, DeviceStateIsOneOfFour) {
  Device d = sample_device();
  d.state = static_cast<DeviceState>(4);
  EXPECT_EQ(decode_entry(make_entry(kZone, 1, Hash{}, 5, d, key_of(kDirectoryKey)).bytes).error(), errc::bad_value);
}

TEST(Directory, TakesTheChainInOrder) {
  Directory d(key_of(kRootKey).public_key);
  for (const auto& [name, entry] : sample_directory()) ASSERT_TRUE(d.append(entry)) << name;
  EXPECT_EQ(d.version(), 5u);
  EXPECT_EQ(d.head(), sample_directory()[4].entry.hash);
  EXPECT_EQ(d.zone(), kZone);
  EXPECT_EQ(*d.hub_keys(), sample_hub_keys());
  EXPECT_EQ(*d.organisation("A"), sample_organisation());
  EXPECT_EQ(*d.device(kDevice), sample_device());
  EXPECT_EQ(*d.policy(), sample_policy());
  ASSERT_EQ(d.calendars().size(), 1u);
  EXPECT_EQ(*d.calendars()[0], sample_calendar());
  EXPECT_EQ(d.hub_keys_entries(), std::vector<Bytes>{sample_directory()[0].entry.bytes});
}

TEST(Directory, KeepsEveryVersionOfSettingsAndCalendars) {
  Chain d;
  const SettingsEntry first{"policy", "", 1, {1}}, other{"criteria", "A", 1, {2}}, second{"policy", "", 2, {3}};
  CalendarEntry newer = sample_calendar();
  ++newer.version;
  for (const DirectoryBody& body : std::initializer_list<DirectoryBody>{first, sample_calendar(), other, second, newer})
    ASSERT_TRUE(d.add(body));
  const auto policies = d->settings("policy");
  ASSERT_EQ(policies.size(), 2u);
  EXPECT_EQ(*policies[0], first);
  EXPECT_EQ(*policies[1], second);
  ASSERT_EQ(d->settings("criteria").size(), 1u);
  EXPECT_EQ(d->settings("criteria")[0]->owner, "A");
  EXPECT_TRUE(d->settings("mood").empty());
  EXPECT_EQ(d->all_calendars().size(), 2u);
  ASSERT_EQ(d->calendars().size(), 1u);
  EXPECT_EQ(*d->calendars()[0], newer);
}

TEST(Directory, RefusesGapBreakAndOtherEntries) {
  Chain d;
  ASSERT_TRUE(d.add(sample_organisation()));
  const Hash head = d->head();
  const auto key = key_of(kDirectoryKey);
  const auto gap = make_entry(kZone, 4, head, 5, sample_device(), key);
  EXPECT_EQ(d->append(gap).error(), errc::bad_directory);
  const auto broken = make_entry(kZone, 3, hash_of(1), 5, sample_device(), key);
  EXPECT_EQ(d->append(broken).error(), errc::bad_directory);
  const auto other = make_entry(kZone, 2, d->entry(1)->hash, 6, sample_organisation(), key);
  EXPECT_EQ(d->append(other).error(), errc::bad_directory);
  const DirectoryEntry same = *d->entry(2);
  EXPECT_EQ(d->append(same).error(), errc::directory_rollback);
  const auto elsewhere = make_entry(id<ZoneId>(0xD2), 3, head, 5, sample_device(), key);
  EXPECT_EQ(d->append(elsewhere).error(), errc::wrong_zone);
  EXPECT_EQ(d->version(), 2u);
  EXPECT_EQ(d->head(), head);
}

TEST(Directory, BeginsWithHubKeysSignedByTheFirstRoot) {
  Directory d(key_of(kRootKey).public_key);
  EXPECT_EQ(d.append(make_entry(kZone, 1, Hash{}, 5, sample_organisation(), key_of(kDirectoryKey))).error(),
            errc::root_chain);
  EXPECT_EQ(d.append(make_entry(kZone, 1, Hash{}, 5, sample_hub_keys(), key_of(kDirectoryKey))).error(),
            errc::bad_signature);
  HubKeys later = sample_hub_keys();
  later.root_seq = 2;
  EXPECT_EQ(d.append(make_entry(kZone, 1, Hash{}, 5, later, key_of(kRootKey))).error(), errc::root_chain);
  EXPECT_TRUE(d.append(make_entry(kZone, 1, Hash{}, 5, sample_hub_keys(), key_of(kRootKey))));
}

TEST(Directory, OnlyTheDirectoryKeySignsOtherEntries) {
  Chain d;
  EXPECT_EQ(d.add(sample_organisation(), kServiceKey).error(), errc::bad_signature);
  EXPECT_EQ(d.add(sample_organisation(), kRootKey).error(), errc::bad_signature);
  EXPECT_EQ(d.add(sample_organisation(), kDeviceKey).error(), errc::bad_signature);
  DirectoryEntry wrong_purpose = signed_entry(2, d->head(), sample_organisation(), {kDirectoryKey}, "root");
  EXPECT_EQ(d->append(wrong_purpose).error(), errc::bad_signature);
  EXPECT_TRUE(d.add(sample_organisation()));
}

TEST(Directory, ASignatureCoversTheWholeHeader) {
  Chain d;
  const Bytes good = d.next(sample_organisation()).bytes;
  for (const std::size_t at : {64u, 70u}) {  // issued_ms: nothing but the signature guards it
    Bytes bad = good;
    bad[at] ^= 1;
    const auto entry = decode_entry(bad);
    ASSERT_TRUE(entry);
    EXPECT_EQ(d->append(*entry).error(), errc::bad_signature) << at;
  }
}

constexpr std::uint8_t kNewRoot = 0x22, kNewDirectory = 0x23;

TEST(Directory, ARootChangeNeedsBothRoots) {
  Chain d;
  HubKeys keys = d.next_keys();
  keys.roots = {key_of(kNewRoot).public_key};
  const auto by = [&](const std::vector<std::uint8_t>& seeds) {
    return d->append(signed_entry(2, d->head(), keys, seeds, "root"));
  };
  EXPECT_EQ(by({kRootKey}).error(), errc::root_chain);
  EXPECT_EQ(by({kNewRoot}).error(), errc::bad_signature);
  EXPECT_EQ(by({kRootKey, kRootKey}).error(), errc::root_chain);
  EXPECT_TRUE(by({kRootKey, kNewRoot}));
  keys = d.next_keys();
  EXPECT_EQ(d.add(keys, kRootKey).error(), errc::bad_signature) << "the old root is out of force";
  EXPECT_TRUE(d.add(keys, kNewRoot));
}

TEST(Directory, HubKeysNameTheEntryBeforeThem) {
  Chain d;
  ASSERT_TRUE(d.add(sample_organisation()));
  HubKeys keys = d.next_keys();
  keys.previous = hash_of(1);
  EXPECT_EQ(d.add(keys, kRootKey).error(), errc::root_chain);
  keys = d.next_keys();
  keys.root_seq = 3;
  EXPECT_EQ(d.add(keys, kRootKey).error(), errc::root_chain);
  keys = d.next_keys();
  keys.roots.clear();
  EXPECT_EQ(d.add(keys, kRootKey).error(), errc::root_chain);
  EXPECT_TRUE(d.add(d.next_keys(), kRootKey));
}

TEST(Directory, ANewDirectoryKeyReplacesTheOldOne) {
  Chain d;
  HubKeys keys = d.next_keys();
  keys.directory_key = key_of(kNewDirectory).public_key;
  ASSERT_TRUE(d.add(keys, kRootKey));
  EXPECT_EQ(d.add(sample_organisation(), kDirectoryKey).error(), errc::bad_signature);
  EXPECT_TRUE(d.add(sample_organisation(), kNewDirectory));
}

TEST(Directory, LooksUpAsOfAVersion) {
  Chain d;
  ASSERT_TRUE(d.add(sample_organisation()));  // 2
  ASSERT_TRUE(d.add(sample_device()));        // 3
  ASSERT_TRUE(d.add(sample_policy()));        // 4
  Organisation renamed = sample_organisation();
  renamed.name_en = "Renamed";
  ASSERT_TRUE(d.add(renamed));  // 5
  Device revoked = sample_device();
  revoked.state = DeviceState::revoked;
  ASSERT_TRUE(d.add(revoked));  // 6
  Policy policy = sample_policy();
  policy.rules_epoch = 9;
  ASSERT_TRUE(d.add(policy));  // 7
  const OrganisationId a = sample_organisation().id;
  EXPECT_EQ(d->organisation(a, 1), nullptr);
  EXPECT_EQ(d->organisation(a, 4)->name_en, "Department of Agriculture");
  EXPECT_EQ(d->organisation(a, 5)->name_en, "Renamed");
  EXPECT_EQ(d->organisation(a)->name_en, "Renamed");
  EXPECT_EQ(d->device(kDevice, 2), nullptr);
  EXPECT_EQ(d->device(kDevice, 5)->state, DeviceState::active);
  EXPECT_EQ(d->device(kDevice)->state, DeviceState::revoked);
  EXPECT_EQ(d->policy(3), nullptr);
  EXPECT_EQ(d->policy(6)->rules_epoch, 4);
  EXPECT_EQ(d->policy()->rules_epoch, 9);
  EXPECT_EQ(d->device(id<DeviceId>(0xEE)), nullptr);
  EXPECT_EQ(d->organisation("B"), nullptr);
  EXPECT_TRUE(d->devices_of(a).empty()) << "a revoked device is no device of the site";
  EXPECT_EQ(d->devices().size(), 1u);
}

TEST(Directory, KnowsWhoMaySignAContainer) {
  Chain d;
  ASSERT_TRUE(d.add(sample_device()));
  const auto hub = d->signer(key_of(kServiceKey).id());
  ASSERT_TRUE(hub);
  EXPECT_TRUE(hub->is_hub);
  EXPECT_EQ(hub->device, sample_hub_keys().hub_device);
  const auto site = d->signer(key_of(kDeviceKey).id());
  ASSERT_TRUE(site);
  EXPECT_FALSE(site->is_hub);
  EXPECT_FALSE(site->revoked);
  EXPECT_EQ(site->device, kDevice);
  EXPECT_FALSE(d->signer(key_of(kRootKey).id()));
  EXPECT_FALSE(d->signer(key_of(kDirectoryKey).id()));
}

TEST(Directory, KnowsTheTree) {
  Chain d;
  const auto add = [&](const std::string& code, const std::string& parent) {
    Organisation o;
    o.id = organisation_id(kZone, code);
    o.code = code;
    if (!parent.empty()) o.parent = organisation_id(kZone, parent);
    EXPECT_TRUE(d.add(o));
    return o.id;
  };
  const auto nation = add("n", ""), province = add("p", "n"), district = add("d", "p"), other = add("o", "n");
  EXPECT_TRUE(d->stands_above(nation, district));
  EXPECT_TRUE(d->stands_above(province, district));
  EXPECT_FALSE(d->stands_above(district, province));
  EXPECT_FALSE(d->stands_above(district, district));
  EXPECT_FALSE(d->stands_above(other, district));
  EXPECT_FALSE(d->stands_above(nation, id<OrganisationId>(0xEE)));
  EXPECT_EQ(d->organisations().front()->code, "d");
}

TEST(Policy, FindsItsRowAndNothingElse) {
  const Policy p = sample_policy();
  EXPECT_EQ(p.row(1, 0, 1, 0), &p.rows[0]);
  EXPECT_EQ(p.row(1, 6, 7, 4), &p.rows[2]);
  EXPECT_EQ(p.row(1, 6, 7, 3), nullptr);
  EXPECT_EQ(p.row(1, 5, 3, 0), nullptr);
  EXPECT_EQ(p.row(2, 0, 1, 0), nullptr);
}

// --- key file --------------------------------------------------------------------------------------------------------

Bytes key_file() {
  Chain d;
  EXPECT_TRUE(d.add(sample_organisation()));
  HubKeys keys = d.next_keys();
  keys.service_key = key_of(0x24).public_key;
  EXPECT_TRUE(d.add(keys, kRootKey));
  return encode_key_file(key_of(kRootKey).public_key, d->hub_keys_entries());
}

TEST(KeyFile, TellsTheKeysInForce) {
  const auto file = decode_key_file(key_file());
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->root, key_of(kRootKey).public_key);
  EXPECT_EQ(file->zone, kZone);
  ASSERT_EQ(file->entries.size(), 2u);
  EXPECT_EQ(file->in_force.service_key, key_of(0x24).public_key);
  EXPECT_EQ(file->in_force.root_seq, 2u);
}

TEST(KeyFile, CutAnywhereIsRefused) {
  const Bytes file = key_file();
  // A cut between two entries leaves an older, valid key file; it names older keys and nothing else.
  const std::size_t first_end = 44 + load_le<std::uint32_t>(&file[40]);
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto back = decode_key_file(ByteView(file).first(size));
    if (size == first_end) {
      ASSERT_TRUE(back);
      EXPECT_EQ(back->in_force.root_seq, 1u);
    } else {
      ASSERT_FALSE(back) << size;
      EXPECT_EQ(back.error(), errc::truncated) << size;
    }
  }
}

TEST(KeyFile, AnyChangedByteIsRefused) {
  const Bytes file = key_file();
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes bad = file;
    bad[at] ^= 0x40;
    EXPECT_FALSE(decode_key_file(bad)) << at;
  }
}

TEST(KeyFile, OfAnotherRootIsRefused) {
  Bytes file = key_file();
  const auto other = key_of(kNewRoot).public_key;
  std::copy(other.begin(), other.end(), file.begin() + 8);
  EXPECT_EQ(decode_key_file(file).error(), errc::bad_signature);
}

TEST(KeyFile, MissingAnEntryOrHoldingAnotherKindIsRefused) {
  Chain d;
  ASSERT_TRUE(d.add(d.next_keys(), kRootKey));
  ASSERT_TRUE(d.add(d.next_keys(), kRootKey));
  const auto all = d->hub_keys_entries();
  const auto root = key_of(kRootKey).public_key;
  ASSERT_TRUE(decode_key_file(encode_key_file(root, all)));
  EXPECT_EQ(decode_key_file(encode_key_file(root, {all[0], all[2]})).error(), errc::root_chain);
  EXPECT_EQ(decode_key_file(encode_key_file(root, {all[1]})).error(), errc::root_chain);
  EXPECT_EQ(decode_key_file(encode_key_file(root, {all[0], d.next(sample_organisation()).bytes})).error(),
            errc::root_chain);
  EXPECT_FALSE(decode_key_file(encode_key_file(root, {})));
}

TEST(KeyFile, FollowsAChangeOfRoots) {
  Chain d;
  HubKeys keys = d.next_keys();
  keys.roots = {key_of(kNewRoot).public_key};
  const auto change = signed_entry(2, d->head(), keys, {kRootKey, kNewRoot}, "root");
  const auto lonely = signed_entry(2, d->head(), keys, {kRootKey}, "root");
  const auto root = key_of(kRootKey).public_key;
  const Bytes first = d->entry(1)->bytes;
  EXPECT_TRUE(decode_key_file(encode_key_file(root, {first, change.bytes})));
  EXPECT_EQ(decode_key_file(encode_key_file(root, {first, lonely.bytes})).error(), errc::root_chain);
}

}  // namespace
}  // namespace tram::sync::test
