#include "station/people_office.h"

#include "crypto/password.h"
#include "crypto/sign.h"
#include "station/act/change_builder.h"
#include "station/store/accounts.h"
#include "station/store/app_meta.h"
#include "station/store/audit.h"
#include "station/store/drafts.h"
#include "station/task_json.h"
#include "station/web/permissions.h"
#include "sync/enrolment.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using sync::Value;
using tasks::field_number;
using tasks::RecordType;

constexpr std::string_view kApprove = "approve", kUpdate = "update";

AccountRow account_named(Station& station, std::string_view name) {
  const auto row = AccountTable(station.connection()).get(tasks::to_nfc(name));
  if (!row) throw refused("no_account", "There is no such account here.", "See `user list`.");
  return *row;
}

std::uint16_t administrators(const Station& station) {
  const Role role = station.program() == Program::hub ? Role::hub_security : Role::site_admin;
  return static_cast<std::uint16_t>(role_bit(role));
}

std::string reset_key(std::string_view name) {
  return "reset:" + std::string(name);
}

void set_password(Station& station, const AccountRow& account, std::string_view password) {
  const std::string hash = hashed_password(password);
  if (!AccountTable(station.connection()).set_password(account.name, hash))
    throw refused("no_account", "There is no such account here.", "See `user list`.");
  AppMeta(station.connection()).remove(reset_key(account.name));
}

std::string text_of(const json::object& order, std::string_view member) {
  const json::value* found = order.if_contains(member);
  if (found == nullptr || !found->is_string())
    throw refused("reset_order", "This is no order of the hub.", "Ask for a new one.");
  return std::string(found->get_string());
}

struct MandateView {
  sync::RecordId id;
  sync::PersonId person;
  MandateEntry entry;
  bool in_force = false;
};

std::string day_text(const Fields& f, std::string_view name) {
  const auto days = f.date(tasks::find_field(RecordType::mandate, name)->field);
  return days ? tasks::format_date(tasks::LocalDate{std::chrono::days{*days}}) : std::string();
}

std::vector<MandateView> mandates(Station& station) {
  std::vector<MandateView> found;
  for (const auto& row :
       station.store().records_of_type(static_cast<std::uint16_t>(RecordType::mandate), sync::Layer::provisional)) {
    if (row.owner != station.organisation()) continue;
    const Fields f(station, row.id);
    MandateView m;
    m.id = row.id;
    if (const auto id = f.id(field_number(RecordType::mandate, "person"))) m.person = sync::PersonId{*id};
    if (const auto id = f.id(field_number(RecordType::mandate, "stands_in_for")))
      m.entry.stands_in_for = person_name(station, sync::PersonId{*id});
    m.entry.person = person_name(station, m.person);
    m.entry.part = f.text(field_number(RecordType::mandate, "part"));
    m.entry.from = day_text(f, "valid_from");
    m.entry.to = day_text(f, "valid_to");
    m.entry.authority_number = f.text(field_number(RecordType::mandate, "authority_number"));
    m.entry.authority_on = day_text(f, "authority_on");
    m.in_force = state_of(station, row.id, RecordType::mandate) == "in_force";
    found.push_back(std::move(m));
  }
  return found;
}

Value date_value(std::string_view text, std::string_view name) {
  const auto day = tasks::parse_date(text);
  if (!day)
    throw refused("bad_date", std::string(name) + ": \"" + std::string(text.substr(0, 32)) + "\" is no day.",
                  "Write YYYY-MM-DD.");
  return Value(Value::Variant(sync::CivilDate{static_cast<std::int32_t>(day->time_since_epoch().count())}));
}

sync::RecordId put_mandate(Station& station, const Permit& may, const sync::PersonId& person,
                           const std::optional<sync::PersonId>& stands_in_for, const MandateEntry& entry) {
  ChangeBuilder b(station, RecordType::mandate);
  const auto set = [&](std::string_view field, Value value) {
    b.set(b.home(), RecordType::mandate, field, std::move(value));
  };
  set("body", Value::id(station.organisation()));
  set("person", Value::id(person));
  set("part", Value::text(entry.part));
  if (stands_in_for) set("stands_in_for", Value::id(*stands_in_for));
  set("valid_from", date_value(entry.from, "from"));
  set("valid_to", date_value(entry.to, "to"));
  set("authority_number", Value::text(entry.authority_number));
  set("authority_on", date_value(entry.authority_on, "authority_on"));
  b.event(b.home(), RecordType::mandate, "in_force");
  ActChange change = b.take();
  (void)station.save(may, change.home, std::move(change.operations), true);
  return change.home;
}

void end_mandate(Station& station, const Permit& may, const sync::RecordId& id) {
  ChangeBuilder b(station, id);
  b.event(id, RecordType::mandate, "revoked");
  ActChange change = b.take();
  (void)station.save(may, change.home, std::move(change.operations), true);
}

std::size_t hand_mandates_on(Station& station, const Permit& may, const AccountRow& from,
                             const std::optional<AccountRow>& to) {
  std::size_t handed = 0;
  for (const MandateView& m : mandates(station)) {
    if (m.person != from.person || !m.in_force) continue;
    end_mandate(station, may, m.id);
    (void)put_mandate(station, may, to.value().person, from.person, m.entry);
    ++handed;
  }
  return handed;
}

}  // namespace

json::object users_json(Station& station) {
  json::array items;
  for (const AccountRow& row : AccountTable(station.connection()).all()) {
    json::array roles;
    for (std::size_t i = 0; i < kRoles; ++i)
      if ((row.roles >> i & 1u) != 0) roles.push_back(json::value(kRoleNames[i]));
    items.push_back({{"user", row.name},
                     {"roles", std::move(roles)},
                     {"org", row.organisation.empty() ? station.organisation_code() : row.organisation},
                     {"disabled", row.disabled},
                     {"created", rfc3339(row.created_ms)}});
  }
  json::array given;
  for (const MandateView& m : mandates(station))
    given.push_back({{"id", m.id.hex()},
                     {"user", m.entry.person},
                     {"stands_in_for", m.entry.stands_in_for},
                     {"part", m.entry.part},
                     {"from", m.entry.from},
                     {"to", m.entry.to},
                     {"authority", m.entry.authority_number + ", " + m.entry.authority_on},
                     {"in_force", m.in_force}});
  return {{"items", std::move(items)}, {"mandates", std::move(given)}};
}

Left disable_user(Station& station, const Actor& by, const Actor* second, std::string_view name, const Leaving& how) {
  const Permit may = permit_accounts(station, by, second);
  if (tasks::trimmed(how.reason).empty() || !tasks::is_clean_utf8(how.reason) || how.reason.size() > kDraftReasonBytes)
    throw refused("missing_value", "Who disables an account says why.", "Give --reason.");
  const AccountRow account = account_named(station, name);
  if (account.disabled) throw wrong_state("account_disabled", "This account is disabled already.", "Nothing to do.");
  std::size_t left = 0;
  for (const AccountRow& row : AccountTable(station.connection()).all())
    left += row.name != account.name && !row.disabled && (row.roles & administrators(station)) != 0 ? 1 : 0;
  if ((account.roles & administrators(station)) != 0 && left == 0)
    throw refused("last_administrator", "Nobody else administers this station.", "Make another administrator first.");
  std::optional<AccountRow> heir;
  if (!how.hand_to.empty()) heir = account_named(station, how.hand_to);
  if (heir && (heir->disabled || heir->name == account.name))
    throw refused("nobody_takes_over", "This person cannot take over.", "Name somebody who works here.");
  Left done;
  station.transact([&] {
    Drafts drafts(station.connection());
    std::string handed;
    for (const Draft& d : drafts.open_of(account.person)) handed += " " + d.id.hex();
    const bool has_mandate = [&] {
      for (const MandateView& m : mandates(station))
        if (m.person == account.person && m.in_force) return true;
      return false;
    }();
    if (!heir && (!handed.empty() || has_mandate))
      throw refused("nobody_takes_over", account.name + " leaves drafts or mandates behind.",
                    "Name who takes them over with --hand-to.");
    if (heir) {
      done.drafts = drafts.hand_on(account.person, heir->person, heir->name);
      done.mandates = hand_mandates_on(station, may, account, heir);
    }
    (void)AccountTable(station.connection()).set_disabled(account.name, true);
    station.audit(by, "user_disable", account.name, "done",
                  how.reason + (heir ? "; to " + heir->name + ", drafts:" + handed.substr(0, 2048) : ""));
  });
  return done;
}

void enable_user(Station& station, const Actor& by, const Actor* second, std::string_view name) {
  (void)permit_accounts(station, by, second);
  const AccountRow account = account_named(station, name);
  if (!account.disabled) throw wrong_state("account_enabled", "This account is in use.", "Nothing to do.");
  station.transact([&] {
    (void)AccountTable(station.connection()).set_disabled(account.name, false);
    station.audit(by, "user_enable", account.name, "done");
  });
}

std::string reset_code(Station& station, const Actor& by, const Actor* second, std::string_view name) {
  (void)permit_accounts(station, by, second);
  const AccountRow account = account_named(station, name);
  const std::string code = sync::make_enrolment_code(station.entropy());
  Bytes kept;
  append(kept, *sync::enrolment_key(code));
  append_le(kept, wall_clock_ms() + kResetMs);
  kept.push_back(0);
  station.transact([&] {
    AppMeta(station.connection()).put(reset_key(account.name), kept);
    station.audit(by, "user_reset", account.name, "done");
  });
  return code;
}

void take_reset(Station& station, std::string_view name, std::string_view code, std::string_view password) {
  const std::string known = tasks::to_nfc(name);
  const auto kept = AppMeta(station.connection()).get(reset_key(known));
  const auto key = sync::enrolment_key(code);
  constexpr std::size_t kKey = sizeof(sync::Hash);
  const ActRefused wrong = refused("reset_code", "Name or code is wrong.", "Have the code read out again.");
  if (!kept || kept->size() != kKey + 9) throw wrong;
  if (kept->back() >= kResetTries || load_le<std::uint64_t>(kept->data() + kKey) < wall_clock_ms())
    throw refused("reset_expired", "This code is over.", "Ask the administrator for a new one.");
  if (!key || !std::equal(key->begin(), key->end(), kept->begin())) {
    Bytes tried = *kept;
    ++tried.back();
    station.transact([&] {
      AppMeta(station.connection()).put(reset_key(known), tried);
      station.audit(Actor{{}, "console", 0}, "user_password", known, "reset_code");
    });
    throw wrong;
  }
  const AccountRow account = account_named(station, known);
  station.transact([&] {
    set_password(station, account, password);
    station.audit(Actor{account.person, account.name, account.roles}, "user_password", account.name, "done");
  });
}

std::string reset_order(Station& station, const Actor& by, const Actor& second, std::string_view organisation,
                        std::string_view name) {
  (void)permit(station, by, tasks::Action::manage_devices, {.second = &second});
  if (station.directory().organisation(organisation) == nullptr)
    throw refused("unknown_body", "There is no such body.", "Check its code.");
  const std::string until = std::to_string(wall_clock_ms() + kResetMs);
  const std::string person = tasks::to_nfc(name);
  const crypto::Signature signature =
      crypto::sign(station.service_key(), kResetPurpose,
                   {station.zone().view(), as_bytes(organisation), as_bytes(person), as_bytes(until)});
  station.transact([&] {
    station.audit(by, "user_reset_order", std::string(organisation), "done", person + ", second " + second.name);
  });
  return json::serialize(json::object{{"zone", station.zone().hex()},
                                      {"org", organisation},
                                      {"user", person},
                                      {"until", until},
                                      {"signature", to_hex(signature)}});
}

void take_reset_order(Station& station, std::string_view order, std::string_view password) {
  boost::system::error_code ec;
  const json::value whole = json::parse(order, ec);
  if (ec || !whole.is_object()) throw refused("reset_order", "This is no order of the hub.", "Ask for a new one.");
  const json::object& o = whole.as_object();
  const auto* keys = station.directory().hub_keys();
  if (keys == nullptr) throw wrong_state("not_enrolled", "This node knows no hub yet.", "Run enrol first.");
  const std::string org = text_of(o, "org"), user = text_of(o, "user"), until = text_of(o, "until");
  const auto raw = from_hex(text_of(o, "signature"));
  crypto::Signature signature{};
  const bool sized = raw && raw->size() == signature.size();
  if (sized) std::copy(raw->begin(), raw->end(), signature.begin());
  const bool holds = sized && org == station.organisation_code() && text_of(o, "zone") == station.zone().hex() &&
                     crypto::verify(keys->service_key, kResetPurpose,
                                    {station.zone().view(), as_bytes(org), as_bytes(user), as_bytes(until)}, signature);
  if (!holds)
    throw refused("reset_order", "This order is not for this site, or not signed by its hub.", "Ask for a new one.");
  const std::uint64_t ends = std::strtoull(until.c_str(), nullptr, 10);
  if (ends < wall_clock_ms()) throw refused("reset_expired", "This order is over.", "Ask for a new one.");
  const std::string used = "reset_order:" + user;
  if (const auto before = station.text_meta(used); before && std::strtoull(before->c_str(), nullptr, 10) >= ends)
    throw refused("reset_used", "This order was carried out already.", "Ask for a new one.");
  const AccountRow account = account_named(station, user);
  station.transact([&] {
    set_password(station, account, password);
    (void)AccountTable(station.connection()).set_disabled(account.name, false);
    station.put_text_meta(used, until);
    station.audit(Actor{{}, "hub", 0}, "user_reset_order", account.name, "done");
  });
}

sync::RecordId give_mandate(Station& station, const Actor& by, const MandateEntry& entry) {
  const Permit may = permit_accounts(station, by, nullptr);
  if (entry.part != kApprove && entry.part != kUpdate)
    throw refused("bad_value", "A mandate is for approve or update.", "Give one of them.");
  const AccountRow person = account_named(station, entry.person);
  std::optional<sync::PersonId> absent;
  if (!entry.stands_in_for.empty()) absent = account_named(station, entry.stands_in_for).person;
  if (absent && *absent == person.person)
    throw refused("same_person", "Nobody stands in for himself (R53).", "Name somebody else.");
  if (entry.authority_number.empty() || !tasks::is_clean_utf8(entry.authority_number))
    throw refused("missing_value", "A mandate names its authority: number and date.", "Give --authority-number.");
  if (entry.to < entry.from) throw refused("bad_date", "A mandate ends after it began.", "Correct --from and --to.");
  sync::RecordId made;
  station.transact([&] {
    made = put_mandate(station, may, person.person, absent, entry);
    station.audit(by, "mandate_give", person.name, "done", entry.part + ", " + entry.authority_number);
  });
  return made;
}

void revoke_mandate(Station& station, const Actor& by, std::string_view id) {
  const Permit may = permit_accounts(station, by, nullptr);
  const auto record = sync::RecordId::parse(id);
  const auto row = record ? station.store().record(*record, sync::Layer::provisional) : std::nullopt;
  if (!row || row->type != static_cast<std::uint16_t>(RecordType::mandate))
    throw refused("unknown_record", "There is no such mandate here.", "See `user list`.");
  station.transact([&] {
    end_mandate(station, may, *record);
    station.audit(by, "mandate_revoke", record->hex(), "done");
  });
}

std::uint16_t mandated_roles(Station& station, const sync::PersonId& person) {
  if (station.program() == Program::hub || station.zone().is_zero()) return 0;
  const tasks::Moment now{std::chrono::seconds{static_cast<std::int64_t>(wall_clock_ms() / 1000)}};
  const std::string today = tasks::format_date(tasks::date_of(now));
  std::uint16_t roles = 0;
  for (const MandateView& m : mandates(station)) {
    if (m.person != person || !m.in_force || today < m.entry.from || m.entry.to < today) continue;
    roles |= static_cast<std::uint16_t>(role_bit(m.entry.part == kApprove ? Role::approver : Role::operator_));
  }
  return roles;
}

json::object audit_json(Station& station, std::uint64_t from, std::uint32_t most) {
  json::array items;
  for (const AuditRow& row : AuditLog(station.connection()).rows(from, most))
    items.push_back({{"number", row.number},
                     {"at", rfc3339(row.entry.at_ms)},
                     {"who", person_name(station, row.entry.person)},
                     {"action", row.entry.action},
                     {"object", row.entry.object},
                     {"result", row.entry.result},
                     {"details", row.entry.details},
                     {"h", to_hex(row.h)}});
  return {{"items", std::move(items)}};
}

}  // namespace tram::station
