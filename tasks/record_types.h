// The words of the record schema: record types, field kinds, writers and value types (sync design, section 3). The
// tables themselves stand in record_fields.h and record_events.h; readers include record_schema.h. Numbers here are
// frozen: they are signed, and never reused (sync design, section 10).
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace tram::tasks {

enum class RecordType : std::uint16_t {
  organisation = 1,
  document = 2,
  task = 3,
  assignment = 4,
  progress_update = 5,
  feedback = 6,
  assessment = 7,
  report = 8,
  explanation = 9,
  urging = 10,
  inspection_note = 11,
  attachment = 12,
  rating = 13,
  calendar = 14,
  person = 15,
  mandate = 16,
  event = 17,
  notice = 18,
  request = 19,
  difference = 20,
  inspection_plan = 21,
  courier_entry = 22,
  policy = 23,
  form = 24,
};

// Relations of an organisation to a record, as bits in the order of the policy rows (sync design, section 4).
namespace writer {
inline constexpr std::uint16_t hub = 1;   // the hub's office
inline constexpr std::uint16_t asg = 2;   // assigning side
inline constexpr std::uint16_t imp = 4;   // implementing body
inline constexpr std::uint16_t fol = 8;   // follow-up body
inline constexpr std::uint16_t ins = 16;  // inspecting body
inline constexpr std::uint16_t own = 32;  // the body that created the record
inline constexpr std::uint16_t all = 64;  // every body with the record in scope
}  // namespace writer

// How a field merges, by the letter of the sync design: create-once, register, guarded register, single-writer
// register, authority field, set, append log, status events.
namespace field_kind {
inline constexpr char create_once = 'c';
inline constexpr char reg = 'r';
inline constexpr char guarded = 'g';
inline constexpr char single_writer = 'w';
inline constexpr char authority = 'a';
inline constexpr char set = 's';
inline constexpr char log = 'l';
inline constexpr char events = 'e';
}  // namespace field_kind

// What one value holds; for a set or a log, what one element holds. A status field has no value: i64 stands for the
// event number. A date that may carry an hour (start, completion_date) is text in the forms of time.h.
enum class ValueType : std::uint8_t { text, i64, bytes, id, date, moment, id_list, opaque };

// Where a record lives: in the signed directory (never merged), as a home of its own, or in its parent's home.
enum class Home : std::uint8_t { directory, itself, parent };

struct RecordRow {
  RecordType type;
  std::string_view name;
  Home home;
  std::uint16_t creators;       // who may create one (policy field 0); 0 in the directory
  bool open_zone_only = false;  // class 0 only (R8)
};

struct FieldRow {
  RecordType type;
  std::uint16_t field;
  std::string_view name;
  char kind;
  std::uint16_t writers;
  ValueType value;
  bool open_zone_only = false;  // the closed zone has no place for it (R8)
  std::uint16_t grants = 0;     // the relation that the body named in this field gets, of an authority field
  bool scopes = false;          // a body named in this field has the home in its scope (decisions 1)
};

struct EventRow {
  RecordType type;
  std::uint16_t field;
  std::uint16_t event;
  std::string_view name;
  std::uint8_t precedence;  // among concurrent events the highest wins, if legal from its base
  std::uint16_t writers;
  std::uint32_t legal_from;  // bit 0: no event yet; bit n: event n is the state it was made in
};

// An event that the program itself appends in the transaction that takes in another one (decisions 3).
struct AutomaticEvent {
  RecordType type;
  std::uint16_t field;
  std::uint16_t on_event;
  std::uint16_t emits;
};

inline constexpr std::array kRecords = {
    RecordRow{RecordType::organisation, "organisation", Home::directory, 0},
    RecordRow{RecordType::document, "document", Home::itself, writer::hub},
    RecordRow{RecordType::task, "task", Home::itself, writer::asg},
    RecordRow{RecordType::assignment, "assignment", Home::itself, writer::asg},
    RecordRow{RecordType::progress_update, "progress_update", Home::parent, writer::imp, true},
    RecordRow{RecordType::feedback, "feedback", Home::parent, writer::imp},
    RecordRow{RecordType::assessment, "assessment", Home::parent, writer::fol},
    RecordRow{RecordType::report, "report", Home::itself, writer::own},
    RecordRow{RecordType::explanation, "explanation", Home::parent, writer::all, true},
    RecordRow{RecordType::urging, "urging", Home::parent, writer::fol | writer::hub},
    RecordRow{RecordType::inspection_note, "inspection_note", Home::parent, writer::ins},
    RecordRow{RecordType::attachment, "attachment", Home::parent, writer::all, true},
    RecordRow{RecordType::rating, "rating", Home::itself, writer::hub},
    RecordRow{RecordType::calendar, "calendar", Home::directory, 0},
    RecordRow{RecordType::person, "person", Home::itself, writer::own},
    RecordRow{RecordType::mandate, "mandate", Home::itself, writer::own | writer::hub},
    RecordRow{RecordType::event, "event", Home::parent, writer::hub},
    RecordRow{RecordType::notice, "notice", Home::parent, writer::imp},
    RecordRow{RecordType::request, "request", Home::parent, writer::hub | writer::asg | writer::fol},
    RecordRow{RecordType::difference, "difference", Home::parent, writer::all, true},
    RecordRow{RecordType::inspection_plan, "inspection_plan", Home::itself, writer::ins},
    RecordRow{RecordType::courier_entry, "courier_entry", Home::itself, writer::own},
    RecordRow{RecordType::policy, "policy", Home::directory, 0},
    RecordRow{RecordType::form, "form", Home::directory, 0},
};

}  // namespace tram::tasks
