#include "tasks/approval.h"

namespace tram::tasks {
namespace {

bool in_force(const Mandate& m, std::string_view body, LocalDate day) {
  return m.body == body && m.from <= day && day <= m.to && !m.authority.empty();
}

}  // namespace

// R51: an approval names hash, form version and author of one exact version; one changed character needs a new one.
bool seals(const Seal& seal, const Version& version) {
  return seal.content == version.content && seal.form_version == version.form_version &&
         seal.author == version.author && !seal.approver.empty() && seal.approver != version.author;
}

// R27, R53: a second person with a mandate in force, substitutes too, and never the author.
MayApprove may_approve(std::string_view person, std::string_view author, std::string_view body,
                       std::span<const Mandate> mandates, LocalDate day) {
  if (person == author) return MayApprove::is_the_author;
  bool had_one = false;
  for (const Mandate& m : mandates) {
    if (m.person != person || m.body != body) continue;
    if (in_force(m, body, day)) return MayApprove::yes;
    had_one = true;
  }
  return had_one ? MayApprove::mandate_ended : MayApprove::no_mandate;
}

// R53: a site where only the author is left is told so.
bool only_the_author_is_left(std::string_view author, std::string_view body, std::span<const Mandate> mandates,
                             LocalDate day) {
  for (const Mandate& m : mandates)
    if (m.person != author && in_force(m, body, day)) return false;
  return true;
}

// R52: a sealed version is locked; before it is sent the author may withdraw it.
bool may_withdraw(VersionState state, bool is_author) {
  return state == VersionState::sealed && is_author;
}

// R52: a return to the author needs a reason.
bool may_return(VersionState state, std::string_view reason) {
  return state != VersionState::draft && !reason.empty();
}

// R52: afterwards a correction is a new version that names the old one.
bool is_correction(VersionState state_of_old, std::string_view names) {
  return state_of_old == VersionState::sent && !names.empty();
}

}  // namespace tram::tasks
