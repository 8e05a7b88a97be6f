#include "station/station.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <mutex>

#include "station/backup.h"
#include "station/people.h"
#include "station/permission_gate.h"
#include "station/program_log.h"
#include "station/schema.h"
#include "station/store/app_meta.h"
#include "station/store/fence.h"
#include "tasks/time.h"

namespace tram::station {
namespace {

constexpr std::string_view kProgram = "program";
constexpr std::string_view kDevice = "device";
constexpr std::string_view kZone = "zone";
constexpr std::string_view kZoneKind = "zone_kind";
constexpr std::string_view kOrganisation = "organisation_code";
constexpr std::string_view kAlerts = "alerts";
constexpr std::size_t kAlertsKept = 20;

crypto::Unlock unlock_of(const StationPlace& place) {
  crypto::Unlock unlock;
  if (place.passphrase)
    unlock.passphrase = place.passphrase;
  else
    unlock.machine_key_file = place.folder / "machine.key";
  return unlock;
}

std::filesystem::path keystore_file(const StationPlace& place) {
  return place.folder / "keystore.tks";
}

ActRefused from_store(Error e) {
  if (e == errc::busy)
    return wrong_state("busy", "Another process uses this data folder.", "Stop it, or use its commands.");
  if (e == errc::newer_schema)
    return wrong_state("newer_schema", "This data was made by a newer version.", "Update Tram here.");
  if (e == errc::disk_full)
    return {exit_status::kFailed, "no_space", "The disk is full. Everything saved so far is safe.",
            "Free some space, then repeat."};
  return {exit_status::kFailed,
          e.category() == store_category() ? std::string(name(static_cast<errc>(e.value()))) : "failed",
          "The data folder cannot be used.", "Look at the log; do not copy the database while it is in use."};
}

}  // namespace

std::uint64_t wall_clock_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return ms < 0 ? 0 : static_cast<std::uint64_t>(ms);
}

namespace {

// Goes on while the machine sleeps, and nobody sets it.
std::uint64_t monotonic_clock_ms() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

std::string rfc3339(std::uint64_t ms) {
  return tasks::format_moment(tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(ms / 1000)}});
}

std::string_view name(sync::ZoneKind zone) {
  switch (zone) {
    case sync::ZoneKind::open:
      return "open";
    case sync::ZoneKind::closed:
      return "closed";
    case sync::ZoneKind::practice:
      return "practice";
  }
  return "open";
}

std::optional<sync::ZoneKind> zone_named(std::string_view text) {
  for (const auto zone : {sync::ZoneKind::open, sync::ZoneKind::closed, sync::ZoneKind::practice})
    if (name(zone) == text) return zone;
  return std::nullopt;
}

Station::~Station() {
  if (!database_) return;
  store_.reset();
  (void)database_->close();  // not clean: the next start checks the whole file
}

std::unique_ptr<Station> Station::create(Program program, const StationPlace& place, sync::ZoneKind zone,
                                         std::string_view organisation_code) {
  std::error_code ec;
  std::filesystem::create_directories(place.folder, ec);
  if (ec) throw ActRefused(exit_status::kFailed, "io_failed", "The data folder cannot be made: " + ec.message());
  ::chmod(place.folder.c_str(), 0700);
  StationPlace absolute = place;
  absolute.folder = std::filesystem::canonical(place.folder, ec);
  if (std::filesystem::exists(keystore_file(absolute)) ||
      std::filesystem::exists(absolute.folder / "db" / "tram.sqlite"))
    throw wrong_state("exists", "This data folder is set up already.", "Use another --data folder.");
  auto station = std::unique_ptr<Station>(new Station(program, absolute));
  auto database = Database::open(absolute.folder);
  if (!database) throw from_store(database.error());
  station->database_ = std::move(*database);
  station->store_ = std::make_unique<SqliteStore>(*station->database_);
  auto keystore = crypto::Keystore::create(unlock_of(absolute));
  if (!keystore) throw ActRefused(exit_status::kFailed, "io_failed", "The keystore cannot be made.");
  station->keystore_.emplace(std::move(*keystore));
  const std::uint64_t now = wall_clock_ms();
  station->keystore_->add(
      crypto::Keystore::record_of(crypto::KeyPurpose::device_identity, crypto::SigningKey::generate(), now));
  station->keystore_->add(crypto::Keystore::record_of(
      program == Program::hub ? crypto::KeyPurpose::hub_encryption : crypto::KeyPurpose::device_encryption,
      crypto::DecryptionKey::generate(), now));
  station->transact([&] {
    sync::DeviceId device;
    station->entropy_.fill(device.bytes);
    AppMeta meta(station->connection());
    meta.put(kProgram, as_bytes(program == Program::hub ? "hub" : "node"));
    meta.put(kDevice, device.view());
    meta.put(kZoneKind, as_bytes(name(zone)));
    meta.put(kOrganisation, as_bytes(organisation_code));
  });
  // The keystore last: its file is what says that the folder is set up.
  station->save_keystore();
  if (program == Program::node) station->load_keys();
  station->load_identity();
  return station;
}

std::unique_ptr<Station> Station::open(Program program, const StationPlace& place) {
  std::error_code ec;
  StationPlace absolute = place;
  absolute.folder = std::filesystem::canonical(place.folder, ec);
  if (ec || !std::filesystem::exists(keystore_file(absolute)))
    throw wrong_state("not_initialised", "There is no Tram data in this folder.",
                      "Run init first, or name the folder with --data.");
  auto station = std::unique_ptr<Station>(new Station(program, absolute));
  auto database = Database::open(absolute.folder);
  if (!database) throw from_store(database.error());
  station->database_ = std::move(*database);
  station->store_ = std::make_unique<SqliteStore>(*station->database_);
  AppMeta meta(station->connection());
  const auto kind = meta.get(kProgram);
  if (!kind || as_text(*kind) != (program == Program::hub ? "hub" : "node"))
    throw wrong_state("other_program", "This data folder belongs to the other program.", "Check --data.");
  auto keystore = crypto::Keystore::load(keystore_file(absolute), unlock_of(absolute));
  if (!keystore) {
    throw ActRefused(keystore.error() == crypto::errc::wrong_passphrase ? sync::OutcomeCode::wrong_passphrase
                                                                        : sync::OutcomeCode::keystore_damaged);
  }
  station->keystore_.emplace(std::move(*keystore));
  station->load_keys();
  station->load_identity();
  station->start_engine();
  return station;
}

void Station::save_keystore() {
  if (!keystore_->save(keystore_file(place_)))
    throw ActRefused(exit_status::kFailed, "io_failed", "The keystore cannot be written.");
}

void Station::load_keys() {
  auto device = keystore_->signing_keys(crypto::KeyPurpose::device_identity);
  auto encryption = keystore_->decryption_key(program_ == Program::hub ? crypto::KeyPurpose::hub_encryption
                                                                       : crypto::KeyPurpose::device_encryption);
  if (device.empty() || !encryption) throw ActRefused(sync::OutcomeCode::keystore_damaged);
  device_keys_ = std::move(device);
  encryption_key_.emplace(std::move(*encryption));
  if (program_ == Program::hub) {
    auto service = keystore_->signing_key(crypto::KeyPurpose::service);
    auto directory = keystore_->signing_key(crypto::KeyPurpose::directory);
    if (!service || !directory) throw ActRefused(sync::OutcomeCode::keystore_damaged);
    service_key_.emplace(std::move(*service));
    directory_key_.emplace(std::move(*directory));
  }
}

const crypto::SigningKey& Station::device_key() {
  if (device_keys_.size() > 1)
    if (const sync::Device* known = directory().device(device_))
      for (const crypto::SigningKey& key : device_keys_)
        if (key.public_key == known->identity) return key;
  return device_keys_.front();
}

const crypto::SigningKey& Station::add_device_key() {
  auto record =
      crypto::Keystore::record_of(crypto::KeyPurpose::device_identity, crypto::SigningKey::generate(), wall_clock_ms());
  const crypto::KeyId id = record.id;
  // Beside the current one: which of them signs is said by the log, so a crash between the two leaves a spare key only.
  record.state = crypto::KeyState::retired;
  keystore_->add(std::move(record));
  save_keystore();
  load_keys();
  build_engine();
  return *std::find_if(device_keys_.begin(), device_keys_.end(), [&](const auto& key) { return key.id() == id; });
}

void Station::load_identity() {
  AppMeta meta(connection());
  if (const auto device = meta.get(kDevice); device && device->size() == 16) device_ = sync::DeviceId::from(*device);
  if (const auto zone = meta.get(kZone); zone && zone->size() == 16) zone_ = sync::ZoneId::from(*zone);
  if (const auto kind = meta.get(kZoneKind)) zone_kind_ = zone_named(as_text(*kind)).value_or(sync::ZoneKind::open);
  if (const auto code = meta.get(kOrganisation)) organisation_code_ = as_text(*code);
  schema_ = record_schema(zone_kind_);
  build_engine();
}

void Station::build_engine() {
  sync::Identity identity;
  identity.zone = zone_;
  identity.device = device_;
  identity.organisation = organisation();
  identity.at_hub = program_ == Program::hub;
  identity.zone_kind = zone_kind_;
  identity.device_key = device_keys_.empty() ? nullptr : &device_keys_.front();
  for (std::size_t i = 1; i < device_keys_.size(); ++i) identity.other_keys.push_back(&device_keys_[i]);
  identity.directory_key = directory_key_ ? &*directory_key_ : nullptr;
  identity.service_key = service_key_ ? &*service_key_ : nullptr;
  engine_ = std::make_unique<sync::Engine>(identity, schema_);
}

void Station::adopt_zone(const sync::ZoneId& zone, const crypto::VerifyKey& root, sync::ZoneKind kind) {
  AppMeta meta(connection());
  meta.put(kZone, zone.view());
  meta.put(kZoneKind, as_bytes(name(kind)));
  store_->put_meta(sync::meta::kRootKey, root);
  if (device_keys_.empty()) load_keys();
  load_identity();
}

// The first start of a database that came from a backup (sync design 8): a hub begins a new epoch and waits for its
// sites; a node signs nothing in its old log before the hub was heard. The fence of the day is not in a backup.
void Station::start_restored() {
  const auto made = text_meta(kBackupMark);
  if (!made) return;
  transact([&] {
    if (enrolled()) {
      sync::Start start;
      start.foreign = program_ == Program::node;
      if (program_ == Program::hub) (void)step(sync::StartRecovery{});
      (void)step(start);
    }
    audit(Actor{{}, "program", 0}, "restore", program_ == Program::hub ? "hub" : "node", "done",
          "backup of " + rfc3339(std::strtoull(made->c_str(), nullptr, 10)) + "; the audit log goes on from here");
    AppMeta(connection()).remove(kBackupMark);
  });
}

void Station::note_recovery_ended(const sync::RecoveryEnded& ended) {
  log_event("sync", "recovery_ended", "epoch " + std::to_string(ended.epoch));
  audit(
      Actor{{}, "program", 0}, "recovery_end", "hub", "done",
      fmt::format("epoch {}, put back {}, judged {}, lost {}", ended.epoch, ended.restored, ended.judged, ended.lost));
}

void Station::start_engine() {
  start_restored();
  sync::Start start;
  const auto reading = read_fence(place_.folder / "fence");
  if (reading && reading->state == FenceState::present) {
    const Fence& f = reading->fence;
    start.fence = sync::Fence{f.incarnation, f.seq, f.head_hash};
    const sync::Hash here = machine_id();
    start.foreign = f.device != device_ || f.zone != zone_ || (f.machine != sync::Hash{} && f.machine != here);
  } else {
    // Missing or damaged though something left already: not the newest state of this device, or another machine.
    const auto own = store_->own_log();
    bool left = false;
    if (own) {
      store_->each_changeset(own->log, 1, [&](const sync::ChangesetRow& row) {
        left = row.sent;
        return !left;
      });
    }
    start.foreign = left && program_ == Program::node;
  }
  if (enrolled()) (void)step_alone(start);
}

void Station::write_fence(const sync::Fence& fence) {
  const Fence file{zone_, device_, fence.incarnation, fence.seq, fence.head_hash, machine_id()};
  if (const auto reading = read_fence(place_.folder / "fence");
      reading && reading->state == FenceState::present && reading->fence.zone == file.zone &&
      reading->fence.device == file.device && reading->fence.incarnation == file.incarnation &&
      reading->fence.machine == file.machine && reading->fence.seq >= file.seq)
    return;  // never backwards: a second restore must still be seen
  if (!station::write_fence(place_.folder / "fence", file))
    throw ActRefused(exit_status::kFailed, "io_failed", "The fence file cannot be written; nothing was sent.");
}

void Station::transact(const std::function<void()>& work) {
  const auto done = database_->transact([&]() -> Result<void> {
    work();
    return {};
  });
  if (!done) throw from_store(done.error());
}

std::uint64_t Station::clock_jump_ms() {
  return engine_->clock_jump_ms(wall_clock_ms(), monotonic_clock_ms());
}

void Station::transact_on_reserve(const std::function<void()>& work) {
  const auto done = database_->transact_on_reserve([&]() -> Result<void> {
    work();
    return {};
  });
  if (!done) throw from_store(done.error());
}

std::vector<sync::Action> Station::step(const sync::Event& event) {
  std::vector<sync::Action> actions;
  const sync::Env env{wall_clock_ms(), entropy_, monotonic_clock_ms()};
  engine_->step(event, env, *store_, actions);
  for (const sync::Action& action : actions) {
    if (const auto* ended = std::get_if<sync::RecoveryEnded>(&action)) note_recovery_ended(*ended);
    const auto* refuse = std::get_if<sync::Refuse>(&action);
    if (refuse && refuse->code == sync::errc::recovering)
      throw wrong_state("recovering", "This hub was restored from a backup and waits for its sites.",
                        "See recovery status; recovery end waits for nobody any more.");
    if (refuse && refuse->code == sync::errc::clock_jump) throw ActRefused(sync::OutcomeCode::held_clock);
    if (refuse && refuse->code == sync::errc::body_too_large)
      throw refused("body_too_large", "This change is too large: what is saved at once may hold at most 4 MB.",
                    "Save it in smaller steps, or attach the text as a file.");
    if (refuse)
      throw refused(std::string(sync::name(refuse->code)),
                    "This cannot be saved: " + std::string(sync::name(refuse->code)) + ".", "Check the entry.");
    if (const auto* notice = std::get_if<sync::Notice>(&action)) keep_alert(*notice);
  }
  return actions;
}

std::vector<sync::Action> Station::step_alone(const sync::Event& event) {
  std::vector<sync::Action> actions;
  transact([&] { actions = step(event); });
  return actions;
}

void Station::keep_alert(const sync::Notice& notice) {
  log_event("notice", std::string(sync::name(notice.code)), notice.subject);
  AppMeta meta(connection());
  const std::string said = fmt::format("{} {}", sync::name(notice.code), notice.subject.empty() ? "-" : notice.subject);
  // The same thing said again moves to the end with its newest time; it does not push the others out.
  std::string text;
  for (const Alert& old : alerts())
    if (const std::string line = old.code + " " + old.subject; line != said)
      text += fmt::format("{} {}\n", old.at_ms, line);
  text += fmt::format("{} {}\n", wall_clock_ms(), said);
  while (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > kAlertsKept)
    text.erase(0, text.find('\n') + 1);
  meta.put(kAlerts, as_bytes(text));
}

std::vector<Station::Alert> Station::alerts() {
  std::vector<Alert> found;
  const auto text = text_meta(kAlerts);
  if (!text) return found;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = text->find('\n', at);
    const std::string line = text->substr(at, end - at);
    const std::size_t a = line.find(' ');
    const std::size_t b = line.find(' ', a + 1);
    if (a != std::string::npos && b != std::string::npos)
      found.push_back({line.substr(a + 1, b - a - 1), line.substr(b + 1), std::strtoull(line.c_str(), nullptr, 10)});
    at = end == std::string::npos ? text->size() : end + 1;
  }
  return found;
}

sync::Acknowledge Station::save(const Permit& permit, const sync::RecordId& home,
                                std::vector<sync::Operation> operations, bool all_or_nothing) {
  ensure_person_record(*this, permit.actor(), permit.role());
  const auto actions =
      step(sync::LocalSave{home, std::move(operations), permit.actor().person, permit.role(), all_or_nothing});
  const auto* done = find_action<sync::Acknowledge>(actions);
  if (done == nullptr) throw ActRefused(exit_status::kFailed, "failed", "The change was not stored.");
  return *done;
}

sync::Operation Station::create_record(std::uint16_t type, const sync::RecordId& parent) {
  sync::Operation op;
  op.kind = sync::OperationKind::record_create;
  op.type = type;
  op.parent = parent;
  entropy_.fill(op.nonce);
  op.record = sync::record_id(device_, op.nonce);
  return op;
}

void Station::audit(const Actor& actor, std::string action, std::string object, std::string result,
                    std::string details) {
  AuditEntry entry;
  entry.at_ms = wall_clock_ms();
  entry.person = actor.person;
  entry.role = actor.roles;
  entry.action = std::move(action);
  entry.object = std::move(object);
  entry.result = std::move(result);
  entry.details = std::move(details);
  if (!AuditLog(connection()).append(std::move(entry)))
    throw ActRefused(exit_status::kFailed, "io_failed", "The audit log cannot be written, so the act was not done.");
}

sync::OrganisationId Station::organisation() const {
  return zone_.is_zero() ? sync::OrganisationId{} : sync::organisation_id(zone_, organisation_code_);
}

std::string Station::device_fingerprint() {
  return crypto::device_fingerprint(device_.view(), device_key().public_key, encryption_key_->public_key);
}

bool Station::enrolled() {
  return !zone_.is_zero() && directory().device(device_) != nullptr;
}

std::optional<std::string> Station::text_meta(std::string_view key) {
  const auto value = AppMeta(connection()).get(key);
  if (!value) return std::nullopt;
  return std::string(as_text(*value));
}

void Station::put_text_meta(std::string_view key, std::string_view value) {
  AppMeta(connection()).put(key, as_bytes(value));
}

}  // namespace tram::station
