// The synthetic schema, and the policy that is shipped for it.
#include "synthetic_schema.h"

namespace tram::sync::test {

Schema synthetic_schema() {
  Schema s;
  s.add_type(kCase, kRelationHub | kRelationAssigning, "case");
  s.add_type(kUpdate, kRelationImplementing, "update");
  s.add_type(kPaper, kRelationHub, "paper");
  using enum FieldKind;
  s.add(FieldSpec{kCase, kOrigin, create_once, kRelationOwner, ValueKind::text, ScopePart::none, "origin"});
  s.add(FieldSpec{kCase, kTitle, reg, kRelationAll, ValueKind::text, ScopePart::none, "title"});
  s.add(FieldSpec{kCase, kAssigning, authority, kRelationAssigning, ValueKind::id, ScopePart::assigning, "assigning"});
  s.add(FieldSpec{kCase, kImplementing, authority, kRelationAssigning, ValueKind::id, ScopePart::implementing, "imp"});
  s.add(FieldSpec{kCase, kDeadline, guarded, kRelationAssigning, ValueKind::integer, ScopePart::none, "deadline"});
  s.add(FieldSpec{kCase, kState, events, kRelationAll, ValueKind::absent, ScopePart::none, "state"});
  s.add(
      FieldSpec{kCase, kPercent, single_writer, kRelationImplementing, ValueKind::integer, ScopePart::none, "percent"});
  s.add(FieldSpec{kCase, kTags, set, kRelationAll, ValueKind::text, ScopePart::none, "tags"});
  s.add(FieldSpec{kCase, kNotes, log, kRelationAll, ValueKind::text, ScopePart::none, "notes"});
  s.add(FieldSpec{kCase, kWrittenBy, reg, kRelationAll, ValueKind::id, ScopePart::written_by, "written_by"});
  s.add(FieldSpec{kCase, kFollowing, authority, kRelationAssigning, ValueKind::id, ScopePart::follow_up, "follow_up"});
  s.add(FieldSpec{kCase, kPriority, guarded, kRelationAssigning | kRelationFollowUp, ValueKind::integer,
                  ScopePart::none, "priority"});
  const auto event = [&](std::uint16_t number, std::uint16_t precedence, std::uint16_t writers, const char* name) {
    s.add(EventSpec{kCase, kState, number, precedence, writers, ~0ull, name});
  };
  event(kHandedOver, 10, kRelationAssigning, "handed_over");
  event(kAvailable, 20, kRelationImplementing, "available");
  event(kStarted, 30, kRelationImplementing, "started");
  event(kDone, 40, kRelationImplementing, "done");
  event(kCancelled, 90, kRelationAssigning, "cancelled");
  event(kArchived, 95, kRelationAssigning, "archived");
  s.add(FieldSpec{kUpdate, kUpdateText, create_once, kRelationImplementing, ValueKind::text, ScopePart::none, "text"});
  s.add(FieldSpec{kPaper, kPaperTitle, reg, kRelationAll, ValueKind::text, ScopePart::none, "title"});
  s.add(FieldSpec{kPaper, kReceiving, set, kRelationHub, ValueKind::id, ScopePart::receiving, "receiving"});
  s.add(AutomaticEvent{kCase, kState, kHandedOver, kAvailable});
  s.add_type(kFile, kRelationAll, "file");
  s.add(FieldSpec{kFile, kFileSize, create_once, kRelationOwner, ValueKind::integer, ScopePart::none, "size"});
  s.add(FieldSpec{kFile, kFileChunks, create_once, kRelationOwner, ValueKind::structure, ScopePart::none, "chunks"});
  s.add(FieldSpec{kFile, kFileState, events, kRelationOwner, ValueKind::absent, ScopePart::none, "state"});
  s.add(EventSpec{kFile, kFileState, kWithdrawn, 10, kRelationOwner, ~0ull, "withdrawn"});
  s.set_attachment(
      {kFile, kFileSize, kFileChunks, kFileState, kWithdrawn, {kPaper}, kAttachedInTests, kUnfinishedInTests});
  return s;
}

Policy synthetic_policy(const Schema& schema) {
  const std::uint32_t office = role_bit(Role::hub_office), site = role_bit(Role::operator_) | role_bit(Role::approver);
  PolicyRoles roles;
  roles.by_relation[0] = office;                     // hub
  roles.by_relation[1] = office | site;              // assigning
  roles.by_relation[2] = site;                       // implementing
  roles.by_relation[3] = role_bit(Role::follow_up);  // follow-up
  roles.by_relation[4] = role_bit(Role::inspector);  // inspecting
  roles.by_relation[5] = office | site;              // owner
  roles.by_relation[6] = office | site;              // everybody in scope
  return shipped_policy(schema, roles, {{kCase, kState, kDone}});
}

}  // namespace tram::sync::test
