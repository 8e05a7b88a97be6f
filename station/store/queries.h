// The SQL of the store: queries/*.sql and migrations/*.sql, embedded at build time. A query file holds several
// statements, each under a line `-- name: x`; lines of comment above the first name are free.
#pragma once
#include <string_view>
#include <vector>

namespace tram::station {

// The statement of that name. Precondition: it exists (a missing one throws std::logic_error; a test asks for all).
// The view lives as long as the program and always has the same address, by which connections keep their statements.
std::string_view query(std::string_view name);
std::vector<std::string_view> query_names();

struct Migration {
  int number = 0;  // its schema version: 1, 2, ... without gaps
  std::string_view sql;
};
// In order. Append-only: a number that was ever released never changes.
const std::vector<Migration>& migrations();

}  // namespace tram::station
