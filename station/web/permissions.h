// Roles and what each may do: the table of reliability design 5.6, once, as data. Deny by default.
// The organisation a right applies to comes from the session, never from the request; scopes (own, followed, branch)
// are judged by the handler that knows the record.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tram::station {

// Numbered 1-10 as in changeset headers and policy rows. A device is an eleventh without a UI.
enum class Role : std::uint8_t {
  viewer = 1,
  operator_,
  approver,
  follow_up,
  inspector,
  site_admin,
  auditor,
  hub_office,
  hub_operator,
  hub_security,
};
constexpr std::size_t kRoles = 10;
constexpr std::array<std::string_view, kRoles> kRoleNames = {"viewer",       "operator",    "approver", "follow_up",
                                                             "inspector",    "site_admin",  "auditor",  "hub_office",
                                                             "hub_operator", "hub_security"};
constexpr std::string_view role_name(Role role) {
  return kRoleNames[static_cast<std::size_t>(role) - 1];
}
constexpr std::optional<Role> role_of(std::string_view name) {
  for (std::size_t i = 0; i < kRoles; ++i)
    if (kRoleNames[i] == name) return static_cast<Role>(i + 1);
  return std::nullopt;
}

// A set of roles; bit n-1 is role n.
using Roles = std::uint32_t;
constexpr Roles role_bit(Role role) {
  return Roles{1} << (static_cast<unsigned>(role) - 1);
}
constexpr bool has_role(Roles roles, Role role) {
  return (roles & role_bit(role)) != 0;
}
constexpr Roles kAdministrators =
    role_bit(Role::site_admin) | role_bit(Role::hub_operator) | role_bit(Role::hub_security);

enum class Permission : std::uint8_t {
  open,       // without a session: only the routes that 5.2 step 7 lists, and those with rules of their own
  signed_in,  // any person with a session
  read_records,
  draft,
  approve,
  assess,
  flag_findings,
  bundles,
  load_documents,
  accounts,
  administer,
  read_audit,
  devices_and_keys,
};
constexpr std::size_t kPermissions = 13;
constexpr std::array<std::string_view, kPermissions> kPermissionNames = {
    "open",    "signed_in",      "read_records", "draft",      "approve",    "assess",          "flag_findings",
    "bundles", "load_documents", "accounts",     "administer", "read_audit", "devices_and_keys"};
constexpr std::string_view permission_name(Permission p) {
  return kPermissionNames[static_cast<std::size_t>(p)];
}

// One cell of the table.
enum class Grant : std::uint8_t {
  no,
  own,       // records of one's own organisation
  followed,  // and of those one follows up
  branch,    // and of the branch one inspects
  all,       // every record
  hubs_own,  // the hub office's own drafts only
  yes,
  fresh,        // x*: a login not older than 5 min
  two_persons,  // x**: fresh, and a second person within 24 h
};

namespace detail {
using enum Grant;
// Columns: viewer operator approver follow_up inspector site_admin auditor hub_office hub_operator hub_security.
constexpr std::array<std::array<Grant, kRoles>, kPermissions> kGrants = {{
    /* open           */ {yes, yes, yes, yes, yes, yes, yes, yes, yes, yes},
    /* signed_in      */ {yes, yes, yes, yes, yes, yes, yes, yes, yes, yes},
    /* read_records   */ {own, own, own, followed, branch, own, no, all, no, no},
    /* draft          */ {no, yes, no, no, no, no, no, no, no, no},
    /* approve        */ {no, no, yes, no, no, no, no, hubs_own, no, no},
    /* assess         */ {no, no, no, yes, no, no, no, no, no, no},
    /* flag_findings  */ {no, no, no, no, yes, no, no, no, no, no},
    /* bundles        */ {no, no, fresh, no, no, fresh, no, no, fresh, no},
    /* load_documents */ {no, no, no, no, no, no, no, yes, no, no},
    /* accounts       */ {no, no, no, no, no, fresh, no, no, no, two_persons},
    /* administer     */ {no, no, no, no, no, fresh, no, no, fresh, no},
    /* read_audit     */ {no, no, no, no, no, no, yes, no, no, yes},
    /* devices_and_keys */ {no, no, no, no, no, no, no, no, no, two_persons},
}};
}  // namespace detail

constexpr Grant grant_of(Permission permission, Role role) {
  return detail::kGrants[static_cast<std::size_t>(permission)][static_cast<std::size_t>(role) - 1];
}

enum class Allowed : std::uint8_t { no, needs_fresh_login, yes };

// Whether a person with these roles may use the route. The best grant of any role counts.
constexpr Allowed allowed(Roles roles, Permission permission, bool login_is_fresh) {
  if (permission == Permission::signed_in || permission == Permission::open) return Allowed::yes;
  Allowed best = Allowed::no;
  for (std::size_t i = 0; i < kRoles; ++i) {
    const Role role = static_cast<Role>(i + 1);
    if (!has_role(roles, role)) continue;
    const Grant grant = grant_of(permission, role);
    if (grant == Grant::no) continue;
    if ((grant == Grant::fresh || grant == Grant::two_persons) && !login_is_fresh) {
      if (best == Allowed::no) best = Allowed::needs_fresh_login;
      continue;
    }
    return Allowed::yes;
  }
  return best;
}

}  // namespace tram::station
