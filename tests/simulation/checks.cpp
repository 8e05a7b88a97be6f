#include "tests/simulation/checks.h"

#include "sync/digest.h"
#include "sync/merge.h"
#include "tests/simulation/scope_check.h"

namespace tram::simulation {
namespace {

using namespace sync;

std::string of(const Process& p) {
  return p.name();
}

const ExpectedFields& expected_at(Universe& universe, Process& p, const HomeRow& row) {
  if (row.disputed || row.poisoned) throw Violation("I8", of(p) + ": a home is disputed or poisoned");
  std::vector<std::string> wrong;
  const ExpectedFields& expected = universe.model.fields(row.home, row.hub_seq, p.at_hub() ? &wrong : nullptr);
  if (!wrong.empty()) throw Violation("I8", "against the writers of the record table: " + wrong.front());
  return expected;
}

void check_field(const Process& p, const HomeRow& home, const FieldRow& f, const ExpectedFields& expected) {
  const auto at = expected.find({f.record, f.field});
  const auto where = [&] {
    return of(p) + ": field " + std::to_string(f.field) + " of " + f.record.hex() + " at receipt " +
           std::to_string(home.hub_seq);
  };
  if (at == expected.end()) throw Violation("I9", where() + " should not exist");
  const ExpectedField& e = at->second;
  if (f.heads != e.heads) throw Violation("I7", where() + ": the heads differ from the model's");
  if (f.value != e.value || f.winner != e.winner || f.event != e.event || f.conflict != e.conflict)
    throw Violation("I9", where() + ": the state differs from the model's");
}

void check_kept_sum(const Process& p, const HomeRow& home, const Hash& sum) {
  if (sum != home.digest)
    throw Violation("I9", of(p) + ": the kept sum of home " + home.home.hex() + " is not its digest");
}

// Every field of a home.
void check_home(Universe& universe, Process& p, const RecordId& home) {
  const auto row = p.store().home(home);
  if (!row) return;
  const ExpectedFields& expected = expected_at(universe, p, *row);
  const auto found = p.store().fields_of_home(home);
  if (found.size() != expected.size())
    throw Violation("I9", of(p) + ": home " + home.hex() + " has " + std::to_string(found.size()) + " fields, not " +
                              std::to_string(expected.size()));
  Hash sum{};
  for (const FieldRow& f : found) {
    add_digest(sum, row_digest(f));
    check_field(p, *row, f, expected);
  }
  check_kept_sum(p, *row, sum);
}

// What was written of a home since the last look; that nothing else is there, or missing, the sum says.
void check_written(Universe& universe, Process& p, const HomeRow& home, const std::set<FieldKey>& written) {
  const ExpectedFields& expected = expected_at(universe, p, home);
  for (const auto& [record, field] : written)
    if (const auto row = p.store().field(record, field, Layer::confirmed)) check_field(p, home, *row, expected);
  const auto [at, is_new] = universe.sums.try_emplace(&expected);
  if (is_new)
    for (const auto& [key, e] : expected) {
      FieldRow row;
      std::tie(row.record, row.field) = key;
      row.event = e.event;
      row.heads = e.heads;
      row.value = e.value;
      add_digest(at->second, row_digest(row));
    }
  check_kept_sum(p, home, at->second);
}

void check_entry(Process& p, Process& hub, const EntryRow& entry, Hash& chain, std::uint64_t expected_seq) {
  if (entry.seq != expected_seq) throw Violation("I5", of(p) + ": a stream has a hole");
  chain = next_chain(chain, {entry.type, entry.seq, entry.payload});
  if (entry.chain != chain) throw Violation("I5", of(p) + ": a stream's chain is broken");
  if (p.at_hub()) return;
  const auto original = hub.store().entry(entry.stream, entry.seq);
  if (!original) throw Violation("I2", of(p) + " holds a stream entry that the hub has not stored");
  if (original->chain != entry.chain || original->payload != entry.payload)
    throw Violation("I5", of(p) + ": a stream is no prefix of the hub's");
}

// The stream from `after` on to its head.
void check_stream(Process& p, Process& hub, const StreamRow& row, std::uint64_t after) {
  Hash chain = first_chain(row.id);
  if (after > 0) {
    const auto last = p.store().entry(row.id, after);
    if (!last) throw Violation("I5", of(p) + ": a stream lost an entry");
    chain = last->chain;
  }
  std::uint64_t seq = after;
  p.store().each_entry(row.id, after + 1, [&](const EntryRow& entry) {
    check_entry(p, hub, entry, chain, ++seq);
    return true;
  });
  if (seq != row.seq || chain != row.chain) throw Violation("I5", of(p) + ": a stream's head is not its last entry");
}

// Equal cursor and chain mean equal digest (I9): looked at when a site has caught up with the hub. What the homes' sums
// are worth is looked at home by home.
void check_digest(Process& site, Process& hub, const StreamRow& row) {
  if (row.kind != StreamKind::organisation) return;
  const OrganisationId scope{row.owner};
  if (site.at_hub()) return;
  const auto original = hub.store().stream(row.id);
  if (!original || original->seq != row.seq || original->chain != row.chain) return;
  const Hash digest = digest_of_scope(site.store(), scope);
  if (digest != digest_of_scope(hub.store(), scope))
    throw Violation("I9", of(site) + ": another digest at equal cursor and chain " + std::to_string(row.seq));
  if (row.digest != digest || original->digest != digest)
    throw Violation("I9", of(site) + ": the kept sum of a stream is not its digest");
}

// Every operation of a receipted changeset is listed once, with the receipt's verdict (I8); returns its version.
VersionRow listed(Process& p, const Made& made, std::uint16_t index, const Ruling& ruling) {
  auto v = p.store().version(version_id(made.hash, index));
  if (!v || v->layer != Layer::confirmed) v = p.store().version(version_id(made.hash, kAllOperations));
  const std::string where = of(p) + ": operation " + std::to_string(index) + " of " + to_hex(made.hash).substr(0, 12);
  if (!v || v->layer != Layer::confirmed) throw Violation("I8", where + " has no outcome");
  if (static_cast<std::uint8_t>(v->verdict) != ruling.verdict || static_cast<std::uint8_t>(v->reason) != ruling.reason)
    throw Violation("I8", where + " has another verdict than its receipt");
  return *v;
}

// Of receipts that came since the last look, and of changesets whose versions were written since.
void check_outcomes(Universe& universe, Process& hub, const std::set<Hash>& written) {
  std::set<VersionId> refused;
  for (const Verdict verdict : {Verdict::proposal, Verdict::quarantined})
    for (const VersionRow& v : hub.store().versions_with_verdict(verdict)) refused.insert(v.id);
  const auto& receipts = universe.model.receipts();
  for (std::size_t n = 0; n < receipts.size(); ++n) {
    const Ordered& receipt = receipts[n];
    if (n < hub.checked_receipts && !written.contains(receipt.changeset)) continue;
    if (universe.model.receipt_of(receipt.changeset) != &receipt) continue;  // a second one has the last word
    const Made& made = *universe.model.find(receipt.changeset);
    for (std::uint16_t i = 0; i < made.operations.size(); ++i) {
      const VersionRow v = listed(hub, made, i, receipt.rulings[i]);
      if (v.verdict != Verdict::admitted && !refused.contains(v.id))
        throw Violation("I8", "a refused operation is not listed");
    }
  }
  hub.checked_receipts = receipts.size();
}

// The log from number `from` on to its head.
void check_log(const Universe& universe, Process& p, const LogRow& log, std::uint64_t from) {
  if (!log.own && !p.at_hub()) return;
  // Of a branch that is evidence in part, what still waits stands alone until the hub's branch takes its places.
  const bool branched = log.own && meta_u64(p.store(), "branch:" + log.log.hex()) != 0;
  std::uint64_t seq = branched ? 0 : std::min(from, log.head_seq + 1) - 1;
  p.store().each_changeset(log.log, seq + 1, [&](const ChangesetRow& row) {
    if (branched ? row.seq <= seq : row.seq != seq + 1) throw Violation("I5", of(p) + ": a log has a hole");
    seq = row.seq;
    const auto known = universe.signed_at.find({row.log, row.seq});
    if (known == universe.signed_at.end() || !known->second.contains(row.hash))
      throw Violation("I3", of(p) + ": a changeset that nobody signed");
    return true;
  });
  if (seq != log.head_seq) throw Violation("I5", of(p) + ": a log's head is not its last changeset");
}

Outcome outcome_at(Process& p, const VersionRow& v) {
  const auto record = p.store().record(v.record, Layer::confirmed);
  const FieldSpec* spec = record ? p.engine().schema().field(record->type, v.field) : nullptr;
  const auto field = p.store().field(v.record, v.field, Layer::confirmed);
  return outcome_of(v, spec, field && field->layer == Layer::confirmed ? &*field : nullptr);
}

// One winner everywhere, the same overridden everywhere (S-C2).
void check_equal_outcomes(Process& site, Process& hub) {
  for (const RecordId& home : hub.store().homes_in_scope(site.member().organisation))
    for (const VersionRow& v : hub.store().versions_of_home(home)) {
      const auto mine = site.store().version(v.id);
      const bool foreign_quarantine = v.verdict == Verdict::quarantined && v.organisation != site.member().organisation;
      if (!mine || mine->layer != Layer::confirmed) {
        if (foreign_quarantine) continue;  // goes to its author's organisation and to nobody else
        throw Violation("I7", of(site) + " does not hold a version of a home in its scope");
      }
      if (std::tie(v.value, v.seen, v.base_event, v.rank, v.effective_ms, v.verdict, v.reason, v.superseded) !=
          std::tie(mine->value, mine->seen, mine->base_event, mine->rank, mine->effective_ms, mine->verdict,
                   mine->reason, mine->superseded))
        throw Violation("I9", of(site) + ": a version differs from the hub's, receipt " + std::to_string(v.hub_seq) +
                                  " operation " + std::to_string(v.operation));
      if (outcome_at(hub, v) != outcome_at(site, *mine))
        throw Violation("I8", of(site) + ": " + std::string(sync::name(outcome_at(site, *mine))) + " is " +
                                  std::string(sync::name(outcome_at(hub, v))) + " at the hub, receipt " +
                                  std::to_string(v.hub_seq) + " operation " + std::to_string(v.operation));
    }
}

bool takes_part(const Universe& universe, const Made& made) {
  for (std::size_t i = 0; i < universe.zone.members.size(); ++i)
    if (universe.zone.members[i].device == made.device) return universe.takes_part(i);
  return true;
}

}  // namespace

void check_step(Universe& universe, Process& p, Process& hub) {
  const Written written = p.store().take(Watcher::steps);
  const auto look_at_stream = [&](const StreamRow& row) {
    std::uint64_t& checked = p.checked_entries[row.id];
    if (row.seq < checked) throw Violation("I5", of(p) + ": a stream went back");
    if (row.seq == checked) return;
    check_stream(p, hub, row, checked);
    checked = row.seq;
    check_digest(p, hub, row);
  };
  const auto look_at_home = [&](const HomeRow& row, const std::set<FieldKey>* fields) {
    std::uint64_t& checked = p.checked_homes[row.home];
    if (row.hub_seq == checked) return;
    if (fields != nullptr)
      check_written(universe, p, row, *fields);
    else
      check_home(universe, p, row.home);
    checked = row.hub_seq;
  };
  if (written.anything) {
    for (const StreamRow& row : p.store().streams()) look_at_stream(row);
    for (const HomeRow& row : p.store().homes()) look_at_home(row, nullptr);
    return;
  }
  for (const auto& [id, lowest] : written.streams)
    if (const auto row = p.store().stream(id)) look_at_stream(*row);
  for (const auto& [home, fields] : written.homes)
    if (const auto row = p.store().home(home)) look_at_home(*row, &fields);
}

void check_all(Universe& universe, std::vector<std::unique_ptr<Process>>& processes, Extent extent) {
  Process& hub = *processes.front();
  for (const auto& p : processes) {
    const Written written = p->store().take(Watcher::all);
    const bool whole = extent == Extent::whole || written.anything;
    if (whole) {
      for (const StreamRow& row : p->store().streams()) check_stream(*p, hub, row, 0);
      for (const LogRow& log : p->store().logs()) check_log(universe, *p, log, 1);
      for (const HomeRow& row : p->store().homes()) check_home(universe, *p, row.home);
      p->checked_receipts = 0;
      p->scopes.clear();
    } else {
      for (const auto& [id, lowest] : written.streams)
        if (const auto row = p->store().stream(id)) check_stream(*p, hub, *row, std::min(lowest - 1, row->seq));
      for (const auto& [id, lowest] : written.logs)
        if (const auto log = p->store().log(id)) check_log(universe, *p, *log, lowest);
      for (const auto& [home, fields] : written.homes) check_home(universe, *p, home);
    }
    if (p->at_hub()) check_outcomes(universe, hub, written.changesets);
  }
  check_scopes(universe, hub);
}

void check_converged(Universe& universe, std::vector<std::unique_ptr<Process>>& processes) {
  Process& hub = *processes.front();
  for (const auto& [hash, made] : universe.model.all())
    if (!universe.model.receipt_of(hash) && !universe.lost.contains(hash) && takes_part(universe, made))
      throw Violation("I8", "a changeset never got a receipt");
  for (std::size_t i = 1; i < processes.size(); ++i) {
    if (!universe.takes_part(i)) continue;
    Process& site = *processes[i];
    if (site.store().count_waiting(false) != 0 || site.store().count_waiting(true) != 0)
      throw Violation("L1", of(site) + " still waits for receipts");
    const OrganisationId& scope = site.member().organisation;
    if (site.digest(scope) != hub.digest(scope)) throw Violation("L1", of(site) + " has another digest than the hub");
    for (const StreamRow& row : site.store().streams()) {
      const auto original = hub.store().stream(row.id);
      if (!original || original->seq != row.seq || original->chain != row.chain)
        throw Violation("L1", of(site) + " did not reach the end of a stream");
    }
    check_equal_outcomes(site, hub);
    for (const RecordId& home : hub.store().homes_in_scope(scope))
      for (const RecordRow& record : site.store().records_of_home(home, Layer::provisional))
        for (const FieldRow& f : site.store().fields(record.id, Layer::provisional))
          if (f.layer != Layer::confirmed) throw Violation("I18", of(site) + " still shows provisional work");
  }
}

}  // namespace tram::simulation
