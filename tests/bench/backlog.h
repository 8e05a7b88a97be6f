// The work that byte and speed goals are stated for: W1, a backlog of 10,000 new tasks and 50,000 updates of one field
// from one site, in its order of writing. The same lines as the programs that measure other systems draw from the same
// seed.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tram::bench {

enum TaskField : std::uint16_t {
  kTitle,
  kText,
  kStatus,
  kProgress,
  kPriority,
  kAssignee,
  kUnit,
  kProvince,
  kDue,
  kTags,
  kLanguage,
  kNote
};

struct BacklogLine {
  std::uint64_t seq = 0;
  std::uint64_t ms = 0;
  bool creates = false;
  std::string id;  // 32 hexadecimal digits
  std::vector<std::pair<TaskField, std::string>> fields;
};

struct BacklogSize {
  std::size_t tasks = 10'000;
  std::size_t updates = 50'000;
};
std::vector<BacklogLine> backlog(BacklogSize size = {}, std::uint64_t seed = 20260101);

// The plain JSON lines that byte goals are ratios of.
std::string json_lines(const std::vector<BacklogLine>& lines);

}  // namespace tram::bench
