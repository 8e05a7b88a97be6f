// Settings of the office as files that people edit (R31, R72): a policy or criteria as a table with the columns
// `setting` and `value`, under the names of docs/formats.md, where what is not named stays as it was; a calendar as its
// lines, in any order. All or nothing; a bad cell is named by row and column.
#pragma once
#include "tasks/criteria.h"
#include "tasks/policy.h"

namespace tram::tasks {

// `before` is the version that the file changes; the number is the next one unless the file names it.
Imported<Policy> parse_policy_file(std::string_view csv, const Policy& before);
// Levels and source are kept where the file does not name them; weights are given anew, all of them.
Imported<Criteria> parse_criteria_file(std::string_view csv, const Criteria& before);
// Row is the line, column the word that it begins with.
Imported<Calendar> parse_calendar_file(std::string_view text);

}  // namespace tram::tasks
