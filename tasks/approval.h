// Two persons (R27, R51-R53, O22): an approval seals one exact version, a mandate lets a substitute approve, and the
// author never does. Hashes are given as bytes; computing and signing them is left to others.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "crypto/bytes.h"
#include "tasks/time.h"

namespace tram::tasks {

struct Version {
  ByteArray<32> content{};  // hash of the content
  std::string form_version;
  std::string author;
};
struct Seal {
  ByteArray<32> content{};
  std::string form_version;
  std::string author;
  std::string approver;
  Moment at{};
};
bool seals(const Seal& seal, const Version& version);

struct Mandate {
  std::string person;
  std::string body;
  LocalDate from{}, to{};  // both included
  std::string authority;   // number and date of the document
  bool substitute = false;
};
enum class MayApprove : std::uint8_t { yes, is_the_author, no_mandate, mandate_ended };
MayApprove may_approve(std::string_view person, std::string_view author, std::string_view body,
                       std::span<const Mandate> mandates, LocalDate day);
// R53: is there anybody but the author? Sites are told before the clock runs out.
bool only_the_author_is_left(std::string_view author, std::string_view body, std::span<const Mandate> mandates,
                             LocalDate day);

enum class VersionState : std::uint8_t { draft, sealed, sent };
// The author takes a sealed version back before it is sent; nobody afterwards.
bool may_withdraw(VersionState state, bool is_author);
// A return to the author needs a reason; a correction of what was sent is a new version that names the old one.
bool may_return(VersionState state, std::string_view reason);
bool is_correction(VersionState state_of_old, std::string_view names);

}  // namespace tram::tasks
