// Bodies and their tree, read from the directory file (domain, "The import file of a plan"). This file owns what a
// directory may hold; signing it as directory entries, and the wire id of a body (decisions 9), are left to others.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/errc.h"

namespace tram::tasks {

enum class BodyKind : std::uint8_t { assigning, implementing, follow_up, inspecting };

// "assigning", "implementing", "follow-up", "inspecting"; and back, or nothing.
std::string_view name_of(BodyKind kind);
std::optional<BodyKind> body_kind_named(std::string_view name);

struct Organisation {
  std::string id;                                  // the code people and files use (`hy.ubnd`), NFC
  std::string name_vi, name_en, name_lo, name_km;  // at least one
  BodyKind kind = BodyKind::implementing;
  std::string parent;  // empty at the top
  bool operator==(const Organisation&) const = default;
};

inline constexpr std::size_t kMaxIdBytes = 64;
// Centre, province, commune and their boards need six; a longer way up is a cycle.
inline constexpr std::size_t kMaxTreeDepth = 32;

// NFC, without spaces and control characters, 1 to 64 bytes.
bool is_body_id(std::string_view id);

// By id.
using Directory = std::map<std::string, Organisation, std::less<>>;

// Reads a directory file. A parent may stand in the file or in `existing`; the tree of both together has no cycle.
// The value holds the bodies of the file alone.
Imported<Directory> parse_organisations(std::string_view csv, const Directory& existing);

struct DirectoryChange {
  std::vector<std::string> added, changed, unchanged;  // ids, in order
};
// What importing `read` would do. A body that the file leaves out stays as it is: a body ends by R58, not by absence.
DirectoryChange compare(const Directory& existing, const Directory& read);

}  // namespace tram::tasks
