// Z2: the payload of a container once it is open: one bounded zstd frame, and frames. Input: a kind, a way, the stated
// number of frames, and the payload.
#include <zstd.h>

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/container_world.h"

namespace tram::fuzz {
namespace {

using namespace sync;

// Any cut between two frames gives the same frames as reading all at once.
void check_split(const std::vector<Frame>& frames, BundleKind kind, std::size_t cut) {
  if (frames.empty()) return;
  cut %= frames.size();
  const auto second = std::span(frames).subspan(cut);
  Bytes tail;
  parts::append_frames(tail, second);
  if (cut > 0 && std::any_of(second.begin(), second.end(), [](const Frame& f) { return f.type == FrameType::hello; }))
    hold(false, "HELLO stands first alone");
  const auto again = parts::decode_frames(tail, static_cast<std::uint32_t>(second.size()), kind);
  const auto* read = std::get_if<std::vector<Frame>>(&again);
  hold(read != nullptr && std::equal(read->begin(), read->end(), second.begin(), second.end()),
       "the frames behind a cut are read alike");
}

void check_frames(ByteView plain, std::uint32_t count, BundleKind kind, std::size_t cut) {
  const auto decoded = parts::decode_frames(plain, count, kind);
  if (const auto* refused = std::get_if<Refused>(&decoded)) {
    hold(static_cast<unsigned>(refused->code) >= 200, "a refusal has a code of refusals");
    return;
  }
  const auto& frames = std::get<std::vector<Frame>>(decoded);
  Bytes again;
  parts::append_frames(again, frames);
  hold(std::equal(again.begin(), again.end(), plain.begin(), plain.end()), "frames encode to the bytes they came from");
  check_split(frames, kind, cut);
  if (const auto packed = parts::compress_frames(frames)) {
    hold(packed->size() < plain.size(), "what is packed is smaller");
    const auto unpacked = parts::decompress(*packed, plain.size());
    hold(unpacked && std::equal(unpacked->begin(), unpacked->end(), plain.begin(), plain.end()),
         "what is packed unpacks to the same");
  }
}

void run(ByteView input) {
  Draw draw(input);
  const auto kind = static_cast<BundleKind>(1 + draw.below(5));
  const bool packed = draw.byte() % 2 == 1;
  const std::size_t cut = draw.byte();
  const std::uint32_t count = draw.integer<std::uint32_t>();
  const ByteView payload = draw.rest();
  if (!packed) return check_frames(payload, count, kind, cut);
  const std::uint64_t stated = ZSTD_getFrameContentSize(payload.data(), payload.size());
  if (!parts::within_limits(Profile::network, payload.size(), stated, count)) return;
  const auto plain = parts::decompress(payload, stated);
  hold(!parts::decompress(payload, stated + 1), "a frame has one length");
  if (!plain) return;
  hold(plain->size() == stated, "output never passes what was stated");
  check_frames(*plain, count, kind, cut);
}

void seeds(const AddSeed& add) {
  const std::vector<Frame> frames = {test::frame(FrameType::hello, 5), test::frame(FrameType::have, 9),
                                     test::frame(FrameType::changesets, 600, 0), test::frame(FrameType::want, 0)};
  const std::uint8_t up = 0, plain = 0, packed = 1, cut = 2;
  Bytes count;
  append_le(count, static_cast<std::uint32_t>(frames.size()));
  Bytes bytes;
  parts::append_frames(bytes, frames);
  add("frames", joined({{&up, 1}, {&plain, 1}, {&cut, 1}, count, bytes}));
  add("packed", joined({{&up, 1}, {&packed, 1}, {&cut, 1}, count, *parts::compress_frames(frames)}));
  add("nothing", joined({{&up, 1}, {&plain, 1}, {&cut, 1}, Bytes(4)}));
  // Eight megabytes of zeros in a few hundred bytes, and one byte more than a response may hold.
  for (const std::size_t size : {std::size_t{8} << 20, (std::size_t{8} << 20) + 1}) {
    const Bytes zeros(size);
    Bytes small(ZSTD_compressBound(size));
    small.resize(ZSTD_compress(small.data(), small.size(), zeros.data(), zeros.size(), 3));
    add(size % 2 == 0 ? "bomb" : "bomb_over", joined({{&up, 1}, {&packed, 1}, {&cut, 1}, Bytes(4), small}));
  }
}

}  // namespace

const Target payload{"payload", 64u << 10, "sync/payload.cpp", run, seeds};

}  // namespace tram::fuzz
