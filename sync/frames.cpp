#include "sync/frames.h"

#include "sync/wire/archive.h"

namespace tram::sync {

template <class A>
void serialize(A& ar, HelloToHub& h) {
  ar(h.oldest_version, h.newest_version, h.schema_version, h.rules_epoch, h.incarnation, h.head_seq, h.head_hash,
     h.fence_seq, h.fence_hash, h.flags, h.audit_number, h.audit_head);
}
template <class A>
void serialize(A& ar, HelloToNode& h) {
  ar(h.version, h.hub_epoch, h.hub_time_ms, h.log, h.receipted_seq, h.receipted_hash, h.need_from, h.flags,
     h.retry_after_ms);
}
template <class A>
void serialize(A& ar, StreamPosition& p) {
  ar(p.id, p.hub_epoch, p.seq, p.chain, p.digest);
}
template <class A>
void serialize(A& ar, Have& h) {
  ar(h.directory_version, h.streams, h.unanswered);
  if (h.streams.size() > limits::kStreamsPerSite || h.unanswered.size() > 64) throw wire::WireError{errc::over_limit};
}
template <class A>
void serialize(A& ar, ExchangeNotice& n) {
  ar(n.code, n.subject, n.seq);
}

namespace wire {
struct Range {
  std::uint64_t from = 0, to = 0;
};
template <class A>
void serialize(A& ar, Range& r) {
  ar(r.from, r.to);
}
}  // namespace wire

template <class A>
void serialize(A& ar, DeliveryRecord& r) {
  std::vector<wire::Range> ranges;
  for (const auto& [from, to] : r.missing) ranges.push_back({from, to});
  ar(r.header_hash, r.outcome, r.log, r.applied_to_seq, r.head_hash, ranges);
  if (ranges.size() > 64) throw wire::WireError{errc::over_limit};
  r.missing.clear();
  for (const wire::Range& range : ranges) r.missing.emplace_back(range.from, range.to);
}

template <class A>
void serialize(A& ar, WaitTicket& t) {
  ar(t.bytes);
}

namespace {

template <class T>
Result<T> decode_as(const Frame& frame, FrameType type) {
  if (frame.type != type) return errc::bad_value;
  return wire::decode<T>(frame.bytes);
}

}  // namespace

Frame encode_frame(const HelloToHub& hello) {
  return {FrameType::hello, wire::encode(hello)};
}
Frame encode_frame(const HelloToNode& hello) {
  return {FrameType::hello, wire::encode(hello)};
}
Frame encode_frame(const Have& have) {
  return {FrameType::have, wire::encode(have)};
}
Frame encode_frame(const ExchangeNotice& notice) {
  return {FrameType::notice, wire::encode(notice)};
}
Frame encode_frame(const DeliveryRecord& record) {
  return {FrameType::delivery, wire::encode(record)};
}
Frame encode_frame(const WaitTicket& ticket) {
  return {FrameType::ticket, wire::encode(ticket)};
}
Result<HelloToHub> decode_hello_to_hub(const Frame& f) {
  return decode_as<HelloToHub>(f, FrameType::hello);
}
Result<HelloToNode> decode_hello_to_node(const Frame& f) {
  return decode_as<HelloToNode>(f, FrameType::hello);
}
Result<Have> decode_have(const Frame& f) {
  return decode_as<Have>(f, FrameType::have);
}
Result<ExchangeNotice> decode_notice(const Frame& f) {
  return decode_as<ExchangeNotice>(f, FrameType::notice);
}
Result<DeliveryRecord> decode_delivery(const Frame& f) {
  return decode_as<DeliveryRecord>(f, FrameType::delivery);
}
Result<WaitTicket> decode_ticket(const Frame& f) {
  return decode_as<WaitTicket>(f, FrameType::ticket);
}

}  // namespace tram::sync
