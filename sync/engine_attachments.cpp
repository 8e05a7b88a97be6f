// Attachments in the exchange (sync design 6 and 11). Each WANT says what its sender has of the files that are under
// way; the other side answers with its own bitmaps and with chunks, the lower rank and the smaller file first. Chunks
// come after all records, within the budget that is left. Nothing is sent or taken of a home outside of the reader's
// scope, and the answer is the same as for a file that does not exist.
#include <algorithm>
#include <limits>
#include <set>

#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/left_homes.h"
#include "sync/limits.h"
#include "sync/parts.h"

namespace tram::sync {
namespace {

std::string want_name(const DeviceId& device) {
  return "want:" + device.hex();
}

// A file, and what the other side has of it.
struct Offer {
  FileRow file;
  Bitmap there;
};

// Appends BLOB frames until the budget ends; true when something was left over after something was sent.
bool append_chunks(Store& store, std::vector<Offer> offers, std::size_t budget, std::vector<Frame>& frames) {
  std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
    return std::tie(a.file.rank, a.file.size, a.file.attachment) <
           std::tie(b.file.rank, b.file.size, b.file.attachment);
  });
  std::set<std::pair<RecordId, ChunkId>> sent;
  for (const Offer& offer : offers) {
    const Bitmap here = present(store, offer.file);
    if (!here.adds_to(offer.there)) continue;
    const auto list = store.chunk_list(offer.file.attachment);
    for (std::uint32_t place = 0; place < list.size(); ++place) {
      if (!here.has(place) || offer.there.has(place) || sent.contains({offer.file.home, list[place]})) continue;
      const std::size_t cost = kBlobHead + chunk_length(offer.file.size, place);
      if (cost > budget) return !sent.empty();
      auto bytes = store.chunk(offer.file.home, list[place]);
      if (!bytes) continue;
      budget -= cost;
      frames.push_back(encode_frame(Blob{offer.file.home, list[place], std::move(*bytes)}));
      sent.insert({offer.file.home, list[place]});
    }
  }
  return false;
}

bool in_scope(Store& store, const RecordId& home, const OrganisationId& organisation) {
  const auto rows = store.scope(home);
  return std::any_of(rows.begin(), rows.end(),
                     [&](const ScopeRow& row) { return row.organisation == organisation && !row.to_seq; });
}

}  // namespace

// --- hub -------------------------------------------------------------------------------------------------------------

void Engine::Hub::take_want(const Frame& frame, const Device& sender, bool whole) {
  if (const auto want = decode_want(frame); !want) {
    if (whole) throw BundleRefused{outcome_of_error(want.error()), {}};
    out_.push_back(Notice{outcome_of_error(want.error()), sender.id.hex(), 0});
    return;
  }
  store_.put_meta(want_name(sender.id), frame.bytes);
}

// A request without a WANT wants nothing: what the one before it said is no longer true.
void Engine::Hub::forget_want(const DeviceId& sender) {
  if (const auto old = store_.meta(want_name(sender)); old && !old->empty()) store_.put_meta(want_name(sender), {});
}

std::optional<Want> Engine::Hub::want_of(const DeviceId& reader) {
  const auto stored = store_.meta(want_name(reader));
  auto want = stored && !stored->empty() ? decode_want({FrameType::want, *stored}) : Result<Want>(errc::unknown_record);
  return want ? std::optional(std::move(*want)) : std::nullopt;
}

void Engine::Hub::take_blob(const Frame& frame, const Device& sender, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, sender.id.hex(), 0});
  };
  if (engine_.schema_.attachment() == nullptr) return refuse(OutcomeCode::class_refused);
  if (sender.state == DeviceState::suspended) return refuse(OutcomeCode::held_review);
  const auto blob = decode_blob(frame);
  if (!blob) return refuse(outcome_of_error(blob.error()));
  // Out of scope, withdrawn, never named: all of it is simply of no use here. What the sender itself attached while the
  // home was in its scope is: nobody else has it (S-C7).
  auto lacking = store_.files_lacking(blob->home, blob->id);
  if (!in_scope(store_, blob->home, sender.site)) {
    std::erase_if(lacking, [&](const FileRow& f) { return f.creator != sender.id; });
    if (lacking.empty()) return;
  }
  const bool room = std::any_of(lacking.begin(), lacking.end(), [&](const FileRow& f) { return has_room(f.owner); });
  if (!lacking.empty() && !room) {
    out_.push_back(Notice{OutcomeCode::over_limit, lacking.front().attachment.hex(), 0});
    return;
  }
  const ChunkTaken done = take_chunk(store_, *blob, env_.wall_ms);
  if (done == ChunkTaken::wrong) return refuse(OutcomeCode::bad_content);
  if (done == ChunkTaken::stored) ++taken.chunks;
}

bool Engine::Hub::has_room(const OrganisationId& owner) {
  const AttachmentSpec& spec = *engine_.schema_.attachment();
  return store_.attached_bytes(owner) <= spec.attached_per_body &&
         (store_.unfinished_chunks(owner) + 1) * limits::kChunkBytes <= spec.unfinished_per_body;
}

void Engine::Hub::answer_want(const Device& reader, const MakeReply& event, std::size_t budget,
                              std::vector<Frame>& frames, Reply& reply) {
  Want answer;
  answer.parts = parts_held(store_, reader.id);
  // Whole and not used yet: with its parts it comes again, and is looked at again.
  std::erase_if(answer.parts, [](const PartsHave& p) { return p.have.full(); });
  std::vector<Offer> offers;
  // Records first: while they do not fit, no chunk is sent, and no file is spoken of that the reader may not know yet.
  if (engine_.schema_.attachment() != nullptr && !reply.more) {
    std::set<RecordId> named;
    const auto name = [&](const FileRow& file, const Bitmap* reader_has) {
      named.insert(file.attachment);
      const Bitmap here = present(store_, file);
      const bool takes = here.full() || has_room(file.owner);
      answer.files.push_back({file.attachment, takes ? FileAnswer::open : FileAnswer::paused, here});
      if (reader_has != nullptr) offers.push_back({file, *reader_has});
    };
    if (const auto want = want_of(reader.id); want && !want->files.empty()) {
      for (const FileHave& asked : want->files) {
        const auto file = store_.file(asked.attachment);
        const bool fits = file && file->state == FileState::live && asked.have.count() == file->chunks;
        const bool sees = fits && in_scope(store_, file->home, reader.site);
        if (sees || (fits && file->creator == reader.id))
          name(*file, sees ? &asked.have : nullptr);  // its own may still come; nothing of a foreign scope goes
        else
          answer.files.push_back({asked.attachment, FileAnswer::unknown, Bitmap()});
      }
    }
    // What the reader hears of in this very answer it has nothing of, unless it made it.
    for (const Hash& changeset : carried_) {
      for (const FileRow& file : store_.files_of_changeset(changeset)) {
        if (answer.files.size() >= limits::kWantFiles - limits::kFilesInTurn) break;
        if (file.state != FileState::live || file.creator == reader.id || named.contains(file.attachment) ||
            !in_scope(store_, file.home, reader.site))
          continue;
        const Bitmap nothing(file.chunks);
        name(file, &nothing);
      }
    }
    // What is missing here, in turn: another body may still have it.
    for (FileRow& file : store_.files_missing(reader.site, limits::kFilesInTurn)) {
      if (answer.files.size() >= limits::kWantFiles) break;
      if (!named.contains(file.attachment)) name(file, nullptr);
      file.turn = env_.wall_ms;
      store_.put_file(file);
    }
  }
  if (!answer.files.empty() || !answer.parts.empty()) frames.push_back(encode_frame(answer));
  if (append_chunks(store_, std::move(offers), std::min(budget, event.chunk_budget), frames)) reply.more = true;
}

// --- site ------------------------------------------------------------------------------------------------------------

namespace {

// What is left to do for a file, from both bitmaps.
void settle(Store& store, FileRow& file) {
  const Bitmap here = present(store, file);
  const Bitmap there = Bitmap::stored(file.chunks, file.there);
  const auto answer = static_cast<FileAnswer>(file.answer);
  const bool to_get = there.adds_to(here);
  const bool to_send = answer == FileAnswer::open && here.adds_to(there);
  file.idle = !to_get && !to_send;
  file.settled = answer != FileAnswer::unknown && here.full() && there.full();
}

}  // namespace

void Engine::Site::offer_files(const Prepare& event, std::size_t budget, std::vector<Frame>& frames, Send& send) {
  Want want;
  want.byte_budget = std::min<std::uint64_t>(event.line_budget, limits::kFilePlain);
  if (const HubKeys* keys = engine_.directory(store_).hub_keys()) want.parts = parts_held(store_, keys->hub_device);
  std::vector<Offer> offers;
  // Records never wait for chunks; and the hub can say nothing of a file whose record it has not got.
  if (engine_.schema_.attachment() != nullptr && !send.more) {
    const std::size_t most = event.by_stick ? limits::kWantFiles - limits::kFilesInTurn : limits::kFilesUnderWay;
    for (FileRow& file : store_.files_under_way(most)) {
      want.files.push_back({file.attachment, FileAnswer::open, present(store_, file)});
      if (static_cast<FileAnswer>(file.answer) == FileAnswer::open)
        offers.push_back({file, Bitmap::stored(file.chunks, file.there)});
    }
    for (FileRow& file : store_.files_in_turn(limits::kFilesInTurn)) {
      want.files.push_back({file.attachment, FileAnswer::open, present(store_, file)});
      file.turn = env_.wall_ms;
      store_.put_file(file);
    }
  }
  if (want.files.empty() && want.parts.empty() && want.byte_budget >= limits::kWholeAnswer) return;
  frames.push_back(encode_frame(want));
  if (append_chunks(store_, std::move(offers), std::min(budget, event.line_budget), frames)) send.more = true;
}

void Engine::Site::take_want(const Want& want) {
  put_parts_there(want.parts);
  for (const FileHave& said : want.files) {
    auto file = store_.file(said.attachment);
    if (!file || file->state != FileState::live) continue;
    const bool unknown = said.answer == FileAnswer::unknown;
    if (!unknown && said.have.count() != file->chunks) continue;
    files_moved_ |= Bitmap::stored(file->chunks, file->there).number() != said.have.number();
    file->there = said.have.bytes();
    file->answer = static_cast<std::uint8_t>(said.answer);
    settle(store_, *file);
    store_.put_file(*file);
    if (left_home(store_, file->home)) touched_.push_back(file->home);  // it may have waited for this
  }
}

void Engine::Site::take_blob(const Blob& blob, bool whole, Taken& taken) {
  const auto lacking = store_.files_lacking(blob.home, blob.id);
  const ChunkTaken done = take_chunk(store_, blob, env_.wall_ms);
  if (done == ChunkTaken::wrong) {
    if (whole) throw BundleRefused{OutcomeCode::bad_content, {}};
    out_.push_back(Notice{OutcomeCode::bad_content, blob.home.hex(), 0});
  }
  if (done != ChunkTaken::stored) return;
  ++taken.chunks;
  files_moved_ = true;
  for (const FileRow& file : lacking) filled_.push_back(file.attachment);
}

// After everything of an answer was taken in: which files go on, and whether to go on at once.
void Engine::Site::settle_files(Taken& taken) {
  std::sort(filled_.begin(), filled_.end());
  filled_.erase(std::unique(filled_.begin(), filled_.end()), filled_.end());
  for (const RecordId& attachment : filled_) {
    auto file = store_.file(attachment);
    if (!file) continue;
    settle(store_, *file);
    store_.put_file(*file);
  }
  // Only while something moves: a hub that says it has what it does not send is not asked without end.
  if (files_moved_ && !store_.files_under_way(1).empty()) taken.more = true;
}

}  // namespace tram::sync
