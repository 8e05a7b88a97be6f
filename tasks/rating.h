// The rating of one body for one period and the ranking of all (R31-R35, R68, R69), from a frozen snapshot of figures
// that open down to the tasks behind them. Whole numbers throughout, so that every machine rates alike.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/criteria.h"
#include "tasks/obligation.h"
#include "tasks/period.h"
#include "tasks/plan_import.h"
#include "tasks/policy.h"

namespace tram::tasks {

// What the system holds of one assignment, for rating.
struct RatedAssignment {
  std::string body;
  std::string ref;  // `DOCUMENT:REF`
  Secrecy confidentiality = Secrecy::normal;
  Obligations obligations;
  bool finding = false;  // R20: wrong data or a breach of procedure was found
};
struct RatedReport {
  std::string body;
  std::string name;
  Moment due;
  std::optional<Moment> acted{};
};

// So many of so many, and what is behind both: the refs that count, and those of them that were met.
struct Share {
  std::uint32_t met = 0;
  std::uint32_t of = 0;
  std::vector<std::string> met_refs;
  std::vector<std::string> unmet_refs;
  bool operator==(const Share&) const = default;
};

// Frozen: later facts never change it.
struct Snapshot {
  std::string body;
  Period period;
  Moment frozen_at{};
  std::uint32_t criteria_version = 1;
  std::array<Share, kIndicators> shares;
  bool operator==(const Snapshot&) const = default;
};

enum class HubZone : std::uint8_t { open, closed };
bool counts_in(Secrecy confidentiality, HubZone zone);

Snapshot snapshot_of(std::string_view body, const Period& period, std::span<const RatedAssignment> assignments,
                     std::span<const RatedReport> reports, const Criteria& criteria, HubZone zone, Moment frozen_at);

// Canonical lines (docs/formats.md, "Criteria and ratings") of at most `most` bytes: each ref once with what it counts
// for each indicator. Where that is too long, refs that met everything are counted together under `*`.
Bytes encode_snapshot(const Snapshot& snapshot, std::size_t most);
Result<Snapshot> decode_snapshot(ByteView bytes);

// 0 to 10,000. Indicators of which nothing fell due carry no weight; without any there is no score.
std::optional<std::uint16_t> score_of(const Snapshot& snapshot, const Criteria& criteria);

struct Rating {
  std::uint32_t version = 1;  // a correction is a new version
  Snapshot snapshot;
  std::optional<std::uint16_t> score;
  std::optional<Level> level;
  std::string corrects_because;  // of versions above 1
};
Rating rate(Snapshot snapshot, const Criteria& criteria);
// The next version; bad_criteria without a reason, or for another body or period.
Result<Rating> corrected(const Rating& published, Snapshot snapshot, const Criteria& criteria, std::string reason);

// The refs behind one figure.
const Share& figures_behind(const Rating& rating, Indicator indicator);

struct Rank {
  std::string body;
  std::uint16_t score = 0;
  std::uint32_t rank = 0;
  bool operator==(const Rank&) const = default;
};
// Bodies without a score are left out.
std::vector<Rank> ranking(std::span<const Rating> ratings, const Policy& policy);

bool is_low(const Rating& rating, const Policy& policy);
// Two low ratings in a row: `before` is any earlier rating of the body.
bool asks_for_remedy(const Rating& last, const Rating& before, const Policy& policy);

// Documented files for the commendation and reward system.
std::string ratings_csv(std::span<const Rating> ratings, const Policy& policy);
std::string ratings_json(std::span<const Rating> ratings, const Policy& policy);

// A figure with its base and the age of its data ("31 of 34, newest within 2 days").
struct Figure {
  std::uint32_t numerator = 0, denominator = 0;
  std::chrono::seconds oldest{};  // age of the oldest part
};
Figure freshness(std::span<const Moment> data_of_each, Moment now, std::chrono::seconds limit);

}  // namespace tram::tasks
