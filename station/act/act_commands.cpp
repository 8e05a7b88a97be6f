#include "station/act/act_commands.h"

#include <algorithm>

#include "station/act/change_builder.h"
#include "station/act/update_sheet.h"
#include "station/common_commands.h"
#include "station/report_differences.h"
#include "station/task_json.h"

namespace tram::station {
namespace {

namespace json = boost::json;

std::string option_of(const EntryField& field) {
  std::string name = "--" + std::string(field.name);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

// A task's assignments: of the bodies named, of all of them, or the one that is meant without saying.
std::vector<sync::RecordId> assignments_named(Station& station, const std::string& ref, const Invocation& in) {
  if (const auto id = sync::RecordId::parse(ref)) return {*id};
  const TaskView task = task_named(station, ref);
  std::vector<sync::RecordId> found;
  if (in.has("--every")) {
    for (const AssignmentView& a : task.assignments)
      if (a.state != "cancelled" && a.state != "recalled" && a.state != "done" && a.state != "verified")
        found.push_back(a.id);
    return found;
  }
  const auto bodies = in.options.find("--org");
  if (bodies == in.options.end()) return {assignment_of(station, task, std::nullopt).id};
  for (const std::string& code : bodies->second) found.push_back(assignment_of(station, task, code).id);
  return found;
}

sync::RecordId document_named(Station& station, const std::string& name) {
  TaskFilter filter;
  filter.document = name;
  const auto tasks = task_views(station, filter);
  if (tasks.empty()) throw refused("unknown_document", "There is no such document here.", "Check its number.");
  for (const TaskView& t : tasks)
    if (t.document_id != tasks.front().document_id)
      throw refused("ambiguous_document", "Several documents have this number.", "Give NUMBER-SYMBOL or the id.");
  return tasks.front().document_id;
}

std::vector<sync::RecordId> targets_of(Station& station, const ActSpec& spec, const Invocation& in) {
  std::vector<sync::RecordId> found;
  for (const std::string& word : in.words) {
    switch (spec.target) {
      case ActTarget::none:
        break;
      case ActTarget::document:
        found.push_back(document_named(station, word));
        break;
      case ActTarget::record:
        if (const auto id = sync::RecordId::parse(word)) {
          found.push_back(*id);
          break;
        }
        throw refused("unknown_record", "\"" + word.substr(0, 64) + "\" is no id.", "See `record list`.");
      case ActTarget::assignment:
      case ActTarget::any:
        for (const sync::RecordId& id : assignments_named(station, word, in)) found.push_back(id);
        break;
    }
  }
  return found;
}

CommandResult run_act(Station& station, const ActSpec& spec, const Invocation& in) {
  ActEntry entry;
  for (const EntryField& field : spec.fields)
    if (const auto text = in.get(option_of(field))) take_entry(station, field, *text, entry);
  const auto done = carry_out(station, in.person(), spec, targets_of(station, spec, in), entry);
  if (done.size() == 1) return {json_of(done.front()), exit_status::kDone};
  json::array items;
  for (const ActResult& r : done) items.push_back(json_of(r));
  return {json::object{{"items", std::move(items)}}, exit_status::kDone};
}

Command command_of(const ActSpec& spec, Program program) {
  Command c{std::string(spec.command), {action_of(spec, program)}, std::string(spec.help), {}, {}, false, {}, {}, {}};
  if (spec.target == ActTarget::document) c.words = {{"DOCUMENT"}};
  if (spec.target == ActTarget::record) c.words = {{"ID", true, true}};
  if (spec.target == ActTarget::assignment || spec.target == ActTarget::any) {
    c.words = {{"REF", true, true}};
    c.options.push_back({"--org", "the bodies whose assignments are meant; may repeat", false, false, true});
    c.options.push_back(flag("--every", "every open assignment of the tasks"));
  }
  for (const EntryField& field : spec.fields)
    c.options.push_back(option(option_of(field), std::string(field.help), field.required));
  c.run = [&spec](Station& station, const Invocation& in) { return run_act(station, spec, in); };
  return c;
}

CommandResult record_list(Station& station, const Invocation& in) {
  std::optional<sync::RecordId> home;
  if (const auto ref = in.get("--on")) {
    home = sync::RecordId::parse(*ref);
    if (!home) home = assignment_of(station, task_named(station, *ref), in.get("--org")).id;
  }
  return {records_json(station, in.words.at(0), home), exit_status::kDone};
}

CommandResult update_sheet(Station& station, const Invocation& in) {
  const std::string csv = read_small_file(in.path(in.words.at(0)), kSheetBytes);
  return {json_of(take_update_sheet(station, in.person(), csv, in.has("--dry-run"))), exit_status::kDone};
}

}  // namespace

json::object records_json(Station& station, std::string_view name, const std::optional<sync::RecordId>& home) {
  const tasks::RecordRow* type = tasks::find_record(name);
  if (type == nullptr || type->home == tasks::Home::directory)
    throw refused("unknown_type", "There is no record type of this name.", "For instance urging, request, notice.");
  json::array items;
  for (const auto& row :
       station.store().records_of_type(static_cast<std::uint16_t>(type->type), sync::Layer::provisional)) {
    if (home && row.home != *home && row.id != *home) continue;
    json::object item{{"id", row.id.hex()}, {"on", row.home.hex()}, {"org", body_of(station, row.owner).code}};
    const Fields fields(station, row.id);
    for (const auto& [number, field] : fields.rows()) {
      const tasks::FieldRow* spec = tasks::find_field(type->type, number);
      if (spec == nullptr || spec->value == tasks::ValueType::bytes || spec->value == tasks::ValueType::opaque)
        continue;
      if (spec->kind == tasks::field_kind::events) {
        const auto* event = tasks::find_event(type->type, number, field.event);
        item[spec->name] = event ? json::value(event->name) : json::value(nullptr);
      } else if (spec->kind != tasks::field_kind::set && spec->kind != tasks::field_kind::log) {
        item[spec->name] = value_json(station, field.value);
      }
    }
    items.push_back(std::move(item));
  }
  return {{"items", std::move(items)}};
}

std::vector<Command> act_commands(Program program) {
  std::vector<Command> list;
  const std::uint8_t here = program == Program::hub ? programs::hub : programs::node;
  for (const ActSpec& spec : all_acts())
    if ((spec.where & here) != 0) list.push_back(command_of(spec, program));
  list.push_back(
      {"record list",
       {tasks::Action::read_record},
       "records of one type (urging, request, notice, difference, ...) with their fields",
       {{"TYPE"}},
       {option("--on", "ref of a task, or id of a home"), option("--org", "the body whose assignment is meant")},
       false,
       record_list,
       {},
       {}});
  list.push_back({"report differences",
                  {tasks::Action::read_record},
                  "a report's frozen figures beside what the system holds now (R21)",
                  {{"ID"}},
                  {},
                  false,
                  [](Station& station, const Invocation& in) -> CommandResult {
                    return {report_differences_json(station, in.words.at(0)), exit_status::kDone};
                  },
                  {},
                  {}});
  if (program == Program::node)
    list.push_back({"task sheet",
                    {tasks::Action::draft_update},
                    "progress updates from a table: ref, progress, state, note, completed_on; each waits for approval",
                    {{"FILE"}},
                    {flag("--dry-run", "check and count only")},
                    false,
                    update_sheet,
                    {},
                    {}});
  return list;
}

}  // namespace tram::station
