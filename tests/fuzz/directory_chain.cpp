// Z11: which entries a directory takes. The input draws entries by a holder of all keys who makes mistakes in version,
// predecessor, zone, signer and root rules, and offers them; a small model knows which ones must be taken.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/resign_entry.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::size_t kMostOffers = 24;

struct Offer {
  DirectoryEntry entry;
  bool fits = false;  // by the rules, at the place it was made for
};

class Office {
 public:
  explicit Office(Draw& draw) : draw_(draw), directory_(root_.public_key) {}

  void work() {
    while (!draw_.empty() && offers_.size() < kMostOffers) {
      if (draw_.below(8) == 0 && !offers_.empty())
        offer_again(offers_[draw_.below(offers_.size())]);
      else
        offer(make());
    }
    check_lookups();
  }

 private:
  Offer make() {
    const std::uint8_t mistake = draw_.byte() % 16;
    const bool empty = directory_.version() == 0;
    const std::size_t kind = empty ? 0 : draw_.below(5);
    const DirectoryBody body = kind == 0   ? DirectoryBody(next_hub_keys(mistake))
                               : kind == 1 ? DirectoryBody(organisation())
                               : kind == 2 ? DirectoryBody(device())
                               : kind == 3 ? DirectoryBody(test::sample_policy())
                                           : DirectoryBody(calendar());
    std::uint64_t version = directory_.version() + 1;
    Hash prev = directory_.head();
    ZoneId zone = zone_;
    const crypto::SigningKey* key = kind == 0 ? &root_ : &directory_key_;
    if (mistake == 1) version += 1 + draw_.below(3);
    if (mistake == 2) prev[draw_.below(32)] ^= 1;
    if (mistake == 3) zone.bytes[0] ^= 1;
    if (mistake == 4) key = &stranger_;
    if (mistake == 5) key = kind == 0 ? &directory_key_ : &root_;
    const bool bad_hub_keys = kind == 0 && mistake >= 6 && mistake <= 9;
    const bool wrong_zone = mistake == 3 && !empty;  // the first entry names the zone
    const bool other_mistake = mistake == 1 || mistake == 2 || mistake == 4 || mistake == 5;
    return {make_entry(zone, version, prev, 1'750'000'000'000, body, *key),
            !bad_hub_keys && !wrong_zone && !other_mistake};
  }

  HubKeys next_hub_keys(std::uint8_t mistake) {
    HubKeys k = test::sample_hub_keys();
    k.roots = {root_.public_key};
    k.directory_key = directory_key_.public_key;
    k.root_seq = root_seq_ + 1;
    k.previous = hub_keys_hash_;
    if (mistake == 6) k.root_seq += 1;
    if (mistake == 7) k.previous[0] ^= 1;
    if (mistake == 8) k.roots.clear();
    if (mistake == 9) k.roots = {stranger_.public_key};  // a new root that did not sign itself
    return k;
  }

  Organisation organisation() {
    Organisation o = test::sample_organisation();
    o.code = std::string(1, static_cast<char>('A' + draw_.below(4)));
    o.id = organisation_id(test::kZone, o.code);
    o.parent = organisation_id(test::kZone, std::string(1, static_cast<char>('A' + draw_.below(4))));
    return o;
  }
  Device device() {
    Device d = test::sample_device();
    d.id.bytes[0] = static_cast<std::uint8_t>(draw_.below(4));
    d.state = static_cast<DeviceState>(draw_.below(4));
    return d;
  }
  CalendarEntry calendar() {
    CalendarEntry c = test::sample_calendar();
    c.version = draw_.byte();
    return c;
  }

  void offer(Offer made) {
    const std::uint64_t before = directory_.version();
    const Hash head = directory_.head();
    const bool taken = directory_.append(made.entry).has_value();
    hold(taken == made.fits, "an entry is taken exactly if it is the next one by the rules");
    hold(directory_.version() == before + (taken ? 1u : 0u), "a version is added for each entry taken");
    hold(taken ? directory_.head() == made.entry.hash : directory_.head() == head, "a refused entry changes nothing");
    if (!taken) return;
    zone_ = made.entry.zone;
    if (const auto* keys = std::get_if<HubKeys>(&made.entry.body)) {
      root_seq_ = keys->root_seq;
      hub_keys_hash_ = made.entry.hash;
    }
    offers_.push_back(std::move(made));
  }

  // What is known already is a no-op by name, never a second entry.
  void offer_again(const Offer& old) {
    const std::uint64_t before = directory_.version();
    const auto again = directory_.append(old.entry);
    hold(!again && again.error() == errc::directory_rollback, "an entry that is known is DIR_ROLLBACK");
    DirectoryEntry other = old.entry;
    other.issued_ms += 1;
    store_le(&other.bytes[64], other.issued_ms);
    const bool hub_keys = std::holds_alternative<HubKeys>(other.body);
    refit_entry(other.bytes, hub_keys ? root_ : directory_key_, hub_keys ? "root" : "directory");
    const auto decoded = decode_entry(other.bytes);
    hold(decoded.has_value(), "a second entry of one version reads");
    const auto second = directory_.append(*decoded);
    hold(!second && second.error() == errc::bad_directory, "another entry at a known version is DIR_BAD");
    hold(directory_.version() == before, "neither changes anything");
  }

  void check_lookups() {
    for (std::uint64_t version = 1; version <= directory_.version(); ++version) {
      hold(directory_.entry(version)->version == version, "versions have no gaps");
      hold(directory_.hub_keys(version) != nullptr, "every version has hub keys");
    }
    for (const Organisation* a : directory_.organisations())
      for (const Organisation* b : directory_.organisations()) (void)directory_.stands_above(a->id, b->id);
    for (const Device* d : directory_.devices()) hold(directory_.device(d->id) == d, "a device is found by its id");
    if (directory_.version() == 0) return;
    const auto file = decode_key_file(encode_key_file(root_.public_key, directory_.hub_keys_entries()));
    hold(file && file->in_force == *directory_.hub_keys(), "the key file holds the hub's keys in force");
  }

  Draw& draw_;
  inline static const crypto::SigningKey root_ = test::key_of(test::kRootKey);
  inline static const crypto::SigningKey directory_key_ = test::key_of(test::kDirectoryKey);
  inline static const crypto::SigningKey stranger_ = test::key_of(0x33);
  Directory directory_;
  std::vector<Offer> offers_;
  ZoneId zone_ = test::kZone;
  std::uint32_t root_seq_ = 0;
  Hash hub_keys_hash_{};
};

void run(ByteView input) {
  Draw draw(input);
  Office(draw).work();
}

void seeds(const AddSeed& add) {
  add("five_entries", Bytes{1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 2, 0, 0, 1, 0, 3, 1, 0, 4, 9});
  add("mistakes",
      Bytes{1, 0, 1, 1, 1, 1, 1, 2, 2, 5, 1, 3, 2, 1, 1, 4, 0, 1, 5, 3, 1, 6, 0, 1, 7, 0, 1, 8, 0, 1, 9, 0});
  add("again", Bytes{1, 0, 0, 0, 1, 0, 1, 1, 2, 0, 1, 1, 0, 0, 0, 0});
}

}  // namespace

const Target directory_chain{"directory_chain", 4u << 10, "sync/directory.cpp", run, seeds};

}  // namespace tram::fuzz
