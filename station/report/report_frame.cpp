#include "station/report/report_frame.h"

#include "station/report/text_signature.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

constexpr std::size_t kLengths = 8;

ReportFault refused(OutcomeCode code, std::string detail) {
  return {code, "REPORT frame: " + std::move(detail)};
}

// u32 length and that many bytes off the front.
ReportResult<std::string> take_part(ByteView& rest, std::size_t most) {
  if (rest.size() < 4) return refused(OutcomeCode::truncated, "length");
  const std::size_t length = load_le<std::uint32_t>(rest.data());
  if (length > most) return refused(OutcomeCode::over_limit, "length of a part");
  if (length > rest.size() - 4) return refused(OutcomeCode::truncated, "part");
  if (length == 0) return refused(OutcomeCode::bad_content, "empty part");
  std::string part(as_text(rest.subspan(4, length)));
  rest = rest.subspan(4 + length);
  return part;
}

}  // namespace

ReportResult<sync::Frame> encode_report_frame(std::string_view tsig, std::string_view json) {
  if (tsig.empty() || json.empty()) return refused(OutcomeCode::bad_content, "empty part");
  if (tsig.size() > kTextSignatureBytes || json.size() > kReportFrameBytes - kLengths - tsig.size())
    return refused(OutcomeCode::over_limit, "more than 200 KiB");
  sync::Frame frame{sync::FrameType::report, {}};
  frame.bytes.reserve(kLengths + tsig.size() + json.size());
  for (const std::string_view part : {tsig, json}) {
    append_le(frame.bytes, static_cast<std::uint32_t>(part.size()));
    append(frame.bytes, as_bytes(part));
  }
  return frame;
}

ReportResult<CarriedReport> decode_report_frame(const sync::Frame& frame) {
  if (frame.type != sync::FrameType::report) return refused(OutcomeCode::wrong_kind, "type");
  if (frame.bytes.size() > kReportFrameBytes) return refused(OutcomeCode::over_limit, "more than 200 KiB");
  ByteView rest = frame.bytes;
  auto tsig = take_part(rest, kTextSignatureBytes);
  if (!tsig) return tsig.error();
  auto json = take_part(rest, kReportFrameBytes);
  if (!json) return json.error();
  if (!rest.empty()) return refused(OutcomeCode::trailing_data, "bytes after the JSON");
  return CarriedReport{std::move(*tsig), std::move(*json)};
}

}  // namespace tram::station
