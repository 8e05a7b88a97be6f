#include "tasks/record_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tram::tasks {
namespace {

TEST(RecordSchema, HasTheTwentyFourTypes) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRecords.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kRecords[i].type), i + 1);
    names.insert(kRecords[i].name);
    EXPECT_EQ(find_record(kRecords[i].name), &kRecords[i]);
  }
  EXPECT_EQ(names.size(), 24U);
  EXPECT_EQ(find_record("folder"), nullptr);
}

TEST(RecordSchema, KeepsTheFrozenNumbersOfTheDesign) {
  struct Case {
    RecordType type;
    std::uint16_t field;
    std::string_view name;
    char kind;
    std::uint16_t writers;
    bool open_zone_only;
  };
  using enum RecordType;
  for (const Case& c : {
           Case{document, 1, "number", 'g', 1, false},
           Case{document, 4, "summary", 'g', 1, true},
           Case{document, 8, "confidentiality", 'c', 1, false},
           Case{document, 11, "receiving_bodies", 's', 1, false},
           Case{task, 2, "parent_assignment", 'c', 32, false},
           Case{task, 3, "assigning_side", 'a', 2, false},
           Case{task, 6, "content", 'g', 2, true},
           Case{task, 7, "deadline", 'g', 2, false},
           Case{task, 11, "working_title", 'r', 64, true},
           Case{task, 14, "notes", 'l', 64, true},
           Case{assignment, 5, "deadline", 'g', 2, false},
           Case{assignment, 6, "state", 'e', 6, false},
           Case{assignment, 7, "percent", 'w', 4, true},
           Case{assignment, 10, "agreed_next_step", 'r', 64, true},
           Case{assignment, 12, "contacts", 'l', 8, true},
           Case{progress_update, 4, "written_by", 'c', 4, true},
           Case{feedback, 3, "answer", 'g', 2, true},
           Case{assessment, 2, "judgement", 'w', 8, false},
           Case{report, 6, "differences", 'l', 33, true},
           Case{explanation, 3, "text", 'w', 32, true},
           Case{urging, 3, "answer", 'w', 4, true},
           Case{inspection_note, 1, "finding", 'c', 16, false},
           Case{rating, 4, "level", 'g', 1, false},
           Case{person, 2, "roles", 's', 32, false},
       }) {
    const FieldRow* row = find_field(c.type, c.field);
    ASSERT_NE(row, nullptr) << c.name;
    EXPECT_EQ(row->name, c.name);
    EXPECT_EQ(row->kind, c.kind) << c.name;
    EXPECT_EQ(row->writers, c.writers) << c.name;
    EXPECT_EQ(row->open_zone_only, c.open_zone_only) << c.name;
    EXPECT_EQ(find_field(c.type, c.name), row);
  }
  EXPECT_EQ(find_field(assignment, 9), nullptr) << "number 9 of assignment is reserved";
  EXPECT_EQ(find_field(task, "no_such_field"), nullptr);
}

TEST(RecordSchema, NamesAreSnakeCase) {
  const auto snake = [](std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  };
  for (const FieldRow& row : kFields) EXPECT_TRUE(snake(row.name)) << row.name;
  for (const EventRow& row : kEvents) EXPECT_TRUE(snake(row.name)) << row.name;
}

TEST(RecordSchema, EveryStatusFieldHasEventsAndAWayOutOfTheBeginning) {
  for (const FieldRow& row : kFields) {
    if (row.kind != field_kind::events) continue;
    EXPECT_TRUE(std::any_of(kEvents.begin(), kEvents.end(), [&](const EventRow& e) {
      return e.type == row.type && e.field == row.field && legal_transition(e, 0);
    })) << find_record(row.type)->name;
  }
}

TEST(RecordSchema, CancellationWinsOverEveryOtherEventOfTaskAndAssignment) {
  for (const RecordType type : {RecordType::task, RecordType::assignment}) {
    const std::uint16_t state = find_field(type, "state")->field;
    const EventRow* cancelled = find_event(type, state, "cancelled");
    for (const EventRow& row : kEvents) {
      if (row.type == type && &row != cancelled) {
        EXPECT_LT(row.precedence, cancelled->precedence) << row.name;
      }
    }
  }
}

TEST(RecordSchema, TakingInAHandOverMakesItAvailable) {
  constexpr std::uint16_t state = field_number(RecordType::assignment, "state");
  EXPECT_EQ(automatic_event(RecordType::assignment, state, event_number(RecordType::assignment, "handed_over")),
            event_number(RecordType::assignment, "available"));
  EXPECT_EQ(automatic_event(RecordType::assignment, state, event_number(RecordType::assignment, "done")), std::nullopt);
}

TEST(RecordSchema, ALateReturnIsLegalAndNothingLeavesACancellation) {
  const std::uint16_t state = field_number(RecordType::assignment, "state");
  const auto legal = [&](std::string_view event, std::string_view from) {
    return legal_transition(*find_event(RecordType::assignment, state, event),
                            find_event(RecordType::assignment, state, from)->event);
  };
  EXPECT_TRUE(legal("returned", "started"));
  EXPECT_TRUE(legal("handed_over", "returned"));
  EXPECT_FALSE(legal("verified", "started"));
  for (const EventRow& row : kEvents) {
    if (row.type == RecordType::assignment) {
      EXPECT_FALSE(legal(row.name, "cancelled")) << row.name;
    }
  }
}

}  // namespace
}  // namespace tram::tasks
