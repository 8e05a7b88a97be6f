#include "sync/approval.h"

#include <algorithm>
#include <set>

namespace tram::sync {
namespace {

// One value in force at a time: what a reader reads. Sets, logs, events and who is responsible are no part of it.
bool is_text(const FieldSpec* spec) {
  if (spec == nullptr) return false;
  return spec->kind == FieldKind::create_once || spec->kind == FieldKind::reg || spec->kind == FieldKind::guarded ||
         spec->kind == FieldKind::single_writer;
}

// The author of a changeset had seen what its own log held before it, and every receipt up to its anchor.
class Sight {
 public:
  Sight(Store& store, const ChangesetRow& row, const Header& header)
      : store_(store), own_(row.log), seq_(row.seq), anchor_{header.anchor.epoch, header.anchor.seq} {}

  bool saw(const VersionRow& v) const {
    const auto row = store_.changeset(v.changeset);
    if (row && row->log == own_) return row->seq <= seq_;
    return v.hub_seq != 0 && HubPlace{v.hub_epoch, v.hub_seq} <= anchor_;
  }

 private:
  Store& store_;
  const LogId own_;
  const std::uint64_t seq_;
  const HubPlace anchor_;
};

}  // namespace

std::optional<ApprovedText> approved_text(Store& store, const Schema& schema, const RecordId& record,
                                          const VersionId& approval) {
  const auto event = store.version(approval);
  const auto row = event ? store.changeset(event->changeset) : std::nullopt;
  const auto header = row ? decode_header(row->bytes.header) : Result<Header>(errc::truncated);
  if (!event || event->record != record || event->kind != OperationKind::status_event || !header) return std::nullopt;
  const auto known = store.record(record, Layer::provisional);
  const Sight sight(store, *row, *header);
  ApprovedText found;
  for (const FieldRow& field : store.fields(record, Layer::provisional)) {
    if (!is_text(known ? schema.field(known->type, field.field) : nullptr)) continue;
    std::vector<VersionRow> seen;
    std::set<VersionId> replaced;
    for (VersionRow& v : store.all_versions(record, field.field)) {
      if (v.verdict != Verdict::admitted || !sight.saw(v)) continue;
      replaced.insert(v.seen.begin(), v.seen.end());
      seen.push_back(std::move(v));
    }
    std::set<VersionId> heads;
    for (const VersionRow& v : seen)
      if (!replaced.contains(v.id)) heads.insert(v.id);
    found.saw.insert(found.saw.end(), heads.begin(), heads.end());
    found.current &= heads == std::set<VersionId>(field.heads.begin(), field.heads.end());
  }
  return found;
}

}  // namespace tram::sync
