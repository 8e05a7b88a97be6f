// Operations in columns: the members of operation.cpp in the same order, ids by reference, texts apart.
#include "sync/wire/columnar_codec.h"

namespace tram::sync::columnar {
namespace {

using wire::WireError;

template <class Io, class T>
void counted(Io& io, Column c, std::vector<T>& items, std::size_t cap) {
  std::uint64_t n = items.size();
  io.number(c, n);
  if (n > cap) throw WireError{errc::over_limit};
  if constexpr (Io::kReading) items.resize(static_cast<std::size_t>(n));
}

}  // namespace

template <class Io>
void Codec<Io>::body(Body& b) {
  io_.raw(Column::salt, b.salt);
  counted(io_, Column::operations, b.operations, limits::kOperationsPerChangeset);
  for (Operation& op : b.operations) operation(op);
}

template <class Io>
void Codec<Io>::operation(Operation& op) {
  std::uint64_t kind = op.unknown_kind ? *op.unknown_kind : static_cast<std::uint64_t>(op.kind);
  io_.number(Column::kind, kind);
  if (!known_kind(kind)) {
    if constexpr (Io::kReading) op.unknown_kind = kind;
    io_.sized(Column::blob, op.unknown_payload);
    return;
  }
  if constexpr (Io::kReading) op.kind = static_cast<OperationKind>(kind);
  operation_payload(op);
}

template <class Io>
void Codec<Io>::operation_payload(Operation& op) {
  switch (op.kind) {
    case OperationKind::record_create:
      record(Column::record, op.record, &op.nonce);
      io_.number(Column::type, op.type);
      nonce_of(op.record, op.nonce);
      record(Column::parent, op.parent, nullptr);
      record_ = op.record;
      return auth_base(op.auth_base);
    case OperationKind::field_set:
    case OperationKind::log_append:
      record(Column::record, op.record, nullptr);
      io_.number(Column::field, op.field);
      value(op.value);
      versions(op.seen);
      return auth_base(op.auth_base);
    case OperationKind::set_add:
    case OperationKind::authority_change:
      record(Column::record, op.record, nullptr);
      io_.number(Column::field, op.field);
      value(op.value);
      return auth_base(op.auth_base);
    case OperationKind::set_remove:
      record(Column::record, op.record, nullptr);
      io_.number(Column::field, op.field);
      versions(op.seen);
      return auth_base(op.auth_base);
    case OperationKind::status_event:
      record(Column::record, op.record, nullptr);
      io_.number(Column::field, op.field);
      io_.number(Column::event, op.event);
      versions(op.seen);
      return auth_base(op.auth_base);
    case OperationKind::proposal_answer: {
      auto answer = static_cast<std::uint8_t>(op.answer);
      io_.raw(Column::hash, op.target);
      io_.number(Column::other, answer);
      op.answer = static_cast<ProposalAnswer>(answer);
      return io_.sized(Column::text, op.text);
    }
    case OperationKind::redact:
      io_.raw(Column::hash, op.target);
      return io_.sized(Column::text, op.text);
    case OperationKind::log_open:
      io_.raw(Column::id, op.old_log.bytes);
      io_.number(Column::other, op.old_seq);
      return io_.raw(Column::hash, op.old_hash);
    case OperationKind::adopt:
      return io_.raw(Column::hash, op.target);
    case OperationKind::key_rotate:
      return io_.sized(Column::blob, op.statement);
    case OperationKind::counter_add:
      break;
  }
  throw WireError{errc::bad_value};
}

template <class Io>
void Codec<Io>::value(Value& v) {
  Value::Variant content = v.variant();
  std::uint64_t kind = content.index();
  io_.number(Column::value_kind, kind);
  const auto get = [&content]<class T>(T made) -> T& {
    if constexpr (Io::kReading) content = std::move(made);
    return std::get<T>(content);
  };
  switch (static_cast<ValueKind>(kind)) {
    case ValueKind::absent:
      get(Absent{});
      break;
    case ValueKind::boolean: {
      std::uint8_t truth = get(false) ? 1 : 0;
      io_.number(Column::integer, truth);
      if (truth > 1) throw WireError{errc::bad_value};
      get(truth == 1);
      break;
    }
    case ValueKind::integer:
      io_.delta(Column::integer, get(std::int64_t{}), 0);
      break;
    case ValueKind::text:
      io_.sized(Column::text, get(std::string{}));
      break;
    case ValueKind::bytes:
      io_.sized(Column::blob, get(Bytes{}));
      break;
    case ValueKind::id:
      value_id(get(RawId{}).bytes);
      break;
    case ValueKind::date: {
      std::int32_t& days = get(CivilDate{}).days;
      io_.delta(Column::date, days, date_);
      date_ = static_cast<std::uint64_t>(days);
      break;
    }
    case ValueKind::moment: {
      ZonedMoment& moment = get(ZonedMoment{});
      io_.delta(Column::moment, moment.ms, moment_ms_);
      io_.delta(Column::moment, moment.zone_minutes, 420);
      moment_ms_ = static_cast<std::uint64_t>(moment.ms);
      break;
    }
    case ValueKind::id_list: {
      auto& ids = get(std::vector<RawId>{});
      counted(io_, Column::size, ids, limits::kListItems);
      for (RawId& id : ids) value_id(id.bytes);
      break;
    }
    case ValueKind::structure:
      io_.sized(Column::blob, get(Structure{}).bytes);
      break;
    default:
      throw WireError{errc::bad_value};
  }
  if constexpr (Io::kReading) v = Value(std::move(content));
}

template <class Io>
void Codec<Io>::versions(std::vector<VersionId>& ids) {
  counted(io_, Column::seen_count, ids, limits::kSupersedes);
  for (VersionId& id : ids) version(Column::seen, id, seen_);
}

template <class Io>
void Codec<Io>::auth_base(std::optional<VersionId>& base) {
  std::uint8_t there = base ? 1 : 0;
  io_.number(Column::base, there);
  if (there > 1) throw WireError{errc::bad_value};
  if (there == 0) return;
  if (!base) base.emplace();
  version(Column::base, *base, base_);
}

template void Codec<ColumnWriter>::body(Body&);
template void Codec<ColumnReader>::body(Body&);

}  // namespace tram::sync::columnar
