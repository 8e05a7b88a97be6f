// Drafts: what one person wrote and a second has to approve before it becomes a changeset (sync design 3, R27). This is
// the one point of R51 that every entrance passes (form, import, API, command line): an approval names one exact
// version, and nobody approves the own draft. The schema holds the second rule once more. Writes run inside a
// transaction.
#pragma once
#include "station/store/sqlite.h"
#include "sync/ids.h"

namespace tram::station {

using DraftId = sync::Id<struct DraftTag>;

inline constexpr std::size_t kDraftBytes = 1u << 20;  // files are attachments and lie elsewhere
inline constexpr std::size_t kDraftReasonBytes = 4096;

enum class DraftState : std::uint8_t { to_approve = 0, approved = 1, returned = 2 };

struct Draft {
  DraftId id;
  std::string kind;  // the command's word for it, 1..32 bytes
  std::uint16_t form_version = 1;
  sync::RecordId home;
  sync::RecordId record;
  Bytes content;
  sync::PersonId author;
  std::string author_name;
  std::uint64_t created_ms = 0;  // of the content as it stands
  DraftState state = DraftState::to_approve;
  std::optional<sync::PersonId> decided_by;
  std::uint64_t decided_ms = 0;
  std::string reason;  // of a return
  std::optional<sync::Hash> changeset;
  bool operator==(const Draft&) const = default;

  sync::Hash content_hash() const;  // H(TRM1-blob, content)
};

// The seal of R51.
struct Approval {
  sync::Hash content_hash{};
  std::uint16_t form_version = 0;
  sync::PersonId author;
  sync::PersonId approver;
  std::uint64_t approved_ms = 0;
};

class Drafts {
 public:
  explicit Drafts(Connection& connection) : connection_(connection) {}

  std::optional<Draft> get(const DraftId& id);
  std::vector<Draft> in_state(DraftState state);           // oldest first
  std::vector<Draft> of_home(const sync::RecordId& home);  // oldest first
  // State and decision of `draft` are ignored: it starts as to_approve. Errors: already_exists, over_limit,
  // not_a_person.
  Result<void> add(const Draft& draft);
  // New content by its author; a returned draft waits for approval again. Errors: no_such_row, wrong_state (approved),
  // not_the_author, over_limit.
  Result<void> revise(const DraftId& id, const sync::PersonId& author, ByteView content, std::uint16_t form_version,
                      std::uint64_t now_ms);
  // `content_hash` is that of the version the approver saw. Errors: no_such_row, wrong_state, not_a_person,
  // same_person, content_changed.
  Result<Approval> approve(const DraftId& id, const sync::PersonId& approver, const sync::Hash& content_hash,
                           std::uint64_t now_ms);
  // Errors: no_such_row, wrong_state, not_a_person, over_limit.
  Result<void> give_back(const DraftId& id, const sync::PersonId& by, std::string_view reason, std::uint64_t now_ms);
  // The changeset an approved draft became. Errors: wrong_state.
  Result<void> set_changeset(const DraftId& id, const sync::Hash& changeset);
  // What a person wrote and nobody approved; oldest first.
  std::vector<Draft> open_of(const sync::PersonId& author);
  // Somebody else answers for it from now on; how many there were.
  std::size_t hand_on(const sync::PersonId& from, const sync::PersonId& to, std::string_view to_name);
  // Errors: no_such_row, wrong_state (approved), not_the_author.
  Result<void> remove(const DraftId& id, const sync::PersonId& author);

 private:
  Connection& connection_;
};

}  // namespace tram::station
