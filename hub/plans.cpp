#include "hub/plans.h"

#include <algorithm>
#include <set>

#include "station/body_lives.h"
#include "station/permission_gate.h"
#include "station/schema.h"
#include "station/task_view.h"
#include "tasks/hand_over.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::hub {
namespace {

using station::Fields;
using station::Permit;
using sync::Layer;
using sync::Operation;
using sync::OperationKind;
using sync::Value;
using tasks::event_number;
using tasks::field_number;
using tasks::RecordType;

constexpr std::uint16_t number(RecordType type) {
  return static_cast<std::uint16_t>(type);
}

Value date_value(tasks::LocalDate date) {
  return Value(Value::Variant(sync::CivilDate{static_cast<std::int32_t>(date.time_since_epoch().count())}));
}

// The operations of one changeset on one record, and what they would change.
class RecordEdit {
 public:
  RecordEdit(Station& station, RecordType type, std::optional<sync::RecordId> existing)
      : station_(station), type_(type) {
    if (existing) {
      record_ = *existing;
      rows_.emplace(station, record_);
    } else {
      Operation create = station.create_record(number(type));
      record_ = create.record;
      operations_.push_back(std::move(create));
    }
  }
  const sync::RecordId& record() const { return record_; }
  bool is_new() const { return !rows_.has_value(); }

  // Sets a field unless it holds this value already; empty text is "absent".
  void set(std::string_view name, Value value) {
    const tasks::FieldRow* row = tasks::find_field(type_, name);
    if (const auto* text = value.get<std::string>(); text && text->empty()) value = Value();
    const auto old = rows_ ? current(row->field) : Value();
    if (old == value) return;
    if (row->kind == tasks::field_kind::create_once && !is_new()) return;
    Operation op;
    op.kind = row->kind == tasks::field_kind::authority ? OperationKind::authority_change : OperationKind::field_set;
    op.record = record_;
    op.field = row->field;
    op.value = std::move(value);
    operations_.push_back(std::move(op));
  }
  // Makes a set of bodies hold exactly these.
  void set_bodies(std::string_view name, const std::set<ByteArray<16>>& wanted, bool only_add = false) {
    const std::uint16_t field = tasks::find_field(type_, name)->field;
    std::set<ByteArray<16>> held;
    if (!is_new())
      for (const auto& id : station::set_members(station_, record_, field)) held.insert(id);
    for (const auto& id : wanted)
      if (!held.contains(id)) push(OperationKind::set_add, field, id);
    for (const auto& id : held)
      if (!only_add && !wanted.contains(id)) push(OperationKind::set_remove, field, id);
  }
  void event(std::uint16_t event) {
    Operation op;
    op.kind = OperationKind::status_event;
    op.record = record_;
    op.field = tasks::find_field(type_, "state")->field;
    op.event = event;
    operations_.push_back(std::move(op));
  }
  Value current(std::uint16_t field) const {
    const auto at = rows_->rows().find(field);
    return at == rows_->rows().end() ? Value() : at->second.value;
  }
  bool empty() const { return operations_.empty(); }
  // Signs one changeset if there is anything to say; true if it did.
  bool save(const Permit& may) {
    if (operations_.empty()) return false;
    (void)station_.save(may, record_, std::move(operations_));
    operations_.clear();
    return true;
  }

 private:
  void push(OperationKind kind, std::uint16_t field, const ByteArray<16>& id) {
    Operation op;
    op.kind = kind;
    op.record = record_;
    op.field = field;
    op.value = Value::id(id);
    operations_.push_back(std::move(op));
  }

  Station& station_;
  RecordType type_;
  sync::RecordId record_;
  std::optional<Fields> rows_;
  std::vector<Operation> operations_;
};

sync::OrganisationId organisation(Station& station, std::string_view code) {
  return sync::organisation_id(station.zone(), code);
}

std::set<ByteArray<16>> ids_of(Station& station, const std::vector<std::string>& codes) {
  std::set<ByteArray<16>> found;
  for (const std::string& code : codes) found.insert(organisation(station, code).bytes);
  return found;
}

// A document is matched by issuer, number, symbol and date of issue (decisions 4).
std::optional<sync::RecordId> matching_document(Station& station, const tasks::PlanDocument& document) {
  for (const auto& row : station.store().records_of_type(number(RecordType::document), Layer::confirmed)) {
    const Fields f(station, row.id);
    const auto issuer = f.id(field_number(RecordType::document, "issued_by"));
    const auto issued = f.date(field_number(RecordType::document, "issued_on"));
    if (f.text(field_number(RecordType::document, "number")) == document.number &&
        f.text(field_number(RecordType::document, "symbol")) == document.symbol && issuer &&
        *issuer == organisation(station, document.issued_by).bytes && issued &&
        *issued == static_cast<std::int32_t>(document.issued_on.time_since_epoch().count()))
      return row.id;
  }
  return std::nullopt;
}

bool was_handed_over(Station& station, const sync::RecordId& document) {
  return Fields(station, document).event(field_number(RecordType::document, "state")) != 0;
}

class PlanLoader {
 public:
  PlanLoader(Station& station, const Permit& may, const tasks::Plan& plan, std::optional<ByDocument> by)
      : station_(station), may_(may), plan_(plan), by_(std::move(by)) {}

  PlanImport run() {
    const auto existing = matching_document(station_, plan_.document);
    corrected_ = existing && was_handed_over(station_, *existing);
    document(existing);
    std::map<std::string, station::TaskView> known;
    if (existing) {
      station::TaskFilter filter;
      filter.document = existing->hex();
      for (station::TaskView& t : station::task_views(station_, filter)) known.emplace(t.ref, std::move(t));
    }
    for (const tasks::TaskRow& row : plan_.tasks) {
      const auto at = known.find(row.ref);
      task(row, at == known.end() ? nullptr : &at->second);
      if (at != known.end()) known.erase(at);
    }
    for (const auto& [ref, view] : known) drop(view);
    result_.tasks = plan_.tasks.size();
    result_.assignments = plan_.assignments();
    return result_;
  }

 private:
  void save(RecordEdit& edit) {
    if (edit.save(may_)) ++result_.changes;
  }

  void document(std::optional<sync::RecordId> existing) {
    const tasks::PlanDocument& d = plan_.document;
    RecordEdit edit(station_, RecordType::document, existing);
    document_ = edit.record();
    result_.document = document_.hex();
    edit.set("confidentiality", Value::integer(static_cast<std::int64_t>(d.confidentiality)));
    edit.set("number", Value::text(d.number));
    edit.set("symbol", Value::text(d.symbol));
    edit.set("name", Value::text(d.name));
    edit.set("summary", Value::text(d.summary));
    edit.set("kind", Value::text(d.kind));
    edit.set("issued_on", date_value(d.issued_on));
    edit.set("issued_by", Value::id(organisation(station_, d.issued_by)));
    edit.set("assigning_body", Value::id(organisation(station_, d.assigning_body)));
    if (!d.follow_up_body.empty()) edit.set("follow_up_body", Value::id(organisation(station_, d.follow_up_body)));
    edit.set("number_of_tasks", Value::integer(static_cast<std::int64_t>(plan_.tasks.size())));
    save(edit);
  }

  void task(const tasks::TaskRow& row, const station::TaskView* known) {
    RecordEdit edit(station_, RecordType::task, known ? std::optional(known->id) : std::nullopt);
    edit.set("document", Value::id(document_));
    edit.set("ref", Value::text(row.ref));
    if (edit.is_new()) {
      edit.set("assigning_side", Value::id(organisation(station_, station::kHubCode)));
      if (!plan_.document.follow_up_body.empty())
        edit.set("follow_up_body", Value::id(organisation(station_, plan_.document.follow_up_body)));
    }
    edit.set("content", Value::text(row.title));
    edit.set("priority", Value::text(tasks::name_of(row.priority)));
    edit.set("scope", Value::text(tasks::name_of(row.scope)));
    edit.set("condition", Value::text(row.condition));
    edit.set("start", Value::text(row.start ? tasks::format_date_or_hour(*row.start) : ""));
    edit.set("recurrence", Value::text(row.recurrence ? tasks::encode(*row.recurrence) : ""));
    edit.set_bodies("coordinating_bodies", ids_of(station_, row.coordinating));
    if (corrected_ && !edit.is_new()) edit.set_bodies("receiving_bodies", ids_of(station_, row.coordinating), true);
    save(edit);
    for (const std::string& lead : row.lead) {
      const station::AssignmentView* a = nullptr;
      if (known)
        for (const station::AssignmentView& one : known->assignments)
          if (one.body.code == lead) a = &one;
      if (a == nullptr) need_living(lead, row.row);
      assignment(row, edit.record(), lead, a);
    }
    if (known)
      for (const station::AssignmentView& a : known->assignments)
        if (!stands_for_a_lead(a.id, known->assignments, row.lead)) cancel(a, row.ref);
  }

  void assignment(const tasks::TaskRow& row, const sync::RecordId& task, const std::string& lead,
                  const station::AssignmentView* known) {
    RecordEdit edit(station_, RecordType::assignment, known ? std::optional(known->id) : std::nullopt);
    edit.set("task", Value::id(task));
    if (edit.is_new()) {
      edit.set("assigning_side", Value::id(organisation(station_, station::kHubCode)));
      edit.set("implementing_body", Value::id(organisation(station_, lead)));
      if (!plan_.document.follow_up_body.empty())
        edit.set("follow_up_body", Value::id(organisation(station_, plan_.document.follow_up_body)));
    }
    const Value deadline = Value::text(tasks::encode(row.deadline));
    const bool moved = !edit.is_new() && edit.current(field_number(RecordType::assignment, "deadline")) != deadline &&
                       !(row.deadline == tasks::Deadline{} &&
                         edit.current(field_number(RecordType::assignment, "deadline")).is_absent());
    if (moved && corrected_) {
      require_document(row.row, "deadline", "the deadline of " + row.ref + " changed after hand-over");
      edit.set("deadline_document", Value::text(by_->number));
      edit.set("deadline_document_on", date_value(by_->on));
    }
    if (edit.is_new() || moved) edit.set("deadline", deadline);
    save(edit);
  }

  void require_document(std::size_t row, std::string column, std::string what) {
    if (by_) return;
    throw refused_import({{tasks::errc::planned_deadline, row, std::move(column),
                           what + "; name the document with --by-document and --on"}});
  }

  // An assignment that the office handed on (R11, R58) stands for the lead that it was first given to.
  bool stands_for_a_lead(sync::RecordId id, const std::vector<station::AssignmentView>& all,
                         const std::vector<std::string>& leads) {
    for (std::size_t step = 0; step <= all.size(); ++step) {
      const auto at =
          std::find_if(all.begin(), all.end(), [&](const station::AssignmentView& a) { return a.id == id; });
      if (at == all.end()) return false;
      if (std::find(leads.begin(), leads.end(), at->body.code) != leads.end()) return true;
      const auto before = Fields(station_, id).id(field_number(RecordType::assignment, "predecessor"));
      if (!before) return false;
      id = sync::RecordId{*before};
    }
    return false;
  }

  // R58: for a body that ended the import asks for a successor.
  void need_living(const std::string& lead, std::size_t row) {
    try {
      station::need_living(station_, *station_.directory().organisation(lead));
    } catch (const station::ActRefused& refused) {
      throw station::refused(refused.code, "row " + std::to_string(row) + ", column lead: " + refused.message,
                             refused.next);
    }
  }

  void cancel(const station::AssignmentView& a, const std::string& ref) {
    if (a.state == "cancelled") return;
    if (corrected_ && !by_)
      throw station::refused("needs_document",
                             "Task " + ref + " of " + a.body.code + " was handed over and is missing in this file.",
                             "Name the document that cancels it with --by-document and --on.");
    RecordEdit edit(station_, RecordType::assignment, a.id);
    edit.event(event_number(RecordType::assignment, "cancelled"));
    save(edit);
  }

  void drop(const station::TaskView& t) {
    for (const station::AssignmentView& a : t.assignments) cancel(a, t.ref);
    if (t.state == "cancelled") return;
    RecordEdit edit(station_, RecordType::task, t.id);
    edit.event(event_number(RecordType::task, "cancelled"));
    save(edit);
  }

  Station& station_;
  const Permit& may_;
  const tasks::Plan& plan_;
  std::optional<ByDocument> by_;
  bool corrected_ = false;
  sync::RecordId document_;
  PlanImport result_;
};

struct NothingKept {};  // a dry run leaves its transaction

}  // namespace

PlanImport import_plan(Station& station, const Actor& actor, const PlanFiles& files, std::optional<ByDocument> by,
                       bool dry_run) {
  const Permit may = station::permit(station, actor, tasks::Action::load_document);
  tasks::Zone zone = tasks::Zone::open;
  if (station.zone_kind() == sync::ZoneKind::closed) zone = tasks::Zone::closed;
  if (station.zone_kind() == sync::ZoneKind::practice) zone = tasks::Zone::practice;
  const auto plan = tasks::parse_plan(files.document_csv, files.tasks_csv, bodies(station), zone);
  if (!plan.value) throw refused_import(plan.problems);
  PlanImport result;
  try {
    station.transact([&] {
      result = PlanLoader(station, may, *plan.value, std::move(by)).run();
      if (dry_run) throw NothingKept{};
      station.audit(actor, "plan_import", result.document, "done", std::to_string(result.changes) + " changes");
    });
  } catch (const NothingKept&) {
  }
  result.warnings = plan.warnings;
  return result;
}

std::size_t hand_over(Station& station, const Actor& actor, std::string_view document, const HandOver& how) {
  const Permit may = station::permit(station, actor, tasks::Action::hand_over);
  std::size_t handed = 0;
  station.transact([&] {
    station::TaskFilter filter;
    filter.document = std::string(document);
    const auto tasks = station::task_views(station, filter);
    if (tasks.empty())
      throw station::refused("unknown_document", "There is no such document here.", "Check its number.");
    const sync::RecordId id = tasks.front().document_id;
    for (const auto& t : tasks)
      if (t.document_id != id)
        throw station::refused("ambiguous_document", "Several documents have this number.",
                               "Give NUMBER-SYMBOL or the id.");
    // R7: without a valid digital signature two persons record why it is handed over all the same.
    const std::string first = actor.person.hex(), second = how.second ? how.second->person.hex() : std::string();
    if (!tasks::may_be_handed_over({false, how.unsigned_reason, first, second}))
      throw station::refused("unsigned_document", "This document has no verified digital signature.",
                             "Give --unsigned-reason and a second person with --second.");
    std::set<ByteArray<16>> all;
    for (const station::TaskView& t : tasks) {
      std::set<ByteArray<16>> of_task;
      for (const auto* list : {&t.lead, &t.coordinating})
        for (const station::Body& b : *list) of_task.insert(organisation(station, b.code).bytes);
      all.insert(of_task.begin(), of_task.end());
      RecordEdit edit(station, RecordType::task, t.id);
      edit.set_bodies("receiving_bodies", of_task, true);
      edit.save(may);
      for (const station::AssignmentView& a : t.assignments) {
        if (a.state != "loaded") continue;
        RecordEdit given(station, RecordType::assignment, a.id);
        given.event(event_number(RecordType::assignment, "handed_over"));
        given.save(may);
        ++handed;
      }
    }
    RecordEdit edit(station, RecordType::document, id);
    edit.set_bodies("receiving_bodies", all, true);
    if (!was_handed_over(station, id)) {
      edit.set("unsigned_reason", Value::text(how.unsigned_reason));
      edit.set("unsigned_second", Value::id(how.second->person));
      edit.event(event_number(RecordType::document, "handed_over"));
    }
    edit.save(may);
    station.audit(actor, "hand_over", id.hex(), "done", "second " + how.second->name);
  });
  return handed;
}

EventRecorded record_event(Station& station, const Actor& actor, std::string_view name, tasks::LocalDate on,
                           std::optional<std::string> document) {
  const Permit may = station::permit(station, actor, tasks::Action::record_event);
  EventRecorded result;
  result.event = tasks::to_nfc(name);
  if (result.event == tasks::kOnRequest)
    throw station::refused("on_request",
                           "\"on request\" is no shared event: each assignment gets its date by its own request.",
                           "Send the request to the body concerned.");
  station.transact([&] {
    station::TaskFilter filter;
    filter.document = std::move(document);
    std::set<sync::RecordId> documents;
    std::vector<station::TaskView> waiting;
    for (station::TaskView& t : station::task_views(station, filter)) {
      const bool conditional = t.condition == result.event;
      const bool counts_from = std::any_of(t.assignments.begin(), t.assignments.end(), [&](const auto& a) {
        const auto deadline =
            tasks::decode_deadline(Fields(station, a.id).text(field_number(RecordType::assignment, "deadline")));
        const auto* after = deadline ? std::get_if<tasks::AfterEvent>(&deadline->meaning) : nullptr;
        return after && after->event == result.event;
      });
      if (!conditional && !counts_from) continue;
      documents.insert(t.document_id);
      waiting.push_back(std::move(t));
    }
    if (waiting.empty())
      throw station::refused("unknown_event", "No task waits for an event of this name.", "Check the name.");
    if (documents.size() > 1)
      throw station::refused("ambiguous_event", "Several documents name this event.", "Name one with --document.");
    for (const station::TaskView& t : waiting) {
      RecordEdit edit(station, RecordType::task, t.id);
      edit.set("event_happened_on", date_value(on));
      edit.save(may);
      if (t.condition != result.event) continue;
      for (const station::AssignmentView& a : t.assignments) {
        RecordEdit met(station, RecordType::assignment, a.id);
        met.set("condition_met_on", date_value(on));
        met.save(may);
      }
    }
    result.tasks = waiting.size();
    station.audit(actor, "event_record", documents.begin()->hex(), "done");
  });
  return result;
}

}  // namespace tram::hub
