// What `sync` must know of the records it carries: field kinds, writers and events, handed in as one value by node and
// hub from the constants that `tasks` publishes (sync design 3). Format tests use a synthetic schema.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/changeset.h"
#include "sync/limits.h"
#include "sync/value.h"

namespace tram::sync {

enum class FieldKind : char {
  create_once = 'c',
  reg = 'r',
  guarded = 'g',
  single_writer = 'w',
  authority = 'a',
  set = 's',
  log = 'l',
  events = 'e',
};

// Who may write, as bits; the order is that of the writers of sync design 3.
enum Relation : std::uint16_t {
  kRelationHub = 1,
  kRelationAssigning = 2,
  kRelationImplementing = 4,
  kRelationFollowUp = 8,
  kRelationInspecting = 16,
  kRelationOwner = 32,
  kRelationAll = 64,
};

// What an authority or scope field means for the home it stands on.
enum class ScopePart : std::uint8_t { none, assigning, implementing, follow_up, coordinating, receiving, written_by };

struct FieldSpec {
  std::uint16_t type = 0;
  std::uint16_t field = 0;
  FieldKind kind = FieldKind::reg;
  std::uint16_t writers = kRelationAll;
  ValueKind value = ValueKind::text;
  ScopePart part = ScopePart::none;
  std::string name;
};

struct EventSpec {
  std::uint16_t type = 0;
  std::uint16_t field = 0;
  std::uint16_t event = 0;
  std::uint16_t precedence = 0;  // the highest wins among concurrent ones
  std::uint16_t writers = kRelationAll;
  std::uint64_t legal_after = ~0ull;  // bit n = legal when the base state is event n; bit 0 = no event yet
  std::string name;
};

// "When `on` is admitted on a record whose implementing body is ours, the program signs `emit` itself" (decisions 3).
struct AutomaticEvent {
  std::uint16_t type = 0, field = 0, on = 0, emit = 0;
};

// Which record names a file, and in which of its fields sync finds what it needs of it (sync design 11).
struct AttachmentSpec {
  std::uint16_t type = 0;
  std::uint16_t size = 0;             // field: integer
  std::uint16_t chunk_list = 0;       // field: structure of chunk ids
  std::uint16_t state = 0;            // field: events
  std::uint16_t withdrawn = 0;        // event of it
  std::vector<std::uint16_t> urgent;  // types of homes whose files go first
  // Hub: bytes of all files that a body attached, and of chunks of files that are not whole yet.
  std::uint64_t attached_per_body = limits::kAttachmentsPerBody;
  std::uint64_t unfinished_per_body = limits::kUnfinishedPerBody;
};

class Schema {
 public:
  void add(FieldSpec field);
  void add(EventSpec event);
  void add(AutomaticEvent event) { automatic_.push_back(event); }
  void set_attachment(AttachmentSpec spec) { attachment_ = std::move(spec); }
  // Record types anybody may create as a home of their own get creation rights here: relations by bits.
  void add_type(std::uint16_t type, std::uint16_t creators, std::string name);

  const FieldSpec* field(std::uint16_t type, std::uint16_t field) const;
  const FieldSpec* field(std::uint16_t type, std::string_view name) const;
  const EventSpec* event(std::uint16_t type, std::uint16_t field, std::uint16_t event) const;
  const EventSpec* event(std::uint16_t type, std::uint16_t field, std::string_view name) const;
  std::optional<std::uint16_t> creators(std::uint16_t type) const;
  std::string_view type_name(std::uint16_t type) const;
  void set_headers(HeaderReach reach) { headers_ = reach; }
  const HeaderReach& headers() const { return headers_; }
  const std::vector<AutomaticEvent>& automatic() const { return automatic_; }
  // Null where there are no attachments: in a closed zone (R8).
  const AttachmentSpec* attachment() const { return attachment_ ? &*attachment_ : nullptr; }
  std::vector<const FieldSpec*> fields_of(std::uint16_t type) const;
  // The first field of a type with that part, or null.
  const FieldSpec* part(std::uint16_t type, ScopePart part) const;
  const std::map<std::pair<std::uint16_t, std::uint16_t>, FieldSpec>& fields() const { return fields_; }
  const std::map<std::array<std::uint16_t, 3>, EventSpec>& events() const { return events_; }
  const std::map<std::uint16_t, std::pair<std::uint16_t, std::string>>& types() const { return types_; }

 private:
  std::map<std::pair<std::uint16_t, std::uint16_t>, FieldSpec> fields_;
  std::map<std::array<std::uint16_t, 3>, EventSpec> events_;
  std::map<std::uint16_t, std::pair<std::uint16_t, std::string>> types_;
  std::vector<AutomaticEvent> automatic_;
  std::optional<AttachmentSpec> attachment_;
  HeaderReach headers_;
};

}  // namespace tram::sync
