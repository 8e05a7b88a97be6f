// How a version left and arrived (R30, R44, R61): what may be called delivered, and from when something counts that
// came as a file or on paper.
#pragma once
#include <optional>
#include <string_view>

#include "tasks/outcome.h"
#include "tasks/time.h"

namespace tram::tasks {

enum class DeliveryState : std::uint8_t { none, to_approve, to_send, waiting_for_receipt, delivered };
struct DeliveryFacts {
  bool written = false;
  bool approved = false;
  bool sent = false;
  bool receipt_signed_by_hub = false;
};
DeliveryState delivery_state(const DeliveryFacts& facts);

// The ways of R30, and why paper.
enum class Way : std::uint8_t { exchange, export_file, paper };
enum class PaperReason : std::uint8_t { none, technical_fault, special_demand };
bool way_is_allowed(Way way, PaperReason reason);

// R30: the earliest moment that can be proved. Both are shown beside it.
std::optional<Moment> counts_from(std::optional<Moment> proved_signed, std::optional<Moment> received);

struct PaperEntry {
  Moment happened{};  // its true time
  Moment typed{};
  PaperReason reason = PaperReason::none;
  std::string_view code{};  // the short code of the form
  std::string_view first_person{}, second_person{};
};
bool paper_entry_is_complete(const PaperEntry& entry);

}  // namespace tram::tasks
