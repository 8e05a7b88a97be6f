// The hub's directory: setting it up with `init`, importing organisations, naming devices (bundle design 5.2, R58
// later). Entries are signed with the directory key and taken in by the same engine step that nodes use.
#pragma once
#include "station/people.h"
#include "station/regulation.h"
#include "station/station.h"
#include "tasks/organisation.h"

namespace tram::hub {

using station::Actor;
using station::Station;

struct HubSetUp {
  sync::DeviceId hub;
  std::string fingerprint;  // of the root key, 30 digits
};
// `addresses` are where nodes reach this hub (HUB_KEYS); sites that enrol by file learn them there.
// Makes keys, zone, directory (HUB_KEYS, the hub's organisation and device, permissions, and the regulation as shipped)
// and the first log. `nation` is whose calendar counts where nothing nearer does.
// Refusal: exists.
HubSetUp set_up_hub(const station::StationPlace& place, std::string_view name, sync::ZoneKind zone,
                    std::vector<std::string> addresses = {}, std::string_view nation = station::kUsualNation);

// Signs and appends one entry; the root key signs HUB_KEYS, the directory key the rest. Inside a transaction.
void append_entry(Station& station, const sync::DirectoryBody& body);

struct OrganisationImport {
  std::size_t added = 0, changed = 0, unchanged = 0;
};
// All or nothing; refusals name row and column.
OrganisationImport import_organisations(Station& station, const Actor& actor, std::string_view csv);

// What the body keeps of a record that leaves its scope, from the next one on (docs/adr/0016). Refusal: unknown_body.
void set_leave_mode(Station& station, const Actor& actor, std::string_view organisation, sync::LeaveMode mode);

// The bodies of the directory as tasks/ reads them.
tasks::Directory bodies(Station& station);
// The refusal for a list of problems: the first one's code, all of them in the sentence.
station::ActRefused refused_import(const std::vector<tasks::ImportProblem>& problems);

// The key file for enrolment (bundle design 5.2).
Bytes key_file(Station& station);

}  // namespace tram::hub
