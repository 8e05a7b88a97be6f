#include "hub/regulation_commands.h"

#include "hub/regulation_office.h"
#include "hub/status.h"
#include "station/common_commands.h"
#include "station/exchange_formats.h"
#include "station/warnings.h"
#include "tasks/csv.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Command;
using station::CommandResult;
using station::done;
using station::Invocation;

constexpr std::uint32_t kOffice = sync::role_bit(sync::Role::hub_office);
constexpr std::uint32_t kSecond = kOffice | sync::role_bit(sync::Role::hub_security);

Command command(std::string path, tasks::Action asks, std::string help, std::vector<station::CommandWord> words,
                std::function<CommandResult(Station&, const Invocation&)> run) {
  Command c{std::move(path), {asks}, std::move(help), std::move(words), {}, false, {}, {}, {}};
  c.run = std::move(run);
  return c;
}

std::string file_of(const Invocation& in) {
  return station::read_small_file(in.path(in.words.at(0)), tasks::kMaxCalendarBytes);
}

// R72: two persons change what the office has settled.
using ImportSettings = SettingsImport (*)(Station&, const Actor&, const Actor&, std::string_view, bool);
Command settings_command(std::string name, std::string help, ImportSettings import) {
  return command(name + " import", tasks::Action::set_policy, std::move(help), {{"FILE"}},
                 [import](Station& station, const Invocation& in) {
                   const Actor& actor = in.person();
                   const Actor second = station::second_person(station, actor, in.second, kSecond);
                   const SettingsImport r = import(station, actor, second, file_of(in), in.has("--of-centre"));
                   json::array changed;
                   for (const std::string& setting : r.changed) changed.push_back(json::value(setting));
                   return done(json::object{{"added", r.added},
                                            {"unchanged", r.unchanged},
                                            {"version", r.version},
                                            {"valid_from", tasks::format_date(r.valid_from)},
                                            {"changed", std::move(changed)}});
                 });
}

json::array moved_json(const std::vector<MovedObligation>& list) {
  json::array moved;
  for (const MovedObligation& m : list)
    moved.push_back({{"about", m.about},
                     {"org", m.body},
                     {"kind", tasks::name_of(m.due.kind)},
                     {"old_due", tasks::format_moment(m.due.old_due)},
                     {"new_due", tasks::format_moment(m.due.new_due)}});
  return moved;
}

CommandResult calendar_import(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  station::need_exchange(station, tasks::ExchangeFormat::calendar_file, tasks::Direction::in);
  const CalendarImport r = import_calendar(station, actor, file_of(in));
  return done(json::object{{"id", r.id},
                           {"version", r.version},
                           {"added", r.added},
                           {"changed", r.changed},
                           {"unchanged", r.unchanged},
                           {"moved", moved_json(r.moved)}});
}

CommandResult calendar_list(Station& station, const Invocation&) {
  constexpr std::string_view kOwners[] = {"nation", "province", "body"};
  json::array items;
  for (const tasks::Calendar& c : station::calendars(station)) {
    json::array years;
    for (const int year : c.years) years.push_back(year);
    items.push_back({{"id", c.id},
                     {"version", c.version},
                     {"valid_from", tasks::format_date(c.valid_from)},
                     {"owner", kOwners[static_cast<std::size_t>(c.owner)]},
                     {"body", c.owner_id.empty() ? json::value(nullptr) : json::value(c.owner_id)},
                     {"source", c.source},
                     {"years", std::move(years)}});
  }
  return done(json::object{{"items", std::move(items)}});
}

CommandResult calendar_choose(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const auto moved = choose_nation(station, actor, in.words.at(0), in.words.at(1));
  return done(json::object{{"org", in.words.at(0)}, {"calendar", in.words.at(1)}, {"moved", moved_json(moved)}});
}

// Every version as a table that `policy import` reads.
template <class T>
CommandResult versions(const std::vector<T>& list, Bytes (*encode)(const T&)) {
  json::array items;
  for (const T& one : list)
    items.push_back({{"version", one.version},
                     {"valid_from", tasks::format_date(one.valid_from)},
                     {"source", one.source},
                     {"text", as_text(encode(one))}});
  return done(json::object{{"items", std::move(items)}});
}

}  // namespace

std::vector<Command> regulation_commands() {
  std::vector<Command> list;
  list.push_back(settings_command("policy", "settle settings of the O table from a day on", import_policy));
  list.back().options.push_back(
      station::flag("--of-centre", "the values of the centre, for documents that came down from there (R70)"));
  list.push_back(command(
      "policy list", tasks::Action::read_station, "every version of the policy", {},
      [](Station& station, const Invocation&) { return versions(station::policies(station), &tasks::encode_policy); }));
  list.push_back(settings_command("criteria", "publish indicators with their weights, and levels",
                                  [](Station& station, const Actor& actor, const Actor& second, std::string_view csv,
                                     bool) { return import_criteria(station, actor, second, csv); }));
  list.push_back(command("criteria list", tasks::Action::read_station, "every version of the criteria", {},
                         [](Station& station, const Invocation&) {
                           return versions(station::criteria_versions(station), &tasks::encode_criteria);
                         }));
  list.push_back(command("calendar import", tasks::Action::set_calendar,
                         "a calendar of the nation, a province or a body", {{"FILE"}}, calendar_import));
  list.push_back(
      command("calendar list", tasks::Action::read_station, "every version of every calendar", {}, calendar_list));
  list.push_back(command("calendar choose", tasks::Action::set_calendar,
                         "whose nation's calendar a body and those below it keep", {{"ORG"}, {"CALENDAR"}},
                         calendar_choose));
  list.push_back(command("status", tasks::Action::read_station, "sites, what waits, and the alerts", {},
                         [](Station& station, const Invocation&) {
                           json::object status = status_json(station);
                           status["warnings"] = station::warnings(station).size();
                           return done(std::move(status));
                         }));
  return list;
}

}  // namespace tram::hub
