#include "tasks/delivery.h"

namespace tram::tasks {

// R44: delivered only with a signed receipt of the hub; before it to approve, to send, waiting for a receipt.
DeliveryState delivery_state(const DeliveryFacts& facts) {
  if (!facts.written) return DeliveryState::none;
  if (!facts.approved) return DeliveryState::to_approve;
  if (facts.receipt_signed_by_hub) return DeliveryState::delivered;
  return facts.sent ? DeliveryState::waiting_for_receipt : DeliveryState::to_send;
}

// R30: paper names its reason.
bool way_is_allowed(Way way, PaperReason reason) {
  return way != Way::paper || reason != PaperReason::none;
}

// R30: it counts from the moment that can be proved.
std::optional<Moment> counts_from(std::optional<Moment> proved_signed, std::optional<Moment> received) {
  if (proved_signed && (!received || *proved_signed <= *received)) return proved_signed;
  return received;
}

// R61: typed later with its true time, the reason, and two persons.
bool paper_entry_is_complete(const PaperEntry& e) {
  return e.reason != PaperReason::none && e.happened <= e.typed && !e.code.empty() && !e.first_person.empty() &&
         !e.second_person.empty() && e.first_person != e.second_person;
}

}  // namespace tram::tasks
