// The bounds of the store, with unit and reason (reliability design 2.1 and 2.2).
#pragma once
#include <sqlite3.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace tram::station {

inline constexpr std::int64_t kHeapLimitBytes = 256ll << 20;  // hard: beyond it SQLite reports lack of memory

// As small as our own SQL allows, so that nothing foreign fits through.
inline constexpr std::array<std::pair<int, int>, 11> kSqliteLimits = {{
    {SQLITE_LIMIT_LENGTH, 8 << 20},  // a changeset body has 4 MiB
    {SQLITE_LIMIT_SQL_LENGTH, 100'000},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 20},
    {SQLITE_LIMIT_COMPOUND_SELECT, 8},
    {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 8},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
}};

inline constexpr std::chrono::seconds kReadLimit{5};  // no reader holds the WAL open for longer

inline constexpr std::uint64_t kPassiveBytes = 4u << 20;
inline constexpr std::uint64_t kTruncateBytes = 32u << 20;
inline constexpr std::uint64_t kWalAlertBytes = 64u << 20;  // for metrics and alerts; the store itself goes on
inline constexpr std::chrono::seconds kIdleBeforeCheckpoint{60};

inline constexpr std::uint64_t kReserveBytes = 64u << 20;  // given up when the disk is full
inline constexpr std::chrono::seconds kProbeFullDisk{10};  // how often a full disk is tried again

}  // namespace tram::station
