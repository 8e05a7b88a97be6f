// Z5: the hub's verifier of a device's log. A device signs a chain of up to 12 changesets; the input draws pieces of
// it, in any order, some twice, some forged. Only one gapless chain is ever stored and receipted; a properly signed
// second changeset of one number is kept as evidence of a fork.
#include "tasks/record_schema.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/offices.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::uint64_t kChain = 12;
constexpr std::size_t kMostPieces = 16;

class Chain {
 public:
  explicit Chain(Draw& draw) : draw_(draw), offices_(Offices::made()) {
    Hash prev{};
    for (std::uint64_t seq = 1; seq <= kChain; ++seq) {
      genuine_.push_back(made(seq, prev, "note " + std::to_string(seq)));
      prev = genuine_.back().hash();
    }
    log_ = log_id(offices_.forger().device, offices_.forger().incarnation);
  }

  void work() {
    for (std::size_t i = 0; i < kMostPieces && !draw_.empty(); ++i) {
      give(piece());
      check_chain();
    }
    give(genuine_);
    check_chain();
    const LogRow end = offices_.hub().store().log(log_).value_or(LogRow{});
    if (!fork_first_)
      hold(end.head_seq == kChain && end.receipted_seq == kChain, "the whole chain is taken in the end");
    const Hash before = offices_.hub().digest(offices_.at(1).member().organisation);
    give(genuine_);
    hold(offices_.hub().digest(offices_.at(1).member().organisation) == before, "taking it twice changes nothing (I6)");
    hold(meta_u64(offices_.hub().store(), meta::kHubSeq) == receipts_, "and makes no receipt");
  }

 private:
  Changeset made(std::uint64_t seq, const Hash& prev, std::string_view words) const {
    const RecordId home = offices_.homes[1];
    return offices_.forge(seq, prev, home,
                          {operation(OperationKind::log_append, home,
                                     tasks::field_number(tasks::RecordType::assignment, "notes"), Value::text(words))});
  }

  std::vector<Changeset> piece() {
    const std::size_t from = draw_.below(kChain);
    const std::size_t count = 1 + draw_.below(kChain - from);
    const auto begin = genuine_.begin() + static_cast<std::ptrdiff_t>(from);
    std::vector<Changeset> out(begin, begin + static_cast<std::ptrdiff_t>(count));
    Changeset& one = out[draw_.below(out.size())];
    const std::uint64_t seq = load_le<std::uint64_t>(&one.header[48]);
    const Hash prev = seq == 1 ? Hash{} : genuine_[seq - 2].hash();
    switch (draw_.below(8)) {
      case 1:  // a changed byte that nobody signed
        one.header[draw_.below(kHeaderBytes)] ^= draw_.byte();
        break;
      case 2:
        one.signature[draw_.below(64)] ^= draw_.byte();
        break;
      case 3:
        one.body[draw_.below(one.body.size())] ^= draw_.byte();
        break;
      case 4:  // a second changeset of that number, signed by the same device
        one = made(seq, prev, "other");
        break;
      case 5: {  // one that leads elsewhere
        Hash elsewhere = prev;
        elsewhere[0] ^= 1;
        one = made(seq, elsewhere, "elsewhere");
        break;
      }
      case 6:
        std::swap(out.front(), out.back());
        break;
      default:
        break;
    }
    return out;
  }

  void give(std::vector<Changeset> changesets) {
    const std::uint64_t first = std::max<std::uint64_t>(1, load_le<std::uint64_t>(&changesets.front().header[48]));
    const Frame frame = encode_frame(ChangesetSegment{log_, first, std::move(changesets)});
    const bool whole = draw_.below(4) == 1;
    const std::uint64_t before = meta_u64(offices_.hub().store(), meta::kHubSeq);
    const auto actions = offices_.hub().step(Incoming{offices_.forger().device, {frame}, whole});
    const auto* taken = find<Taken>(actions);
    hold(taken != nullptr, "every delivery is answered");
    if (whole && taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate)
      hold(meta_u64(offices_.hub().store(), meta::kHubSeq) == before, "a refused bundle changes nothing");
  }

  void check_chain() {
    Store& store = offices_.hub().store();
    const LogRow log = store.log(log_).value_or(LogRow{});
    Hash prev{};
    for (std::uint64_t seq = 1; seq <= log.head_seq; ++seq) {
      const auto row = store.changeset_at(log_, seq);
      hold(row.has_value(), "a log has no holes (I3)");
      const auto header = decode_header(row->bytes.header);
      hold(header && header->seq == seq && header->prev == prev, "each changeset names the one before");
      hold(signature_verifies(row->bytes, offices_.forger().key.public_key), "each is signed by its device");
      hold(body_hash(row->bytes.body) == header->body_hash, "each has the body it was signed with");
      hold(store.receipt_of_changeset(row->hash).has_value(), "each has its receipt");
      if (row->hash != genuine_[seq - 1].hash()) fork_first_ = true;
      prev = row->hash;
    }
    hold(log.head_hash == prev && log.receipted_seq == log.head_seq, "the frontier is the end of the chain");
    receipts_ = meta_u64(store, meta::kHubSeq);
  }

  Draw& draw_;
  Offices& offices_;
  std::vector<Changeset> genuine_;
  LogId log_;
  bool fork_first_ = false;
  std::uint64_t receipts_ = 0;
};

void run(ByteView input) {
  Offices& offices = Offices::made();
  offices.begin();
  Draw draw(input);
  Chain(draw).work();
  offices.roll_back();
}

void seeds(const AddSeed& add) {
  add("in_order", Bytes{0, 3, 0, 0, 0, 4, 6, 0, 0, 0});
  add("gap", Bytes{5, 2, 0, 0, 0, 0, 1, 0, 0, 1});
  add("fork", Bytes{0, 5, 0, 0, 0, 2, 0, 0, 4, 0, 2, 0, 0, 4, 1});
  add("fork_first", Bytes{0, 0, 0, 4, 0, 0, 3, 0, 0, 0});
  add("damaged", Bytes{0, 2, 1, 1, 60, 9, 0, 0, 2, 0, 2, 3, 7, 0, 0, 3, 2, 3, 5, 5, 0});
  add("elsewhere", Bytes{0, 2, 2, 5, 1, 0, 5, 0, 6, 0});
}

}  // namespace

const Target log_chain{"log_chain", 1u << 10, "sync/changeset.cpp sync/engine_hub.cpp", run, seeds};

}  // namespace tram::fuzz
