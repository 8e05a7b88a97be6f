// Classification of tasks and the cuts through them (R1-R3, R63), and what every record must have (R5, R59). The lists
// are versioned: a record keeps the version it was classified with.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/difficulty_notice.h"
#include "tasks/outcome.h"
#include "tasks/plan_import.h"

namespace tram::tasks {

inline constexpr std::uint32_t kClassListVersion = 1;

enum class TermClass : std::uint8_t { with_deadline, without };
struct Classified {
  TermClass term = TermClass::without;
  std::string body;
  Scope scope = Scope::local;
  Priority priority = Priority::normal;
  Outcome outcome = Outcome::not_started_in_time;
  Secrecy confidentiality = Secrecy::normal;
  std::string other;
  std::uint32_t list_version = kClassListVersion;
};
Classified classify(const TaskRow& task, std::string_view body, Secrecy confidentiality, Outcome outcome);

// R3: any axes, together.
struct Cut {
  std::optional<TermClass> term{};
  std::optional<std::string> body{};
  std::optional<Scope> scope{};
  std::optional<Priority> priority{};
  std::optional<Outcome> outcome{};
  std::optional<Secrecy> confidentiality{};
  std::optional<std::string> other{};
};
bool matches(const Cut& cut, const Classified& task);

// R2: 0 to 3, and the Vietnamese mark that stands next to every translation; nothing for other codes.
std::string_view mark_of(int code);
// R8, R9: does this zone hold documents of the class?
bool zone_holds(Zone zone, int code);

enum class OfficeList : std::uint8_t { due_and_not_done, done_wrongly, new_problem, at_risk };
struct ListFacts {
  Outcome outcome = Outcome::not_started_in_time;
  Execution execution = Execution::as_assigned;
  bool difficulty_open = false;  // raised and not answered
  bool due_soon = false;         // O26
};
std::vector<OfficeList> office_lists(const ListFacts& facts);

// Lead bodies report; coordinating bodies see and note.
bool reports_execution(std::string_view body, const TaskRow& task);
bool sees_task(std::string_view body, const TaskRow& task);

// R59: ids of tasks without a follow-up body, their own or their document's.
struct Followed {
  std::string id;
  std::string follow_up_body;
};
std::vector<std::string> without_follow_up(std::span<const Followed> tasks, std::string_view of_the_document);

}  // namespace tram::tasks
