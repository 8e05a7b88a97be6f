// Two machines under one identity (sync design 8): a device's data folder was copied, and both copies work. Nothing is
// lost: what the copy brings is stored and quarantined(clone), both go on hearing, and an administrator decides.
#include <algorithm>

#include "sync/engine_parts.h"

namespace tram::sync {
namespace {

std::string clone_of(const LogId& log) {
  return "clone:" + log.hex();
}
std::string recovered(const LogId& log) {
  return "recovered:" + log.hex();
}
std::string closed_at(const LogId& log) {
  return "closed_at:" + log.hex();
}
std::string heard(const LogId& log) {
  return "clone_heard:" + log.hex();
}
std::string said(const DeviceId& device) {
  return "clone_said:" + device.hex();
}

}  // namespace

// A log that recovers what another one recovered before, until the administrator enters the device anew (`site
// resume`).
bool Engine::Hub::is_clone(const LogId& log, const DeviceId& device) {
  const std::uint64_t marked = meta_u64(store_, clone_of(log));
  return marked != 0 && engine_.directory(store_).device_version(device) <= marked;
}

// A request that names a closed log proves nothing: it may be late, or one that somebody recorded. Only what is signed
// counts (note_opened, written_by_clone).
void Engine::Hub::hear_incarnation(const HelloToHub& hello, const DeviceId& device) {
  const LogId log = log_id(device, hello.incarnation);
  const bool clone = is_clone(log, device);
  if (clone) say_clone(log, device);
  if (clone != speaks_as_clone(device)) put_meta_u64(store_, said(device), clone ? 1 : 0);
}

void Engine::Hub::say_clone(const LogId& log, const DeviceId& device) {
  if (meta_u64(store_, heard(log)) != 0) return;  // once for each log
  put_meta_u64(store_, heard(log), 1);
  out_.push_back(Notice{OutcomeCode::clone, device.hex(), 0});
}

bool Engine::Hub::speaks_as_clone(const DeviceId& device) {
  return meta_u64(store_, said(device)) != 0;
}

// A changeset of a log that was closed is late and honest, unless its author had heard of the log that closed it.
bool Engine::Hub::written_by_clone(const LogRow& log, const Header& header) {
  if (!clone_checked_ || clone_checked_->first != log.log)
    clone_checked_ = std::pair(log.log, is_clone(log.log, log.device));
  if (clone_checked_->second) return true;
  const std::uint64_t closed = log.closed ? meta_u64(store_, closed_at(log.log)) : 0;
  if (closed == 0 || header.anchor.seq < closed) return false;
  const auto anchor = store_.receipt(header.anchor.epoch, header.anchor.seq);
  const Hash hash = anchor ? receipt_hash(anchor->bytes) : Hash{};
  const bool clone = anchor && std::equal(header.anchor.hash.begin(), header.anchor.hash.end(), hash.begin());
  if (clone) say_clone(log.log, log.device);
  return clone;
}

// The first changeset of a log: it closes the device's logs before it, unless it recovers what another one did.
void Engine::Hub::note_opened(const LogRow& log, const Changeset& first) {
  const auto body = decode_body(first.body);
  const LogId old = body && !body->operations.empty() ? body->operations.front().old_log : LogId{};
  if (!old.is_zero()) {
    const auto other = store_.meta(recovered(old));
    if (other && other->size() == 16 && LogId::from(*other) != log.log) {
      put_meta_u64(store_, clone_of(log.log), engine_.directory(store_).version());
      say_clone(log.log, log.device);
      put_meta_u64(store_, said(log.device), 1);
      clone_checked_.reset();
      return;
    }
    store_.put_meta(recovered(old), log.log.view());
  }
  for (LogRow before : store_.logs()) {
    if (before.device != log.device || before.log == log.log || before.closed) continue;
    before.closed = true;
    store_.put_log(before);
    put_meta_u64(store_, closed_at(before.log), meta_u64(store_, meta::kHubSeq) + 1);
  }
}

}  // namespace tram::sync
