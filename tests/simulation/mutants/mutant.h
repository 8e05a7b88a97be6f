// Programs that are wrong on purpose: each value takes one check, order or promise away. The simulator must notice
// every one at its pinned seed; what it does not notice, it does not check. Only test programs are compiled with this
// header.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tram::mutants {

enum class Mutant : std::uint8_t {
  none,
  // in sync, by a hook
  skip_chain_check,              // a site does not compare a segment's chain with the signed head
  last_writer_by_arrival,        // concurrent values: what the hub took in last wins
  proposal_applied,              // an operation without authority is folded all the same
  scope_leak,                    // work not handed over reaches the bodies it names
  supersedes_ignored,            // a write retires nothing of what its author had seen
  second_person_ignored,         // the writer approves their own work (R27)
  lost_race_ignored,             // an authority change made on an older state holds
  half_a_changeset,              // all_or_nothing: what is admitted of it is kept
  time_not_clamped,              // a wrong clock decides who wrote last
  receipt_reused_after_restore,  // a site set back counts receipts of work that it no longer holds as done
  // in the simulator's driver
  cursor_before_data,    // the site commits its stream cursor before what the cursor stands for
  receipt_before_fsync,  // the hub's response leaves before the receipts in it are durable
  fence_ignored,         // a site starts without reading its fence file
  hub_seq_gap,           // a transaction that never ended has used up a hub_seq
};

std::string_view name(Mutant mutant);
std::optional<Mutant> find(std::string_view name);  // none included
std::vector<Mutant> all();                          // without none

inline Mutant active = Mutant::none;

}  // namespace tram::mutants

#define TRAM_MUTANT(which) (::tram::mutants::active == ::tram::mutants::Mutant::which)
