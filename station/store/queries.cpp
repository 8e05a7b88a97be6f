#include "station/store/queries.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "tram_station_store/embedded.h"

namespace tram::station {
namespace {

constexpr std::string_view kMarker = "-- name: ";

using Queries = std::map<std::string_view, std::string_view, std::less<>>;

void split(std::string_view file, Queries& into) {
  for (auto at = file.find(kMarker); at != std::string_view::npos;) {
    const auto name_at = at + kMarker.size();
    const auto end_of_name = file.find('\n', name_at);
    const auto next = file.find(kMarker, end_of_name);
    const auto name = file.substr(name_at, end_of_name - name_at);
    auto sql = file.substr(end_of_name + 1, next == std::string_view::npos ? next : next - end_of_name - 1);
    while (!sql.empty() && (sql.back() == '\n' || sql.back() == ' ')) sql.remove_suffix(1);
    if (!into.emplace(name, sql).second) throw std::logic_error("two queries named " + std::string(name));
    at = next;
  }
}

const Queries& queries() {
  static const Queries all = [] {
    Queries parsed;
    for (const auto& [name, content] : store_sql::embedded_files())
      if (name.starts_with("queries/")) split(content, parsed);
    return parsed;
  }();
  return all;
}

}  // namespace

std::string_view query(std::string_view name) {
  static const std::unordered_map<std::string_view, std::string_view> by_name(queries().begin(), queries().end());
  const auto it = by_name.find(name);  // asked for with every statement
  if (it == by_name.end()) throw std::logic_error("no query named " + std::string(name));
  return it->second;
}

std::vector<std::string_view> query_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, sql] : queries()) names.push_back(name);
  return names;
}

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> all = [] {
    constexpr std::string_view kFolder = "migrations/";
    std::vector<Migration> found;
    for (const auto& [name, content] : store_sql::embedded_files()) {
      if (!name.starts_with(kFolder)) continue;
      Migration migration{.sql = content};
      std::from_chars(name.data() + kFolder.size(), name.data() + name.size(), migration.number);
      found.push_back(migration);
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i].number != static_cast<int>(i) + 1) throw std::logic_error("a gap between migrations");
    return found;
  }();
  return all;
}

}  // namespace tram::station
