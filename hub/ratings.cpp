#include "hub/ratings.h"

#include <algorithm>
#include <boost/json.hpp>

#include "station/figures.h"
#include "station/permission_gate.h"
#include "station/schema.h"
#include "sync/limits.h"
#include "tasks/record_schema.h"
#include "tasks/report_calendar.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Fields;
using station::Regulation;
using sync::Layer;
using sync::Operation;
using sync::OperationKind;
using sync::Value;
using tasks::field_number;
using tasks::RecordType;

constexpr auto kRating = static_cast<std::uint16_t>(RecordType::rating);
// Of the 64 KiB that a value holds, room for its frame.
constexpr std::size_t kSnapshotBytes = sync::limits::kTextBytes - 64;

struct Stored {
  sync::RecordId record;
  tasks::Rating rating;
};

tasks::Criteria criteria_of(Station& station, std::uint32_t version) {
  for (const tasks::Criteria& c : station::criteria_versions(station))
    if (c.version == version) return c;
  return tasks::shipped_criteria();
}

// Version and reason of a correction; the first version has neither.
void read_correction(const Fields& f, tasks::Rating& rating) {
  const auto at = f.rows().find(field_number(RecordType::rating, "indicators"));
  const auto* stored = at == f.rows().end() ? nullptr : at->second.value.get<sync::Structure>();
  boost::system::error_code failed;
  const json::value read = stored ? json::parse(as_text(stored->bytes), failed) : json::value();
  const auto* object = failed ? nullptr : read.if_object();
  if (object == nullptr) return;
  if (const auto* version = object->if_contains("version"); version && version->is_int64())
    rating.version = static_cast<std::uint32_t>(version->get_int64());
  if (const auto* why = object->if_contains("because"); why && why->is_string())
    rating.corrects_because = std::string(why->get_string());
}

// The newest version of each body.
std::map<std::string, Stored> stored_ratings(Station& station, const tasks::Period& period) {
  std::map<std::string, Stored> newest;
  const std::string wanted = tasks::format_period(period);
  for (const sync::RecordRow& row : station.store().records_of_type(kRating, Layer::confirmed)) {
    const Fields f(station, row.id);
    if (f.text(field_number(RecordType::rating, "period")) != wanted) continue;
    const auto at = f.rows().find(field_number(RecordType::rating, "snapshot"));
    const auto* bytes = at == f.rows().end() ? nullptr : at->second.value.get<Bytes>();
    auto snapshot = bytes ? tasks::decode_snapshot(*bytes) : tasks::Result<tasks::Snapshot>(tasks::errc::bad_criteria);
    if (!snapshot) continue;
    Stored stored{row.id, {}};
    const tasks::Criteria criteria = criteria_of(station, snapshot->criteria_version);
    stored.rating = tasks::rate(std::move(*snapshot), criteria);
    read_correction(f, stored.rating);
    Stored& slot = newest[stored.rating.snapshot.body];
    if (slot.record.is_zero() || slot.rating.version < stored.rating.version) slot = std::move(stored);
  }
  return newest;
}

class Counter {
 public:
  Counter(Station& station, const tasks::Period& period)
      : station_(station), period_(period), regulation_(station, station::moment_now()) {}

  std::vector<tasks::Rating> ratings() {
    read_assignments();
    read_reports();
    const auto zone = station_.zone_kind() == sync::ZoneKind::closed ? tasks::HubZone::closed : tasks::HubZone::open;
    std::vector<tasks::Rating> list;
    for (const auto& [body, since] : since_) {
      auto snapshot =
          tasks::snapshot_of(body, period_, assignments_, reports_, regulation_.criteria(), zone, regulation_.now());
      auto rating = tasks::rate(std::move(snapshot), regulation_.criteria());
      if (rating.score) list.push_back(std::move(rating));
    }
    return list;
  }
  bool is_over() const { return regulation_.now() > tasks::end_of_day(tasks::last_day(period_)); }
  const tasks::Criteria& criteria() const { return regulation_.criteria(); }

 private:
  void read_assignments() {
    assignments_ = station::rated_assignments(station_);
    for (const tasks::RatedAssignment& a : assignments_)
      for (const tasks::Obligation& o : a.obligations.list)
        if (o.kind == tasks::ObligationKind::confirmation) note_since(a.body, o.opens);
  }
  void note_since(const std::string& body, tasks::Moment moment) {
    const auto [at, fresh] = since_.emplace(body, moment);
    if (!fresh) at->second = std::min(at->second, moment);
  }

  // R24: what each body owed since its first task came.
  void read_reports() {
    std::map<std::pair<std::string, std::string>, tasks::Moment> submitted;  // body; regime and period
    constexpr auto kType = static_cast<std::uint16_t>(RecordType::report);
    constexpr auto kState = field_number(RecordType::report, "state");
    for (const sync::RecordRow& row : station_.store().records_of_type(kType, Layer::confirmed)) {
      const Fields f(station_, row.id);
      for (const sync::VersionRow& v : station_.store().all_versions(row.id, kState))
        if (v.event == tasks::event_number(RecordType::report, "submitted") && v.verdict == sync::Verdict::admitted)
          submitted.try_emplace(
              {station::body_of(station_, row.owner).code, f.text(field_number(RecordType::report, "regime")) + " " +
                                                               f.text(field_number(RecordType::report, "period"))},
              station::moment_of_ms(v.written_ms));
    }
    for (const auto& [body, since] : since_)
      for (const int year : {period_.year, period_.year + 1})
        for (const tasks::ReportDue& due : tasks::report_calendar(
                 year, tasks::Reporter::site, {}, regulation_.working_time(body), regulation_.policy())) {
          if (due.due < since) continue;
          tasks::RatedReport report{body, due.regime + " " + due.period, due.due, {}};
          if (const auto at = submitted.find({body, report.name}); at != submitted.end()) report.acted = at->second;
          reports_.push_back(std::move(report));
        }
  }

  Station& station_;
  tasks::Period period_;
  Regulation regulation_;
  std::map<std::string, tasks::Moment> since_;  // by body that was given a task
  std::vector<tasks::RatedAssignment> assignments_;
  std::vector<tasks::RatedReport> reports_;
};

void publish(Station& station, const station::Permit& may, const tasks::Rating& rating, std::uint32_t rank,
             const sync::RecordId& corrects) {
  Operation create = station.create_record(kRating);
  const sync::RecordId record = create.record;
  std::vector<Operation> operations;
  operations.push_back(std::move(create));
  const auto set = [&](std::string_view field, Value value) {
    Operation op;
    op.record = record;
    op.field = tasks::find_field(RecordType::rating, field)->field;
    op.value = std::move(value);
    operations.push_back(std::move(op));
  };
  set("body", Value::id(sync::organisation_id(station.zone(), rating.snapshot.body)));
  set("period", Value::text(tasks::format_period(rating.snapshot.period)));
  set("criteria_version", Value::integer(rating.snapshot.criteria_version));
  set("snapshot", Value(Value::Variant(tasks::encode_snapshot(rating.snapshot, kSnapshotBytes))));
  const std::string correction =
      json::serialize(json::object{{"version", rating.version}, {"because", rating.corrects_because}});
  set("indicators", Value(Value::Variant(sync::Structure{Bytes(correction.begin(), correction.end())})));
  if (rating.level) set("level", Value::text(tasks::name_of(*rating.level)));
  if (rank > 0) set("rank", Value::integer(rank));
  if (!corrects.is_zero()) set("corrects", Value::id(corrects));
  Operation event;
  event.kind = OperationKind::status_event;
  event.record = record;
  event.field = field_number(RecordType::rating, "state");
  event.event = tasks::event_number(RecordType::rating, "published");
  operations.push_back(std::move(event));
  (void)station.save(may, record, std::move(operations));
}

// Do the figures differ? The moment at which they were frozen is no figure.
bool same_figures(const tasks::Rating& a, const tasks::Rating& b) {
  for (std::size_t i = 0; i < tasks::kIndicators; ++i)
    if (a.snapshot.shares[i].met != b.snapshot.shares[i].met || a.snapshot.shares[i].of != b.snapshot.shares[i].of)
      return false;
  return a.snapshot.criteria_version == b.snapshot.criteria_version;
}

}  // namespace

std::vector<tasks::Rating> published_ratings(Station& station, const tasks::Period& period) {
  std::vector<tasks::Rating> list;
  for (auto& [body, stored] : stored_ratings(station, period)) list.push_back(std::move(stored.rating));
  return list;
}

ComputedRatings compute_ratings(Station& station, const Actor& actor, const tasks::Period& period,
                                std::string_view correction_reason) {
  const station::Permit may = station::permit(station, actor, tasks::Action::publish_rating);
  Counter counter(station, period);
  ComputedRatings result;
  std::vector<tasks::Rating> fresh = counter.ratings();
  result.published = counter.is_over();
  if (!result.published) {
    result.ratings = std::move(fresh);
    return result;
  }
  auto stored = stored_ratings(station, period);
  std::vector<std::pair<tasks::Rating, sync::RecordId>> to_publish;
  for (tasks::Rating& rating : fresh) {
    const auto at = stored.find(rating.snapshot.body);
    if (at == stored.end()) {
      to_publish.emplace_back(rating, sync::RecordId{});
      result.ratings.push_back(std::move(rating));
      continue;
    }
    if (correction_reason.empty() || same_figures(rating, at->second.rating)) {
      ++result.unchanged;
      result.ratings.push_back(at->second.rating);
      continue;
    }
    auto corrected = tasks::corrected(at->second.rating, std::move(rating.snapshot), counter.criteria(),
                                      std::string(correction_reason));
    to_publish.emplace_back(*corrected, at->second.record);
    result.ratings.push_back(std::move(*corrected));
  }
  std::map<std::string, std::uint32_t> ranks;
  for (const tasks::Rank& rank : tasks::ranking(result.ratings, Regulation(station, station::moment_now()).policy()))
    ranks[rank.body] = rank.rank;
  station.transact([&] {
    for (const auto& [rating, corrects] : to_publish)
      publish(station, may, rating, ranks[rating.snapshot.body], corrects);
    station.audit(actor, "rating_compute", tasks::format_period(period), "done",
                  std::to_string(to_publish.size()) + " published");
  });
  result.added = to_publish.size();
  return result;
}

std::vector<std::string> asked_for_remedy(Station& station, const std::vector<tasks::Rating>& ratings) {
  std::vector<std::string> bodies;
  if (ratings.empty()) return bodies;
  const Regulation regulation(station, station::moment_now());
  const auto before = stored_ratings(station, tasks::previous(ratings.front().snapshot.period));
  for (const tasks::Rating& last : ratings) {
    const auto at = before.find(last.snapshot.body);
    if (at != before.end() && tasks::asks_for_remedy(last, at->second.rating, regulation.policy()))
      bodies.push_back(last.snapshot.body);
  }
  return bodies;
}

}  // namespace tram::hub
