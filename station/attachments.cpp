// Attaching, listing, saving and withdrawing files.
#include "station/attachments.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/attachment_file.h"
#include "station/people.h"
#include "station/permission_gate.h"
#include "station/stick/shown_name.h"
#include "sync/file_rows.h"
#include "sync/limits.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

using tasks::field_number;
using tasks::RecordType;

constexpr auto kType = static_cast<std::uint16_t>(RecordType::attachment);
constexpr auto kHangsOn = field_number(RecordType::attachment, "hangs_on");
constexpr auto kName = field_number(RecordType::attachment, "name");
constexpr auto kMediaType = field_number(RecordType::attachment, "media_type");
constexpr auto kSize = field_number(RecordType::attachment, "size");
constexpr auto kChunkList = field_number(RecordType::attachment, "chunk_list");
constexpr auto kState = field_number(RecordType::attachment, "state");
constexpr auto kWithdrawn = tasks::event_number(RecordType::attachment, "withdrawn");

constexpr std::size_t kChunksPerTransaction = 16;  // 4 MiB

std::string in_words(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KB", static_cast<double>(bytes) / 1024);
  if (bytes < 1024ull * 1024 * 1024) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1024.0 * 1024));
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / (1024.0 * 1024 * 1024));
}

// Stated, never trusted: what is downloaded is application/octet-stream all the same.
std::string_view media_type_of(const std::filesystem::path& file) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".pdf", "application/pdf"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
      {".odt", "application/vnd.oasis.opendocument.text"},
      {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".csv", "text/csv"},
      {".txt", "text/plain"},
      {".zip", "application/zip"}};
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [known, type] : kTypes)
    if (known == extension) return type;
  return "application/octet-stream";
}

void check_size(Station& station, std::uint64_t size, const std::string& shown) {
  using sync::limits::kAttachmentBytes;
  using sync::limits::kAttachmentsPerBody;
  if (size > kAttachmentBytes)
    throw refused("file_too_large",
                  fmt::format("\"{}\" is larger than the {} that a file may have.", shown, in_words(kAttachmentBytes)),
                  "Split it or compress it.");
  const std::uint64_t used = station.store().attached_bytes(station.organisation());
  if (used + size > kAttachmentsPerBody)
    throw refused("quota_reached",
                  fmt::format("This body has attached {} of at most {}; {} more do not fit.", in_words(used),
                              in_words(kAttachmentsPerBody), in_words(size)),
                  "Withdraw files that are no longer needed.");
}

// Cuts and stores the contents; the ids in order. A chunk that is there already costs nothing.
std::vector<sync::ChunkId> store_chunks(Station& station, const sync::RecordId& home, RegularFile& file) {
  const auto key = sync::blob_key_of_home(station.store(), home);
  if (!key) throw refused("unknown_record", "There is no such record here.", "Open the list again.");
  std::vector<sync::ChunkId> ids;
  std::vector<std::pair<sync::ChunkId, Bytes>> waiting;
  const auto flush = [&] {
    station.transact([&] {
      for (const auto& [id, bytes] : waiting) station.store().put_chunk(home, id, bytes, wall_clock_ms());
    });
    waiting.clear();
  };
  read_in_chunks(file, [&](ByteView chunk) {
    ids.push_back(sync::chunk_id(*key, chunk));
    waiting.emplace_back(ids.back(), Bytes(chunk.begin(), chunk.end()));
    if (waiting.size() == kChunksPerTransaction) flush();
  });
  if (!waiting.empty()) flush();
  return ids;
}

sync::Operation set(const sync::RecordId& record, std::uint16_t field, sync::Value value) {
  sync::Operation op;
  op.record = record;
  op.field = field;
  op.value = std::move(value);
  return op;
}

AttachmentView view_of(Station& station, const sync::RecordRow& record) {
  const Fields f(station, record.id);
  AttachmentView v;
  v.id = record.id;
  v.home = record.home;
  v.on = record.home;
  if (const auto on = f.id(kHangsOn)) v.on = sync::RecordId{*on};
  v.name = shown_name(f.text(kName));
  v.media_type = shown_name(f.text(kMediaType));
  v.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, f.integer(kSize)));
  v.from = body_of(station, record.owner);
  if (const auto made_by = station.store().changeset(record.changeset)) {
    if (const auto header = sync::decode_header(made_by->bytes.header)) {
      v.by = person_name(station, header->person);
      v.at_ms = header->written_ms();
    }
  }
  const auto file = station.store().file(record.id);
  if (file) {
    v.chunks = file->chunks;
    v.chunks_here = file->chunks - file->missing;
    if (station.program() == Program::node) {
      v.chunks_at_hub = sync::Bitmap::stored(file->chunks, file->there).number();
      v.paused = static_cast<sync::FileAnswer>(file->answer) == sync::FileAnswer::paused;
    }
  }
  if (f.event(kState) == kWithdrawn || (file && file->state == sync::FileState::withdrawn))
    v.state = AttachmentState::withdrawn;
  else if (file && v.chunks_here == v.chunks)
    v.state = AttachmentState::here;
  else if (v.chunks_here > 0)
    v.state = AttachmentState::partial;
  return v;
}

std::vector<AttachmentView> of_home(Station& station, const sync::RecordId& home) {
  std::vector<AttachmentView> found;
  for (const sync::RecordRow& record : station.store().records_of_home(home, sync::Layer::provisional))
    if (record.type == kType) found.push_back(view_of(station, record));
  return found;
}

}  // namespace

std::string_view name(AttachmentState state) {
  constexpr std::string_view kNames[] = {"here", "partial", "missing", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

AttachmentPlace place_in_task(Station& station, std::string_view ref, std::optional<std::string_view> org) {
  const TaskView task = task_named(station, ref);
  const auto ours = [&](const AssignmentView& a) { return a.body.code == station.organisation_code(); };
  const bool own =
      station.program() == Program::node && std::any_of(task.assignments.begin(), task.assignments.end(), ours);
  if (!org && !own) return {task.id, task.id};
  const AssignmentView& assignment = assignment_of(station, task, org ? *org : station.organisation_code());
  return {assignment.id, assignment.id};
}

AttachmentPlace place_of_record(Station& station, std::string_view id) {
  const auto parsed = sync::RecordId::parse(id);
  const auto record = parsed ? station.store().record(*parsed, sync::Layer::provisional) : std::nullopt;
  if (!record) throw refused("unknown_record", "There is no such record here.", "Check the id.");
  return {record->id, record->home};
}

AttachmentView attach_file(Station& station, const Actor& actor, const AttachmentPlace& place,
                           const std::filesystem::path& path) {
  if (station.schema().attachment() == nullptr)
    throw refused("class_refused", "In a closed zone no files are attached (R8).",
                  "Send the file on the way meant for its class.");
  const Permit may = permit(station, actor, tasks::Action::attach_file, {.record = place.record});
  RegularFile file = open_to_attach(path);
  const std::string shown = tasks::to_nfc(shown_name(path.filename().string()));
  check_size(station, file.size, shown);
  const auto ids = store_chunks(station, place.home, file);
  sync::RecordId record;
  station.transact([&] {
    sync::Operation create = station.create_record(kType, place.home);
    record = create.record;
    std::vector<sync::Operation> operations = {
        std::move(create),
        set(record, kHangsOn, sync::Value::id(place.record)),
        set(record, kName, sync::Value::text(shown)),
        set(record, kMediaType, sync::Value::text(media_type_of(path))),
        set(record, kSize, sync::Value::integer(static_cast<std::int64_t>(file.size))),
        set(record, kChunkList, sync::Value(sync::Value::Variant(sync::Structure{sync::encode_chunk_list(ids)})))};
    station.audit(actor, "attach", record.hex(), "done", shown);
    (void)station.save(may, place.home, std::move(operations));
  });
  return attachment_named(station, record.hex());
}

std::vector<AttachmentView> attachments_of(Station& station, std::string_view ref) {
  std::vector<AttachmentView> found;
  const auto add = [&](std::vector<AttachmentView> some) {
    for (AttachmentView& a : some) found.push_back(std::move(a));
  };
  if (sync::RecordId::parse(ref)) {
    const AttachmentPlace place = place_of_record(station, ref);
    add(of_home(station, place.home));
    if (place.record != place.home) std::erase_if(found, [&](const AttachmentView& a) { return a.on != place.record; });
  } else {
    const TaskView task = task_named(station, ref);
    add(of_home(station, task.id));
    for (const AssignmentView& a : task.assignments) add(of_home(station, a.id));
  }
  std::sort(found.begin(), found.end(), [](const AttachmentView& a, const AttachmentView& b) {
    return std::tie(a.at_ms, a.id) < std::tie(b.at_ms, b.id);
  });
  return found;
}

AttachmentView attachment_named(Station& station, std::string_view id) {
  const auto parsed = sync::RecordId::parse(id);
  const auto record = parsed ? station.store().record(*parsed, sync::Layer::provisional) : std::nullopt;
  if (!record || record->type != kType)
    throw refused("unknown_attachment", "There is no such attachment here.", "See `attachment list`.");
  return view_of(station, *record);
}

void read_attachment(Station& station, const AttachmentView& a, const std::function<void(ByteView)>& take) {
  if (a.state == AttachmentState::withdrawn)
    throw wrong_state("attachment_withdrawn", "This attachment was withdrawn.", "Ask the body that attached it.");
  if (a.state != AttachmentState::here)
    throw wrong_state("attachment_incomplete",
                      fmt::format("\"{}\" is not whole here: {} of {} parts of {}. It comes from {}.", a.name,
                                  a.chunks_here, a.chunks, in_words(a.size), a.from.name),
                      "It is fetched with the next exchanges or bundles.");
  const auto key = sync::blob_key_of_home(station.store(), a.home);
  std::uint64_t given = 0;
  for (const sync::ChunkId& id : station.store().chunk_list(a.id)) {
    const auto chunk = station.store().chunk(a.home, id);
    if (!key || !chunk || sync::chunk_id(*key, *chunk) != id)
      throw ActRefused(exit_status::kFailed, "attachment_damaged", "A stored part of this file is damaged.",
                       "Run verify; restore a backup if it names the database.");
    given += chunk->size();
    take(*chunk);
  }
  if (given != a.size)
    throw refused("attachment_damaged", "This file does not have the size that was stated for it.",
                  "Ask the body that attached it to do so again.");
}

void save_attachment(Station& station, const AttachmentView& attachment, const std::filesystem::path& path) {
  NewFile file(path);
  read_attachment(station, attachment, [&](ByteView chunk) { file.write(chunk); });
  file.finish();
}

sync::Acknowledge withdraw_attachment(Station& station, const Actor& actor, const AttachmentView& a) {
  if (a.state == AttachmentState::withdrawn)
    throw wrong_state("attachment_withdrawn", "This attachment was withdrawn already.", "Nothing is left to do.");
  const auto record = station.store().record(a.id, sync::Layer::provisional);
  if (!record || record->owner != station.organisation())
    throw refused("not_ours", "Only the body that attached a file withdraws it.", "Ask that body.");
  const Permit may = permit(station, actor, tasks::Action::attach_file, {.record = a.id});
  sync::Acknowledge saved;
  station.transact([&] {
    sync::Operation op;
    op.kind = sync::OperationKind::status_event;
    op.record = a.id;
    op.field = kState;
    op.event = kWithdrawn;
    station.audit(actor, "attachment_withdraw", a.id.hex(), "done");
    saved = station.save(may, a.home, {std::move(op)});
  });
  return saved;
}

boost::json::object json_of(const AttachmentView& a) {
  boost::json::object o{{"id", a.id.hex()},           {"on", a.on.hex()},  {"name", a.name},
                        {"media_type", a.media_type}, {"size", a.size},    {"org", a.from.code},
                        {"org_name", a.from.name},    {"by", a.by},        {"at", rfc3339(a.at_ms)},
                        {"state", name(a.state)},     {"parts", a.chunks}, {"parts_here", a.chunks_here}};
  o["parts_at_hub"] = a.chunks_at_hub ? boost::json::value(*a.chunks_at_hub) : boost::json::value(nullptr);
  o["paused"] = a.paused;
  return o;
}

}  // namespace tram::station
