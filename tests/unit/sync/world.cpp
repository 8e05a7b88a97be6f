// The zone of the engine tests.
#include "world.h"

namespace tram::sync::test {
namespace {

constexpr std::uint8_t kHubKey = 0x41;
constexpr std::size_t kBudget = 1u << 20;

std::uint64_t seed_of(std::string_view code) {
  return std::hash<std::string_view>{}(code);
}

// Asks the test before it keeps a version.
class AskingStore final : public station::SqliteStore {
 public:
  AskingStore(station::Database& database, const std::function<void(const VersionRow&)>& ask)
      : SqliteStore(database), ask_(ask) {}
  void put_version(const VersionRow& row) override {
    if (ask_) ask_(row);
    SqliteStore::put_version(row);
  }

 private:
  const std::function<void(const VersionRow&)>& ask_;
};

}  // namespace

// --- intents ---------------------------------------------------------------------------------------------------------

Operation on(OperationKind kind, const RecordId& record, std::uint16_t field, Value value) {
  Operation op;
  op.kind = kind;
  op.record = record;
  op.field = field;
  op.value = std::move(value);
  return op;
}
Operation set(const RecordId& record, std::uint16_t field, Value value) {
  return on(OperationKind::field_set, record, field, std::move(value));
}
Operation add(const RecordId& record, std::uint16_t field, Value value) {
  return on(OperationKind::set_add, record, field, std::move(value));
}
Operation remove(const RecordId& record, std::uint16_t field, Value value) {
  return on(OperationKind::set_remove, record, field, std::move(value));
}
Operation note(const RecordId& record, std::string_view text) {
  return on(OperationKind::log_append, record, kNotes, Value::text(text));
}
Operation happens(const RecordId& record, std::uint16_t event) {
  Operation op = on(OperationKind::status_event, record, kState, Value());
  op.event = event;
  return op;
}
Operation give(const RecordId& record, std::uint16_t field, const OrganisationId& to) {
  return on(OperationKind::authority_change, record, field, Value::id(to));
}
Operation create(const RecordId& record, const ByteArray<16>& nonce, std::uint16_t type, const RecordId& parent) {
  Operation op;
  op.kind = OperationKind::record_create;
  op.record = record;
  op.nonce = nonce;
  op.type = type;
  op.parent = parent;
  return op;
}
Operation redaction(const Hash& changeset, std::string_view ground) {
  Operation op;
  op.kind = OperationKind::redact;
  op.target = changeset;
  op.text = ground;
  return op;
}
Operation answer(const VersionId& proposal, ProposalAnswer how) {
  Operation op;
  op.kind = OperationKind::proposal_answer;
  std::copy(proposal.bytes.begin(), proposal.bytes.end(), op.target.begin());
  op.answer = how;
  return op;
}

// --- party -----------------------------------------------------------------------------------------------------------

Party::Party(World& w, std::string c, std::uint8_t k)
    : world(w),
      code(std::move(c)),
      key(key_of(k)),
      device(id<DeviceId>(k)),
      organisation(organisation_id(kZone, code)),
      person(id<PersonId>(k)),
      entropy_(seed_of(code)) {
  open();
}

void Party::open() {
  database_.reset();
  database_ = station::Database::open(folder_.path()).value();
  Identity self;
  self.zone = kZone;
  self.device = device;
  self.organisation = organisation;
  self.at_hub = code == "hub";
  self.device_key = &key;
  static const crypto::SigningKey service = key_of(kServiceKey);
  static const crypto::SigningKey directory = key_of(kDirectoryKey);
  if (self.at_hub) self.service_key = &service;
  if (self.at_hub) self.directory_key = &directory;
  self.snapshots = snapshots;
  for (const crypto::SigningKey& other : held_) self.other_keys.push_back(&other);
  engine = std::make_unique<Engine>(self, schema_);
  commit([](Store& s) {
    if (!s.meta(meta::kRootKey)) s.put_meta(meta::kRootKey, key_of(kRootKey).public_key);
  });
}

void Party::restart() {
  open();
}

void Party::dies_in(const Event& event) {
  struct PowerCut {};
  try {
    commit([&](Store& store) {
      Actions lost;
      engine->step(event, Env{world.now_ms, entropy_}, store, lost.all);
      throw PowerCut{};
    });
  } catch (const PowerCut&) {
  }
  restart();
}

void Party::run_release(Schema schema) {
  schema_ = std::move(schema);
  restart();
  step(Start{});
}

const crypto::SigningKey& Party::hold_key(std::uint8_t seed) {
  held_.push_back(key_of(seed));
  open();
  return held_.back();
}

void Party::commit(const std::function<void(Store&)>& work) {
  AskingStore store(*database_, before_version);
  const auto done = store.transact(work);
  if (!done) throw std::runtime_error(code + ": " + done.error().message());
}

Actions Party::step(const Event& event) {
  Actions actions;
  world.now_ms += 1000;
  commit([&](Store& store) {
    const auto wall = static_cast<std::uint64_t>(static_cast<std::int64_t>(world.now_ms) + clock_offset_ms);
    engine->step(event, Env{wall, entropy_, world.now_ms}, store, actions.all);
  });
  world.last = actions;
  return actions;
}

Actions Party::save(const RecordId& home, std::vector<Operation> operations, bool all_or_nothing) {
  return step(LocalSave{home, std::move(operations), person, role, all_or_nothing});
}

Hash Party::write(const RecordId& home, std::vector<Operation> operations, bool all_or_nothing) {
  const Actions done = save(home, std::move(operations), all_or_nothing);
  if (const auto* refused = done.find<Refuse>()) {
    ADD_FAILURE() << code << " refuses: " << name(refused->code);
    return {};
  }
  return done.find<Acknowledge>()->changeset;
}

std::optional<FieldRow> Party::field(const RecordId& record, std::uint16_t f, Layer layer) {
  return with([&](Store& s) { return s.field(record, f, layer); });
}

std::vector<VersionRow> Party::versions(const RecordId& record, std::uint16_t f) {
  return with([&](Store& s) { return s.all_versions(record, f); });
}

std::optional<VersionRow> Party::version(const Hash& changeset, std::uint16_t operation) {
  return with([&](Store& s) { return s.version(version_id(changeset, operation)); });
}

Outcome Party::outcome(const Hash& changeset, std::uint16_t operation) {
  const auto v = version(changeset, operation);
  if (!v) throw std::runtime_error(code + " does not know that operation");
  const Schema& schema = engine->schema();
  const auto record = with([&](Store& s) { return s.record(v->record, Layer::confirmed); });
  const auto row = field(v->record, v->field);
  return outcome_of(*v, record ? schema.field(record->type, v->field) : nullptr, row ? &*row : nullptr);
}

std::optional<Receipt> Party::receipt(const Hash& changeset) {
  const auto row = with([&](Store& s) { return s.receipt_of_changeset(changeset); });
  return row ? std::optional(decode_receipt(row->bytes).value()) : std::nullopt;
}

ReceiptException Party::verdict(const Hash& changeset, std::uint16_t operation) {
  const auto r = receipt(changeset);
  if (!r) throw std::runtime_error(code + " has no receipt for that changeset");
  ReceiptException e = r->verdict_of(operation);
  return e;
}

VersionId Party::auth_head(const RecordId& home) {
  const auto row = with([&](Store& s) { return s.home(home); });
  return row ? row->auth_head : VersionId{};
}

LogRow Party::log() {
  return with([](Store& s) { return s.own_log().value(); });
}

bool Party::disputed(const RecordId& home) {
  const auto row = with([&](Store& s) { return s.home(home); });
  return row && row->disputed;
}

void Party::backup(const std::filesystem::path& to) {
  if (!database_->close()) throw std::runtime_error("close");
  std::filesystem::copy(folder_.path(), to, std::filesystem::copy_options::recursive);
  open();
}

void Party::restore(const std::filesystem::path& from) {
  if (!database_->close()) throw std::runtime_error("close");
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    std::filesystem::remove_all(entry.path());
  std::filesystem::copy(from, folder_.path(), std::filesystem::copy_options::recursive);
  open();
}

// --- forger ----------------------------------------------------------------------------------------------------------

Forger::Forger(World& w, DeviceId d, std::uint8_t k, OrganisationId o)
    : world(w), device(d), organisation(o), key(key_of(k)) {}

Changeset Forger::sign_body(const RecordId& home, Bytes body, std::uint16_t operations, const Options& options) {
  Header h;
  h.flags = options.flags;
  h.zone = kZone;
  h.device = device;
  h.incarnation = incarnation;
  h.seq = ++seq;
  h.prev = prev;
  h.written_at = options.written_at.value_or(world.now_ms << 16);
  h.anchor = options.anchor;
  h.person = options.person;
  h.role = static_cast<std::uint16_t>(options.role);
  h.op_count = operations;
  h.body_len = static_cast<std::uint32_t>(body.size());
  h.home = home;
  h.body_hash = body_hash(body);
  Changeset c = seal_changeset(h, std::move(body), key);
  prev = c.hash();
  return c;
}

Changeset Forger::sign(const RecordId& home, std::vector<Operation> operations, const Options& options) {
  for (Operation& op : operations)
    if (options.auth_base) op.auth_base = options.auth_base;
  const auto count = static_cast<std::uint16_t>(operations.size());
  Body body;
  body.operations = std::move(operations);
  return sign_body(home, encode_body(body), count, options);
}

ChangesetSegment Forger::segment(std::vector<Changeset> changesets) const {
  const std::uint64_t first = load_le<std::uint64_t>(&changesets.front().header[48]);
  return {log_id(device, incarnation), first, std::move(changesets)};
}

Hash Forger::push(const Changeset& changeset) {
  world.hub_takes(device, {encode_frame(segment({changeset}))});
  return changeset.hash();
}

Hash Forger::push(const RecordId& home, std::vector<Operation> operations, const Options& options) {
  return push(sign(home, std::move(operations), options));
}

// --- world -----------------------------------------------------------------------------------------------------------

World::World() {
  hub_ = std::make_unique<Party>(*this, "hub", kHubKey);
  hub_->role = Role::hub_office;
  const std::string codes[] = {"a", "b", "c"};
  std::uint8_t key = 0x51;
  for (const std::string& code : codes) sites_.push_back(std::make_unique<Party>(*this, code, key++));
  key = 0x61;
  for (const std::size_t site : {0u, 1u}) {
    forgers_.push_back(std::make_unique<Forger>(*this, id<DeviceId>(key), key, sites_[site]->organisation));
    ++key;
  }
  HubKeys keys = sample_hub_keys();
  keys.hub_device = hub_->device;
  keys.hub_organisation = hub_->organisation;
  add_directory(keys);
  const auto organisation = [&](const Party& p, std::uint16_t parts) {
    Organisation o;
    o.id = p.organisation;
    o.code = p.code;
    if (p.code != "hub") o.parent = hub_->organisation;
    o.parts = parts;
    o.role_ceiling = ~0u;
    add_directory(o);
  };
  organisation(*hub_, kHub | kAssigning);
  for (const auto& site : sites_) organisation(*site, kImplementing);
  const auto device = [&](const DeviceId& d, const OrganisationId& site, const crypto::SigningKey& k) {
    Device entry;
    entry.id = d;
    entry.site = site;
    entry.identity = k.public_key;
    add_directory(entry);
  };
  device(hub_->device, hub_->organisation, hub_->key);
  for (const auto& site : sites_) device(site->device, site->organisation, site->key);
  for (const auto& f : forgers_) device(f->device, f->organisation, f->key);
  add_directory(synthetic_policy(synthetic_schema()));
  hub_->step(Start{});
  for (const auto& site : sites_) enrol(*site);
}

void World::add_directory(const DirectoryBody& body) {
  const auto key = key_of(std::holds_alternative<HubKeys>(body) ? kRootKey : kDirectoryKey);
  const auto entry = hub_->with([&](Store& s) {
    const Directory& directory = hub_->engine->directory(s);
    return make_entry(kZone, directory.version() + 1, directory.head(), now_ms, body, key);
  });
  entries_.push_back(entry.bytes);
  const Actions done = hub_->step(AddDirectory{{entry.bytes}});
  if (const auto* refused = done.find<Refuse>()) ADD_FAILURE() << "directory: " << name(refused->code);
}

std::uint64_t World::directory_version() {
  return hub_->with([&](Store& s) { return hub_->engine->directory(s).version(); });
}

// As after an enrolment answer: the site gets the directory, opens its log, and meets the hub once.
void World::enrol(Party& site) {
  site.step(AddDirectory{entries_});
  site.step(Start{});
  exchange(site);
  exchange(site);
}

std::vector<Frame> World::request(Party& site) {
  const Actions done = site.step(Prepare{kBudget});
  return done.find<Send>()->frames;
}

Taken World::hub_takes(const DeviceId& from, const std::vector<Frame>& frames, bool whole) {
  const Actions done = hub_->step(Incoming{from, frames, whole});
  return *done.find<Taken>();
}

std::vector<Frame> World::reply(const DeviceId& to, const std::optional<Have>& have,
                                const std::vector<ExchangeNotice>& notices) {
  const Actions done = hub_->step(MakeReply{to, have, 8 * kBudget, notices});
  return done.find<Reply>()->frames;
}

Taken World::site_takes(Party& site, const std::vector<Frame>& frames, bool whole) {
  const Actions done = site.step(Incoming{hub_->device, frames, whole});
  return *done.find<Taken>();
}

Taken World::exchange(Party& site) {
  const Taken heard = hub_takes(site.device, request(site));
  return site_takes(site, reply(site.device, heard.have, heard.notices));
}

void World::settle() {
  for (int round = 0; round < 3; ++round)
    for (const auto& site : sites_) exchange(*site);
}

RecordId World::new_case(const OrganisationId& implementing, bool hand_over) {
  const auto n = filled<16>(nonce++);
  const RecordId record = record_id(hub_->device, n);
  std::vector<Operation> operations = {create(record, n, kCase), set(record, kTitle, Value::text("made")),
                                       give(record, kAssigning, hub_->organisation),
                                       give(record, kImplementing, implementing)};
  if (hand_over) operations.push_back(happens(record, kHandedOver));
  hub_->write(record, std::move(operations));
  return record;
}

void World::expect_converged() {
  for (const auto& site : sites_) {
    const OrganisationId& o = site->organisation;
    const Hash at_hub = hub_->with([&](Store& s) { return hub_->engine->digest(s, o); });
    const Hash at_site = site->with([&](Store& s) { return site->engine->digest(s, o); });
    EXPECT_EQ(to_hex(at_hub), to_hex(at_site)) << "digest of " << site->code;
    for (Party* p : {hub_.get(), site.get()}) {
      const auto stream = p->with([&](Store& s) { return s.stream(organisation_stream(kZone, o)); });
      EXPECT_EQ(to_hex(stream ? stream->digest : Hash{}), to_hex(at_hub)) << site->code << "'s kept sum at " << p->code;
    }
    for (const HomeRow& home : site->with([](Store& s) { return s.homes(); })) {
      EXPECT_FALSE(home.disputed) << site->code << " disputes " << home.home.hex();
      EXPECT_FALSE(home.poisoned) << site->code << " cannot apply " << home.home.hex();
    }
  }
}

}  // namespace tram::sync::test
