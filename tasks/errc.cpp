#include "tasks/errc.h"

namespace tram::tasks {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tram.tasks"; }
  std::string message(int value) const override { return std::string(name_of(static_cast<errc>(value))); }
};

}  // namespace

std::string_view name_of(errc e) noexcept {
  switch (e) {
    case errc::bad_date:
      return "bad_date";
    case errc::bad_moment:
      return "bad_moment";
    case errc::bad_deadline:
      return "bad_deadline";
    case errc::bad_recurrence:
      return "bad_recurrence";
    case errc::too_many_occurrences:
      return "too_many_occurrences";
    case errc::bad_calendar:
      return "bad_calendar";
    case errc::not_utf8:
      return "not_utf8";
    case errc::file_too_large:
      return "file_too_large";
    case errc::too_many_rows:
      return "too_many_rows";
    case errc::too_many_columns:
      return "too_many_columns";
    case errc::cell_too_large:
      return "cell_too_large";
    case errc::unclosed_quote:
      return "unclosed_quote";
    case errc::formula_cell:
      return "formula_cell";
    case errc::unknown_column:
      return "unknown_column";
    case errc::duplicate_column:
      return "duplicate_column";
    case errc::missing_column:
      return "missing_column";
    case errc::missing_value:
      return "missing_value";
    case errc::bad_id:
      return "bad_id";
    case errc::bad_ref:
      return "bad_ref";
    case errc::duplicate_ref:
      return "duplicate_ref";
    case errc::unknown_ref:
      return "unknown_ref";
    case errc::unknown_body:
      return "unknown_body";
    case errc::duplicate_body:
      return "duplicate_body";
    case errc::bad_kind:
      return "bad_kind";
    case errc::bad_priority:
      return "bad_priority";
    case errc::bad_scope:
      return "bad_scope";
    case errc::bad_confidentiality:
      return "bad_confidentiality";
    case errc::class_refused:
      return "class_refused";
    case errc::no_place_in_zone:
      return "no_place_in_zone";
    case errc::cycle:
      return "cycle";
    case errc::planned_deadline:
      return "planned_deadline";
    case errc::open_event:
      return "open_event";
    case errc::lead_coordinates_too:
      return "lead_coordinates_too";
    case errc::start_after_deadline:
      return "start_after_deadline";
    case errc::bad_policy:
      return "bad_policy";
    case errc::bad_period:
      return "bad_period";
    case errc::bad_criteria:
      return "bad_criteria";
    case errc::already_recorded:
      return "already_recorded";
    case errc::bad_workbook:
      return "bad_workbook";
    case errc::missing_sheet:
      return "missing_sheet";
    case errc::bad_envelope:
      return "bad_envelope";
  }
  return "unknown";
}

const boost::system::error_category& category() noexcept {
  static const Category instance;
  return instance;
}

}  // namespace tram::tasks
