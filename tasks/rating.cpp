#include "tasks/rating.h"

#include <algorithm>

namespace tram::tasks {
namespace {

class Shares {
 public:
  explicit Shares(Snapshot& snapshot) : snapshot_(snapshot) {}
  void count(Indicator indicator, bool met, const std::string& ref) {
    Share& share = snapshot_.shares[static_cast<std::size_t>(indicator)];
    ++share.of;
    share.met += met ? 1 : 0;
    (met ? share.met_refs : share.unmet_refs).push_back(ref);
  }

 private:
  Snapshot& snapshot_;
};

bool met_in_time(const Obligation& o) {
  return o.acted && *o.acted <= o.due;
}

}  // namespace

// R68: restricted tasks count only in the closed hub.
bool counts_in(Secrecy confidentiality, HubZone zone) {
  return (confidentiality == Secrecy::normal) == (zone == HubZone::open);
}

// R31, R68: from the data of the system, frozen with the version of its criteria.
Snapshot snapshot_of(std::string_view body, const Period& period, std::span<const RatedAssignment> assignments,
                     std::span<const RatedReport> reports, const Criteria& criteria, HubZone zone, Moment frozen_at) {
  Snapshot snapshot;
  snapshot.body = body;
  snapshot.period = period;
  snapshot.frozen_at = frozen_at;
  snapshot.criteria_version = criteria.version;
  Shares shares(snapshot);
  const Moment from = moment_at(first_day(period), {});
  const Moment to = std::min(end_of_day(last_day(period)), frozen_at);
  const auto falls_in = [&](Moment due) { return from <= due && due <= to; };
  for (const RatedAssignment& a : assignments) {
    if (a.body != body || !counts_in(a.confidentiality, zone)) continue;
    if (a.obligations.due.due && falls_in(*a.obligations.due.due)) {
      const Outcome outcome = a.obligations.outcome;
      shares.count(Indicator::done_on_time, outcome == Outcome::done_on_time, a.ref);
      shares.count(Indicator::done, outcome == Outcome::done_on_time || outcome == Outcome::done_late, a.ref);
    }
    for (const Obligation& o : a.obligations.list) {
      if (!falls_in(o.due)) continue;
      const int rule = rule_of(o.kind);
      if (o.kind == ObligationKind::confirmation)
        shares.count(Indicator::confirmed_in_time, met_in_time(o), a.ref);
      else if (rule == 4 || (rule >= 14 && rule <= 17))
        shares.count(Indicator::updated_in_time, met_in_time(o), a.ref);
    }
    shares.count(Indicator::no_finding, !a.finding, a.ref);
  }
  for (const RatedReport& r : reports)
    if (r.body == body && falls_in(r.due))
      shares.count(Indicator::reported_in_time, r.acted && *r.acted <= r.due, r.name);
  return snapshot;
}

// R31: indicators by their weights. Rounded down once, at the end.
std::optional<std::uint16_t> score_of(const Snapshot& snapshot, const Criteria& criteria) {
  // sum(weight * met / of) over the weights that count, as one fraction of 64-bit numbers: shares in millionths are
  // exact enough for a score in ten-thousandths, and alike everywhere.
  std::uint64_t sum = 0, weights = 0;
  for (const Weight& w : criteria.weights) {
    const Share& share = snapshot.shares[static_cast<std::size_t>(w.indicator)];
    if (share.of == 0) continue;
    weights += w.weight;
    sum += std::uint64_t{w.weight} * (std::uint64_t{share.met} * 1'000'000 / share.of);
  }
  if (weights == 0) return std::nullopt;
  return static_cast<std::uint16_t>((sum / weights + 50) / 100);
}

// R32: a level for every score.
Rating rate(Snapshot snapshot, const Criteria& criteria) {
  Rating rating;
  rating.score = score_of(snapshot, criteria);
  if (rating.score) rating.level = level_of(*rating.score, criteria);
  rating.snapshot = std::move(snapshot);
  return rating;
}

// R68: never changed after publication; a correction is a new version with a reason.
Result<Rating> corrected(const Rating& published, Snapshot snapshot, const Criteria& criteria, std::string reason) {
  if (reason.empty() || snapshot.body != published.snapshot.body || snapshot.period != published.snapshot.period)
    return errc::bad_criteria;
  Rating next = rate(std::move(snapshot), criteria);
  next.version = published.version + 1;
  next.corrects_because = std::move(reason);
  return next;
}

// R31: every figure opens down to the tasks behind it.
const Share& figures_behind(const Rating& rating, Indicator indicator) {
  return rating.snapshot.shares[static_cast<std::size_t>(indicator)];
}

// R33: equal scores share a rank and the next number is skipped; listed by code of the body (O23).
std::vector<Rank> ranking(std::span<const Rating> ratings, const Policy& policy) {
  std::vector<Rank> list;
  for (const Rating& r : ratings)
    if (r.score) list.push_back({r.snapshot.body, *r.score, 0});
  std::sort(list.begin(), list.end(),
            [](const Rank& a, const Rank& b) { return a.score != b.score ? a.score > b.score : a.body < b.body; });
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto place = static_cast<std::uint32_t>(i + 1);
    if (i > 0 && list[i].score == list[i - 1].score)
      list[i].rank = list[i - 1].rank;
    else
      list[i].rank = policy.rank_ties == RankTies::skip_next || i == 0 ? place : list[i - 1].rank + 1;
  }
  return list;
}

// R34: low is "not completed", and a score below the threshold once one is set (O13).
bool is_low(const Rating& rating, const Policy& policy) {
  if (!rating.level) return false;
  return *rating.level == Level::not_completed || (policy.rating_low && *rating.score < *policy.rating_low);
}

// R34: two consecutive periods of one type ask for an explanation and a remedy (O14).
bool asks_for_remedy(const Rating& last, const Rating& before, const Policy& policy) {
  if (last.snapshot.body != before.snapshot.body || !is_low(last, policy) || !is_low(before, policy)) return false;
  if (previous(last.snapshot.period) == before.snapshot.period) return true;
  return policy.rating_consecutive == Consecutive::any_type &&
         last_day(before.snapshot.period) + std::chrono::days{1} == first_day(last.snapshot.period);
}

// R69: so many of so many are newer than the limit, and how old the oldest is.
Figure freshness(std::span<const Moment> data_of_each, Moment now, std::chrono::seconds limit) {
  Figure figure;
  for (const Moment of : data_of_each) {
    const std::chrono::seconds age = now - of;
    ++figure.denominator;
    figure.numerator += age <= limit ? 1 : 0;
    figure.oldest = std::max(figure.oldest, age);
  }
  return figure;
}

}  // namespace tram::tasks
