// The people of a station: who may act, and how it is proved (decisions 13 and 29; contract, `--as`).
#pragma once
#include <optional>
#include <string>

#include "station/station.h"

namespace tram::station {

struct Credentials {
  std::optional<std::string> user;      // --as
  std::optional<std::string> password;  // of --password-file; never from argv
};

// The actor of a command. Without a user the console acts as the administrator: at the hub under the id made by init,
// at a node as its administrator and nothing else; before the first account as the administrator that will be.
// Refusals: no_account, wrong_password, account_disabled.
Actor actor_of(Station& station, const Credentials& credentials);
// The actor behind a signed-in account.
Actor actor_named(Station& station, std::string_view name);
// The second person of an act that needs two, of whom one of these roles is asked (bits of sync::role_bit). Refusals:
// as above; role_missing, same_person.
Actor second_person(Station& station, const Actor& first, const Credentials& credentials, std::uint32_t roles);

// Adds an account; the first one on a node is its administrator as well, and nobody is asked for it (`by` null).
// Refusals: bad_role, role_ceiling, unknown_body, exists, short_password, and those of the gate. Inside a transaction
// of its own.
Actor add_user(Station& station, const Actor* by, std::string_view name, std::string_view role,
               std::string_view organisation, std::string_view password, const Actor* second = nullptr,
               bool clearance = false);

// The gate for accounts: at a node its administrator, at the hub two persons, or its console alone, which also makes
// the account that could be the second person (contract).
Permit permit_accounts(Station& station, const Actor& by, const Actor* second);
// Argon2id of a password of 12 to 128 characters. Refusal: short_password.
std::string hashed_password(std::string_view password);

// What a person is called here: the account's name, the person record's, or the first digits of the id.
std::string person_name(Station& station, const sync::PersonId& person);

// The hub's administrator of the console; made by init. Inside a transaction.
void make_console_administrator(Station& station);
// Called before a person's first signed change: the person record that carries the name (record 15).
void ensure_person_record(Station& station, const Actor& actor, sync::Role role);

}  // namespace tram::station
