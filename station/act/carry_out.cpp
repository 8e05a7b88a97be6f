#include <algorithm>

#include "station/act/change_builder.h"
#include "station/task_view.h"
#include "tasks/offline.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::RecordType;

// What can be done to an assignment that is over: nothing.
void need_open(Station& station, const ActSpec& spec, const sync::RecordId& assignment) {
  const std::string_view state = state_of(station, assignment, RecordType::assignment);
  if (state == "cancelled" || state == "recalled")
    throw wrong_state(std::string(state), "This assignment was " + std::string(state) + ".", "Nothing more is due.");
  if (state.empty() && spec.name != "move-deadline" && spec.name != "rehome")
    throw wrong_state("not_handed_over", "This task was not handed over yet.", "Hand it over first, or wait for it.");
}

void check_target(Station& station, const ActSpec& spec, const sync::RecordId& target) {
  if (spec.target == ActTarget::none) return;
  const auto row = station.store().record(target, sync::Layer::provisional);
  const bool fits = row && (spec.target == ActTarget::any || row->type == static_cast<std::uint16_t>(spec.type));
  if (!fits)
    throw refused(spec.target == ActTarget::assignment ? "unknown_assignment" : "unknown_record",
                  spec.target == ActTarget::any
                      ? "There is no such record here."
                      : "There is no " + std::string(tasks::find_record(spec.type)->name) + " of this id here.",
                  "Check the reference.");
  if (spec.target == ActTarget::assignment) need_open(station, spec, target);
}

// Which of several targets a refusal is about: the ref of the task and the code of the body.
std::string place_of(Station& station, const sync::RecordId& target) {
  const auto row = station.store().record(target, sync::Layer::provisional);
  if (!row) return target.hex();
  const auto type = static_cast<std::uint16_t>(RecordType::assignment);
  if (row->type != type) return target.hex();
  const Fields f(station, target);
  const auto task = f.id(tasks::field_number(RecordType::assignment, "task"));
  const auto body = f.id(tasks::field_number(RecordType::assignment, "implementing_body"));
  const std::string ref =
      task ? Fields(station, sync::RecordId{*task}).text(tasks::field_number(RecordType::task, "ref")) : "";
  return ref + (body ? " of " + body_of(station, sync::OrganisationId{*body}).code : "");
}

Permit permit_of(Station& station, const Actor& actor, const ActSpec& spec, const sync::RecordId& target) {
  ActAbout about;
  if (spec.target != ActTarget::none) about.record = target;
  about.second_later = spec.drafted;
  return permit(station, actor, action_of(spec, station.program()), about);
}

sync::Hash save_all(Station& station, const Permit& may, const ActSpec& spec, const ActContext& act,
                    sync::RecordId& made) {
  sync::Hash last{};
  for (ActChange& change : spec.work(act)) {
    made = change.home;
    last = station.save(may, change.home, std::move(change.operations), true).changeset;
  }
  return last;
}

ActResult one(Station& station, const Actor& actor, const ActSpec& spec, const sync::RecordId& target,
              const ActEntry& entry) {
  check_target(station, spec, target);
  const Permit may = permit_of(station, actor, spec, target);
  const ActContext act{station, actor, actor.person, target, entry, {}, wall_clock_ms()};
  std::string details;
  ActResult result;
  if (spec.drafted) {
    (void)spec.work(act);  // what cannot be done is said before anybody approves it
    json::object content;
    for (const auto& [name, value] : entry.values()) content[name] = value;
    const DraftId draft = put_draft(station, may, spec.name, home_of(station, target), target, content);
    result = {draft.hex(), std::nullopt, "to_approve", ""};
  } else {
    sync::RecordId made;
    const sync::Hash changeset = save_all(station, may, spec, act, made);
    const bool own_home = spec.target == ActTarget::none || spec.gives_new;
    result = {own_home ? made.hex() : target.hex(), changeset, station.program() == Program::hub ? "done" : "to_send",
              ""};
  }
  if (station.program() == Program::node) {
    const bool drafted = !result.changeset.has_value();
    // What an assigning side does is the hub's elsewhere; at a site it is done to its own sub-tasks (R18).
    auto action = action_of(spec, station.program());
    if (tasks::needs_other_side(action) == tasks::Needs::hub) action = tasks::Action::break_into_subtasks;
    result.waiting = tasks::says_waiting(action, {drafted ? 1U : 0U, drafted ? 0U : 1U, 0});
  }
  station.audit(actor, std::string(spec.name), target.is_zero() ? result.id : target.hex(), result.state);
  return result;
}

}  // namespace

json::object json_of(const ActResult& r) {
  return {{"id", r.id},
          {"changeset", r.changeset ? json::value(to_hex(*r.changeset)) : json::value(nullptr)},
          {"state", r.state},
          {"waiting", r.waiting.empty() ? json::value(nullptr) : json::value(r.waiting)}};
}

std::vector<ActResult> carry_out_here(Station& station, const Actor& actor, const ActSpec& spec,
                                      const std::vector<sync::RecordId>& targets, const ActEntry& entry) {
  const std::array asked{action_of(spec, station.program())};
  need_right(actor, asked);
  check_complete(spec, entry);
  std::vector<sync::RecordId> all = targets;
  if (spec.target == ActTarget::none) all.assign(1, sync::RecordId{});
  if (all.empty()) throw wrong_usage("Name what the act is about.");
  if (all.size() > kActTargets)
    throw refused("over_limit", "At most " + std::to_string(kActTargets) + " at once.", "Do it in several steps.");
  std::vector<sync::RecordId> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    throw refused("named_twice", "One of them is named twice.", "Name each once.");
  std::vector<ActResult> done;
  for (const sync::RecordId& target : all) {
    try {
      done.push_back(one(station, actor, spec, target, entry));
    } catch (const ActRefused& refused) {
      if (all.size() == 1) throw;
      throw ActRefused(refused.exit, refused.code,
                       place_of(station, target) + ": " + refused.message + " Nothing was done.", refused.next);
    }
  }
  return done;
}

std::vector<ActResult> carry_out(Station& station, const Actor& actor, const ActSpec& spec,
                                 const std::vector<sync::RecordId>& targets, const ActEntry& entry) {
  std::vector<ActResult> done;
  station.transact([&] { done = carry_out_here(station, actor, spec, targets, entry); });
  return done;
}

DraftId put_draft(Station& station, const Permit& may, std::string_view kind, const sync::RecordId& home,
                  const sync::RecordId& record, const json::object& content) {
  Draft draft;
  station.entropy().fill(draft.id.bytes);
  draft.kind = kind;
  draft.home = home;
  draft.record = record;
  const std::string text = json::serialize(content);
  draft.content.assign(text.begin(), text.end());
  draft.author = may.actor().person;
  draft.author_name = may.actor().name;
  draft.created_ms = wall_clock_ms();
  if (!Drafts(station.connection()).add(draft)) throw refused("over_limit", "The entry is too large.", "Shorten it.");
  return draft.id;
}

sync::Hash carry_out_draft(Station& station, const Permit& may, const ActSpec& spec, const Draft& draft) {
  check_target(station, spec, draft.record);
  ActEntry entry;
  const json::value content = json::parse(as_text(draft.content));
  for (const auto& [name, value] : content.as_object())
    if (value.is_string()) entry.put(std::string(name), std::string(value.get_string()));
  const sync::Hash seal = draft.content_hash();
  const ActContext act{station,         may.actor(), draft.author, draft.record, entry, Bytes(seal.begin(), seal.end()),
                       draft.created_ms};
  sync::RecordId made;
  return save_all(station, may, spec, act, made);
}

}  // namespace tram::station
