#include "tests/simulation/scope_check.h"

#include <limits>

namespace tram::simulation {
namespace {

using namespace sync;

class Scopes {
 public:
  Scopes(Universe& universe, Process& hub) : universe_(universe), hub_(hub) {}

  void check(const Member& member) {
    const OrganisationId& body = member.organisation;
    auto& [read, history, entered] = hub_.scopes[body];
    hub_.store().each_entry(organisation_stream(universe_.zone.id, body), read + 1, [&](const EntryRow& entry) {
      read = entry.seq;
      const std::string where = " in entry " + std::to_string(entry.seq) + " of the stream of " + member.code;
      if (entry.type == EntryType::receipt) {
        const Receipt receipt = *decode_receipt(entry.payload);
        const Made& made = *universe_.model.find(receipt.changeset);
        if (history > 0) {
          --history;
          if (made.home != entered) throw Violation("I13", "another home's past" + where);
        } else if (!may_hear(receipt, made, body)) {
          throw Violation("I13", "a byte of a foreign scope" + where);
        }
        return true;
      }
      const ScopeChange change = *decode_scope_change(entry.payload);
      const ExpectedScope* now = at(change.home, change.hub_seq);
      const bool sees = now != nullptr && now->bodies.contains(body);
      if (sees != (entry.type == EntryType::scope_enter)) throw Violation("I13", "a wrong change of scope" + where);
      history = entry.type == EntryType::scope_enter ? change.count : 0;
      entered = change.home;
      return true;
    });
    std::vector<RecordId> expected;
    for (const RecordId& home : homes())
      if (at(home, std::numeric_limits<std::uint64_t>::max())->bodies.contains(body)) expected.push_back(home);
    if (hub_.store().homes_in_scope(body) != expected)
      throw Violation("I13", "the homes in the scope of " + member.code + " are not the model's");
  }

 private:
  // What a home's bodies hear of directly: those that saw it before this receipt. Refused work goes to its author.
  bool may_hear(const Receipt& receipt, const Made& made, const OrganisationId& body) {
    const ExpectedScope* now = at(made.home, receipt.hub_seq);
    if (receipt.quarantines_all() || now == nullptr || !now->exists) return made.organisation == body;
    const ExpectedScope* before = at(made.home, receipt.hub_seq - 1);
    return before != nullptr && before->bodies.contains(body);
  }

  const ExpectedScope* at(const RecordId& home, std::uint64_t hub_seq) { return universe_.model.scope(home, hub_seq); }

  std::set<RecordId> homes() const {
    std::set<RecordId> found;
    for (const Ordered& receipt : universe_.model.receipts())
      found.insert(universe_.model.find(receipt.changeset)->home);
    return found;
  }

  Universe& universe_;
  Process& hub_;
};

}  // namespace

void check_scopes(Universe& universe, Process& hub) {
  Scopes scopes(universe, hub);
  for (std::size_t site = 1; site < universe.zone.members.size(); ++site) scopes.check(universe.zone.members[site]);
}

}  // namespace tram::simulation
