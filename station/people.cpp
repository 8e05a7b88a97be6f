#include "station/people.h"

#include "crypto/password.h"
#include "station/people_office.h"
#include "station/permission_gate.h"
#include "station/schema.h"
#include "station/store/accounts.h"
#include "station/store/app_meta.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

constexpr std::string_view kAdministrator = "administrator";
constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 128;
constexpr std::string_view kRoleNames[] = {"viewer",     "operator", "approver",   "follow_up",    "inspector",
                                           "site_admin", "auditor",  "hub_office", "hub_operator", "hub_security"};

constexpr std::uint16_t account_bit(sync::Role role) {
  return static_cast<std::uint16_t>(1u << (static_cast<unsigned>(role) - 1));
}

std::optional<sync::Role> role_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRoleNames); ++i)
    if (kRoleNames[i] == name) return static_cast<sync::Role>(i + 1);
  return std::nullopt;
}

// For class 1-2, in a closed zone only (R8; reliability design, 5.6).
std::string clearance_key(const sync::PersonId& person) {
  return "clearance:" + person.hex();
}

Actor as_actor(Station& station, const AccountRow& row) {
  const auto roles = static_cast<std::uint16_t>(row.roles | mandated_roles(station, row.person));
  Actor actor{row.person, row.name, roles};
  actor.organisation = row.organisation;
  actor.clearance = AppMeta(station.connection()).get(clearance_key(row.person)).has_value();
  return actor;
}

// The id of a person is that of the person record, which only this device can create; the nonce waits until then.
sync::PersonId draw_person(Station& station) {
  const sync::Operation op = station.create_record(static_cast<std::uint16_t>(tasks::RecordType::person));
  const sync::PersonId person{op.record.bytes};
  AppMeta(station.connection()).put("person:" + person.hex(), op.nonce);
  return person;
}

}  // namespace

Permit permit_accounts(Station& station, const Actor& by, const Actor* second) {
  if (station.program() == Program::node) return permit(station, by, tasks::Action::manage_accounts);
  return permit(station, by, tasks::Action::manage_hub_accounts, {.second = second, .second_later = by.console});
}

std::string hashed_password(std::string_view password) {
  if (password.size() < kShortestPassword || password.size() > kLongestPassword)
    throw refused("short_password", "A password has 12 to 128 characters.", "Choose a longer one.");
  auto hashed = crypto::hash_password(password);
  if (!hashed)
    throw ActRefused(exit_status::kFailed, "out_of_memory", "There is not enough memory to store a password safely.");
  return std::move(*hashed);
}

void make_console_administrator(Station& station) {
  const sync::PersonId person = draw_person(station);
  AppMeta(station.connection()).put(kAdministrator, person.view());
}

Actor actor_named(Station& station, std::string_view name) {
  const auto row = AccountTable(station.connection()).get(name);
  if (!row) throw refused("no_account", "There is no such account here.", "Check the name.");
  if (row->disabled) throw refused("account_disabled", "This account is disabled.", "Ask the site's administrator.");
  return as_actor(station, *row);
}

Actor actor_of(Station& station, const Credentials& credentials) {
  if (!credentials.user) {
    const auto administrator = AppMeta(station.connection()).get(kAdministrator);
    Actor console{{}, "console", account_bit(sync::Role::site_admin)};
    if (station.program() == Program::node && administrator) {
      console = actor_named(station, as_text(*administrator));
      console.roles &= account_bit(sync::Role::site_admin);  // contract: the console acts as the administrator only
    } else if (station.program() == Program::hub) {
      if (!administrator) throw refused("no_account", "This hub has no administrator.", "Run init.");
      console.person = sync::PersonId::from(*administrator);
      console.name = kAdministrator;
      console.roles =
          static_cast<std::uint16_t>(account_bit(sync::Role::hub_office) | account_bit(sync::Role::hub_operator) |
                                     account_bit(sync::Role::hub_security));
    }
    console.clearance = console.console = true;
    return console;
  }
  const auto row = AccountTable(station.connection()).get(*credentials.user);
  if (!credentials.password) throw wrong_usage("--as needs that person's password: --password-file FILE.");
  // An unknown name costs the same check as a known one.
  const auto nobody =
      row ? Result<std::string>(row->password_hash) : crypto::hash_password("nobody signs in with this");
  const bool matches = nobody && crypto::password_matches(*nobody, *credentials.password);
  if (!row || !matches) throw refused("wrong_password", "Name or password is wrong.", "Check both.");
  if (row->disabled) throw refused("account_disabled", "This account is disabled.", "Ask the site's administrator.");
  return as_actor(station, *row);
}

Actor second_person(Station& station, const Actor& first, const Credentials& credentials, std::uint32_t roles) {
  if (!credentials.user)
    throw refused("second_person", "This act needs a second person.",
                  "Name one with --second and --second-password-file.");
  const Actor second = actor_of(station, credentials);
  if ((roles >> 1 & second.roles) == 0)
    throw refused("role_missing", second.name + " has no role that may do this.", "Name somebody else.");
  if (second.person == first.person)
    throw refused("same_person", "The second person must be another one.", "Name somebody else.");
  return second;
}

Actor add_user(Station& station, const Actor* by, std::string_view name, std::string_view role,
               std::string_view organisation, std::string_view password, const Actor* second, bool clearance) {
  const auto wanted = role_named(role);
  if (!wanted)
    throw refused("bad_role", "There is no such role.",
                  "Roles: viewer, operator, approver, follow_up, inspector, site_admin, auditor, hub_office, "
                  "hub_operator, hub_security.");
  if (by) (void)permit_accounts(station, *by, second);
  const std::uint32_t ceiling = station.program() == Program::hub ? hub_role_ceiling() : site_role_ceiling();
  if ((ceiling & sync::role_bit(*wanted)) == 0)
    throw refused("role_ceiling", "This role cannot be given here.", "Choose a role of this program.");
  if (name.empty() || name.size() > 64 || !tasks::is_clean_utf8(name) || tasks::has_control_character(name))
    throw refused("bad_name", "A name has 1 to 64 characters.", "Choose another name.");
  if (clearance && station.zone_kind() != sync::ZoneKind::closed)
    throw refused("wrong_zone", "A clearance belongs to an account of a closed zone.", "Leave --clearance out here.");
  AccountRow row;
  row.name = tasks::to_nfc(name);
  row.password_hash = hashed_password(password);
  row.organisation = organisation;
  row.created_ms = wall_clock_ms();
  row.roles = account_bit(*wanted);
  station.transact([&] {
    AccountTable accounts(station.connection());
    const bool first = accounts.count() == 0 && station.program() == Program::node;
    if (first) row.roles |= account_bit(sync::Role::site_admin);
    row.person = draw_person(station);
    const auto added = accounts.add(row);
    if (!added) throw refused("exists", "There is an account of this name.", "Choose another name.");
    if (first) AppMeta(station.connection()).put(kAdministrator, as_bytes(row.name));
    if (clearance) AppMeta(station.connection()).put(clearance_key(row.person), as_bytes("1"));
    station.audit(by ? *by : as_actor(station, row), "user_add", row.name, "done", std::string(role));
  });
  return as_actor(station, row);
}

std::string person_name(Station& station, const sync::PersonId& person) {
  if (person.is_zero()) return "Tram";
  for (const AccountRow& row : AccountTable(station.connection()).of_person(person)) return row.name;
  constexpr auto kName = tasks::field_number(tasks::RecordType::person, "name");
  const auto field = station.store().field(sync::RecordId{person.bytes}, kName, sync::Layer::provisional);
  if (field)
    if (const auto* text = field->value.get<std::string>()) return *text;
  return person.hex().substr(0, 8);
}

void ensure_person_record(Station& station, const Actor& actor, sync::Role role) {
  if (actor.person.is_zero()) return;
  const sync::RecordId record{actor.person.bytes};
  if (station.store().record(record, sync::Layer::provisional)) return;
  const auto nonce = AppMeta(station.connection()).get("person:" + actor.person.hex());
  if (!nonce || nonce->size() != 16) return;
  sync::Operation create;
  create.kind = sync::OperationKind::record_create;
  create.type = static_cast<std::uint16_t>(tasks::RecordType::person);
  create.record = record;
  std::copy(nonce->begin(), nonce->end(), create.nonce.begin());
  sync::Operation set;
  set.record = record;
  set.field = tasks::field_number(tasks::RecordType::person, "name");
  set.value = sync::Value::text(actor.name);
  (void)station.step(sync::LocalSave{record, {create, set}, actor.person, role, false});
}

}  // namespace tram::station
