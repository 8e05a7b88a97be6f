// One station: the open data folder of a program with its keys, its database and the engine on top. Node and hub build
// their acts on it. Every write goes through transact(): it commits before anything is acknowledged or leaves.
//
// Data folder: db/ (database), fence/ (fence file), keystore.tks, machine.key (when no passphrase was given), lock,
// control.sock.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "crypto/keystore.h"
#include "station/act_refused.h"
#include "station/store/audit.h"
#include "station/store/database.h"
#include "station/store/sqlite_store.h"
#include "station/task_order.h"
#include "sync/engine.h"

namespace tram::station {

inline constexpr std::string_view kProgramVersion = "0.1.0";

enum class Program : std::uint8_t { node = 1, hub = 2 };

struct StationPlace {
  std::filesystem::path folder;
  std::optional<std::string> passphrase;  // else the machine key file
};

// The wall clock in milliseconds; the one place that reads it.
std::uint64_t wall_clock_ms();

// Who acts, and in which role (contract: `--as`, or the console as administrator).
struct Actor {
  sync::PersonId person;
  std::string name;
  std::uint16_t roles = 0;     // bit n-1 = role n
  bool clearance = false;      // for class 1-2
  bool fresh_login = true;     // a password on the command line is one; of a session not older than 5 minutes
  bool console = false;        // whoever holds the data folder, without a name
  std::string organisation{};  // code of the body of the account; empty: the station's own
  bool has(sync::Role role) const { return (roles & (1u << (static_cast<unsigned>(role) - 1))) != 0; }
};

class Permit;

class Station {
 public:
  // Makes the folder, keystore and database of a program. Refusals: exists (5).
  static std::unique_ptr<Station> create(Program program, const StationPlace& place, sync::ZoneKind zone,
                                         std::string_view organisation_code);
  // Refusals: not_initialised (5), busy (5), wrong_passphrase, keystore_damaged, newer_schema, damaged.
  static std::unique_ptr<Station> open(Program program, const StationPlace& place);
  ~Station();

  // Runs `work` in one write transaction; what it throws rolls back and goes on to the caller. A full disk is the
  // refusal `no_space`; any other storage failure ends the program with exit 1.
  void transact(const std::function<void()>& work);
  // The same for deletion, export and audit rows, which still find room on a full disk.
  void transact_on_reserve(const std::function<void()>& work);
  // One step of the engine inside the open transaction. A Refuse becomes ActRefused; Notices go to the log and stay as
  // alerts.
  std::vector<sync::Action> step(const sync::Event& event);
  // Hub: how far the system clock jumped ahead since the program started, if receipts wait for that; else 0.
  std::uint64_t clock_jump_ms();
  // A step in a transaction of its own.
  std::vector<sync::Action> step_alone(const sync::Event& event);
  // Saves what the gate permitted, in the role that it found, inside the open transaction.
  sync::Acknowledge save(const Permit& permit, const sync::RecordId& home, std::vector<sync::Operation> operations,
                         bool all_or_nothing = false);
  // A record id that only this device can make, and the operation that creates it.
  sync::Operation create_record(std::uint16_t type, const sync::RecordId& parent = {});
  void audit(const Actor& actor, std::string action, std::string object, std::string result, std::string details = "");

  // After enrolment, and at each start: identity from the directory, log and fence.
  void start_engine();
  void adopt_zone(const sync::ZoneId& zone, const crypto::VerifyKey& root, sync::ZoneKind kind);
  // After a transaction that had changed the identity was rolled back: reads it again.
  void forget_unsaved() { load_identity(); }
  // Must be durable before the first byte of new changesets leaves.
  void write_fence(const sync::Fence& fence);

  Program program() const { return program_; }
  const std::filesystem::path& folder() const { return place_.folder; }
  bool machine_bound() const { return !place_.passphrase; }  // opened with machine.key
  Database& database() { return *database_; }
  Connection& connection() { return database_->writer(); }
  SqliteStore& store() { return *store_; }
  // Of what the store holds now.
  const TaskOrder& task_order() {
    task_order_.refresh(store(), connection());
    return task_order_;
  }
  sync::Engine& engine() { return *engine_; }
  const sync::Directory& directory() { return engine_->directory(*store_); }
  const sync::Schema& schema() const { return schema_; }
  crypto::Keystore& keystore() { return *keystore_; }
  void save_keystore();
  // The identity key that others know from the directory; after a rotation the old one until the hub's entry came.
  const crypto::SigningKey& device_key();
  // Every identity key of this device, the first one first.
  const std::vector<crypto::SigningKey>& device_keys() const { return device_keys_; }
  // A new identity key joins the keystore; the log signs with it from its rotation on (sync/rotation.h).
  const crypto::SigningKey& add_device_key();
  const crypto::SigningKey& service_key() const { return *service_key_; }  // hub
  const crypto::DecryptionKey& encryption_key() const { return *encryption_key_; }
  sync::DeviceId device() const { return device_; }
  sync::ZoneId zone() const { return zone_; }
  sync::ZoneKind zone_kind() const { return zone_kind_; }
  const std::string& organisation_code() const { return organisation_code_; }
  sync::OrganisationId organisation() const;
  std::string device_fingerprint();
  bool enrolled();
  Entropy& entropy() { return entropy_; }

  std::optional<std::string> text_meta(std::string_view name);
  void put_text_meta(std::string_view name, std::string_view value);  // inside a transaction

  // Node: the newest ticket for the long poll, until the link takes it. Not kept on disk: the hub forgets them too.
  void keep_ticket(const sync::WaitTicket& ticket) { ticket_ = ticket; }
  std::optional<sync::WaitTicket> take_ticket() { return std::exchange(ticket_, std::nullopt); }

  // What a person must hear of; newest last, at most 20 kept.
  struct Alert {
    std::string code;
    std::string subject;
    std::uint64_t at_ms = 0;
  };
  std::vector<Alert> alerts();

 private:
  Station(Program program, StationPlace place) : program_(program), place_(std::move(place)) {}
  void load_keys();
  void load_identity();
  void build_engine();
  void start_restored();
  void note_recovery_ended(const sync::RecoveryEnded& ended);
  void keep_alert(const sync::Notice& notice);

  Program program_;
  StationPlace place_;
  crypto::SystemEntropy entropy_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteStore> store_;
  std::optional<crypto::Keystore> keystore_;
  std::vector<crypto::SigningKey> device_keys_;
  std::optional<crypto::SigningKey> service_key_, directory_key_;
  std::optional<crypto::DecryptionKey> encryption_key_;
  std::unique_ptr<sync::Engine> engine_;
  sync::Schema schema_;
  TaskOrder task_order_;
  sync::DeviceId device_;
  sync::ZoneId zone_;
  sync::ZoneKind zone_kind_ = sync::ZoneKind::open;
  std::string organisation_code_;
  std::optional<sync::WaitTicket> ticket_;
};

// The action of a type, if the step gave one.
template <class T>
const T* find_action(const std::vector<sync::Action>& actions) {
  for (const sync::Action& a : actions)
    if (const T* found = std::get_if<T>(&a)) return found;
  return nullptr;
}

std::string_view name(sync::ZoneKind zone);
std::optional<sync::ZoneKind> zone_named(std::string_view name);
// RFC 3339 at +07:00 of a moment in milliseconds.
std::string rfc3339(std::uint64_t ms);

}  // namespace tram::station
