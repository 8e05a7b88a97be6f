// Z2: changesets in parts. Input: which - a PART frame, or a changeset that is cut - and the bytes. A part encodes to
// the bytes it came from; the parts of a changeset are its bytes, one after another.
#include "sync/limits.h"
#include "sync/parts.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void check_frame(ByteView bytes) {
  const Frame frame{FrameType::part, Bytes(bytes.begin(), bytes.end())};
  Frame other = frame;
  other.type = FrameType::blob;
  hold(!decode_part(other), "a frame of another type is refused");
  const auto part = decode_part(frame);
  if (!part) return;
  hold(encode_frame(*part) == frame, "PART encodes to the bytes it came from");
  hold(part->count <= limits::kPartsPerChangeset && part->index < part->count &&
           part->bytes.size() <= limits::kPartBytes,
       "PART keeps its bounds");
}

void check_cuts(std::uint8_t there, std::size_t extra, ByteView bytes) {
  Changeset c;
  std::copy_n(bytes.begin(), std::min(bytes.size(), c.header.size()), c.header.begin());
  c.body.assign(bytes.begin(), bytes.end());
  c.body.resize(c.body.size() + extra);  // a few bytes of input stand for a body of several parts
  const Hash hash = c.hash();
  const std::uint32_t count = parts_of(c);
  hold(count != 0 && count <= limits::kPartsPerChangeset && (count == 1 || in_parts(c)), "so many parts it has");
  Bitmap reader(count);
  for (std::uint32_t i = 0; i < count; ++i)
    if ((there >> (i % 8) & 1) != 0) reader.set(i);
  std::size_t budget = limits::kBodyBytes + (1u << 20);
  std::vector<Frame> frames;
  hold(append_parts(c, hash, nullptr, budget, frames) && frames.size() == count, "all parts fit a large budget");
  Bytes joined;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto part = decode_part(frames[i]);
    hold(part && part->index == i && part->changeset == hash, "each part is read");
    append(joined, part->bytes);
  }
  Bytes whole(c.header.begin(), c.header.end());
  append(whole, c.signature);
  append(whole, c.body);
  hold(joined == whole, "the parts are the changeset");
  std::vector<Frame> missing;
  hold(append_parts(c, hash, &reader, budget, missing) && missing.size() == count - reader.number(),
       "a reader gets what it lacks");
  std::size_t nothing = 0;
  hold(reader.full() == append_parts(c, hash, &reader, nothing, missing), "nothing goes beyond the budget");
}

void run(ByteView input) {
  Draw draw(input);
  if (draw.below(2) == 0) return check_frame(draw.rest());
  const std::uint8_t there = draw.byte();
  const std::size_t extra = draw.below(4) * limits::kPartBytes + draw.integer<std::uint16_t>();
  check_cuts(there, extra, draw.rest());
}

void seeds(const AddSeed& add) {
  const Changeset small = test::sample_changeset();
  add("only_part", with_choice(0, encode_frame(part_of(small, small.hash(), 0)).bytes));
  Changeset large = small;
  large.body.resize(limits::kPartBytes + 100 - kPartsFixed);
  const Hash hash = large.hash();
  add("last_part", with_choice(0, encode_frame(part_of(large, hash, 1)).bytes));
  const ByteArray<4> cut = {0b0101, 3, 0x21, 0x43};
  add("cut", with_choice(1, joined({ByteView(cut), small.header, small.body})));
  const ByteArray<4> whole = {0, 0, 0, 0};
  add("one", with_choice(1, joined({ByteView(whole), small.header})));
}

}  // namespace

const Target part_frames{"part_frames", 264u << 10, "sync/part_frame.cpp", run, seeds};

}  // namespace tram::fuzz
