#include "tasks/organisation.h"

#include <algorithm>
#include <array>

#include "tasks/csv.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"assigning", "implementing", "follow-up", "inspecting"};
constexpr std::array kColumns = {
    ColumnRule{"id"},
    ColumnRule{"name_vi", Presence::optional},
    ColumnRule{"name_en", Presence::optional},
    ColumnRule{"name_lo", Presence::optional},
    ColumnRule{"name_km", Presence::optional},
    ColumnRule{"kind"},
    ColumnRule{"parent"},
};

std::string cell(const CsvRow& row, std::string_view column) {
  return to_nfc(trimmed(row.at(column)));
}

// The parent of a body in the file, else in the directory; nothing at the top.
const std::string* parent_of(const std::string& id, const Directory& read, const Directory& existing) {
  auto body = read.find(id);
  if (body == read.end()) {
    body = existing.find(id);
    if (body == existing.end()) return nullptr;
  }
  return body->second.parent.empty() ? nullptr : &body->second.parent;
}

// Does the way up from `id` come to a top within the depth a tree may have? A cycle never does. The bound also keeps a
// file of one long chain from costing the square of its rows.
bool reaches_the_top(const std::string& id, const Directory& read, const Directory& existing) {
  std::size_t steps = 0;
  for (const std::string* at = parent_of(id, read, existing); at != nullptr; at = parent_of(*at, read, existing))
    if (++steps > kMaxTreeDepth) return false;
  return true;
}

}  // namespace

std::string_view name_of(BodyKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<BodyKind> body_kind_named(std::string_view name) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<BodyKind>(found - kKinds.begin());
}

bool is_body_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && id.find(' ') == std::string_view::npos && is_clean_utf8(id) &&
         !has_control_character(id) && to_nfc(id) == id;
}

Imported<Directory> parse_organisations(std::string_view csv, const Directory& existing) {
  Problems problems;
  const auto table = read_csv(csv, kColumns, problems);
  if (!table) return {std::nullopt, problems.take(), {}};
  Directory read;
  std::map<std::string, std::size_t, std::less<>> row_of;
  for (const CsvRow& row : *table) {
    Organisation body{cell(row, "id"),      cell(row, "name_vi"), cell(row, "name_en"),
                      cell(row, "name_lo"), cell(row, "name_km"), {},
                      cell(row, "parent")};
    if (!is_body_id(body.id)) {
      problems.add(errc::bad_id, row.row, "id", "An id has 1 to 64 bytes and no spaces.");
      continue;
    }
    if (body.name_vi.empty() && body.name_en.empty() && body.name_lo.empty() && body.name_km.empty())
      problems.add(errc::missing_value, row.row, "name_vi", "The body has no name in any language.");
    if (const auto kind = body_kind_named(cell(row, "kind")))
      body.kind = *kind;
    else
      problems.add(errc::bad_kind, row.row, "kind", "The kind is assigning, implementing, follow-up or inspecting.");
    if (!row_of.emplace(body.id, row.row).second) {
      problems.add(errc::duplicate_ref, row.row, "id",
                   "The id " + body.id + " stands in row " + std::to_string(row_of[body.id]) + " already.");
      continue;
    }
    read.emplace(body.id, std::move(body));
  }
  for (const auto& [id, body] : read) {
    if (!body.parent.empty() && !read.contains(body.parent) && !existing.contains(body.parent))
      problems.add(errc::unknown_body, row_of[id], "parent", "The parent is neither in the file nor in the directory.");
    if (!reaches_the_top(id, read, existing))
      problems.add(errc::cycle, row_of[id], "parent",
                   "The way up from " + id + " comes to no top within 32 bodies: some body stands above itself.");
  }
  if (!problems.empty()) return {std::nullopt, problems.take(), {}};
  return {std::move(read), {}, {}};
}

DirectoryChange compare(const Directory& existing, const Directory& read) {
  DirectoryChange change;
  for (const auto& [id, body] : read) {
    const auto known = existing.find(id);
    auto& list = known == existing.end() ? change.added : known->second == body ? change.unchanged : change.changed;
    list.push_back(id);
  }
  return change;
}

}  // namespace tram::tasks
