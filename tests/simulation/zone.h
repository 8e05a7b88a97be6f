// The simulated zone: its keys, its signed directory, and who works in it. Everything follows from the seed.
#pragma once
#include <memory>

#include "station/schema.h"
#include "sync/container.h"
#include "sync/directory.h"
#include "tests/simulation/model.h"

namespace tram::simulation {

struct Member {  // one station of the zone; number 0 is the hub
  std::string code;
  sync::DeviceId device;
  sync::OrganisationId organisation;
  crypto::SigningKey device_key;
  std::vector<crypto::DecryptionKey> encryption;  // the hub has its next key too
  std::vector<sync::PersonId> persons;            // at a site: the writer and the approver
};

// The hub stands above the first site and every third one after it; each of these above the two that follow.
struct Zone {
  Zone(std::uint64_t seed, std::size_t sites);

  sync::ZoneId id;
  crypto::SigningKey root, directory_key, service_key;
  std::vector<Member> members;
  std::vector<Bytes> directory;  // every entry, in order
  sync::Schema schema;
  std::map<sync::OrganisationId, sync::OrganisationId> parents;

  // Two members behind the sites have no station: a device in the wrong hands, and a second device of the first site,
  // which runs only where somebody is to look on.
  const Member& dishonest() const { return members[members.size() - 2]; }
  std::size_t onlooker() const { return members.size() - 1; }
  // Of whose device it is.
  std::size_t number_of(const sync::DeviceId& device) const;
  static std::size_t parent_of(std::size_t site) { return site % 3 == 1 ? 0 : site - (site + 2) % 3; }
};

}  // namespace tram::simulation
