// The folded fields of one record as values (confirmed, with our own unreceipted work on top), and the bodies that ids
// in them name. Reads alone; what the fields mean is left to others.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "station/station.h"

namespace tram::station {

struct Body {
  std::string code;
  std::string name;
  bool reading_aid = false;  // a translation stands for the name (R60)
};
Body body_of(Station& station, const sync::OrganisationId& id);

// The fields of one record by their numbers.
class Fields {
 public:
  Fields(Station& station, const sync::RecordId& record);
  std::string text(std::uint16_t field) const;
  std::int64_t integer(std::uint16_t field) const;
  std::optional<ByteArray<16>> id(std::uint16_t field) const;
  std::optional<std::int32_t> date(std::uint16_t field) const;
  std::uint16_t event(std::uint16_t field) const;
  const std::map<std::uint16_t, sync::FieldRow>& rows() const { return rows_; }

 private:
  std::map<std::uint16_t, sync::FieldRow> rows_;
};

// The elements of a set field that are ids.
std::vector<ByteArray<16>> set_members(Station& station, const sync::RecordId& record, std::uint16_t field);

}  // namespace tram::station
