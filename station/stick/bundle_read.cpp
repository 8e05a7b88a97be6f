// The bounded reader of bundle files.
#include "station/stick/bundle_read.h"

#include <fcntl.h>

#include <algorithm>

namespace tram::station {
namespace {

using sync::OutcomeCode;
constexpr std::size_t kLongestHeader = 1440;  // 16 stanzas (bundle design 3.2)

struct Refusable {
  sync::Inspection inspection;
  Bytes bytes;  // empty unless the header holds
};

MediumResult<Refusable> read_if_header_holds(const std::filesystem::path& file) {
  const auto opened = open_regular(AT_FDCWD, file.string());
  if (!opened) return opened.error();
  const int fd = opened->descriptor.get();
  Refusable out;
  out.bytes.resize(std::min<std::uint64_t>(kLongestHeader, opened->size));
  const auto first = read_full(fd, out.bytes);
  if (!first) return first.error();
  // A file that shrinks while it is read is judged by what is there.
  const std::uint64_t size = *first < out.bytes.size() ? *first : opened->size;
  out.bytes.resize(*first);
  out.inspection = sync::inspect_header(out.bytes, size);
  if (out.inspection.code != OutcomeCode::ok_new) {
    out.bytes.clear();
    return out;
  }
  const std::size_t held = out.bytes.size();
  out.bytes.resize(size);
  const auto rest = read_full(fd, std::span(out.bytes).subspan(held));
  if (!rest) return rest.error();
  out.bytes.resize(held + *rest);
  return out;
}

}  // namespace

MediumResult<Bytes> read_bundle_file(const std::filesystem::path& file) {
  auto read = read_if_header_holds(file);
  if (!read) return read.error();
  if (read->inspection.code == OutcomeCode::ok_new) return std::move(read->bytes);
  MediumFault fault;
  fault.code = read->inspection.code;
  fault.detail = file.filename().string() + ": " + std::string(sync::name(fault.code));
  fault.have_bytes = read->inspection.have_bytes;
  fault.want_bytes = read->inspection.want_bytes;
  return fault;
}

sync::Inspection check_bundle_file(const std::filesystem::path& file) {
  const auto read = read_if_header_holds(file);
  if (!read) {
    sync::Inspection out;
    out.code = read.error().code;
    return out;
  }
  return read->inspection.code == OutcomeCode::ok_new ? sync::inspect_container(read->bytes) : read->inspection;
}

MediumResult<Bytes> read_medium_file(const std::filesystem::path& file, std::uint64_t most_bytes) {
  const auto opened = open_regular(AT_FDCWD, file.string());
  if (!opened) return opened.error();
  MediumFault too_large;
  too_large.code = OutcomeCode::over_limit;
  too_large.detail = file.filename().string() + " is larger than expected";
  if (opened->size > most_bytes) return too_large;
  Bytes bytes(opened->size + 1);  // one more shows a file that grows
  const auto got = read_full(opened->descriptor.get(), bytes);
  if (!got) return got.error();
  if (*got > most_bytes) return too_large;
  bytes.resize(*got);
  return bytes;
}

}  // namespace tram::station
