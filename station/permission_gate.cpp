#include "station/permission_gate.h"

#include <algorithm>

#include "station/exchange_formats.h"
#include "station/task_view.h"
#include "sync/authority.h"
#include "tasks/permission_matrix.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

using tasks::RecordType;
using tasks::Verdict;

// The strongest fitting role first: an approver who is an operator too acts as approver.
constexpr tasks::Role kByStrength[] = {tasks::Role::hub_office,   tasks::Role::approver,   tasks::Role::operator_,
                                       tasks::Role::follow_up,    tasks::Role::inspector,  tasks::Role::hub_security,
                                       tasks::Role::hub_operator, tasks::Role::site_admin, tasks::Role::auditor,
                                       tasks::Role::viewer};

tasks::Roles roles_of(const Actor& actor) {
  return static_cast<tasks::Roles>(actor.roles) << 1;  // accounts count from bit 0
}

std::optional<sync::RecordId> named_by(Station& station, const sync::RecordId& record, std::uint16_t field) {
  const auto id = Fields(station, record).id(field);
  return id ? std::optional(sync::RecordId{*id}) : std::nullopt;
}

// The class of a record is that of the document it comes from (R8).
tasks::Secrecy class_of(Station& station, const sync::RecordRow& record) {
  std::optional<sync::RecordId> at = record.home;
  const auto home = station.store().record(record.home, sync::Layer::provisional);
  auto type = home ? static_cast<RecordType>(home->type) : RecordType::organisation;
  if (type == RecordType::assignment) {
    at = named_by(station, *at, tasks::field_number(RecordType::assignment, "task"));
    type = RecordType::task;
  }
  if (at && type == RecordType::task) {
    at = named_by(station, *at, tasks::field_number(RecordType::task, "document"));
    type = RecordType::document;
  }
  if (at && type == RecordType::document)
    return static_cast<tasks::Secrecy>(
        Fields(station, *at).integer(tasks::field_number(RecordType::document, "confidentiality")));
  // What belongs to no document has the lowest class that the installation holds.
  return station.zone_kind() == sync::ZoneKind::closed ? tasks::Secrecy::confidential : tasks::Secrecy::normal;
}

[[noreturn]] void refuse(const Actor& actor, Verdict verdict) {
  const std::string code(refusal_code(verdict));
  switch (verdict) {
    case Verdict::allowed:
    case Verdict::no_such_right:
      break;
    case Verdict::not_ones_own:
      throw refused(code, "This record belongs to another body: it is read here, and written there.",
                    "Ask the body that it belongs to.");
    case Verdict::wrong_zone:
      throw refused(code, "This installation does not hold records of this class.",
                    "Use the installation of its zone.");
    case Verdict::needs_clearance:
      throw refused(code, actor.name + " has no clearance for this record.",
                    "Ask the administrator of the closed zone.");
    case Verdict::is_the_author:
      throw refused(code, "You wrote this version, so you cannot approve it. It stays in the queue.",
                    "Ask another approver, or have a substitute named.");
    case Verdict::needs_second_person:
      throw refused(code, "This act needs a second person.", "Name one with --second and --second-password-file.");
    case Verdict::needs_fresh_login:
      throw refused(code, "This needs a login not older than 5 minutes.", "Sign in again.");
  }
  throw refused(code, actor.name + " has no role that may do this.", "Act as another person with --as.");
}

// At the hub work people of other bodies, too: what they stand for is their body's relation, in their role.
std::uint16_t relations_of_person(Station& station, const Actor& actor, const std::optional<sync::RecordId>& record) {
  if (station.program() != Program::hub) return 0;
  std::uint16_t bits = actor.has(sync::Role::inspector) ? tasks::writer::ins : 0;
  if (!record || !actor.has(sync::Role::follow_up)) return bits;
  const auto row = station.store().record(*record, sync::Layer::provisional);
  const auto home = row ? station.store().record(row->home, sync::Layer::provisional) : std::nullopt;
  if (!home) return bits;
  const auto holders = sync::holders_of(station.store(), station.schema(), *home, sync::Layer::provisional);
  const sync::OrganisationId own =
      actor.organisation.empty() ? station.organisation() : sync::organisation_id(station.zone(), actor.organisation);
  if (holders.follow_up == own) bits |= tasks::writer::fol;
  return bits;
}

bool grants(const tasks::PermissionRow& row, tasks::Action action, std::uint16_t relations, tasks::Role role) {
  return row.action == action && (row.relations & relations) != 0 && (row.roles & tasks::bit(role)) != 0;
}

}  // namespace

std::string_view refusal_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed:
      return "";
    case Verdict::no_such_right:
      return "role_missing";
    case Verdict::not_ones_own:
      return "not_ours";
    case Verdict::wrong_zone:
      return "wrong_zone";
    case Verdict::needs_clearance:
      return "needs_clearance";
    case Verdict::is_the_author:
      return "same_person";
    case Verdict::needs_second_person:
      return "second_person";
    case Verdict::needs_fresh_login:
      return "login_not_fresh";
  }
  return "role_missing";
}

std::uint16_t relations_to(Station& station, const std::optional<sync::RecordId>& id) {
  const bool at_hub = station.program() == Program::hub;
  if (!id) return tasks::writer::own | (at_hub ? tasks::writer::hub : 0);
  const auto record = station.store().record(*id, sync::Layer::provisional);
  if (!record) throw refused("unknown_record", "There is no such record here.", "Check the id.");
  const auto home = station.store().record(record->home, sync::Layer::provisional);
  sync::Author author;
  author.organisation = station.organisation();
  author.hub = at_hub;
  const auto* own = station.directory().organisation(author.organisation);
  author.inspecting = own != nullptr && (own->parts & sync::kInspecting) != 0;
  sync::Holders holders;
  if (home) holders = sync::holders_of(station.store(), station.schema(), *home, sync::Layer::provisional);
  holders.owner = record->owner;
  return sync::relations(author, holders);
}

void need_right(const Actor& actor, std::span<const tasks::Action> actions) {
  for (const tasks::PermissionRow& row : tasks::kPermissions)
    if (std::find(actions.begin(), actions.end(), row.action) != actions.end() && (row.roles & roles_of(actor)) != 0)
      return;
  refuse(actor, Verdict::no_such_right);
}

void need_clearance(const Station& station, const Actor& actor) {
  if (station.zone_kind() == sync::ZoneKind::closed && !actor.clearance) refuse(actor, Verdict::needs_clearance);
}

Permit permit(Station& station, const Actor& actor, tasks::Action action, const ActAbout& about) {
  tasks::Subject subject;
  subject.relations = static_cast<std::uint16_t>(relations_to(station, about.record) | about.relations |
                                                 relations_of_person(station, actor, about.record));
  if (about.record) {
    subject.zone = zone_of(station);
    subject.confidentiality = class_of(station, *station.store().record(*about.record, sync::Layer::provisional));
  }
  subject.written_by_actor = about.author && *about.author == actor.person;
  const tasks::Actor who{roles_of(actor), actor.clearance, actor.fresh_login,
                         about.second_later || (about.second != nullptr && about.second->person != actor.person)};
  const Verdict verdict = tasks::may(who, action, subject);
  if (verdict != Verdict::allowed) refuse(actor, verdict);
  for (const tasks::Role role : kByStrength) {
    if ((who.roles & tasks::bit(role)) == 0) continue;
    for (const tasks::PermissionRow& row : tasks::kPermissions)
      if (grants(row, action, subject.relations, role)) return {actor, action, static_cast<sync::Role>(role)};
  }
  refuse(actor, Verdict::no_such_right);
}

}  // namespace tram::station
