// The acts of the regulation on records (R11-R13, R19-R23, R26, R28, R49, R61, R66), one table: its rows are the
// commands, the routes `POST /api/v1/acts/NAME` and their part of the OpenAPI file, so the three cannot differ. This
// file owns what a row says and what carries it out; act_table.cpp has the rows, the *_work.cpp files what each writes.
// Who may do it is the gate's (permission_gate.h), what the words of a field mean is the schema's
// (tasks/record_schema.h).
#pragma once
#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "station/permission_gate.h"
#include "station/store/drafts.h"
#include "tasks/record_types.h"

namespace tram::station {

enum class EntryKind : std::uint8_t {
  text,
  number,  // whole
  date,    // YYYY-MM-DD
  moment,  // RFC 3339
  word,    // one of `words`
  body,    // a code of the directory
  bodies,  // several, separated by spaces
  record,  // an id
};

struct EntryField {
  std::string_view name;  // "by_document": member of the body; "--by-document" on the command line
  std::string_view help;
  EntryKind kind = EntryKind::text;
  bool required = false;
  std::string_view words = "";  // of EntryKind::word, separated by spaces
};

// What a person entered, checked against the row's fields; texts in NFC.
class ActEntry {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  std::string text(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? std::string() : at->second;
  }
  std::int64_t number(std::string_view name) const;
  void put(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

enum class ActTarget : std::uint8_t {
  assignment,  // by its id, or by the ref of its task and a body
  document,    // by number, or id
  record,      // of the row's type, by its id
  any,         // whatever record: an id, or a ref for the assignment
  none,
};

struct ActChange {
  sync::RecordId home;
  std::vector<sync::Operation> operations;
};
struct ActContext {
  Station& station;
  const Actor& actor;     // who signs
  sync::PersonId author;  // who wrote it; another person where a second one approves
  sync::RecordId target;  // zero where there is none
  const ActEntry& entry;
  Bytes seal;                // of an approved draft: the hash of its content (R51)
  std::uint64_t written_ms;  // when the author wrote it
};

namespace programs {
inline constexpr std::uint8_t node = 1, hub = 2, both = 3;
}

struct ActSpec {
  std::string_view name;     // "urge"
  std::string_view command;  // "task urge"
  std::string_view help;
  std::uint8_t where = programs::both;
  tasks::Action action;
  tasks::Action at_hub;  // the same, where the office does it in its own right
  ActTarget target = ActTarget::assignment;
  tasks::RecordType type = tasks::RecordType::assignment;
  bool drafted = false;  // waits for a second person (R27, R51)
  std::span<const EntryField> fields{};
  std::vector<ActChange> (*work)(const ActContext&) = nullptr;
  bool gives_new = false;  // the answer names what was made, not what it is about
};

std::span<const ActSpec> all_acts();
const ActSpec* act_named(std::string_view name);
tasks::Action action_of(const ActSpec& spec, Program program);

// One value of a field as a person wrote it. Refusals: missing_value, bad_value and the codes of tasks/, with the
// field's name.
void take_entry(Station& station, const EntryField& field, std::string_view text, ActEntry& into);
void check_complete(const ActSpec& spec, const ActEntry& entry);

inline constexpr std::size_t kActTargets = 500;

struct ActResult {
  std::string id;                       // of the target, the record made, or the draft
  std::optional<sync::Hash> changeset;  // none while it waits for approval
  std::string state;                    // "to_send", "to_approve"; at the hub "done"
  std::string waiting;                  // what it waits for before it counts for all (R40); empty at the hub
};
boost::json::object json_of(const ActResult& result);

// All of them or none, in one transaction. Refusals: those of the gate and of the act; the place is in the sentence.
std::vector<ActResult> carry_out(Station& station, const Actor& actor, const ActSpec& spec,
                                 const std::vector<sync::RecordId>& targets, const ActEntry& entry);

// The same inside the open transaction.
std::vector<ActResult> carry_out_here(Station& station, const Actor& actor, const ActSpec& spec,
                                      const std::vector<sync::RecordId>& targets, const ActEntry& entry);

// Keeps what a person wrote until a second one decides; `home` is zero when the approval makes it. Inside the open
// transaction. Refusal: over_limit.
DraftId put_draft(Station& station, const Permit& may, std::string_view kind, const sync::RecordId& home,
                  const sync::RecordId& record, const boost::json::object& content);
// The approved draft of an act becomes its changesets; the last one is named. Inside the open transaction.
sync::Hash carry_out_draft(Station& station, const Permit& may, const ActSpec& spec, const Draft& draft);

}  // namespace tram::station
