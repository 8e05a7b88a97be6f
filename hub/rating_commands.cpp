#include "hub/rating_commands.h"

#include <algorithm>

#include "hub/cleaning.h"
#include "hub/ratings.h"
#include "station/common_commands.h"
#include "station/exchange_formats.h"
#include "station/people.h"
#include "station/stick/stick_write.h"
#include "tasks/csv.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Command;
using station::CommandResult;
using station::done;
using station::Invocation;

// R31: per quarter, half-year and year.
tasks::Period period_of(const Invocation& in) {
  const auto period = tasks::parse_period(in.need("--period"));
  if (!period || period->type == tasks::PeriodType::month)
    throw station::wrong_usage("--period is a quarter, half-year or year: 2025-Q2, 2025-H1 or 2025.");
  return *period;
}

// R35: the same as a file, by its ending.
void write_file(Station& station, const Invocation& in, const std::vector<tasks::Rating>& ratings) {
  const auto out = in.get("--out");
  if (!out) return;
  station::need_exchange(station, tasks::ExchangeFormat::rating_file, tasks::Direction::out);
  const std::filesystem::path file = in.path(*out);
  const tasks::Policy policy = station::Regulation(station, station::moment_now()).policy();
  std::string text;
  if (file.extension() == ".csv")
    text = tasks::ratings_csv(ratings, policy);
  else if (file.extension() == ".json")
    text = tasks::ratings_json(ratings, policy);
  else
    throw station::wrong_usage("--out ends with .csv or .json.");
  station::StickOptions options;
  options.now_ms = station::wall_clock_ms();
  const auto written = station::write_bundle_file(file, as_bytes(text), options);
  if (!written) throw station::ActRefused(written.error().code);
}

json::value as_json(Station& station, const std::vector<tasks::Rating>& ratings) {
  return json::parse(tasks::ratings_json(ratings, station::Regulation(station, station::moment_now()).policy()));
}

CommandResult compute(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const tasks::Period period = period_of(in);
  const ComputedRatings r = compute_ratings(station, actor, period, in.need("--corrects-because"));
  write_file(station, in, r.ratings);
  return done(json::object{{"period", tasks::format_period(period)},
                           {"published", r.published},
                           {"added", r.added},
                           {"unchanged", r.unchanged},
                           {"ratings", as_json(station, r.ratings)}});
}

CommandResult rank(Station& station, const Invocation& in) {
  const tasks::Period period = period_of(in);
  const auto ratings = published_ratings(station, period);
  if (ratings.empty())
    throw station::wrong_state("not_rated", "There is no rating for " + tasks::format_period(period) + " yet.",
                               "Run `rating compute` once the period is over.");
  write_file(station, in, ratings);
  const auto remedies = asked_for_remedy(station, ratings);
  json::array items;
  for (const tasks::Rank& one : tasks::ranking(ratings, station::Regulation(station, station::moment_now()).policy())) {
    const auto of = std::find_if(ratings.begin(), ratings.end(),
                                 [&](const tasks::Rating& r) { return r.snapshot.body == one.body; });
    items.push_back({{"rank", one.rank},
                     {"org", one.body},
                     {"score", one.score},
                     {"level", tasks::name_of(*of->level)},
                     {"version", of->version},
                     {"remedy_asked", std::find(remedies.begin(), remedies.end(), one.body) != remedies.end()}});
  }
  return done(json::object{{"period", tasks::format_period(period)}, {"items", std::move(items)}});
}

CommandResult cleaning_list(Station& station, const Invocation& in) {
  return done(cleaning_json(station, period_of(in)));
}

CommandResult cleaning_sign(Station& station, const Invocation& in) {
  const std::string csv = station::read_small_file(in.path(in.words.at(0)), tasks::kMaxCsvBytes);
  return done(json::object{{"id", sign_cleaning(station, in.person(), period_of(in), csv).hex()}});
}

}  // namespace

std::vector<Command> rating_commands() {
  std::vector<Command> list;
  list.push_back({"cleaning list",
                  {tasks::Action::read_record},
                  "the review of a period: when it is due, double entries, and the runs that were signed (R65)",
                  {},
                  {station::option("--period", "2025-Q2, 2025-H1 or 2025", true)},
                  false,
                  cleaning_list,
                  {},
                  {}});
  list.push_back({"cleaning sign",
                  {tasks::Action::load_document},
                  "sign the list of what was changed and why: id, field, before, after, why (R65)",
                  {{"FILE"}},
                  {station::option("--period", "2025-Q2, 2025-H1 or 2025", true)},
                  false,
                  cleaning_sign,
                  {},
                  {}});
  list.push_back({"rating compute",
                  {tasks::Action::publish_rating},
                  "rate every body for a period that is over, and publish it",
                  {},
                  {station::option("--period", "2025-Q2, 2025-H1 or 2025", true),
                   station::option("--corrects-because", "why published ratings are corrected"),
                   station::option("--out", "write it as FILE.csv or FILE.json")},
                  false,
                  compute,
                  {},
                  {}});
  list.push_back({"ranking",
                  {tasks::Action::read_record},
                  "the published ranking of a period",
                  {},
                  {station::option("--period", "2025-Q2, 2025-H1 or 2025", true),
                   station::option("--out", "write it as FILE.csv or FILE.json")},
                  false,
                  rank,
                  {},
                  {}});
  return list;
}

}  // namespace tram::hub
