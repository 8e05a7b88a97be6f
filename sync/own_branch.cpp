// Site: a log of this device that has two branches, because the database was set back and somebody saved before the hub
// was heard (sync design 8). The hub's branch keeps the numbers; ours is sent as evidence, receipted quarantined(fork),
// and leaves its places.
#include <algorithm>

#include "sync/engine_parts.h"

namespace tram::sync {
namespace {

std::string branch_of(const LogId& log) {
  return "branch:" + log.hex();
}

}  // namespace

// The first number that may wait: with two branches, the first that stands twice.
std::uint64_t Engine::Site::first_to_send(const LogRow& log) {
  const std::uint64_t next = log.receipted_seq + 1;
  const std::uint64_t branch = log.own ? meta_u64(store_, branch_of(log.log)) : 0;
  return branch == 0 ? next : std::min(branch, next);
}

void Engine::Site::note_branch(const LogId& log, std::uint64_t seq) {
  const std::uint64_t known = meta_u64(store_, branch_of(log));
  put_meta_u64(store_, branch_of(log), known == 0 ? seq : std::min(known, seq));
}

// Where nothing of our branch waits any more, the hub's branch takes its places: found from the last changeset that the
// hub receipted back to the first that stands in its place.
void Engine::Site::mend_log(const LogId& id) {
  auto log = store_.log(id);
  const std::uint64_t branch = log ? meta_u64(store_, branch_of(id)) : 0;
  if (branch == 0) return;
  bool waits = false;
  store_.each_changeset(id, branch, [&](const ChangesetRow& row) {
    waits = row.hub_seq == 0;
    return !waits;
  });
  if (waits) return;
  Hash at = log->receipted_hash;
  for (auto row = store_.changeset(at); row && row->state == ChangesetState::fork; row = store_.changeset(at)) {
    row->state = ChangesetState::receipted;
    store_.put_changeset(*row);
    at = decode_header(row->bytes.header)->prev;
  }
  log->head_seq = log->receipted_seq;
  log->head_hash = log->receipted_hash;
  store_.put_log(*log);
  put_meta_u64(store_, branch_of(id), 0);
}

bool Engine::Site::goes_on_from_own(const Changeset& first) {
  auto own = store_.own_log();
  const auto body = decode_body(first.body);
  if (!own || !body || body->operations.empty()) return false;
  const Operation& op = body->operations.front();
  if (op.unknown_kind || op.kind != OperationKind::log_open || op.old_log != own->log) return false;
  own->closed = true;
  store_.put_log(*own);
  return true;
}

// The hub says that another machine works under our identity.
void Engine::Site::hear_clone(bool said) {
  constexpr std::string_view kHeard = "clone_heard";
  if (said == (meta_u64(store_, kHeard) != 0)) return;
  put_meta_u64(store_, kHeard, said ? 1 : 0);
  if (said) out_.push_back(Notice{OutcomeCode::clone, engine_.identity_.device.hex(), 0});
}

}  // namespace tram::sync
