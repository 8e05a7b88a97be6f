// The status events of every record: numbers, who may append them, what wins among concurrent ones, and from which
// state each is legal (sync design, section 3). Event numbers are frozen.
#pragma once
#include <initializer_list>

#include "tasks/record_types.h"

namespace tram::tasks {
namespace event_table {
using enum RecordType;
using writer::all, writer::asg, writer::fol, writer::hub, writer::imp, writer::ins, writer::own;

// Bits of EventRow::legal_from; 0 means that no event has been appended yet.
constexpr std::uint32_t from(std::initializer_list<unsigned> states) {
  std::uint32_t bits = 0;
  for (const unsigned state : states) bits |= 1U << state;
  return bits;
}

inline constexpr std::array kRows = {
    // A document without an event is loaded. Recall and replacement come from the issuing side (edXML) and win.
    EventRow{document, 10, 1, "handed_over", 10, hub, from({0})},
    EventRow{document, 10, 2, "archived", 50, hub, from({1, 3, 4})},
    EventRow{document, 10, 3, "replaced", 80, hub, from({0, 1})},
    EventRow{document, 10, 4, "recalled", 90, hub, from({0, 1})},

    // A task without an event is open; `open` reopens it.
    EventRow{task, 15, 1, "open", 10, asg, from({0, 2, 3})},
    EventRow{task, 15, 2, "cancelled", 90, asg, from({0, 1})},
    EventRow{task, 15, 3, "archived", 50, asg, from({0, 1, 2})},

    // An assignment without an event is loaded. Work that was done wins over work that goes on, a cancellation wins
    // over all ("cancelled before your completion arrived"). A late return is legal (R13); a body may take its
    // return or a premature completion back by a further event; work may begin before receipt was confirmed, and the
    // missing confirmation then shows as late (R12). `reopened` is O15: a completion that was not accepted.
    EventRow{assignment, 6, 1, "handed_over", 10, asg, from({0, 4})},
    EventRow{assignment, 6, 2, "available", 20, imp, from({1})},
    EventRow{assignment, 6, 3, "received", 30, imp, from({1, 2, 4})},
    EventRow{assignment, 6, 4, "returned", 40, imp, from({1, 2, 3, 5})},
    EventRow{assignment, 6, 5, "started", 50, imp, from({1, 2, 3, 6, 9})},
    EventRow{assignment, 6, 6, "done", 60, imp, from({1, 2, 3, 5, 9})},
    EventRow{assignment, 6, 7, "verified", 70, asg, from({6})},
    EventRow{assignment, 6, 8, "cancelled", 90, asg, from({0, 1, 2, 3, 4, 5, 6, 9})},
    EventRow{assignment, 6, 9, "reopened", 80, asg, from({6, 7})},
    // A wrong hand-over taken back, with reason and number; what the body wrote meanwhile stays.
    EventRow{assignment, 6, 10, "recalled", 85, asg, from({1, 2, 3, 4, 5, 6, 9})},

    EventRow{feedback, 4, 1, "raised", 10, imp, from({0})},
    EventRow{feedback, 4, 2, "adjusted", 30, asg, from({1})},
    EventRow{feedback, 4, 3, "handed_on", 40, asg, from({1})},
    EventRow{feedback, 4, 4, "upheld", 20, asg, from({1})},

    EventRow{report, 7, 1, "approved", 10, own, from({0, 4})},
    EventRow{report, 7, 2, "submitted", 20, own, from({1})},
    EventRow{report, 7, 3, "received", 30, hub, from({2})},
    EventRow{report, 7, 4, "returned", 40, hub, from({2, 3})},

    EventRow{explanation, 5, 1, "sent", 10, own, from({0, 3})},
    EventRow{explanation, 5, 2, "accepted", 20, hub, from({1})},
    EventRow{explanation, 5, 3, "not_accepted", 30, hub, from({1})},

    EventRow{urging, 4, 1, "sent", 10, fol | hub, from({0})},
    EventRow{urging, 4, 2, "answered", 20, imp, from({1})},
    EventRow{urging, 4, 3, "closed", 30, fol | hub, from({1, 2})},

    EventRow{inspection_note, 3, 1, "open", 10, ins, from({0, 2})},
    EventRow{inspection_note, 3, 2, "cleared", 20, ins, from({0, 1})},

    EventRow{attachment, 6, 1, "withdrawn", 10, own, from({0})},

    EventRow{rating, 5, 1, "published", 10, hub, from({0})},
    EventRow{rating, 5, 2, "withdrawn", 20, hub, from({0, 1})},

    EventRow{person, 3, 1, "active", 10, own, from({0, 2})},
    EventRow{person, 3, 2, "disabled", 20, own, from({0, 1})},
    EventRow{person, 3, 3, "retired", 30, own, from({0, 1, 2})},

    EventRow{mandate, 9, 1, "in_force", 10, own | hub, from({0})},
    EventRow{mandate, 9, 2, "revoked", 20, own | hub, from({0, 1})},

    EventRow{event, 5, 1, "recorded", 10, hub, from({0, 2})},
    EventRow{event, 5, 2, "withdrawn", 20, hub, from({1})},

    // R26: a notice stays open until the body sent it and both the office and the inspecting body have it.
    EventRow{notice, 6, 1, "sent", 10, imp, from({0})},
    EventRow{notice, 6, 2, "received_by_office", 20, asg, from({1, 3})},
    EventRow{notice, 6, 3, "received_by_inspection", 30, ins, from({1, 2})},
    EventRow{notice, 6, 4, "closed", 40, asg, from({2, 3})},

    EventRow{request, 5, 1, "sent", 10, own, from({0})},
    EventRow{request, 5, 2, "answered", 20, imp, from({1})},
    EventRow{request, 5, 3, "closed", 30, own | asg, from({1, 2})},

    // R21: one side opens, either offers a settlement, the other one settles.
    EventRow{difference, 7, 1, "opened", 10, own, from({0})},
    EventRow{difference, 7, 2, "offered", 20, all, from({1, 2})},
    EventRow{difference, 7, 3, "settled", 30, all, from({2})},

    EventRow{inspection_plan, 6, 1, "approved", 10, ins, from({0})},
    EventRow{inspection_plan, 6, 2, "started", 20, ins, from({1})},
    EventRow{inspection_plan, 6, 3, "closed", 30, ins, from({1, 2})},
    EventRow{inspection_plan, 6, 4, "withdrawn", 40, ins, from({0, 1})},

    EventRow{courier_entry, 8, 1, "handed_over", 10, own, from({0})},
    EventRow{courier_entry, 8, 2, "lost", 20, all, from({0, 1})},
    EventRow{courier_entry, 8, 3, "arrived", 30, all, from({0, 1, 2})},
};
}  // namespace event_table

inline constexpr auto& kEvents = event_table::kRows;

// R41: the moment a site takes in a hand-over is its `available`; nobody signs it by hand.
inline constexpr std::array kAutomaticEvents = {AutomaticEvent{RecordType::assignment, 6, 1, 2}};

}  // namespace tram::tasks
