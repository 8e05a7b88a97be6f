// What a device pushes: each changeset is checked in the order of sync design 2 and takes its place in its log, with a
// receipt, or is held, kept aside or refused. Another one under a number that is taken is a fork (sync design 8).
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"
#include "sync/revocation.h"
#include "sync/rotation.h"

namespace tram::sync {

void Engine::Hub::take_changesets(const ChangesetSegment& segment, const Device& sender, bool whole, Taken& taken) {
  if (sender.state == DeviceState::suspended) {
    if (whole) throw BundleRefused{OutcomeCode::held_review, {}};
    return problem(OutcomeCode::held_review, segment.log.bytes, segment.first_seq);
  }
  if (clock_is_held()) {
    if (whole) throw BundleRefused{OutcomeCode::held_clock, {}};
    return problem(OutcomeCode::held_clock, segment.log.bytes, segment.first_seq);
  }
  bool misses = false;
  for (const Changeset& changeset : segment.changesets) {
    const Push push = take_changeset(segment.log, changeset, sender, whole, taken);
    if (push == Push::refused) return;
    misses = push == Push::gap;
    if (misses && !keep_aside(segment.log, load_le<std::uint64_t>(&changeset.header[48]), changeset)) break;
  }
  // What a hole kept back, and a restored hub holds with its receipt.
  if (const auto log = store_.log(segment.log); log && store_.changeset_at(segment.log, log->head_seq + 1))
    advance(segment.log);
  misses |= take_from_aside(segment.log, sender, taken);
  const auto log = store_.log(segment.log);
  put_meta_u64(store_, "need:" + segment.log.hex(), misses ? (log ? log->head_seq : 0) + 1 : 0);
}

// need_from: where the log has a hole, behind which something came, or came back after a restore; else 0.
std::uint64_t Engine::Hub::first_missing(const LogRow& log) {
  std::uint64_t missing = meta_u64(store_, "need:" + log.log.hex());
  store_.each_changeset(log.log, log.head_seq + 1, [&](const ChangesetRow&) {
    missing = log.head_seq + 1;
    return false;
  });
  return missing;
}

Engine::Hub::Push Engine::Hub::take_changeset(const LogId& id, const Changeset& changeset, const Device& sender,
                                              bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code, std::uint64_t seq) {
    if (whole) throw BundleRefused{code, {}};
    problem(code, id.bytes, seq);
    return Push::refused;
  };
  const auto header = decode_header(changeset.header);
  if (!header) return refuse(outcome_of_error(header.error()), load_le<std::uint64_t>(&changeset.header[48]));
  if (header->zone != engine_.identity_.zone) return refuse(OutcomeCode::wrong_zone, header->seq);
  if (!class_fits(header->confidentiality, engine_.identity_.zone_kind))
    return refuse(OutcomeCode::class_refused, header->seq);
  if (header->device != sender.id || header->log() != id) return refuse(OutcomeCode::wrong_log, header->seq);
  auto log = store_.log(id);
  if (!log) {
    log = LogRow{};
    log->log = id;
    log->device = sender.id;
    log->incarnation = header->incarnation;
  }
  const Hash hash = changeset.hash();
  if (header->seq <= log->head_seq) {
    const auto known = store_.changeset_at(id, header->seq);
    if (!known || known->hash != hash)
      taken.receipted += fork(changeset, *header) ? 1 : 0;
    else
      (void)engine_.mend(store_, hash, changeset);
    return Push::taken;
  }
  if (header->seq > log->head_seq + 1 && epoch() > 1) {
    // Behind a hole that was filled since may lie what others brought back: its device has the receipts of that, and
    // does not send it again.
    advance(id);
    log = store_.log(id).value_or(*log);
  }
  const auto before = header->prev == log->head_hash ? std::nullopt : store_.changeset(header->prev);
  if (before && before->state == ChangesetState::fork) {
    // Its branch goes on beyond the head of the log.
    taken.receipted += fork(changeset, *header) ? 1 : 0;
    return Push::taken;
  }
  if (header->seq > log->head_seq + 1) {
    if (whole) throw BundleRefused{OutcomeCode::held_gap, {{log->head_seq + 1, header->seq - 1}}};
    return Push::gap;
  }
  if (header->prev != log->head_hash) return refuse(OutcomeCode::bad_changeset, header->seq);
  if (!authentic(*header, changeset)) return refuse(OutcomeCode::bad_changeset, header->seq);
  if (body_hash(changeset.body) != header->body_hash || changeset.body.size() != header->body_len)
    return refuse(OutcomeCode::bad_changeset, header->seq);
  log->head_seq = header->seq;
  log->head_hash = hash;
  log->last_written_at = std::max(log->last_written_at, header->written_at);
  const auto restored = store_.changeset(hash);
  const bool has_receipt = restored && restored->hub_seq != 0;  // it lay behind a hole that is filled now
  if (has_receipt) {
    log->receipted_seq = header->seq;
    log->receipted_hash = hash;
  }
  store_.put_log(*log);
  if (has_receipt) return Push::taken;
  if (header->seq == 1) note_opened(*log, changeset);
  ChangesetRow row;
  row.hash = hash;
  row.log = id;
  row.seq = header->seq;
  row.home = header->home;
  row.bytes = changeset;
  store_.put_changeset(row);
  if (recovering()) {
    hold(row);
    ++taken.held;
  } else {
    taken.receipted += receipt(std::move(row), blocked(*header, *log)) ? 1 : 0;
  }
  return Push::taken;
}

// Why nothing that this device brings now takes part before somebody adopted it.
std::optional<Reason> Engine::Hub::blocked(const Header& header) {
  const auto log = store_.log(header.log());
  return log ? blocked(header, *log) : std::nullopt;
}

std::optional<Reason> Engine::Hub::blocked(const Header& header, const LogRow& log) {
  if (after_cut_off(engine_.directory(store_), header)) {
    ++blocked_;
    return Reason::revoked;
  }
  return written_by_clone(log, header) ? std::optional(Reason::clone) : std::nullopt;
}

// By the device's key of now, else by an older one: a log never goes back to a key before the one it has come to.
bool Engine::Hub::authentic(const Header& header, const Changeset& changeset) {
  const Directory& directory = engine_.directory(store_);
  const Device* device = directory.device(header.device);
  if (device && signature_verifies(changeset, device->identity)) return true;
  return signed_by_device(directory, header, changeset, meta_u64(store_, "key_from:" + header.log().hex()));
}

// Same log and number, another hash, both authentic: kept as evidence, receipted as quarantined(fork) once.
bool Engine::Hub::fork(const Changeset& changeset, const Header& header) {
  const Hash hash = changeset.hash();
  // In recovery no receipt is written; it is sent again afterwards.
  if (recovering() || store_.changeset(hash) || !signed_by_device(engine_.directory(store_), header, changeset))
    return false;
  if (body_hash(changeset.body) != header.body_hash) return false;
  ChangesetRow row;
  row.hash = hash;
  row.log = header.log();
  row.seq = header.seq;
  row.home = header.home;
  row.state = ChangesetState::fork;
  row.bytes = changeset;
  store_.put_changeset(row);
  out_.push_back(Notice{OutcomeCode::fork, row.log.hex(), row.seq});
  return receipt(std::move(row), Reason::fork);
}

}  // namespace tram::sync
