#include "sync/frames.h"

#include "sync/wire/archive.h"

namespace tram::sync {

template <class A>
void serialize(A& ar, HelloToHub& h) {
  ar(h.oldest_version, h.newest_version, h.schema_version, h.rules_epoch, h.incarnation, h.head_seq, h.head_hash,
     h.fence_seq, h.fence_hash, h.flags, h.audit_number, h.audit_head);
}
namespace {

// A list that came later than its frame: nothing is written for an empty one, so what was written before reads the
// same. An empty list that is there all the same fails the test "encoding again gives the same bytes".
template <class A, class T>
void serialize_if_any(A& ar, std::vector<T>& list) {
  if constexpr (std::is_same_v<A, wire::Reader>) {
    if (ar.remaining() != 0) ar(list);
  } else if (!list.empty()) {
    ar(list);
  }
}

}  // namespace

template <class A>
void serialize(A& ar, ResupplyFrom& r) {
  ar(r.id, r.seq);
}
template <class A>
void serialize(A& ar, HelloToNode& h) {
  ar(h.version, h.hub_epoch, h.hub_time_ms, h.log, h.receipted_seq, h.receipted_hash, h.need_from, h.flags,
     h.retry_after_ms);
  serialize_if_any(ar, h.resupply);
  if (h.resupply.size() > limits::kStreamsPerSite + 1) throw wire::WireError{errc::over_limit};
}
template <class A>
void serialize(A& ar, StreamPosition& p) {
  ar(p.id, p.hub_epoch, p.seq, p.chain, p.digest);
}
template <class A>
void serialize(A& ar, ChainAt& c) {
  ar(c.seq, c.chain);
}
template <class A>
void serialize(A& ar, EarlierChains& e) {
  ar(e.id, e.at);
  if (e.at.size() > limits::kEarlierChains) throw wire::WireError{errc::over_limit};
}
template <class A>
void serialize(A& ar, LoadingSnapshot& l) {
  ar(l.stream, l.manifest, l.missing);
}
template <class A>
void serialize(A& ar, Have& h) {
  ar(h.directory_version, h.streams, h.unanswered);
  if constexpr (std::is_same_v<A, wire::Reader>) {
    serialize_if_any(ar, h.earlier);
  } else if (!h.loading.empty() || !h.earlier.empty()) {
    ar(h.earlier);
  }
  serialize_if_any(ar, h.loading);
  if (h.streams.size() > limits::kStreamsPerSite || h.unanswered.size() > 64 ||
      h.earlier.size() > limits::kStreamsPerSite || h.loading.size() > limits::kStreamsPerSite)
    throw wire::WireError{errc::over_limit};
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
