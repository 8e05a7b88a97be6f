// The fence file (sync design 12.3). Input: 1 = make the checksum fit, then the file.
#include "station/store/fence.h"
#include "crypto/hash.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

constexpr std::size_t kSummed = kFenceBytes - 32;

void run(ByteView input) {
  static const ScratchFolder folder;
  Draw draw(input);
  const bool refit = draw.byte() % 2 == 1;
  const ByteView rest = draw.rest();
  Bytes file(rest.begin(), rest.end());
  if (refit && file.size() >= kFenceBytes) {
    const auto sum = crypto::hash("TRM1-fence", {ByteView(file).first(kSummed)});
    std::copy(sum.begin(), sum.end(), file.begin() + kSummed);
  }
  folder.write("fence.bin", file);
  const auto reading = read_fence(folder.path());
  hold(reading.has_value() && reading->state != FenceState::absent, "a file that is there is read or damaged");
  if (reading->state == FenceState::damaged) return;
  hold(file.size() == kFenceBytes, "a fence has one length");
  hold(write_fence(folder.path(), reading->fence).has_value(), "a fence can be written");
  hold(folder.read("fence.bin") == file, "a fence has one form");
  file[load_le<std::uint16_t>(&file[kSummed]) % file.size()] ^= 1;
  folder.write("fence.bin", file);
  hold(read_fence(folder.path())->state == FenceState::damaged, "a changed fence is damaged");
}

void seeds(const AddSeed& add) {
  const ScratchFolder folder;
  Fence fence;
  fence.zone.bytes.fill(0xD1);
  fence.device.bytes.fill(0xA1);
  fence.incarnation = 7;
  fence.seq = 300;
  fence.head_hash.fill(0x71);
  hold(write_fence(folder.path(), fence).has_value(), "a fence can be written");
  add("fence", with_choice(0, folder.read("fence.bin")));
  add("fence_refit", with_choice(1, folder.read("fence.bin")));
}

}  // namespace

const Target fence{"fence", 1u << 10, "station/store/fence.cpp", run, seeds};

}  // namespace tram::fuzz
