// The envelope of the national document network (edXML), read in brief: what of its header a document of a plan has a
// field for, and what the person who loads it should know (domain.md, "edXML"). Nothing here claims compatibility with
// the central system. The document itself (its body, its attachments) is not read. An envelope names bodies by codes
// that are not ours, and no class: a person adds those.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "tasks/errc.h"
#include "tasks/time.h"

namespace tram::station {

enum class EnvelopeKind : std::uint8_t { issue, recall, update, replace };  // BussinessDocType 0 to 3
std::string_view name_of(EnvelopeKind kind);

struct Envelope {
  std::string number, symbol, kind, subject, place, sender, signer, answers;
  std::optional<tasks::LocalDate> issued_on = std::nullopt, due_on = std::nullopt;
  int urgency = 0;   // 0 none, 1 to 4 (R1)
  int steering = 0;  // 2 assignment, 3 report; 0 = not said
  EnvelopeKind envelope = EnvelopeKind::issue;
};

inline constexpr std::size_t kMaxEnvelopeField = 4096;

// bad_envelope: not well-formed, no edXML header, a number out of its range, a field of more than kMaxEnvelopeField
// bytes, or one that is no clean text.
tasks::Result<Envelope> read_edxml(std::string_view xml);

// The document file of a plan, as far as the envelope fills it; bodies and class are left empty.
std::string envelope_as_csv(const Envelope& envelope);

}  // namespace tram::station
