// The error category of the station's store. The texts are for logs; people read the message catalogues.
#include "station/store/errc.h"

#include <string>
#include <string_view>

namespace tram::station {

std::string_view name(errc e) {
  switch (e) {
    case errc::busy:
      return "busy";
    case errc::newer_schema:
      return "newer_schema";
    case errc::foreign_database:
      return "foreign_database";
    case errc::damaged:
      return "damaged";
    case errc::not_local:
      return "not_local";
    case errc::io_failed:
      return "io_failed";
    case errc::disk_full:
      return "disk_full";
    case errc::read_timeout:
      return "read_timeout";
    case errc::over_limit:
      return "over_limit";
    case errc::no_such_row:
      return "no_such_row";
    case errc::already_exists:
      return "already_exists";
    case errc::wrong_state:
      return "wrong_state";
    case errc::same_person:
      return "same_person";
    case errc::not_a_person:
      return "not_a_person";
    case errc::not_the_author:
      return "not_the_author";
    case errc::content_changed:
      return "content_changed";
    case errc::expired:
      return "expired";
    case errc::locked:
      return "locked";
  }
  return "unknown";
}

namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tram.store"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::newer_schema:
        return "made by a newer version";
      case errc::same_person:
        return "the author cannot approve the own draft";
      default:
        return std::string(station::name(static_cast<errc>(value)));
    }
  }
};

}  // namespace

const boost::system::error_category& store_category() noexcept {
  static const Category instance;
  return instance;
}

}  // namespace tram::station
