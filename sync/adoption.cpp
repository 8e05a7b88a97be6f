#include "sync/adoption.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

// A branch of this very device: the program adopts it without a person (sync design 8).
bool own_branch(const Authored& work, const Header& target, const std::optional<ReceiptRow>& newest) {
  if (!work.header.person.is_zero() || work.header.role != static_cast<std::uint16_t>(Role::device)) return false;
  if (target.device != work.header.device || target.log() == work.header.log()) return false;
  const auto receipt = newest ? decode_receipt(newest->bytes) : Result<Receipt>(errc::bad_value);
  // Already adopted is no wrong: adopting twice is a no-op.
  return receipt && (!receipt->quarantines_all() || receipt->exceptions.front().reason == Reason::fork);
}

}  // namespace

bool decides_for(const Authored& work, const OrganisationId& author, const World& world,
                 std::uint64_t directory_version) {
  if (work.header.person.is_zero() || work.organisation != author) return false;
  const auto role = static_cast<Role>(work.header.role);
  if (role != Role::approver && !(role == Role::hub_office && work.by_hub)) return false;
  const Organisation* own = world.directory.organisation(work.organisation, directory_version);
  return own && (own->role_ceiling & role_bit(role)) != 0;
}

ReceiptException judge_adoption(Store& store, const World& world, const Authored& work, const Operation& op,
                                const Order& order, const std::optional<ReceiptException>& given) {
  const auto target = store.changeset(op.target);
  const auto newest = target ? store.receipt_of_changeset(op.target) : std::nullopt;
  if (!newest) return world.at_hub || !given ? quarantine(Reason::missing_base) : *given;
  if (given && std::tie(newest->hub_epoch, newest->hub_seq) > std::tie(order.epoch, order.hub_seq)) return *given;
  const auto header = decode_header(target->bytes.header);
  if (!header || header->home != work.header.home) return quarantine(Reason::undecodable);
  if (own_branch(work, *header, newest)) return {};
  const Device* author = world.directory.device(header->device);
  if (author && decides_for(work, author->site, world, order.directory_version)) return {};
  return {0, Verdict::proposal, Reason::no_authority};
}

std::vector<Hash> adoptions(const Authored& work, const Receipt& receipt) {
  std::vector<Hash> found;
  for (std::size_t i = 0; i < work.body.operations.size(); ++i) {
    const Operation& op = work.body.operations[i];
    if (op.unknown_kind || op.kind != OperationKind::adopt) continue;
    if (receipt.verdict_of(static_cast<std::uint16_t>(i)).verdict == Verdict::admitted) found.push_back(op.target);
  }
  return found;
}

// The branch that lost its numbers: the log it belongs to goes no further, a new incarnation adopts it.
void Engine::Site::adopt_own_branch() {
  if (forked_.empty()) return;
  const std::vector<ChangesetRow> forked = std::move(forked_);
  forked_.clear();
  if (const auto own = store_.own_log(); own && own->log == forked.front().log) {
    if (!engine_.open_log(store_, env_, &*own)) return;
    store_.put_meta(meta::kSuspended, {});
    put_meta_u64(store_, meta::kMustHear, 0);
  }
  for (const ChangesetRow& row : forked) mend_log(row.log);
  const World world = engine_.world(store_);
  std::map<RecordId, std::vector<Operation>> by_home;
  for (const ChangesetRow& row : forked) {
    if (row.home.bytes == engine_.identity_.device.bytes || !read_changeset(row.bytes, world, 0)) continue;
    Operation adopt;
    adopt.kind = OperationKind::adopt;
    adopt.target = row.hash;
    by_home[row.home].push_back(std::move(adopt));
  }
  for (auto& [home, operations] : by_home) {
    // At most the operations of one changeset: the rest stays in quarantine, for a person.
    if (operations.size() > limits::kOperationsPerChangeset) operations.resize(limits::kOperationsPerChangeset);
    if (engine_.append(store_, env_, {home, operations, PersonId{}, Role::device, false})) touched_.push_back(home);
  }
}

}  // namespace tram::sync
