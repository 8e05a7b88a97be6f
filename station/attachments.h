// Attachments as people handle them (sync design 11): attaching a file to a task, an assignment or a report, listing
// what hangs there and how much of it is here, saving it, withdrawing it. Contents go chunk by chunk through the store;
// when they travel is sync's.
#pragma once
#include <boost/json.hpp>

#include "station/task_view.h"

namespace tram::station {

// A record that files may hang on, and its home.
struct AttachmentPlace {
  sync::RecordId record;
  sync::RecordId home;
};

// Where `task attach` puts a file: the assignment of `org`, else at a node our own one, else the task itself.
// Refusals: unknown_ref, ambiguous_ref, unknown_body.
AttachmentPlace place_in_task(Station& station, std::string_view ref, std::optional<std::string_view> org);
// A record by its id. Refusals: unknown_record.
AttachmentPlace place_of_record(Station& station, std::string_view id);

enum class AttachmentState : std::uint8_t { here, partial, missing, withdrawn };
std::string_view name(AttachmentState state);

struct AttachmentView {
  sync::RecordId id;
  sync::RecordId on;
  sync::RecordId home;
  std::string name;  // cleaned: shown, never a path
  std::string media_type;
  std::uint64_t size = 0;
  Body from;       // whose device attached it
  std::string by;  // the person
  std::uint64_t at_ms = 0;
  AttachmentState state = AttachmentState::missing;
  std::uint32_t chunks = 0;
  std::uint32_t chunks_here = 0;
  std::optional<std::uint32_t> chunks_at_hub;  // node: as far as the hub said
  bool paused = false;                         // node: the hub takes no more at this moment
};

// Refusals: class_refused (a closed zone), no_such_file, not_a_file, file_too_large, quota_reached, file_changed,
// role_missing. In transactions of its own; a file that is refused midway leaves chunks that expire.
AttachmentView attach_file(Station& station, const Actor& actor, const AttachmentPlace& place,
                           const std::filesystem::path& file);

// Of a task and its assignments by ref, or of one record by its id; oldest first.
std::vector<AttachmentView> attachments_of(Station& station, std::string_view ref);
// Refusal: unknown_attachment.
AttachmentView attachment_named(Station& station, std::string_view id);

// The contents in order, each chunk checked against its id. Refusals: attachment_withdrawn, attachment_incomplete,
// attachment_damaged.
void read_attachment(Station& station, const AttachmentView& attachment, const std::function<void(ByteView)>& take);
// Into a new file. Refusals: those, exists, media codes.
void save_attachment(Station& station, const AttachmentView& attachment, const std::filesystem::path& file);

// Its contents are served no more and expire everywhere; the record stays. Refusals: not_ours, attachment_withdrawn.
sync::Acknowledge withdraw_attachment(Station& station, const Actor& actor, const AttachmentView& attachment);

boost::json::object json_of(const AttachmentView& attachment);

}  // namespace tram::station
