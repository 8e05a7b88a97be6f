// Z1: a whole container, as it comes from a stick or a socket. What opens is genuine to the last bit, what is refused
// has a code, and the glances that need no key (`bundle check`, the scan) agree with the opening.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/container_world.h"

namespace tram::fuzz {
namespace {

using namespace sync;

// A bit of the container chosen by its content: changed, nothing opens any more (bundle design 8.2 no. 2).
void check_one_bit(ByteView bytes, const OpenContext& context, const Hash& choice) {
  Bytes changed(bytes.begin(), bytes.end());
  changed[load_le<std::uint64_t>(choice.data()) % changed.size()] ^= static_cast<std::uint8_t>(1u << (choice[8] % 8));
  hold(std::holds_alternative<Refused>(open_container(changed, context)),
       "a container with one changed bit is refused");
}

void check_length(ByteView bytes, const OpenContext& context, const Hash& choice) {
  const auto cut = bytes.first(load_le<std::uint64_t>(&choice[16]) % bytes.size());
  hold(test::open_code(cut, context) == OutcomeCode::truncated, "a prefix of a container is TRUNCATED");
  Bytes longer(bytes.begin(), bytes.end());
  longer.push_back(choice[31]);
  hold(test::open_code(longer, context) == OutcomeCode::trailing_data, "a longer container is TRAILING_DATA");
}

void check_opened(const Opened& opened, ByteView bytes, const OpenContext& context) {
  const Manifest& m = opened.manifest;
  hold(opened.frames.size() == m.frame_count, "there are as many frames as the manifest says");
  hold(parts::frames_length(opened.frames) == m.plain_len, "the frames are as long as the manifest says");
  hold(parts::within_limits(context.profile, m.payload_len, m.plain_len, m.frame_count), "the limits of 3.7 hold");
  hold(m.sender_device == opened.sender.device, "the sender is who the manifest says");
  hold(m.max_class == 0, "an open zone takes class 0 alone");
  for (const Frame& frame : opened.frames) {
    hold(frame.bytes.size() <= limits::kFrameBytes, "a frame keeps its bound");
    hold(parts::frame_allowed(frame.type, m.kind), "a frame fits the kind");
  }
  const Bytes manifest = parts::encode_manifest(m, context.profile);
  hold(parts::decode_manifest(manifest, context.profile) == m, "the manifest is what its bytes say");
  const Hash choice = crypto::hash("TRM1-fuzz", {bytes});
  check_one_bit(bytes, context, choice);
  check_length(bytes, context, choice);
}

void check_glances(ByteView bytes, OutcomeCode opened_as) {
  const Inspection whole = inspect_container(bytes);
  const Inspection first = inspect_header(bytes.first(std::min(bytes.size(), parts::kLongestHeader)), bytes.size());
  if (whole.code != OutcomeCode::damaged_body) hold(first.code == whole.code, "the header alone tells steps 2 and 3");
  if (whole.code != OutcomeCode::damaged_body && whole.code != OutcomeCode::ok_new)
    hold(opened_as == whole.code, "opening and checking agree on steps 2 and 3");
  if (opened_as == OutcomeCode::ok_new) hold(whole.code == OutcomeCode::ok_new, "what opens also passes the check");
}

void run(ByteView input) {
  const Profile profile = input.size() > 11 && input[11] == 1 ? Profile::file : Profile::network;
  const Profile other = profile == Profile::file ? Profile::network : Profile::file;
  hold(std::holds_alternative<Refused>(parts::read_header(input, input.size(), other)), "one profile has one entrance");
  for (const bool at_hub : {true, false}) {
    const OpenContext context = at_hub ? test::at_hub(profile) : test::at_site(profile);
    const auto outcome = open_container(input, context);
    const OutcomeCode code = test::code_of(outcome);
    if (const auto* opened = std::get_if<Opened>(&outcome))
      check_opened(*opened, input, context);
    else
      hold(static_cast<unsigned>(code) >= 200, "a refusal has a code of refusals");
    if (profile == Profile::file) check_glances(input, code);
  }
}

void seeds(const AddSeed& add) {
  const auto seal = [&](std::string_view name, SealInput input) {
    const bool up = input.manifest.kind == BundleKind::up;
    const auto sealed = seal_container(input, up ? test::world().site_identity : test::world().hub_service);
    if (sealed) add(name, sealed->bytes);
  };
  const std::vector<Frame> zeros = {test::frame(FrameType::hello, 5), test::frame(FrameType::delivery, 3000, 0)};
  seal("request", test::up(Profile::network, test::small_frames()));
  seal("request_empty", test::up(Profile::network, {}));
  seal("response", test::down(Profile::network, test::small_frames()));
  SealInput packed = test::down(Profile::network, zeros);
  packed.compress = true;
  seal("response_packed", packed);
  seal("bundle_up", test::up(Profile::file, test::small_frames()));
}

}  // namespace

// One full chunk, the least of a FILE container, is above 64 KiB already.
const Target container{"container", 96u << 10,
                       "sync/container_header.cpp sync/container_manifest.cpp sync/container_open.cpp", run, seeds};

}  // namespace tram::fuzz
