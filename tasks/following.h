// Following, urging, inspecting and settling (R20-R23, R66): what is open, what it takes to close it, and the next
// number of an urging. The records are the caller's.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/time.h"

namespace tram::tasks {

// An urging or a flag, with its answer.
struct Demand {
  std::string id;
  std::uint32_t number = 0;  // of urgings
  Moment made{};
  std::optional<Moment> answer_due{};
  std::optional<Moment> answered{};
};
// Without an answer, the oldest first.
std::vector<std::string> unanswered(std::span<const Demand> demands);
// Urgings of one assignment are numbered from 1 without gaps, whoever withdrew what.
std::uint32_t next_urging_number(std::span<const Demand> urgings);
// R63: a request with a due moment that passed without an answer.
bool answer_is_late(const Demand& demand, Moment now);

// Two values for one fact: either side opens, one offers, the other agrees.
struct Difference {
  std::string reported_value, system_value;
  std::string offered_by;  // body
  std::string offered_value;
  std::string agreed_by;
};
bool is_difference(std::string_view reported, std::string_view in_system);
bool is_settled(const Difference& difference);

// A contact by another way, noted on the task.
enum class ContactWay : std::uint8_t { report, meeting, telephone, fax, mail };
inline constexpr std::string_view kContactWays = "report meeting telephone fax mail";  // their names, in this order
std::optional<ContactWay> contact_way_named(std::string_view name);
struct Contact {
  std::optional<ContactWay> way{};
  Moment happened{};
  std::string_view noted_by{}, with{}, content{};
};
// Who spoke with whom, how, what about; and not in a time to come.
bool contact_is_complete(const Contact& contact, Moment now);

enum class InspectionKind : std::uint8_t { regular, sudden };
bool may_start_inspection(InspectionKind kind, std::optional<LocalDate> plan_approved_on, std::string_view reason);

}  // namespace tram::tasks
