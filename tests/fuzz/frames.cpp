// Z2: the bodies of exchange frames. Input: which frame, and its bytes. What is read encodes to the same bytes.
#include "sync/frames.h"
#include "station/report/report_frame.h"
#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

template <class Decode>
auto read_back(const Frame& frame, Decode decode) {
  Frame other = frame;
  other.type = FrameType::blob;
  hold(!decode(other), "a frame of another type is refused");
  auto value = decode(frame);
  if (value) hold(encode_frame(*value) == frame, "a frame body encodes to the bytes it came from");
  return value;
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(6);
  const ByteView body = draw.rest();
  Frame frame{FrameType::hello, Bytes(body.begin(), body.end())};
  switch (which) {
    case 0:
      read_back(frame, decode_hello_to_hub);
      break;
    case 1:
      read_back(frame, decode_hello_to_node);
      break;
    case 2:
      frame.type = FrameType::have;
      if (const auto have = read_back(frame, decode_have))
        hold(have->streams.size() <= limits::kStreamsPerSite && have->unanswered.size() <= 64, "HAVE keeps its bounds");
      break;
    case 3:
      frame.type = FrameType::notice;
      read_back(frame, decode_notice);
      break;
    case 4:
      frame.type = FrameType::delivery;
      if (const auto record = read_back(frame, decode_delivery))
        hold(record->missing.size() <= 64, "DELIVERY keeps its bound");
      break;
    default:
      frame.type = FrameType::report;
      if (const auto report = station::decode_report_frame(frame)) {
        const auto again = station::encode_report_frame(report->tsig, report->json);
        hold(again && *again == frame, "a report frame encodes to the bytes it came from");
      }
  }
}

void seeds(const AddSeed& add) {
  const std::pair<std::string_view, Frame> all[] = {
      {"hello_to_hub", encode_frame(test::sample_hello_to_hub())},
      {"hello_to_node", encode_frame(test::sample_hello_to_node())},
      {"have", encode_frame(test::sample_have())},
      {"notice", encode_frame(test::sample_notice())},
      {"delivery", encode_frame(test::sample_delivery())},
      {"report", *station::encode_report_frame("TRAM-REPORT-SIGNATURE 1\n", "{}")}};
  std::uint8_t which = 0;
  for (const auto& [name, frame] : all) add(name, with_choice(which++, frame.bytes));
  add("have_loading", with_choice(2, encode_frame(test::sample_have_loading()).bytes));
}

}  // namespace

const Target frames{"frames", 64u << 10, "sync/frames.cpp station/report/report_frame.cpp", run, seeds};

}  // namespace tram::fuzz
