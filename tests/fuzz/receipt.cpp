// Z5: receipts, scope changes and stream heads: fixed offsets, one form each. Input: which, and its bytes.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void check_receipt(ByteView bytes) {
  const auto receipt = decode_receipt(bytes);
  if (!receipt) return;
  const Bytes again = encode_receipt(*receipt);
  hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a receipt has one form");
  for (std::size_t i = 1; i < receipt->exceptions.size(); ++i)
    hold(receipt->exceptions[i - 1].operation < receipt->exceptions[i].operation,
         "exceptions are in order, none twice");
  std::size_t listed = 0;
  for (const int at : {0, 1, 2, 1023}) {
    const auto operation = static_cast<std::uint16_t>(at);
    const ReceiptException verdict = receipt->verdict_of(operation);
    hold((verdict.verdict == Verdict::admitted) == (verdict.reason == Reason::none), "a verdict has its reason");
    hold(name(verdict.verdict) != "unknown" && name(verdict.reason) != "unknown", "verdict and reason have names");
    listed += verdict.verdict != Verdict::admitted ? 1u : 0u;
  }
  if (receipt->quarantines_all()) hold(listed == 4, "quarantined means every operation");
  if (receipt->exceptions.empty()) hold(listed == 0, "no exception means that all is admitted");
}

template <class Decode, class Encode>
void read_back(ByteView bytes, Decode decode, Encode encode) {
  const auto value = decode(bytes);
  if (!value) return;
  const auto again = encode(*value);
  hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "it encodes to the bytes it came from");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(3);
  if (which == 0) return check_receipt(draw.rest());
  if (which == 1) return read_back(draw.rest(), decode_scope_change, encode_scope_change);
  read_back(draw.rest(), decode_stream_head, encode_stream_head);
}

void seeds(const AddSeed& add) {
  for (const std::size_t exceptions : {0u, 1u, 2u})
    add("receipt_" + std::to_string(exceptions), with_choice(0, encode_receipt(test::sample_receipt(exceptions))));
  Receipt all = test::sample_receipt(0);
  all.exceptions = {{kAllOperations, Verdict::quarantined, Reason::undecodable}};
  add("quarantined", with_choice(0, encode_receipt(all)));
  add("scope_enter", with_choice(1, test::sample_entries()[1].payload));
  add("scope_leave", with_choice(1, test::sample_entries()[2].payload));
  add("head", with_choice(2, encode_stream_head(test::sample_head())));
}

}  // namespace

const Target receipt{"receipt", 16u << 10, "sync/receipt.cpp", run, seeds};

}  // namespace tram::fuzz
