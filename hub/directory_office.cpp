#include "hub/directory_office.h"

#include "hub/regulation_office.h"
#include "station/permission_gate.h"
#include "station/schema.h"

namespace tram::hub {
namespace {

using crypto::KeyPurpose;
using station::exit_status::kRefused;

std::uint16_t parts_of(tasks::BodyKind kind) {
  switch (kind) {
    case tasks::BodyKind::assigning:
      return sync::kAssigning;
    case tasks::BodyKind::implementing:
      return sync::kImplementing;
    case tasks::BodyKind::follow_up:
      return sync::kFollowUp | sync::kImplementing;
    case tasks::BodyKind::inspecting:
      return sync::kInspecting | sync::kImplementing;
  }
  return 0;
}

tasks::BodyKind kind_of(std::uint16_t parts) {
  if ((parts & sync::kAssigning) != 0) return tasks::BodyKind::assigning;
  if ((parts & sync::kInspecting) != 0) return tasks::BodyKind::inspecting;
  if ((parts & sync::kFollowUp) != 0) return tasks::BodyKind::follow_up;
  return tasks::BodyKind::implementing;
}

sync::Organisation entry_of(Station& station, const tasks::Organisation& o) {
  sync::Organisation e;
  e.id = sync::organisation_id(station.zone(), o.id);
  e.code = o.id;
  e.name_vi = o.name_vi;
  e.name_en = o.name_en;
  e.name_lo = o.name_lo;
  e.name_km = o.name_km;
  if (!o.parent.empty()) e.parent = sync::organisation_id(station.zone(), o.parent);
  e.parts = parts_of(o.kind);
  e.role_ceiling = station::site_role_ceiling();
  // What the file does not speak of stays (R58).
  if (const sync::Organisation* before = station.directory().organisation(e.id)) {
    e.from_days = before->from_days;
    e.to_days = before->to_days;
    e.successors = before->successors;
  }
  return e;
}

std::optional<tasks::Organisation> body_from(Station& station, const sync::Organisation& e) {
  if (e.code == station::kHubCode) return std::nullopt;
  tasks::Organisation o;
  o.id = e.code;
  o.name_vi = e.name_vi;
  o.name_en = e.name_en;
  o.name_lo = e.name_lo;
  o.name_km = e.name_km;
  o.kind = kind_of(e.parts);
  if (const auto* parent = e.parent.is_zero() ? nullptr : station.directory().organisation(e.parent))
    o.parent = parent->code;
  return o;
}

}  // namespace

void append_entry(Station& station, const sync::DirectoryBody& body) {
  const sync::Directory& directory = station.directory();
  const bool root = std::holds_alternative<sync::HubKeys>(body);
  const auto key = station.keystore().signing_key(root ? KeyPurpose::root : KeyPurpose::directory);
  if (!key) throw station::ActRefused(sync::OutcomeCode::keystore_damaged);
  const auto entry =
      sync::make_entry(station.zone(), directory.version() + 1, directory.head(), station::wall_clock_ms(), body, *key);
  (void)station.step(sync::AddDirectory{{entry.bytes}});
}

HubSetUp set_up_hub(const station::StationPlace& place, std::string_view name, sync::ZoneKind zone_kind,
                    std::vector<std::string> addresses, std::string_view nation) {
  auto made = Station::create(station::Program::hub, place, zone_kind, station::kHubCode);
  Station& station = *made;
  const std::uint64_t now = station::wall_clock_ms();
  auto root = crypto::SigningKey::generate();
  auto directory_key = crypto::SigningKey::generate();
  auto service = crypto::SigningKey::generate();
  auto next = crypto::DecryptionKey::generate();
  station.keystore().add(crypto::Keystore::record_of(KeyPurpose::root, root, now));
  station.keystore().add(crypto::Keystore::record_of(KeyPurpose::directory, directory_key, now));
  station.keystore().add(crypto::Keystore::record_of(KeyPurpose::service, service, now));
  station.keystore().add(crypto::Keystore::record_of(KeyPurpose::hub_encryption_next, next, now));
  station.save_keystore();
  sync::ZoneId zone;
  station.entropy().fill(zone.bytes);
  HubSetUp result{station.device(), crypto::root_fingerprint(root.public_key)};
  station.transact([&] {
    station.adopt_zone(zone, root.public_key, zone_kind);
    const sync::OrganisationId office = sync::organisation_id(zone, station::kHubCode);
    sync::HubKeys keys;
    keys.hub_device = station.device();
    keys.hub_organisation = office;
    keys.roots = {root.public_key};
    keys.directory_key = directory_key.public_key;
    keys.service_key = service.public_key;
    keys.encryption_current = station.encryption_key().public_key;
    keys.encryption_next = next.public_key;
    keys.addresses = std::move(addresses);
    keys.zone_kind = static_cast<std::uint8_t>(zone_kind);
    append_entry(station, keys);
    sync::Organisation hub;
    hub.id = office;
    hub.code = station::kHubCode;
    hub.name_vi = name;
    hub.name_en = name;
    hub.parts = sync::kHub | sync::kAssigning | sync::kFollowUp;
    hub.role_ceiling = station::hub_role_ceiling();
    append_entry(station, hub);
    sync::Device device;
    device.id = station.device();
    device.site = office;
    device.identity = station.device_key().public_key;
    device.encryption = station.encryption_key().public_key;
    append_entry(station, device);
    append_entry(station, station::record_policy(station.schema()));
    append_shipped_regulation(station, nation);
    station::make_console_administrator(station);
    (void)station.step(sync::Start{});
  });
  return result;
}

station::ActRefused refused_import(const std::vector<tasks::ImportProblem>& problems) {
  std::string sentence;
  for (const tasks::ImportProblem& p : problems) {
    if (!sentence.empty()) sentence += "; ";
    if (p.row > 0)
      sentence += "row " + std::to_string(p.row) + (p.column.empty() ? "" : ", column " + p.column) + ": ";
    else if (!p.column.empty())
      sentence += "column " + p.column + ": ";
    sentence += p.message;
  }
  return station::refused(std::string(tasks::name_of(problems.front().code)), sentence,
                          "Correct the file and load it again; nothing was taken in.");
}

tasks::Directory bodies(Station& station) {
  tasks::Directory found;
  for (const sync::Organisation* e : station.directory().organisations())
    if (auto body = body_from(station, *e)) found.emplace(body->id, std::move(*body));
  return found;
}

OrganisationImport import_organisations(Station& station, const Actor& actor, std::string_view csv) {
  (void)station::permit(station, actor, tasks::Action::load_document);
  const tasks::Directory existing = bodies(station);
  const auto read = tasks::parse_organisations(csv, existing);
  if (!read.value) throw refused_import(read.problems);
  const tasks::DirectoryChange change = tasks::compare(existing, *read.value);
  station.transact([&] {
    for (const auto* list : {&change.added, &change.changed})
      for (const std::string& id : *list) {
        sync::Organisation entry = entry_of(station, read.value->at(id));
        // What the file does not speak of stays.
        if (const auto* before = station.directory().organisation(id))
          entry.parts |= before->parts & sync::kErasesOnLeave;
        append_entry(station, entry);
      }
    station.audit(actor, "org_import", "directory", "done", std::to_string(change.added.size()) + " added");
  });
  return {change.added.size(), change.changed.size(), change.unchanged.size()};
}

void set_leave_mode(Station& station, const Actor& actor, std::string_view organisation, sync::LeaveMode mode) {
  const auto* known = station.directory().organisation(organisation);
  if (known == nullptr)
    throw station::refused("unknown_body", "There is no such body in the directory.", "Import the directory first.");
  sync::Organisation entry = *known;
  const bool purge = mode == sync::LeaveMode::purge;
  entry.parts = static_cast<std::uint16_t>(purge ? entry.parts | sync::kErasesOnLeave
                                                 : entry.parts & ~unsigned{sync::kErasesOnLeave});
  station.transact([&] {
    if (entry.parts != known->parts) append_entry(station, entry);
    station.audit(actor, "org_leave_mode", std::string(organisation), "done", purge ? "purge" : "keep_readonly");
  });
}

Bytes key_file(Station& station) {
  const auto root = station.store().meta(sync::meta::kRootKey);
  crypto::VerifyKey key{};
  if (root) std::copy_n(root->begin(), std::min(root->size(), key.size()), key.begin());
  return sync::encode_key_file(key, station.directory().hub_keys_entries());
}

}  // namespace tram::hub
