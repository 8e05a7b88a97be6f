// Builds one changeset on one home from names of the record schema; a name that does not exist does not compile where
// it is given as a constant, and is a fault of the program elsewhere.
#pragma once
#include "station/act/act.h"
#include "tasks/record_schema.h"

namespace tram::station {

class ChangeBuilder {
 public:
  ChangeBuilder(Station& station, const sync::RecordId& home) : station_(station) { change_.home = home; }
  // A record that is a home of its own.
  ChangeBuilder(Station& station, tasks::RecordType type);

  sync::RecordId home() const { return change_.home; }
  // A record inside the home.
  sync::RecordId create(tasks::RecordType type);
  // Nothing for an empty text. Refusal: no_place_in_zone (R8).
  void set(const sync::RecordId& record, tasks::RecordType type, std::string_view field, sync::Value value);
  // What the entry holds under `name`, in the field of that name or of `as`.
  void set_entry(const ActContext& act, const sync::RecordId& record, tasks::RecordType type, std::string_view name,
                 std::string_view as = "");
  // Refusal: wrong_state, when the record's state does not lead there.
  void event(const sync::RecordId& record, tasks::RecordType type, std::string_view name);
  ActChange take() { return std::move(change_); }

 private:
  Station& station_;
  ActChange change_;
  std::vector<sync::RecordId> made_;
};

// The newest record of a type in a home, by the moment its creation was written.
std::optional<sync::RecordId> newest_in(Station& station, const sync::RecordId& home, tasks::RecordType type);
std::size_t count_in(Station& station, const sync::RecordId& home, tasks::RecordType type);
sync::RecordId home_of(Station& station, const sync::RecordId& record);
// The name of a record's state; empty before the first event.
std::string_view state_of(Station& station, const sync::RecordId& record, tasks::RecordType type);

}  // namespace tram::station
