// The side buffer (sync design 2): changesets that cannot be judged yet, because those before them are missing or their
// device is not in the directory. Bounded by log and in all; when it is full, the newest is dropped and asked for
// again. What lies here has been looked at by its header alone: it goes through every check when its turn comes.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

std::size_t stored_size(const Changeset& c) {
  return kHeaderBytes + c.signature.size() + c.body.size();
}

}  // namespace

bool Engine::Hub::keep_aside(const LogId& log, std::uint64_t seq, const Changeset& changeset) {
  const std::size_t size = stored_size(changeset);
  if (size > limits::kSideBufferBytes) return false;
  if (!aside_total_) aside_total_ = store_.side_total();
  std::vector<std::uint64_t> there = store_.side_seqs(log);
  std::uint64_t bytes = store_.side_size(log).second;
  const auto drop = [&](std::vector<std::uint64_t>::iterator at) {
    const std::size_t freed = stored_size(store_.side(log, *at)->bytes);
    store_.delete_side(log, *at);
    there.erase(at);
    bytes -= freed;
    *aside_total_ -= freed;
  };
  if (const auto same = std::find(there.begin(), there.end(), seq); same != there.end()) drop(same);
  while (there.size() + 1 > limits::kSideBufferChangesets || bytes + size > limits::kSideBufferBytes ||
         *aside_total_ + size > limits::kSideBufferTotal) {
    if (there.empty() || there.back() < seq) return false;  // it is the newest itself
    drop(there.end() - 1);
  }
  store_.put_side({log, seq, changeset});
  *aside_total_ += size;
  return true;
}

bool Engine::Hub::take_from_aside(const LogId& id, const Device& sender, Taken& taken) {
  const auto there = store_.side_seqs(id);
  for (const std::uint64_t seq : there) {
    const auto log = store_.log(id);
    const std::uint64_t head = log ? log->head_seq : 0;
    if (seq > head + 1) return true;
    const auto row = store_.side(id, seq);
    store_.delete_side(id, seq);
    aside_total_.reset();
    if (seq <= head) continue;  // it came another way
    if (take_changeset(id, row->bytes, sender, false, taken) != Push::taken) return seq != there.back();
  }
  return false;
}

void Engine::Hub::take_authors_aside() {
  const Directory& directory = engine_.directory(store_);
  for (const LogId& id : store_.side_logs()) {
    for (const std::uint64_t seq : store_.side_seqs(id)) {
      const Changeset changeset = store_.side(id, seq)->bytes;
      const auto header = decode_header(changeset.header);
      const auto receipt = store_.receipt_of_changeset(changeset.hash());
      if (!header || !directory.device(header->device) || !receipt) break;
      store_.delete_side(id, seq);
      keep_old_changeset(*decode_receipt(receipt->bytes), changeset);
    }
    advance(id);
  }
}

// The recovery is over: no directory entry comes any more that could name them.
void Engine::Hub::drop_unknown_authors() {
  const Directory& directory = engine_.directory(store_);
  for (const LogId& id : store_.side_logs())
    for (const std::uint64_t seq : store_.side_seqs(id)) {
      const auto header = decode_header(store_.side(id, seq)->bytes.header);
      if (!header || !directory.device(header->device)) store_.delete_side(id, seq);
    }
}

}  // namespace tram::sync
