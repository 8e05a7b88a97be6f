#include "tests/simulation/zone.h"

#include "crypto/hash.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr std::uint64_t kIssued = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

crypto::Hash derived(std::uint64_t seed, std::string_view what) {
  ByteArray<8> number{};
  store_le(number.data(), seed);
  return crypto::hash("TRM1-simulation", {number, as_bytes(what)});
}

crypto::SigningKey signing(std::uint64_t seed, std::string_view what) {
  return crypto::SigningKey::from_seed(derived(seed, what));
}

}  // namespace

Zone::Zone(std::uint64_t seed, std::size_t sites)
    : id(ZoneId::from(derived(seed, "zone"))),
      root(signing(seed, "root")),
      directory_key(signing(seed, "directory")),
      service_key(signing(seed, "service")),
      schema(station::record_schema(ZoneKind::open)) {
  const auto add_member = [&](const std::string& code) {
    Member m{code,
             DeviceId::from(derived(seed, "device " + code)),
             organisation_id(id, code),
             signing(seed, "identity " + code),
             {},
             {}};
    m.encryption.push_back(crypto::DecryptionKey::from_seed(derived(seed, "encryption " + code)));
    if (members.empty()) m.encryption.push_back(crypto::DecryptionKey::from_seed(derived(seed, "next " + code)));
    for (const std::string_view who : {"writer", "approver"})
      m.persons.push_back(PersonId::from(derived(seed, code + std::string(who))));
    members.push_back(std::move(m));
  };
  add_member(std::string(station::kHubCode));
  constexpr std::array<const char*, 5> kCodes = {"north", "south", "east", "west", "centre"};
  for (std::size_t i = 0; i < sites; ++i) add_member(kCodes.at(i));
  add_member("stray");
  add_member("onlooker");
  members.back().organisation = members[1].organisation;

  Hash previous{};
  const auto add_entry = [&](const DirectoryBody& body, const crypto::SigningKey& key) {
    const DirectoryEntry entry = make_entry(id, directory.size() + 1, previous, kIssued, body, key);
    previous = entry.hash;
    directory.push_back(entry.bytes);
  };
  const Member& hub = members.front();
  HubKeys keys;
  keys.hub_device = hub.device;
  keys.hub_organisation = hub.organisation;
  keys.roots = {root.public_key};
  keys.directory_key = directory_key.public_key;
  keys.service_key = service_key.public_key;
  keys.encryption_current = hub.encryption[0].public_key;
  keys.encryption_next = hub.encryption[1].public_key;
  add_entry(keys, root);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Organisation o;
    o.id = members[i].organisation;
    o.code = o.name_en = o.name_vi = o.name_lo = o.name_km = members[i].code;
    if (i > 0 && i != onlooker()) {
      o.parent = members[i > sites ? 0 : parent_of(i)].organisation;
      parents[o.id] = o.parent;
    }
    o.parts = i == 0 ? static_cast<std::uint16_t>(kHub | kAssigning) : static_cast<std::uint16_t>(kImplementing);
    o.role_ceiling = i == 0 ? station::hub_role_ceiling() : station::site_role_ceiling();
    if (i != onlooker()) add_entry(o, directory_key);
    Device d;
    d.id = members[i].device;
    d.site = o.id;
    d.identity = members[i].device_key.public_key;
    d.encryption = members[i].encryption[0].public_key;
    add_entry(d, directory_key);
  }
  add_entry(station::record_policy(schema), directory_key);
}

std::size_t Zone::number_of(const DeviceId& device) const {
  std::size_t number = 0;
  while (members.at(number).device != device) ++number;
  return number;
}

}  // namespace tram::simulation
