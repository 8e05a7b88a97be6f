// The directory: one chain of signed entries, versions 1, 2, 3 ... without gaps, delivered whole to every node before
// any stream (sync design 4, bundle design 5.2; docs/formats.md "Directory"). It names the keys, the organisations, the
// policy and the calendars in force at each version.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "crypto/sign.h"
#include "sync/errc.h"
#include "sync/ids.h"

namespace tram::sync {

// Roles of persons by their numbers in changeset headers and policy rows (reliability design 5.6); 11 is the program.
enum class Role : std::uint16_t {
  none = 0,
  viewer = 1,
  operator_ = 2,
  approver = 3,
  follow_up = 4,
  inspector = 5,
  site_admin = 6,
  auditor = 7,
  hub_office = 8,
  hub_operator = 9,
  hub_security = 10,
  device = 11,
};
inline constexpr std::uint32_t role_bit(Role r) {
  return 1u << static_cast<unsigned>(r);
}

enum class EntryKind : std::uint16_t {
  hub_keys = 1,
  organisation = 2,
  device = 3,
  revoke = 4,
  person = 5,
  policy = 6,
  calendar = 7,
  form = 8,
  settings = 9,
};

struct HubKeys {
  DeviceId hub_device;
  OrganisationId hub_organisation;
  std::uint32_t root_seq = 1;
  Hash previous{};  // hash of the HUB_KEYS entry before; zero for the first
  std::vector<crypto::VerifyKey> roots;
  std::uint8_t threshold = 1;
  crypto::VerifyKey directory_key{};
  crypto::VerifyKey service_key{};
  crypto::EncryptKey encryption_current{};
  crypto::EncryptKey encryption_next{};
  std::vector<std::string> addresses;
  std::vector<ByteArray<32>> spki;  // SHA-256 of the hub's TLS keys
  std::optional<crypto::EncryptKey> escrow;
  std::uint8_t zone_kind = 0;  // 0 open, 1 closed, 2 practice
  std::uint8_t floor_major = 1;
  std::uint8_t floor_suite = 1;
  bool operator==(const HubKeys&) const = default;
};

enum OrganisationPart : std::uint16_t {
  kAssigning = 1,
  kImplementing = 2,
  kFollowUp = 4,
  kInspecting = 8,
  kHub = 16,
  kErasesOnLeave = 32,  // no part it plays: what leaves its scope is erased at its sites (docs/adr/0016)
};

struct Organisation {
  OrganisationId id;
  std::string code;
  std::string name_vi, name_en, name_lo, name_km;
  OrganisationId parent;
  std::uint16_t parts = 0;
  std::int32_t from_days = 0, to_days = 0;  // 0 = open
  std::vector<OrganisationId> successors;
  std::uint8_t state = 0;          // 0 active, 1 ended
  std::uint32_t role_ceiling = 0;  // bits of the roles its site may assign
  bool operator==(const Organisation&) const = default;
};

enum class DeviceState : std::uint8_t { active = 0, suspended = 1, retired = 2, revoked = 3 };

struct Device {
  DeviceId id;
  OrganisationId site;
  crypto::VerifyKey identity{};
  crypto::EncryptKey encryption{};
  std::uint16_t container_version = 1;
  DeviceState state = DeviceState::active;
  bool operator==(const Device&) const = default;
};

// The end of a device (bundle design 5.5). Claimed times play no part: the cut-off is a number of its log or of the
// hub.
enum class RevokeReason : std::uint8_t { retired = 1, lost = 2, stolen = 3, compromised = 4 };
struct Revocation {
  DeviceId device;
  RevokeReason reason = RevokeReason::lost;
  LogId log;                // retired: the log that the device stated; zero otherwise
  std::uint32_t epoch = 0;  // of a cut-off in the hub's order; zero when retired
  // retired: last number of that log; lost, stolen: hub_seq of the revocation; compromised: hub_seq from which the
  // device is suspect.
  std::uint64_t cut_off = 0;
  bool operator==(const Revocation&) const = default;
};

// One 16-byte row per (record type, field, operation, event); field 0 = creation. A missing row denies.
struct PolicyRow {
  std::uint16_t type = 0;
  std::uint16_t field = 0;
  std::uint8_t operation = 0;
  std::uint8_t flags = 0;  // bit 0: second person
  std::uint16_t event = 0;
  std::uint16_t relations = 0;
  std::uint32_t roles = 0;
  bool operator==(const PolicyRow&) const = default;
};
inline constexpr std::uint8_t kSecondPerson = 1;

struct Policy {
  std::uint16_t schema_version = 1;
  std::uint16_t rules_epoch = 1;
  std::vector<PolicyRow> rows;       // ascending by (type, field, operation, event), unique
  std::vector<std::uint16_t> ranks;  // by relation bit: hub, asg, imp, fol, ins, own, all
  bool operator==(const Policy&) const = default;

  const PolicyRow* row(std::uint16_t type, std::uint16_t field, std::uint8_t operation, std::uint16_t event) const;
};

struct CalendarEntry {
  std::string id;
  std::string owner;  // organisation code; empty = the nation
  std::uint32_t version = 1;
  Bytes content;  // opaque to sync (docs/formats.md "Calendar")
  bool operator==(const CalendarEntry&) const = default;
};

// A version of something the office has settled for its zone: the policy of the O table, the criteria of ratings, whose
// nation's calendar a body keeps. All versions stay; which one counts on a day is for the reader to say.
struct SettingsEntry {
  std::string name;   // "policy", "criteria", "nation"
  std::string owner;  // organisation code; empty = all
  std::uint32_t version = 1;
  Bytes content;  // opaque to sync (docs/formats.md)
  bool operator==(const SettingsEntry&) const = default;
};

struct OpaqueEntry {  // a kind this program does not know: kept, relayed, without effect (sync design 10)
  Bytes body;
  bool operator==(const OpaqueEntry&) const = default;
};

using DirectoryBody =
    std::variant<HubKeys, Organisation, Device, Policy, CalendarEntry, OpaqueEntry, Revocation, SettingsEntry>;

struct DirectoryEntry {
  EntryKind kind = EntryKind::organisation;
  ZoneId zone;
  std::uint64_t version = 0;
  Hash prev{};
  std::uint64_t issued_ms = 0;
  std::vector<std::pair<crypto::KeyId, crypto::Signature>> signatures;
  DirectoryBody body;
  Hash hash{};  // H(TRM1-dir, header)
  Bytes bytes;  // the whole entry as it lies
};

// Makes an entry signed by `key` (purpose "root" for HUB_KEYS, else "directory").
DirectoryEntry make_entry(const ZoneId& zone, std::uint64_t version, const Hash& prev, std::uint64_t issued_ms,
                          const DirectoryBody& body, const crypto::SigningKey& key);
// Bytes to entry: form, sizes, body hash; not signatures. Errors: bad_magic, truncated, trailing_bytes, over_limit, ...
Result<DirectoryEntry> decode_entry(ByteView bytes);

// The key file (bundle design 5.2): magic | first root key 32 | HUB_KEYS entries from the first on, each u32 length.
Bytes encode_key_file(const crypto::VerifyKey& first_root, const std::vector<Bytes>& hub_keys_entries);
struct KeyFile {
  crypto::VerifyKey root{};
  std::vector<DirectoryEntry> entries;
  HubKeys in_force;
  ZoneId zone;
};
// Checks every signature from the first root on. Errors: bad_magic, truncated, root_chain, bad_signature, ...
Result<KeyFile> decode_key_file(ByteView bytes);

// The directory as known: entries in order, with look-ups as of any version.
class Directory {
 public:
  Directory() = default;
  // An empty directory that trusts this first root key.
  explicit Directory(const crypto::VerifyKey& first_root) : first_root_(first_root) {}

  // Verifies and appends the next entry. Errors: bad_directory (gap, break, other entry at a known version),
  // directory_rollback (known already, the same), root_chain, bad_signature, wrong_zone.
  Result<void> append(const DirectoryEntry& entry);

  std::uint64_t version() const { return entries_.size(); }
  const Hash& head() const { return head_; }
  const ZoneId& zone() const { return zone_; }
  const DirectoryEntry* entry(std::uint64_t version) const;

  // As of `version`; 0 = the newest. Pointers live until the next append.
  const HubKeys* hub_keys(std::uint64_t version = 0) const;
  const Device* device(const DeviceId& id, std::uint64_t version = 0) const;
  const Organisation* organisation(const OrganisationId& id, std::uint64_t version = 0) const;
  const Organisation* organisation(std::string_view code) const;
  const Policy* policy(std::uint64_t version = 0) const;
  std::vector<const Device*> devices() const;                               // newest entry of each
  std::vector<const Device*> devices_of(const OrganisationId& site) const;  // active ones
  std::vector<const Organisation*> organisations() const;                   // newest entry of each, by code
  std::uint64_t device_version(const DeviceId& id) const;                   // of its newest entry; 0 = unknown
  const Revocation* revocation(const DeviceId& id) const;                   // the newest
  std::vector<const CalendarEntry*> calendars() const;                      // newest of each id
  std::vector<const CalendarEntry*> all_calendars() const;                  // every version, as they came
  std::vector<const SettingsEntry*> settings(std::string_view name) const;  // every version, as they came
  // Every identity key that a device ever had, newest first: a key that was changed still proves what it signed.
  std::vector<crypto::VerifyKey> identities(const DeviceId& id, std::uint64_t from_version = 0) const;
  // A signing key by its id: a device's identity, also one before the present, or the hub's service key (then device =
  // hub device).
  struct Signer {
    crypto::VerifyKey key{};
    DeviceId device;
    bool is_hub = false;
    bool revoked = false;
  };
  std::optional<Signer> signer(const crypto::KeyId& id) const;
  // Bodies that inspect and have not ended; and does a body stand at or below that one? Below nobody stands everybody.
  std::vector<const Organisation*> inspecting(std::uint64_t version = 0) const;
  bool in_branch(const OrganisationId& body, const OrganisationId& top, std::uint64_t version = 0) const;
  // Is `above` an ancestor of `below` in the tree?
  bool stands_above(const OrganisationId& above, const OrganisationId& below, std::uint64_t version = 0) const;
  std::vector<Bytes> hub_keys_entries() const;

 private:
  crypto::VerifyKey first_root_{};
  ZoneId zone_;
  Hash head_{};
  std::vector<DirectoryEntry> entries_;
  std::map<DeviceId, std::vector<std::uint64_t>> device_versions_;
  std::map<crypto::KeyId, std::uint64_t> identity_versions_;  // newest entry that names the key
  std::map<OrganisationId, std::vector<std::uint64_t>> organisation_versions_;
  std::set<OrganisationId> ever_inspecting_;
  std::vector<std::uint64_t> hub_keys_versions_;
  std::vector<std::uint64_t> policy_versions_;
  std::map<DeviceId, std::uint64_t> revocation_versions_;
  std::map<std::string, std::uint64_t, std::less<>> calendar_versions_;
  std::vector<std::uint64_t> all_calendar_versions_;
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> settings_versions_;
};

}  // namespace tram::sync
