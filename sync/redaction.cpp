#include "sync/redaction.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sync/adoption.h"
#include "sync/snapshot.h"

namespace tram::sync {
namespace {

std::string name_of(const Hash& changeset) {
  return "redacted:" + to_hex(ByteView(changeset).first(16));
}

// Does this operation's value decide a verdict or a scope? Such values stay: they are authority, not content.
bool routes(const Operation& op, const Schema& schema, std::uint16_t type) {
  if (op.kind == OperationKind::authority_change) return true;
  const FieldSpec* spec = schema.field(type, op.field);
  return spec && spec->part != ScopePart::none;
}

// The operations without their content. `type_of` names the type of a record that this changeset does not create.
template <class TypeOf>
Body outline_of(const Body& body, const Schema& schema, const TypeOf& type_of) {
  Body outline;
  std::map<RecordId, std::uint16_t> created;
  for (Operation op : body.operations) {
    if (op.unknown_kind) {
      outline.operations.push_back(std::move(op));  // a newer program's: nobody here knows what of it is content
      continue;
    }
    if (op.kind == OperationKind::record_create) created[op.record] = op.type;
    const auto at = created.find(op.record);
    const std::uint16_t type = at != created.end() ? at->second : type_of(op.record);
    if (!routes(op, schema, type)) op.value = Value();
    if (op.kind == OperationKind::proposal_answer) op.text.clear();
    outline.operations.push_back(std::move(op));
  }
  return outline;
}

Body outline_of(Store& store, const Body& body, const Schema& schema) {
  return outline_of(body, schema, [&](const RecordId& record) {
    const auto row = store.record(record, Layer::provisional);
    return row ? row->type : std::uint16_t{0};
  });
}

}  // namespace

ReceiptException judge_redaction(Store& store, const World& world, const Authored& work, const Operation& op,
                                 const Order& order, const std::optional<ReceiptException>& given) {
  const auto target = store.changeset(op.target);
  if (!target || target->hub_seq == 0) {
    if (world.at_hub || !given) return {0, Verdict::quarantined, Reason::missing_base};
    return *given;
  }
  // Heard of by a later receipt than the one that judges: the hub may not have had it then.
  if (given && std::tie(target->hub_epoch, target->hub_seq) > std::tie(order.epoch, order.hub_seq)) return *given;
  const auto header = decode_header(target->bytes.header);
  if (!header || header->home != work.header.home || op.text.empty())
    return {0, Verdict::quarantined, Reason::undecodable};
  const Device* author = world.directory.device(header->device);
  const bool own = author && decides_for(work, author->site, world, order.directory_version);
  const bool office = work.by_hub && decides_for(work, work.organisation, world, order.directory_version);
  if (own || office) return {};
  return {0, Verdict::proposal, Reason::no_authority};
}

void redact(Store& store, const World& world, const Hash& target, const Hash& by, Hash& home_sum) {
  if (redacted(store, target) == Redacted::yes) return;
  Bytes mark = {static_cast<std::uint8_t>(Redacted::yes)};
  append(mark, by);
  store.put_meta(name_of(target), mark);
  auto row = store.changeset(target);
  if (!row) return;
  const auto header = decode_header(row->bytes.header);
  const auto body = decode_body(row->bytes.body);
  // What cannot be read has no operations: all of it goes.
  Bytes kept = body ? encode_body(outline_of(store, *body, world.schema)) : Bytes{};
  kept.resize(row->bytes.body.size());
  row->bytes.body = std::move(kept);
  store.put_changeset(*row);
  if (world.at_hub) forget_snapshots(store);
  // The contents of attached files go with the record that names them.
  for (FileRow& file : store.files_of_changeset(target)) {
    file.state = FileState::withdrawn;
    store.put_file(file);
    store.drop_contents(file.attachment);
  }
  if (!header || !body) return;
  const Body outline = outline_of(store, *body, world.schema);
  std::set<std::pair<RecordId, std::uint16_t>> fields;
  for (std::size_t i = 0; i < outline.operations.size(); ++i) {
    const Operation& op = outline.operations[i];
    auto v = store.version(version_id(target, static_cast<std::uint16_t>(i)));
    if (!v || v->layer != Layer::confirmed) continue;
    if (op.kind == OperationKind::adopt || op.kind == OperationKind::redact) continue;  // a hash, no content
    v->value = op.kind == OperationKind::proposal_answer ? Value() : op.value;
    store.put_version(*v);
    if (op.field != 0) fields.insert({op.record, op.field});
  }
  for (const auto& [record, field] : fields) refold(store, world, record, field, home_sum);
}

void note_outline(Store& store, const Hash& changeset) {
  if (redacted(store, changeset) != Redacted::no) return;
  store.put_meta(name_of(changeset), Bytes{static_cast<std::uint8_t>(Redacted::claimed)});
}

Redacted redacted(Store& store, const Hash& changeset) {
  const auto mark = store.meta(name_of(changeset));
  if (!mark || mark->empty()) return Redacted::no;
  return mark->front() == static_cast<std::uint8_t>(Redacted::yes) ? Redacted::yes : Redacted::claimed;
}

std::optional<Hash> redacted_by(Store& store, const Hash& changeset) {
  const auto mark = store.meta(name_of(changeset));
  if (!mark || mark->size() != 33) return std::nullopt;
  Hash by;
  std::copy_n(mark->begin() + 1, by.size(), by.begin());
  return by;
}

}  // namespace tram::sync
