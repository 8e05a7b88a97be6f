// Z5: a site's verifier of the hub's stream. The hub has work for the north; the input takes the hub's answer apart,
// drops, repeats, swaps and damages pieces, and delivers them. The site's cursor never stands on anything but the hub's
// own chain, and the genuine answer completes it.
#include "tasks/record_schema.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/offices.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::size_t kSaves = 6;
constexpr std::size_t kMostDeliveries = 12;
constexpr std::size_t kBudget = 3000;

class Stream {
 public:
  explicit Stream(Draw& draw) : draw_(draw), offices_(Offices::made()) {}

  void work() {
    const std::uint16_t title = tasks::field_number(tasks::RecordType::task, "working_title");
    for (std::size_t i = 0; i < kSaves; ++i)
      offices_.hub().step(LocalSave{
          offices_.homes[0],
          {operation(OperationKind::field_set, offices_.homes[0], title, Value::text("title " + std::to_string(i)))},
          offices_.hub().member().persons[0],
          Role::hub_office,
          false});
    const auto reply = offices_.hub().step(MakeReply{site().member().device, std::nullopt, kBudget});
    const std::vector<Frame> genuine = find<Reply>(reply)->frames;
    for (std::size_t i = 0; i < kMostDeliveries && !draw_.empty(); ++i) {
      deliver(damaged(genuine));
      check_cursors();
    }
    offices_.settle();
    offices_.expect_converged();
    const OrganisationId& scope = site().member().organisation;
    const Hash before = site().digest(scope);
    site().step(Incoming{offices_.hub().member().device, genuine, false});
    hold(site().digest(scope) == before, "an old answer changes nothing (I6)");
  }

 private:
  Office& site() { return offices_.at(1); }

  void deliver(const std::vector<Frame>& frames) {
    const bool whole = draw_.below(4) == 1;
    const OrganisationId& scope = site().member().organisation;
    const Hash before = site().digest(scope);
    const auto actions = site().step(Incoming{offices_.hub().member().device, frames, whole});
    const auto* taken = find<Taken>(actions);
    hold(taken != nullptr, "every delivery is answered");
    const bool refused = taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate;
    if (refused) hold(site().digest(scope) == before, "a refused bundle changes nothing");
  }

  std::vector<Frame> damaged(std::vector<Frame> frames) {
    switch (draw_.below(6)) {
      case 0:
        frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(draw_.below(frames.size())));
        return frames;
      case 1:
        std::swap(frames[draw_.below(frames.size())], frames[draw_.below(frames.size())]);
        return frames;
      case 2: {
        Frame& frame = frames[draw_.below(frames.size())];
        if (!frame.bytes.empty()) frame.bytes[draw_.integer<std::uint16_t>() % frame.bytes.size()] ^= draw_.byte();
        return frames;
      }
      default:
        break;
    }
    for (Frame& frame : frames)
      if (auto segment =
              frame.type == FrameType::stream ? decode_stream(frame) : Result<StreamSegment>(errc::bad_value))
        if (!segment->entries.empty()) frame = encode_frame(damaged_segment(std::move(*segment)));
    return frames;
  }

  StreamSegment damaged_segment(StreamSegment s) {
    const std::size_t at = draw_.below(s.entries.size());
    switch (draw_.below(6)) {
      case 0:  // an entry is left out, the numbers close up
        s.entries.erase(s.entries.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1:
        std::swap(s.entries[at].entry.payload, s.entries[draw_.below(s.entries.size())].entry.payload);
        break;
      case 2:
        s.entries[at].changeset.reset();
        break;
      case 3:
        s.entries[at].entry.type = static_cast<EntryType>(1 + draw_.below(3));
        break;
      case 4:  // another head, or its signature
        s.head[draw_.below(s.head.size())] ^= draw_.byte();
        break;
      default:
        s.first_seq += draw_.below(3);
        break;
    }
    for (std::size_t i = 0; i < s.entries.size(); ++i) s.entries[i].entry.seq = s.first_seq + i;
    return s;
  }

  void check_cursors() {
    for (const StreamRow& cursor : site().store().streams()) {
      if (cursor.seq == 0) continue;
      const auto entry = offices_.hub().store().entry(cursor.id, cursor.seq);
      hold(entry && entry->chain == cursor.chain, "a cursor stands on the hub's own chain");
    }
    for (const HomeRow& home : site().store().homes()) hold(!home.poisoned, "no home is poisoned");
  }

  Draw& draw_;
  Offices& offices_;
};

void run(ByteView input) {
  Offices& offices = Offices::made();
  offices.begin();
  Draw draw(input);
  Stream(draw).work();
  offices.roll_back();
}

void seeds(const AddSeed& add) {
  add("nothing", Bytes{});
  add("dropped", Bytes{0, 1, 0, 0, 2, 1});
  add("swapped", Bytes{1, 0, 1, 0, 1, 1, 2, 0});
  add("damaged", Bytes{2, 1, 40, 0, 1, 0, 2, 1, 90, 0, 4, 1});
  for (std::uint8_t how = 0; how < 6; ++how)
    add("entry_" + std::to_string(how), Bytes{5, 1, how, 1, 0, 5, 0, how, 2, 1});
}

}  // namespace

const Target stream_chain{"stream_chain", 1u << 10, "sync/receipt.cpp sync/engine_site.cpp", run, seeds};

}  // namespace tram::fuzz
