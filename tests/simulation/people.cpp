#include "tests/simulation/people.h"

#include <algorithm>
#include <array>

#include "tasks/record_schema.h"

namespace tram::simulation {
namespace {

using namespace sync;
using tasks::event_number;
using tasks::field_number;
using tasks::RecordType;

constexpr std::uint16_t number(RecordType type) {
  return static_cast<std::uint16_t>(type);
}

constexpr std::size_t kTasks = 5, kAssignments = 12;  // of a small world

class Office {
 public:
  Office(Universe& universe, Process& process, Random& random) : universe_(universe), p_(process), random_(random) {}

  std::optional<LocalSave> act() {
    const std::uint64_t draw = random_.below(100);
    if (const auto answer = draw < 14 ? conflict_or_proposal() : std::nullopt) return answer;
    return p_.at_hub() ? hub_act(random_.below(100)) : site_act(random_.below(100));
  }

 private:
  std::optional<LocalSave> hub_act(std::uint64_t draw) {
    const auto assignments = p_.store().records_of_type(number(RecordType::assignment), Layer::provisional);
    const auto tasks = p_.store().records_of_type(number(RecordType::task), Layer::provisional);
    if (tasks.empty() || (draw < 8 && tasks.size() < kTasks * size())) return new_task();
    if (assignments.size() < 3 || (draw < 25 && assignments.size() < kAssignments * size()))
      return new_assignment(tasks, any_site());
    const RecordRow& a = assignments[random_.below(assignments.size())];
    if (draw < 50)
      if (const auto* waiting = without_event(assignments)) return event(*waiting, event_of("handed_over"));
    if (draw < 65) return set(a, field_number(RecordType::assignment, "deadline"), Value::text(day()));
    if (draw < 69) return event(a, event_of("cancelled"));
    if (draw < 73) return event(a, event_of(random_.chance(500) ? "verified" : "reopened"));
    if (draw < 82) return reassign(a);
    return shared_act(a, tasks, draw);
  }

  std::optional<LocalSave> site_act(std::uint64_t draw) {
    const auto assignments = p_.store().records_of_type(number(RecordType::assignment), Layer::provisional);
    const auto tasks = p_.store().records_of_type(number(RecordType::task), Layer::provisional);
    if (assignments.empty()) return std::nullopt;
    const RecordRow& a = assignments[random_.below(assignments.size())];
    if (draw < 10) return event(a, event_of("received"));
    if (draw < 40) return progress(a);
    if (draw < 48) return set(a, field_number(RecordType::assignment, "deadline"), Value::text(day()));
    if (draw < 52) return event(a, event_of("returned"));
    if (draw < 58 && !tasks.empty() && assignments.size() < kAssignments * size() + 2)
      if (const auto below = subordinate()) return new_assignment(tasks, *below);
    if (draw < 62) return reassign(a);  // tried without authority too, and while the hub gives it away
    if (draw < 66)                      // handed on by its own assigning side, refused to others
      if (const auto* waiting = without_event(assignments)) return event(*waiting, event_of("handed_over"));
    return shared_act(a, tasks, draw);
  }

  std::optional<LocalSave> shared_act(const RecordRow& a, const std::vector<RecordRow>& tasks, std::uint64_t draw) {
    if (draw < 85 || tasks.empty())
      return set(a, field_number(RecordType::assignment, "agreed_next_step"), Value::text(word()));
    if (draw < 89) return add(a, OperationKind::log_append, field_number(RecordType::assignment, "notes"));
    const RecordRow& t = tasks[random_.below(tasks.size())];
    if (draw < 91) return set(t, field_number(RecordType::task, "working_title"), Value::text(word()));
    if (draw < 94) return add(t, OperationKind::log_append, field_number(RecordType::task, "notes"));
    const std::uint16_t tags = field_number(RecordType::task, "tags");
    if (draw < 98) return add(t, OperationKind::set_add, tags);
    return add(t, OperationKind::set_remove, tags);
  }

  std::optional<LocalSave> conflict_or_proposal() {
    auto conflicts = p_.store().conflicts();
    if (!conflicts.empty() && random_.chance(600)) {
      const FieldRow& f = conflicts[random_.below(conflicts.size())];
      const auto record = p_.store().record(f.record, Layer::provisional);
      if (record && f.event == 0) return set(*record, f.field, f.value);
    }
    std::vector<VersionRow> open;
    for (VersionRow& v : p_.store().versions_with_verdict(Verdict::proposal))
      if (!v.superseded && (p_.at_hub() || v.organisation == p_.member().organisation)) open.push_back(std::move(v));
    if (open.empty()) return std::nullopt;
    const VersionRow& v = open[random_.below(open.size())];
    Operation answer;
    answer.kind = OperationKind::proposal_answer;
    std::copy(v.id.bytes.begin(), v.id.bytes.end(), answer.target.begin());
    answer.text = word();
    std::vector<Operation> operations = {answer};
    if (!p_.at_hub()) {
      operations[0].answer = ProposalAnswer::withdraw;
    } else if (v.kind == OperationKind::field_set && random_.chance(600) &&
               p_.store().record(v.record, Layer::confirmed)) {
      operations[0].answer = ProposalAnswer::accept;
      operations.push_back(operation(v.record, OperationKind::field_set, v.field, v.value));
    } else {
      operations[0].answer = ProposalAnswer::decline;
    }
    return save(v.home, std::move(operations));
  }

  LocalSave new_task() {
    Operation create = creation(RecordType::task, {});
    const RecordId id = create.record;
    const auto f = [&](std::string_view name) { return tasks::find_field(RecordType::task, name)->field; };
    std::vector<Operation> operations = {
        create, operation(id, OperationKind::authority_change, f("assigning_side"), own_organisation()),
        operation(id, OperationKind::field_set, f("content"), Value::text(word())),
        operation(id, OperationKind::field_set, f("deadline"), Value::text(day())),
        operation(id, OperationKind::field_set, f("working_title"), Value::text(word()))};
    for (std::size_t site = 1; site <= universe_.settings.sites; ++site)
      if (random_.chance(800))
        operations.push_back(operation(id, OperationKind::set_add, f("receiving_bodies"),
                                       Value::id(universe_.zone.members[site].organisation)));
    return save(id, std::move(operations));
  }

  LocalSave new_assignment(const std::vector<RecordRow>& tasks, const OrganisationId& implementing) {
    Operation create = creation(RecordType::assignment, {});
    const RecordId id = create.record;
    const auto f = [&](std::string_view name) { return tasks::find_field(RecordType::assignment, name)->field; };
    return save(
        id,
        {create, operation(id, OperationKind::field_set, f("task"), Value::id(tasks[random_.below(tasks.size())].id)),
         operation(id, OperationKind::authority_change, f("assigning_side"), own_organisation()),
         operation(id, OperationKind::authority_change, f("implementing_body"), Value::id(implementing)),
         operation(id, OperationKind::authority_change, f("follow_up_body"),
                   Value::id(universe_.zone.members[0].organisation)),
         operation(id, OperationKind::field_set, f("deadline"), Value::text(day()))});
  }

  LocalSave reassign(const RecordRow& a) {
    constexpr std::array kBodies = {field_number(RecordType::assignment, "implementing_body"),
                                    field_number(RecordType::assignment, "assigning_side"),
                                    field_number(RecordType::assignment, "follow_up_body")};
    const std::uint16_t field = kBodies[random_.below(kBodies.size())];
    return save(a.home, {operation(a.id, OperationKind::authority_change, field, Value::id(any_site()))});
  }

  // A draft by one person that another approves; sometimes the writer tries it alone (R27).
  LocalSave progress(const RecordRow& a) {
    Operation create = creation(RecordType::progress_update, a.id);
    const auto f = [&](std::string_view name) { return tasks::find_field(RecordType::progress_update, name)->field; };
    const auto percent = static_cast<std::int64_t>(random_.below(101));
    const auto& persons = p_.member().persons;
    std::vector<Operation> operations = {
        create, operation(create.record, OperationKind::field_set, f("text"), Value::text(word())),
        operation(create.record, OperationKind::field_set, f("percent"), Value::integer(percent)),
        operation(create.record, OperationKind::field_set, f("written_by"), Value::id(persons[0])),
        operation(a.id, OperationKind::field_set, field_number(RecordType::assignment, "percent"),
                  Value::integer(percent))};
    if (random_.chance(400)) {
      Operation state = operation(a.id, OperationKind::status_event, field_number(RecordType::assignment, "state"), {});
      state.event = event_of(random_.chance(500) ? "started" : "done");
      operations.push_back(state);
    }
    LocalSave s = save(a.home, std::move(operations));
    s.person = persons[random_.chance(150) ? 0 : 1];
    s.role = Role::approver;
    s.all_or_nothing = random_.chance(150);
    return s;
  }

  LocalSave set(const RecordRow& record, std::uint16_t field, Value value) {
    return save(record.home, {operation(record.id, OperationKind::field_set, field, std::move(value))});
  }

  LocalSave add(const RecordRow& record, OperationKind kind, std::uint16_t field) {
    return save(record.home, {operation(record.id, kind, field, Value::text(word()))});
  }

  LocalSave event(const RecordRow& record, std::uint16_t number_of_event) {
    Operation op = operation(record.id, OperationKind::status_event, field_number(RecordType::assignment, "state"), {});
    op.event = number_of_event;
    return save(record.home, {op});
  }

  const RecordRow* without_event(const std::vector<RecordRow>& assignments) {
    for (const RecordRow& a : assignments)
      if (!p_.store().field(a.id, field_number(RecordType::assignment, "state"), Layer::provisional)) return &a;
    return nullptr;
  }

  Operation creation(RecordType type, const RecordId& parent) {
    Operation op;
    op.kind = OperationKind::record_create;
    op.type = number(type);
    store_le(op.nonce.data(), random_.next());
    store_le(op.nonce.data() + 8, random_.next());
    op.record = record_id(p_.member().device, op.nonce);
    op.parent = parent;
    return op;
  }

  static Operation operation(const RecordId& record, OperationKind kind, std::uint16_t field, Value value) {
    Operation op;
    op.kind = kind;
    op.record = record;
    op.field = field;
    op.value = std::move(value);
    return op;
  }

  LocalSave save(const RecordId& home, std::vector<Operation> operations) {
    LocalSave s;
    s.home = home;
    s.operations = std::move(operations);
    s.person = p_.member().persons[0];
    s.role = p_.at_hub() ? Role::hub_office : Role::operator_;
    return s;
  }

  static std::uint16_t event_of(std::string_view name) {
    return tasks::find_event(RecordType::assignment, field_number(RecordType::assignment, "state"), name)->event;
  }
  Value own_organisation() const { return Value::id(p_.member().organisation); }
  OrganisationId any_site() {
    return universe_.zone.members[random_.between(1, universe_.settings.sites)].organisation;
  }
  // A larger world has more to do.
  std::size_t size() const { return universe_.settings.scale == Scale::small ? 1 : 4; }
  // A body above others may hand work on.
  std::optional<OrganisationId> subordinate() {
    for (std::size_t site = p_.number() + 1; site <= universe_.settings.sites; ++site)
      if (Zone::parent_of(site) == p_.number()) return universe_.zone.members[site].organisation;
    return std::nullopt;
  }
  // Few words, so that equal values meet.
  std::string word() { return "word " + std::to_string(random_.below(6)); }
  std::string day() { return "2026-04-0" + std::to_string(random_.between(1, 9)); }

  Universe& universe_;
  Process& p_;
  Random& random_;
};

}  // namespace

std::uint16_t handed_over_event() {
  return tasks::find_event(RecordType::assignment, field_number(RecordType::assignment, "state"), "handed_over")->event;
}

std::optional<LocalSave> draw_act(Universe& universe, Process& process, Random& random) {
  return Office(universe, process, random).act();
}

}  // namespace tram::simulation
