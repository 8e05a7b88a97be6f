#include "sync/revocation.h"

#include <algorithm>

namespace tram::sync {
namespace {

constexpr std::string_view kNames[] = {"retired", "lost", "stolen", "compromised"};

std::string stated_name(const DeviceId& device) {
  return "stated:" + device.hex();
}

}  // namespace

std::string_view name(RevokeReason reason) {
  return kNames[static_cast<std::size_t>(reason) - 1];
}

std::optional<RevokeReason> revoke_reason_named(std::string_view word) {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == word) return static_cast<RevokeReason>(i + 1);
  return std::nullopt;
}

bool after_cut_off(const Directory& directory, const Header& header) {
  const Revocation* r = directory.revocation(header.device);
  if (r == nullptr) return false;
  return r->reason != RevokeReason::retired || header.log() != r->log || header.seq > r->cut_off;
}

std::vector<ReceiptRow> suspect_work(Store& store, const Directory& directory, std::size_t most) {
  std::vector<ReceiptRow> found;
  for (const LogRow& log : store.logs()) {
    const Revocation* r = directory.revocation(log.device);
    if (r == nullptr || r->reason != RevokeReason::compromised) continue;
    store.each_changeset(log.log, 1, [&](const ChangesetRow& row) {
      const bool suspect = std::tie(row.hub_epoch, row.hub_seq) > std::tie(r->epoch, r->cut_off);
      if (suspect && row.home.bytes != log.device.bytes)
        if (const auto receipt = store.receipt(row.hub_epoch, row.hub_seq)) found.push_back(*receipt);
      return found.size() < most;
    });
  }
  std::sort(found.begin(), found.end(), [](const ReceiptRow& a, const ReceiptRow& b) {
    return std::tie(a.hub_epoch, a.hub_seq) < std::tie(b.hub_epoch, b.hub_seq);
  });
  return found;
}

void note_stated_log(Store& store, const DeviceId& device, const StatedLog& stated) {
  if (const StatedLog known = stated_log(store, device); known.log == stated.log && known.seq >= stated.seq) return;
  Bytes bytes(stated.log.bytes.begin(), stated.log.bytes.end());
  append_le(bytes, stated.seq);
  store.put_meta(stated_name(device), bytes);
}

StatedLog stated_log(Store& store, const DeviceId& device) {
  StatedLog stated;
  if (const auto stored = store.meta(stated_name(device)); stored && stored->size() == 24)
    stated = {LogId::from(*stored), load_le<std::uint64_t>(stored->data() + 16)};
  for (const LogRow& log : store.logs()) {
    if (log.device != device || (log.closed && log.log != stated.log)) continue;
    if (stated.log.is_zero()) stated.log = log.log;
    if (stated.log == log.log) stated.seq = std::max(stated.seq, log.head_seq);
  }
  return stated;
}

}  // namespace tram::sync
