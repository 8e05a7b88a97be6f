#include "sync/errc.h"

#include <string>

namespace tram::sync {
namespace {

struct Category final : boost::system::error_category {
  const char* name() const noexcept override { return "tram.sync"; }
  std::string message(int code) const override { return std::string(sync::name(static_cast<errc>(code))); }
};

}  // namespace

const boost::system::error_category& category() noexcept {
  static const Category instance;
  return instance;
}

std::string_view name(errc e) {
  switch (e) {
    case errc::truncated:
      return "truncated";
    case errc::trailing_bytes:
      return "trailing_bytes";
    case errc::not_canonical:
      return "not_canonical";
    case errc::over_limit:
      return "over_limit";
    case errc::bad_value:
      return "bad_value";
    case errc::bad_magic:
      return "bad_magic";
    case errc::too_new:
      return "too_new";
    case errc::wrong_zone:
      return "wrong_zone";
    case errc::class_refused:
      return "class_refused";
    case errc::unknown_device:
      return "unknown_device";
    case errc::bad_chain:
      return "bad_chain";
    case errc::bad_signature:
      return "bad_signature";
    case errc::bad_directory:
      return "dir_bad";
    case errc::root_chain:
      return "root_chain";
    case errc::directory_rollback:
      return "dir_rollback";
    case errc::stream_gap:
      return "held_gap";
    case errc::stream_chain:
      return "stream_chain";
    case errc::not_enrolled:
      return "not_enrolled";
    case errc::log_closed:
      return "restored";
    case errc::unknown_record:
      return "unknown_record";
    case errc::unknown_field:
      return "unknown_field";
    case errc::value_kind:
      return "value_kind";
    case errc::body_too_large:
      return "body_too_large";
    case errc::no_authority:
      return "no_authority";
    case errc::same_person:
      return "same_person";
    case errc::clock_jump:
      return "clock_jump";
    case errc::recovering:
      return "recovering";
  }
  return "unknown";
}

}  // namespace tram::sync
