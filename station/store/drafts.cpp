#include "station/store/drafts.h"

#include "crypto/hash.h"
#include "station/store/columns.h"

namespace tram::station {

static Select& operator>>(Select& s, Draft& d) {
  return s >> d.id >> d.kind >> d.form_version >> d.home >> d.record >> d.content >> d.author >> d.author_name >>
         d.created_ms >> d.state >> d.decided_by >> d.decided_ms >> d.reason >> d.changeset;
}

sync::Hash Draft::content_hash() const {
  return crypto::hash("TRM1-blob", {content});
}

std::optional<Draft> Drafts::get(const DraftId& id) {
  return one<Draft>({connection_, "draft.get", id});
}

std::vector<Draft> Drafts::in_state(DraftState state) {
  return all<Draft>({connection_, "draft.in_state", state});
}

std::vector<Draft> Drafts::of_home(const sync::RecordId& home) {
  return all<Draft>({connection_, "draft.of_home", home});
}

Result<void> Drafts::add(const Draft& d) {
  if (d.kind.empty() || d.kind.size() > 32 || d.author_name.size() > 256 || d.content.size() > kDraftBytes)
    return errc::over_limit;
  if (d.author.is_zero()) return errc::not_a_person;
  const int added = change(connection_, "draft.add", d.id, d.kind, d.form_version, d.home, d.record, d.content,
                           d.author, d.author_name, d.created_ms, DraftState::to_approve,
                           std::optional<sync::PersonId>{}, 0, "", std::optional<sync::Hash>{});
  if (added == 0) return errc::already_exists;
  return {};
}

Result<void> Drafts::revise(const DraftId& id, const sync::PersonId& author, ByteView content,
                            std::uint16_t form_version, std::uint64_t now_ms) {
  const auto draft = get(id);
  if (!draft) return errc::no_such_row;
  if (draft->state == DraftState::approved) return errc::wrong_state;
  // A second hand in the text could approve the own words: whoever disagrees gives the draft back.
  if (draft->author != author) return errc::not_the_author;
  if (content.size() > kDraftBytes) return errc::over_limit;
  change(connection_, "draft.revise", content, form_version, now_ms, id);
  return {};
}

Result<Approval> Drafts::approve(const DraftId& id, const sync::PersonId& approver, const sync::Hash& content_hash,
                                 std::uint64_t now_ms) {
  const auto draft = get(id);
  if (!draft) return errc::no_such_row;
  if (draft->state != DraftState::to_approve) return errc::wrong_state;
  if (approver.is_zero()) return errc::not_a_person;
  if (draft->author == approver) return errc::same_person;
  if (draft->content_hash() != content_hash) return errc::content_changed;
  change(connection_, "draft.decide", DraftState::approved, approver, now_ms, "", id);
  return Approval{.content_hash = content_hash,
                  .form_version = draft->form_version,
                  .author = draft->author,
                  .approver = approver,
                  .approved_ms = now_ms};
}

Result<void> Drafts::give_back(const DraftId& id, const sync::PersonId& by, std::string_view reason,
                               std::uint64_t now_ms) {
  const auto draft = get(id);
  if (!draft) return errc::no_such_row;
  if (draft->state != DraftState::to_approve) return errc::wrong_state;
  if (by.is_zero()) return errc::not_a_person;
  if (reason.size() > kDraftReasonBytes) return errc::over_limit;
  change(connection_, "draft.decide", DraftState::returned, by, now_ms, reason, id);
  return {};
}

Result<void> Drafts::set_changeset(const DraftId& id, const sync::Hash& changeset) {
  if (change(connection_, "draft.set_changeset", changeset, id) == 0) return errc::wrong_state;
  return {};
}

std::vector<Draft> Drafts::open_of(const sync::PersonId& author) {
  return all<Draft>({connection_, "draft.open_of", author});
}

std::size_t Drafts::hand_on(const sync::PersonId& from, const sync::PersonId& to, std::string_view to_name) {
  return static_cast<std::size_t>(change(connection_, "draft.hand_on", to, to_name, from));
}

Result<void> Drafts::remove(const DraftId& id, const sync::PersonId& author) {
  const auto draft = get(id);
  if (!draft) return errc::no_such_row;
  if (draft->state == DraftState::approved) return errc::wrong_state;
  if (draft->author != author) return errc::not_the_author;
  change(connection_, "draft.remove", id);
  return {};
}

}  // namespace tram::station
