#include "sync/claim.h"

#include <algorithm>
#include <tuple>

namespace tram::sync {
namespace {

bool anchor_replaced(Store& store, const Header& header, const Receipt& receipt, bool at_hub) {
  const auto before = store.changeset(header.prev);
  const auto earlier = before ? decode_header(before->bytes.header) : Result<Header>(errc::bad_value);
  if (earlier &&
      std::tie(earlier->anchor.epoch, earlier->anchor.seq) > std::tie(header.anchor.epoch, header.anchor.seq))
    return true;
  if (header.anchor == Anchor{}) return false;
  const auto anchor = store.receipt(header.anchor.epoch, header.anchor.seq);
  if (!anchor) return at_hub;
  const Hash hash = receipt_hash(anchor->bytes);
  return !std::equal(header.anchor.hash.begin(), header.anchor.hash.end(), hash.begin()) ||
         receipt.lo_ms != std::min(anchor->hub_time_ms, receipt.hub_time_ms);
}

}  // namespace

Claim claim_of(Store& store, const VersionRow& v, bool at_hub) {
  Claim claim;
  const auto row = store.changeset(v.changeset);
  const auto header = row ? decode_header(row->bytes.header) : Result<Header>(errc::bad_value);
  if (!header) return claim;
  claim.clock_unset = (header->flags & kClockUnset) != 0;
  const auto stored = store.receipt_of_changeset(v.changeset);
  const auto receipt = stored ? decode_receipt(stored->bytes) : Result<Receipt>(errc::bad_value);
  if (v.layer != Layer::confirmed || !receipt) return claim;
  // A second receipt comes later than the claim: what counts is the version's own.
  claim.outside = !claim.clock_unset && (v.written_ms < receipt->lo_ms || v.written_ms > v.hub_time_ms);
  claim.anchor_replaced = anchor_replaced(store, *header, *receipt, at_hub);
  return claim;
}

}  // namespace tram::sync
