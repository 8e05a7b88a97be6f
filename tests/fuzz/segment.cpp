// Z2: segments of a log, a stream and the directory, and what a restored hub is supplied with again. Input: which, and
// the frame's bytes. A segment in the plain encoding has one form; one in another encoding keeps what was signed
// through a second trip.
#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::size_t kEncodingAt = 28;  // id 16 | first_seq u64 | count u32
constexpr std::uint8_t kPlain = 0;

template <class Segment, class Decode>
void read_back(const Segment& segment, const Frame& frame, Decode decode) {
  const Frame again = encode_frame(segment);
  const bool same_encoding = again.bytes[kEncodingAt] == frame.bytes[kEncodingAt];
  if (same_encoding && frame.bytes[kEncodingAt] == kPlain) hold(again == frame, "a plain segment has one form");
  const auto second = decode(again);
  hold(second && *second == segment, "a segment survives a second trip");
}

void check_changesets(const Frame& frame) {
  const auto segment = decode_changesets(frame);
  if (!segment) return;
  hold(!segment->changesets.empty() && segment->first_seq != 0, "a segment holds something");
  for (const Changeset& c : segment->changesets)
    hold(c.body.size() == load_le<std::uint32_t>(&c.header[140]) && c.body.size() <= limits::kBodyBytes,
         "a body is as long as its header says");
  read_back(*segment, frame, decode_changesets);
}

void check_stream(const Frame& frame) {
  const auto segment = decode_stream(frame);
  if (!segment) return;
  for (std::size_t i = 0; i < segment->entries.size(); ++i)
    hold(segment->entries[i].entry.seq == segment->first_seq + i, "entries are numbered without gaps");
  read_back(*segment, frame, decode_stream);
}

void check_resupply(const Frame& frame) {
  Frame other = frame;
  other.type = FrameType::stream;
  hold(!decode_resupply(other), "a frame of another type is refused");
  const auto segment = decode_resupply(frame);
  if (!segment) return;
  const auto encode = [](const auto& part) {
    return std::visit([](const auto& s) { return encode_resupply(s); }, part);
  };
  const Frame again = encode(*segment);
  if (std::holds_alternative<DirectorySegment>(*segment)) hold(again == frame, "a directory part has one form");
  const auto second = decode_resupply(again);
  hold(second && second->index() == segment->index() && encode(*second) == again,
       "what is supplied again survives a second trip");
  if (const auto* stream = std::get_if<StreamSegment>(&*segment))
    hold(std::get<StreamSegment>(*second) == *stream, "a stream part keeps what was signed");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(4);
  const ByteView body = draw.rest();
  const Bytes bytes(body.begin(), body.end());
  if (which == 0) return check_changesets({FrameType::changesets, bytes});
  if (which == 1) return check_stream({FrameType::stream, bytes});
  if (which == 3) return check_resupply({FrameType::resupply, bytes});
  const Frame frame{FrameType::directory, bytes};
  if (const auto segment = decode_directory(frame))
    hold(encode_frame(*segment) == frame, "a directory segment encodes to the bytes it came from");
}

void seeds(const AddSeed& add) {
  add("changesets", with_choice(0, encode_plain(test::sample_changesets()).bytes));
  ChangesetSegment two = test::sample_changesets();
  Header next = test::sample_header();
  ++next.seq;
  two.changesets.push_back(seal_changeset(next, encode_body(test::sample_body()), test::key_of(test::kDeviceKey)));
  add("two_changesets", with_choice(0, encode_plain(two).bytes));
  add("stream", with_choice(1, encode_plain(test::sample_stream()).bytes));
  add("changesets_rows", with_choice(0, encode_frame(test::sample_changesets()).bytes));
  add("stream_rows", with_choice(1, encode_frame(test::sample_stream()).bytes));
  add("changesets_columns", with_choice(0, encode_frame(test::sample_run()).bytes));
  add("stream_columns", with_choice(1, encode_frame(test::sample_stream_run()).bytes));
  add("resupply_stream", with_choice(3, encode_resupply(test::sample_stream()).bytes));
  add("resupply_stream_run", with_choice(3, encode_resupply(test::sample_stream_run()).bytes));
  add("resupply_directory", with_choice(3, encode_resupply(test::sample_directory_segment()).bytes));
  add("directory", with_choice(2, encode_frame(test::sample_directory_segment()).bytes));
}

}  // namespace

const Target segment{"segment", 64u << 10, "sync/segment.cpp", run, seeds};

}  // namespace tram::fuzz
