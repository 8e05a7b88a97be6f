// Causes of delay (R64): a coded list, versioned like the lists of classification, plus text.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tram::tasks {

inline constexpr std::uint32_t kCauseListVersion = 1;

enum class Cause : std::uint8_t {
  guidance,      // waits for guidance or a document from above
  law,           // rules are missing or contradict each other
  coordination,  // another body did not do its part
  funds,
  people,    // too few, or not the right ones
  capacity,  // equipment, systems, network
  scope_changed,
  force_majeure,
  own_fault,  // begun late, led badly
  other,
};
// Their names, in this order.
inline constexpr std::string_view kCauses =
    "guidance law coordination funds people capacity scope_changed force_majeure own_fault other";
std::string_view name_of(Cause cause);
std::optional<Cause> cause_named(std::string_view name);
// A code of the list; `other` alone says nothing without its text.
bool cause_is_complete(std::string_view code, std::string_view text);

}  // namespace tram::tasks
