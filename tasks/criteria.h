// Published indicators with their weights and the levels of a rating (R31, R32), as policy data: the hub's office edits
// them, and each version has canonical bytes. What an indicator counts is in rating.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "tasks/time.h"

namespace tram::tasks {

// Each is a share: so many of so many.
enum class Indicator : std::uint8_t {
  done_on_time,       // of the assignments whose term ended in the period, those done on time
  done,               // of the same, those done at all
  confirmed_in_time,  // R12: of the confirmations that fell due
  updated_in_time,    // R14-R17: of the updates that fell due
  reported_in_time,   // R24: of the reports that fell due
  no_finding,         // R20: of the assignments, those without a finding of wrong data or breach
};
inline constexpr std::size_t kIndicators = 6;
std::string_view name_of(Indicator indicator);

enum class Level : std::uint8_t { excellent, completed, not_fully_completed, not_completed };
std::string_view name_of(Level level);

struct Weight {
  Indicator indicator;
  std::uint16_t weight;  // in hundredths of a per cent; all together 10,000
  bool operator==(const Weight&) const = default;
};
struct Criteria {
  std::uint32_t version = 1;
  LocalDate valid_from = make_date(2025, 1, 1);
  std::string source;
  std::vector<Weight> weights;  // by indicator, each once
  // Lowest score, 0 to 10,000, of the levels above `not_completed`.
  std::uint16_t excellent_from = 9'000;
  std::uint16_t completed_from = 7'000;
  std::uint16_t not_fully_from = 5'000;
  bool operator==(const Criteria&) const = default;
};

// The criteria a hub starts with, to be replaced by those its office publishes.
Criteria shipped_criteria();

// Weights that sum to 10,000, levels in order; else bad_criteria.
Result<void> check_criteria(const Criteria& criteria);
Bytes encode_criteria(const Criteria& criteria);
Result<Criteria> decode_criteria(ByteView bytes);
inline constexpr std::size_t kMaxCriteriaBytes = 16U << 10;

Level level_of(std::uint16_t score, const Criteria& criteria);

}  // namespace tram::tasks
