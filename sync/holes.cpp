// Site: changesets whose receipt is here and whose content is not (sync design 2, 6 and 10). What came damaged is said
// at both ends and asked for until it is whole, then its home is folded anew from the beginning. What a newer program
// wrote is kept as it is, and folded once this program can read it.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/isolation.h"
#include "sync/redaction.h"
#include "sync/rotation.h"
#include "sync/waiting_list.h"

namespace tram::sync {
namespace {

bool listed(Store& store, std::string_view name, const Hash& changeset) {
  const auto list = waiting_list(store, name);
  return std::find(list.begin(), list.end(), changeset) != list.end();
}

bool unlist(Store& store, std::string_view name, const Hash& changeset) {
  auto list = waiting_list(store, name);
  if (std::erase(list, changeset) == 0) return false;
  put_waiting_list(store, name, list);
  return true;
}

}  // namespace

// The receipt cannot lend authenticity: hash, author's signature and body hash are checked here again. `home` is told
// as far as the receipt proves it.
Engine::Site::Proof Engine::Site::prove(const Receipt& receipt, const Changeset& came, std::optional<RecordId>& home) {
  if (came.hash() != receipt.changeset) return Proof::damaged;
  const bool newer = is_newer(came.header, engine_.schema_.headers());
  // Where the fields of another format lie nobody knows here.
  if (newer && came.header[4] != 1) return Proof::newer;
  const Header header = header_fields(came.header);
  if (!newer && !decode_header(came.header)) return Proof::damaged;
  home = header.home;
  const Directory& directory = engine_.directory(store_);
  if (directory.device(header.device) == nullptr || header.zone != engine_.identity_.zone ||
      !class_fits(header.confidentiality, engine_.identity_.zone_kind) || header.log() != receipt.log ||
      header.seq != receipt.seq || !signed_by_device(directory, header, came))
    return Proof::damaged;
  if (body_hash(came.body) == header.body_hash) return newer ? Proof::newer : Proof::whole;
  return is_outline(came) ? Proof::outline : Proof::damaged;
}

bool Engine::Site::is_hole(const Hash& changeset) {
  return listed(store_, waiting::kDamaged, changeset);
}

void Engine::Site::note_damaged(const Receipt& receipt, const Bytes& encoded, const std::optional<RecordId>& home,
                                HubPlace through) {
  // Only a header whose hash the receipt names says which home it belongs to.
  if (home) {
    mark_poisoned(store_, *home, through);
    store_.put_receipt(
        {receipt.hub_epoch, receipt.hub_seq, receipt.changeset, receipt.log, *home, receipt.hub_time_ms, encoded});
  }
  if (is_hole(receipt.changeset)) return;
  add_waiting(store_, waiting::kDamaged, receipt.changeset);
  out_.push_back(Notice{OutcomeCode::bad_changeset, to_hex(receipt.changeset), receipt.hub_seq});
  tell_hub(OutcomeCode::bad_changeset, home.value_or(RecordId{}), receipt.hub_seq);
}

// A changeset of a newer program takes its place, unread.
void Engine::Site::keep_newer(const Receipt& receipt, const Bytes& encoded, const Changeset& came,
                              const std::optional<RecordId>& home, HubPlace through) {
  ChangesetRow row = store_.changeset(receipt.changeset).value_or(ChangesetRow{});
  row.hash = receipt.changeset;
  row.log = receipt.log;
  row.seq = receipt.seq;
  row.home = home.value_or(RecordId{});
  row.hub_epoch = receipt.hub_epoch;
  row.hub_seq = receipt.hub_seq;
  row.bytes = came;
  const auto there = store_.changeset_at(receipt.log, receipt.seq);
  row.state = there && there->hash != row.hash ? ChangesetState::fork : ChangesetState::receipted;
  store_.put_changeset(row);
  store_.put_receipt({receipt.hub_epoch, receipt.hub_seq, row.hash, row.log, row.home, receipt.hub_time_ms, encoded});
  if (home) mark_poisoned(store_, *home, through);
  add_waiting(store_, waiting::kNewer, row.hash);
  out_.push_back(Notice{OutcomeCode::too_new, home ? home->hex() : to_hex(row.hash), receipt.hub_seq});
}

// The entry is behind the cursor already: what it brings now takes its place in the history of its home.
void Engine::Site::heal(const StreamRow& stream, const CarriedEntry& carried, Taken& taken) {
  const auto receipt = decode_receipt(carried.entry.payload);
  if (!receipt) return;
  auto joined = carried.changeset ? std::nullopt : from_parts(receipt->changeset);
  if (!carried.changeset && !joined) return;
  CarriedEntry whole{carried.entry, carried.changeset ? carried.changeset : std::move(joined)};
  std::optional<RecordId> home;
  const Proof proof = prove(*receipt, *whole.changeset, home);
  if (proof == Proof::damaged) return;  // goes on asking
  if (auto row = store_.changeset(receipt->changeset)) {
    row->bytes = *whole.changeset;  // our own, damaged here
    store_.put_changeset(*row);
  }
  if (!take_receipt(stream, whole, taken)) return;
  unlist(store_, waiting::kDamaged, receipt->changeset);
  fold_hole(receipt->changeset);
}

void Engine::Site::fold_hole(const Hash& changeset) {
  auto row = store_.changeset(changeset);
  const auto stored = store_.receipt_of_changeset(changeset);
  const auto receipt = stored ? decode_receipt(stored->bytes) : Result<Receipt>(errc::bad_value);
  if (!row || !receipt || listed(store_, waiting::kNewer, changeset)) return;
  const auto home = store_.home(row->home);
  if (row->state == ChangesetState::waiting && home &&
      std::tie(home->hub_epoch, home->hub_seq) >= std::tie(receipt->hub_epoch, receipt->hub_seq))
    row->state = ChangesetState::receipted;
  store_.put_changeset(*row);
  const bool disputed = home && home->disputed;
  fold_home_anew(row->home);
  for (const std::string_view list : {waiting::kDamaged, waiting::kNewer})
    for (const Hash& other : waiting_list(store_, list))
      if (const auto left = store_.receipt_of_changeset(other); left && left->home == row->home)
        mark_poisoned(store_, row->home);
  if (const auto now = store_.home(row->home); now && now->disputed && !disputed)
    alarm(OutcomeCode::receipt_strange, row->home, receipt->hub_seq);
}

// The program may be newer than the one that kept them.
void Engine::Site::read_newer() {
  for (const Hash& hash : waiting_list(store_, waiting::kNewer)) {
    auto row = store_.changeset(hash);
    const auto stored = store_.receipt_of_changeset(hash);
    const auto receipt = stored ? decode_receipt(stored->bytes) : Result<Receipt>(errc::bad_value);
    if (!row || !receipt) continue;
    std::optional<RecordId> home;
    const Proof proof = prove(*receipt, row->bytes, home);
    if (proof == Proof::newer) continue;
    unlist(store_, waiting::kNewer, hash);
    if (home && row->home != *home) {
      row->home = *home;
      store_.put_changeset(*row);
      ReceiptRow moved = *stored;
      moved.home = *home;
      store_.put_receipt(moved);
      mark_poisoned(store_, *home, {receipt->hub_epoch, receipt->hub_seq});
    }
    if (proof == Proof::damaged) {
      note_damaged(*receipt, stored->bytes, home, {});
      continue;
    }
    if (proof == Proof::outline) note_outline(store_, hash);
    fold_hole(hash);
  }
}

}  // namespace tram::sync
