#include "station/verify.h"

#include <map>

#include "station/store/fence.h"
#include "sync/digest.h"
#include "sync/file_rows.h"
#include "sync/limits.h"
#include "sync/redaction.h"
#include "sync/rotation.h"

namespace tram::station {
namespace {

constexpr std::size_t kProblems = 100;

class Verifier {
 public:
  explicit Verifier(Station& station) : station_(station), store_(station.store()) {}

  Verification run(std::optional<AuditAnchor> anchor) {
    if (!check_integrity(station_.connection(), CheckDepth::full)) add("database_damaged", "db");
    for (const sync::LogRow& log : store_.logs()) check_log(log);
    for (const sync::StreamRow& stream : store_.streams()) check_stream(stream);
    check_digests();
    check_attachments();
    const AuditFinding audit = verify_audit(station_.connection(), anchor);
    if (audit.first_bad) add("audit_broken", std::to_string(*audit.first_bad));
    check_fence();
    return std::move(found_);
  }

 private:
  void add(std::string code, std::string subject) {
    if (found_.problems.size() < kProblems) found_.problems.push_back({std::move(code), std::move(subject)});
  }

  void damaged(const sync::Hash& changeset) {
    if (found_.damaged.size() < sync::limits::kDamagedAtOnce) found_.damaged.push_back(changeset);
  }

  void check_log(const sync::LogRow& log) {
    // A node holds parts of other logs: only what its scope brought. Own logs, and all at the hub, have no hole.
    const bool whole = log.own || station_.program() == Program::hub;
    std::uint64_t expected = 1;
    sync::Hash previous{};
    store_.each_changeset(log.log, 1, [&](const sync::ChangesetRow& row) {
      ++found_.changesets;
      const std::string at = log.log.hex() + ":" + std::to_string(row.seq);
      if (sync::is_newer(row.bytes.header, station_.schema().headers()) && row.bytes.hash() == row.hash) {
        expected = row.seq + 1;
        previous = row.hash;
        return true;
      }
      const auto header = sync::decode_header(row.bytes.header);
      if (!header || row.bytes.hash() != row.hash || header->seq != row.seq || header->log() != log.log) {
        add("changeset_damaged", at);
        damaged(row.hash);
        return true;
      }
      if (sync::body_hash(row.bytes.body) != header->body_hash) check_outline(row, at);
      if (!sync::signed_by_device(station_.directory(), *header, row.bytes) && !signed_here(*header, row.bytes)) {
        add("signature_bad", at);
        damaged(row.hash);
      }
      // What sites brought back of a log behind a hole: named when the recovery ended (`recovery status`), or waiting
      // for its own device to bring what stands before it.
      if (station_.program() == Program::hub && row.seq > log.head_seq) return true;
      if (whole && (row.seq != expected || header->prev != previous)) add("chain_broken", at);
      expected = row.seq + 1;
      previous = row.hash;
      return true;
    });
    if (whole && expected != log.head_seq + 1) add("log_short", log.log.hex());
  }

  // A redacted body is an outline, and a redaction in its home says so.
  void check_outline(const sync::ChangesetRow& row, const std::string& at) {
    const sync::Redacted state = sync::redacted(store_, row.hash);
    if (state == sync::Redacted::no || !sync::is_outline(row.bytes)) {
      damaged(row.hash);
      return add("body_damaged", at);
    }
    if (state == sync::Redacted::claimed) add("redaction_unproved", at);
  }

  // By a new key of ours that the hub has not entered yet.
  bool signed_here(const sync::Header& header, const sync::Changeset& changeset) {
    if (header.device != station_.device()) return false;
    for (const crypto::SigningKey& key : station_.device_keys())
      if (sync::signature_verifies(changeset, key.public_key)) return true;
    return false;
  }

  void check_stream(const sync::StreamRow& stream) {
    sync::Hash chain = sync::first_chain(stream.id);
    std::uint64_t seq = 0;
    store_.each_entry(stream.id, 1, [&](const sync::EntryRow& row) {
      const sync::StreamEntry entry{row.type, row.seq, row.payload};
      chain = sync::next_chain(chain, entry);
      if (row.seq != seq + 1 || row.chain != chain)
        add("stream_broken", stream.id.hex() + ":" + std::to_string(row.seq));
      seq = row.seq;
      if (row.type != sync::EntryType::receipt) return true;
      const auto receipt = sync::decode_receipt(row.payload);
      if (!receipt || receipt->changeset != row.changeset)
        add("receipt_damaged", stream.id.hex() + ":" + std::to_string(row.seq));
      return true;
    });
    if (seq != stream.seq || chain != stream.chain) add("stream_short", stream.id.hex());
  }

  // The folded data against the sums that were kept while they changed.
  void check_digests() {
    for (const sync::HomeRow& home : store_.homes())
      if (home.digest != sync::digest_of_home(store_, home.home)) add("digest_differs", home.home.hex());
    for (const sync::StreamRow& stream : store_.streams())
      if (stream.kind == sync::StreamKind::organisation &&
          stream.digest != sync::digest_of_scope(store_, sync::OrganisationId{stream.owner}))
        add("digest_differs", stream.id.hex());
  }

  // Each chunk that is here against its id, one at a time.
  void check_attachments() {
    const sync::AttachmentSpec* spec = station_.schema().attachment();
    if (spec == nullptr) return;
    std::map<sync::RecordId, std::optional<sync::Hash>> keys;
    for (const sync::RecordRow& record : store_.records_of_type(spec->type, sync::Layer::provisional)) {
      const auto places = store_.chunks_here(record.id);
      if (places.empty()) continue;
      if (!keys.contains(record.home)) keys[record.home] = sync::blob_key_of_home(store_, record.home);
      const auto& key = keys[record.home];
      const auto list = store_.chunk_list(record.id);
      for (const std::uint32_t place : places) {
        const auto chunk = store_.chunk(record.home, list.at(place));
        if (!key || !chunk || sync::chunk_id(*key, *chunk) != list.at(place))
          add("attachment_damaged", record.id.hex() + ":" + std::to_string(place));
      }
    }
  }

  void check_fence() {
    const auto reading = read_fence(station_.folder() / "fence");
    const auto own = store_.own_log();
    if (!reading || reading->state == FenceState::damaged) return add("fence_damaged", "fence");
    if (reading->state == FenceState::present && own && reading->fence.incarnation == own->incarnation &&
        reading->fence.seq > own->head_seq)
      add("fence_ahead", std::to_string(reading->fence.seq));
  }

  Station& station_;
  SqliteStore& store_;
  Verification found_;
};

}  // namespace

Verification verify_station(Station& station, std::optional<AuditAnchor> anchor) {
  return Verifier(station).run(anchor);
}

}  // namespace tram::station
