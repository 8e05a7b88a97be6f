// tests/vectors/log_archives: what earlier releases wrote folds to the digest that they folded, in this release and
// through the one before it (sync design 10). A kept archive never changes.
#include "tests/simulation/log_archive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "station/schema.h"
#include "station/store/sqlite_store.h"
#include "tests/unit/station/store_folder.h"

namespace tram::simulation {
namespace {

using namespace sync;

std::vector<std::filesystem::path> kept_archives() {
  std::vector<std::filesystem::path> found;
  for (const auto& file :
       std::filesystem::directory_iterator(std::filesystem::path(TRAM_SOURCE_DIR) / "tests/vectors/log_archives"))
    found.push_back(file.path());
  std::sort(found.begin(), found.end());
  return found;
}

Bytes read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

// The release before: without the newest record types, and without one field of tasks and assignments each.
Schema schema_before() {
  constexpr std::uint16_t kFirstNew = 5, kPriority = 9, kAgreedNextStep = 10;
  const Schema now = station::record_schema(ZoneKind::open);
  Schema before;
  for (const auto& [number, type] : now.types())
    if (number < kFirstNew) before.add_type(number, type.first, type.second);
  for (const auto& [at, field] : now.fields())
    if (at.first < kFirstNew && at.second != kPriority && at.second != kAgreedNextStep) before.add(field);
  for (const auto& [at, event] : now.events())
    if (event.type < kFirstNew) before.add(event);
  for (const AutomaticEvent& automatic : now.automatic()) before.add(automatic);
  return before;
}

// A new site that hears the whole stream.
class Site {
 public:
  explicit Site(const LogArchive& archive) : archive_(archive), key_(own_key()) {
    run(station::record_schema(ZoneKind::open));
  }

  void run(Schema schema) {
    engine_.reset();
    store_.reset();
    database_.reset();
    database_ = std::move(*station::Database::open(folder_.path() / "db"));
    store_ = std::make_unique<station::SqliteStore>(*database_);
    Identity identity;
    identity.zone = archive_.zone;
    identity.device = archive_.device;
    identity.organisation = archive_.organisation;
    identity.device_key = &key_;
    engine_ = std::make_unique<Engine>(identity, std::move(schema));
    in_transaction([&](Store& s) {
      if (!s.meta(meta::kRootKey)) s.put_meta(meta::kRootKey, archive_.root);
    });
    step(Start{});
  }

  // Every frame alone, as a slow line would bring them.
  void hear(std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) step(Incoming{DeviceId{}, {archive_.frames[i]}, false});
  }

  Hash digest() {
    Hash found{};
    in_transaction([&](Store& s) { found = engine_->digest(s, archive_.organisation); });
    return found;
  }
  bool disputed() {
    bool found = false;
    in_transaction([&](Store& s) {
      for (const HomeRow& home : s.homes()) found |= home.disputed || home.poisoned;
    });
    return found;
  }
  std::size_t homes() {
    std::size_t found = 0;
    in_transaction([&](Store& s) { found = s.homes().size(); });
    return found;
  }

 private:
  static crypto::SigningKey own_key() {
    crypto::initialise();
    return crypto::SigningKey::from_seed(Bytes(32, 1));
  }
  void in_transaction(const std::function<void(Store&)>& work) { ASSERT_TRUE(store_->transact(work)); }
  void step(const Event& event) {
    std::vector<Action> actions;
    in_transaction([&](Store& s) { engine_->step(event, Env{1'800'000'000'000, entropy_}, s, actions); });
  }

  const LogArchive& archive_;
  crypto::SigningKey key_;
  crypto::SystemEntropy entropy_;
  station::test::Folder folder_;
  std::unique_ptr<station::Database> database_;
  std::unique_ptr<station::SqliteStore> store_;
  std::unique_ptr<Engine> engine_;
};

TEST(LogArchive, EveryKeptOneFoldsToItsDigest) {
  ASSERT_FALSE(kept_archives().empty());
  for (const auto& file : kept_archives()) {
    SCOPED_TRACE(file.filename());
    const Bytes bytes = read(file);
    const auto archive = decode_archive(bytes);
    ASSERT_TRUE(archive);
    EXPECT_EQ(encode_archive(*archive), bytes);
    Site site(*archive);
    site.hear(0, archive->frames.size());
    EXPECT_GE(site.homes(), 10u);
    EXPECT_EQ(to_hex(site.digest()), to_hex(archive->digest));
    EXPECT_FALSE(site.disputed()) << "the verdicts of then are those of now";
  }
}

TEST(LogArchive, WhatTheReleaseBeforeDidNotKnowIsFoldedAfterTheUpgrade) {
  for (const auto& file : kept_archives()) {
    SCOPED_TRACE(file.filename());
    const auto archive = *decode_archive(read(file));
    Site site(archive);
    site.run(schema_before());
    site.hear(0, archive.frames.size());
    EXPECT_FALSE(site.disputed()) << "before the upgrade";
    EXPECT_NE(to_hex(site.digest()), to_hex(archive.digest)) << "it holds what the release before does not know";
    site.run(station::record_schema(ZoneKind::open));
    EXPECT_EQ(to_hex(site.digest()), to_hex(archive.digest));
    EXPECT_FALSE(site.disputed());
  }
}

TEST(LogArchive, ACutOrChangedOneIsNotTaken) {
  const Bytes bytes = read(kept_archives().front());
  for (const std::size_t size : {std::size_t{0}, std::size_t{60}, bytes.size() - 1})
    EXPECT_FALSE(decode_archive(ByteView(bytes).first(size)));
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_archive(longer));
}

}  // namespace
}  // namespace tram::simulation
