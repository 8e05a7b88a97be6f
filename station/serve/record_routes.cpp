#include "station/serve/record_routes.h"

#include <algorithm>
#include <charconv>

#include "station/figures.h"
#include "station/permission_gate.h"
#include "station/serve/answer.h"
#include "station/serve/attachment_routes.h"
#include "station/serve/reach.h"
#include "station/task_json.h"
#include "station/warnings.h"

namespace tram::station {
namespace {

namespace json = boost::json;

constexpr std::size_t kPageSize = 50;
constexpr std::uint64_t kMostPages = 1'000'000;
constexpr std::size_t kLongestWords = 200;
constexpr std::string_view kTaskQueries[] = {"org", "outcome", "document", "q", "page"};

std::uint64_t page_of(const AdmittedRequest& request) {
  const auto text = request.query("page");
  if (!text) return 1;
  std::uint64_t page = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), page);
  if (ec != std::errc() || end != text->data() + text->size() || page == 0)
    throw wrong_usage("page is a whole number from 1.");
  return page;
}

TaskFilter filter_of(const AdmittedRequest& request) {
  for (const auto& [name, value] : request.queries())
    if (std::find(std::begin(kTaskQueries), std::end(kTaskQueries), name) == std::end(kTaskQueries))
      throw wrong_usage("The parameter " + name.substr(0, 64) + " is not known here.");
  const auto given = [&](std::string_view name) -> std::optional<std::string> {
    const auto text = request.query(name);
    return text && !text->empty() ? std::optional<std::string>(*text) : std::nullopt;
  };
  TaskFilter filter;
  filter.organisation = given("org");
  filter.document = given("document");
  filter.words = given("q");
  if (filter.words && filter.words->size() > kLongestWords) throw wrong_usage("q takes at most 200 bytes.");
  if (const auto outcome = given("outcome")) {
    filter.outcome = tasks::outcome_named(*outcome);
    if (!filter.outcome) throw wrong_usage("There is no outcome class of this name.");
  }
  return filter;
}

Reach reach_of(Station& station, const AdmittedRequest& request) {
  const Actor actor = acting_person(station, request);
  need_clearance(station, actor);
  return {station, actor.roles, request.session()->org};
}

// Before enrolment there is neither calendar nor record.
std::vector<TaskView> readable(Station& station, const Reach& reach, const TaskFilter& filter) {
  if (!station.enrolled()) return {};
  std::vector<TaskView> tasks = task_views(station, filter);
  std::erase_if(tasks, [&](const TaskView& t) { return !reach.holds(t); });
  return tasks;
}

json::object page_json(std::span<const TaskView> tasks, std::size_t total, std::uint64_t page) {
  json::array list;
  for (const TaskView& t : tasks) list.push_back(json_of(t));
  json::object whole;
  whole["total"] = total;
  whole["page"] = page;
  whole["pages"] = std::max<std::uint64_t>(1, (total + kPageSize - 1) / kPageSize);
  whole["as_of"] = rfc3339(wall_clock_ms());
  whole["tasks"] = std::move(list);
  return whole;
}

json::value list_tasks(Station& station, const AdmittedRequest& request) {
  const std::uint64_t page = page_of(request);
  const TaskFilter filter = filter_of(request);
  const Reach reach = reach_of(station, request);
  if (!station.enrolled() || !reach.holds_all() || !filter.takes_all())
    return task_page_json(readable(station, reach, filter), page);
  return every_task_page_json(station, page);
}

json::value show_task(const RecordRoutes& parts, const AdmittedRequest& request) {
  const Actor actor = acting_person(parts.station, request);
  const TaskView task = task_of_address(parts.station, request);
  json::object whole = task_detail_json(parts.station, task);
  whole["pending"] = parts.pending ? parts.pending(task, actor) : json::array();
  return whole;
}

// A body takes several parts; its kind is the first that holds, as the import file names it.
std::string_view kind_of(const sync::Organisation& o) {
  if ((o.parts & sync::kHub) != 0) return "hub";
  if ((o.parts & sync::kAssigning) != 0) return "assigning";
  if ((o.parts & sync::kInspecting) != 0) return "inspecting";
  if ((o.parts & sync::kFollowUp) != 0) return "follow_up";
  return "implementing";
}

}  // namespace

sync::RecordId record_of_address(const AdmittedRequest& request, std::string_view parameter, std::string_view code) {
  const auto id = sync::RecordId::parse(request.path_parameter(parameter));
  if (!id) throw refused(std::string(code), "There is no such record here.", "Open the list again.");
  return *id;
}

TaskView task_of_address(Station& station, const AdmittedRequest& request) {
  const sync::RecordId id = record_of_address(request, "id", "unknown_task");
  for (TaskView& task : readable(station, reach_of(station, request), {}))
    if (task.id == id) return std::move(task);
  throw refused("unknown_task", "There is no such task here.", "Open the list again.");
}

json::object every_task_page_json(Station& station, std::uint64_t page) {
  // Nothing to judge before it is shown: the rows of this page alone are read.
  const auto& order = station.task_order().in_order();
  const std::size_t from =
      std::min<std::uint64_t>(order.size(), (std::min<std::uint64_t>(page, kMostPages) - 1) * kPageSize);
  const std::size_t to = std::min(order.size(), from + kPageSize);
  return page_json(task_views_of(station, {order.begin() + static_cast<std::ptrdiff_t>(from),
                                           order.begin() + static_cast<std::ptrdiff_t>(to)}),
                   order.size(), page);
}

json::object task_page_json(const std::vector<TaskView>& tasks, std::uint64_t page) {
  const std::size_t from =
      std::min<std::uint64_t>(tasks.size(), (std::min<std::uint64_t>(page, kMostPages) - 1) * kPageSize);
  const std::size_t to = std::min(tasks.size(), from + kPageSize);
  return page_json({tasks.data() + from, to - from}, tasks.size(), page);
}

json::object organisations_json(Station& station) {
  const sync::Directory& directory = station.directory();
  json::array items;
  for (const sync::Organisation* o : directory.organisations()) {
    const sync::Organisation* parent = o->parent.is_zero() ? nullptr : directory.organisation(o->parent);
    json::object item;
    item["org"] = o->code;
    const Body body = body_of(station, o->id);
    item["name"] = body.name.empty() ? o->code : body.name;
    item["reading_aid"] = body.reading_aid;
    item["name_en"] = o->name_en.empty() ? json::value(nullptr) : json::value(o->name_en);
    item["kind"] = kind_of(*o);
    item["parent"] = parent ? json::value(parent->code) : json::value(nullptr);
    items.push_back(std::move(item));
  }
  return {{"items", std::move(items)}};
}

std::vector<Route> record_routes(RecordRoutes parts) {
  Station& station = parts.station;
  std::vector<Route> routes;
  routes.push_back(
      {.pattern = "/api/v1/tasks",
       .permission = Permission::read_records,
       .summary = "Tasks with their assignments, 50 a page; ?org= &outcome= &document= &q= &page=",
       .handle = [&station](const AdmittedRequest& r) { return answer([&] { return list_tasks(station, r); }); },
       .handle_later = {}});
  routes.push_back({.pattern = "/api/v1/tasks/{id}",
                    .permission = Permission::read_records,
                    .summary = "One task with its history and what waits for approval",
                    .handle = [parts](const AdmittedRequest& r) { return answer([&] { return show_task(parts, r); }); },
                    .handle_later = {}});
  routes.push_back({.pattern = "/api/v1/warnings",
                    .permission = Permission::read_records,
                    .summary = "What the signed-in person can act on: about to be overdue, due today, overdue",
                    .handle =
                        [&station](const AdmittedRequest& r) {
                          return answer(
                              [&] { return warnings_json(warnings_for(station, acting_person(station, r)), false); });
                        },
                    .handle_later = {}});
  routes.push_back({.pattern = "/api/v1/figures",
                    .permission = Permission::read_records,
                    .summary = "Assignments by outcome class, of all and of each body, from what the person may read",
                    .handle =
                        [&station](const AdmittedRequest& r) {
                          return answer([&]() -> json::value {
                            const Reach reach = reach_of(station, r);
                            if (!station.enrolled()) return json::object{{"bodies", json::array()}};
                            return figures_json(station, [&](const TaskView& t) { return reach.holds(t); });
                          });
                        },
                    .handle_later = {}});
  routes.push_back(
      {.pattern = "/api/v1/organisations",
       .permission = Permission::signed_in,
       .summary = "The bodies of the directory",
       .handle = [&station](const AdmittedRequest&) { return answer([&] { return organisations_json(station); }); },
       .handle_later = {}});
  for (Route& route : attachment_routes(station)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace tram::station
