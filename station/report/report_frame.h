// A report inside a bundle (bundle design 3.5, frame 8 REPORT): text signature and JSON together in one frame, as long
// as they fit; docs/formats/report.md. Kind 1 carries it, site to hub. The content is judged by verify_report_bytes().
#pragma once
#include <string>
#include <string_view>

#include "station/report/report_fault.h"
#include "sync/container.h"

namespace tram::station {

inline constexpr std::size_t kReportFrameBytes = 200u << 10;  // well below a frame's own bound of 260 KiB

struct CarriedReport {
  std::string tsig;
  std::string json;
  bool operator==(const CarriedReport&) const = default;
};

// u32 tsig_len | tsig | u32 json_len | json. OVER_LIMIT; BAD_CONTENT if one is empty.
ReportResult<sync::Frame> encode_report_frame(std::string_view tsig, std::string_view json);
// WRONG_KIND (another type of frame), OVER_LIMIT, TRUNCATED, TRAILING_DATA, BAD_CONTENT.
ReportResult<CarriedReport> decode_report_frame(const sync::Frame& frame);

}  // namespace tram::station
