#include "tests/simulation/mutants/mutant.h"

#include <array>

namespace tram::mutants {
namespace {

constexpr std::array<std::string_view, 15> kNames = {"none",
                                                     "skip_chain_check",
                                                     "last_writer_by_arrival",
                                                     "proposal_applied",
                                                     "scope_leak",
                                                     "supersedes_ignored",
                                                     "second_person_ignored",
                                                     "lost_race_ignored",
                                                     "half_a_changeset",
                                                     "time_not_clamped",
                                                     "receipt_reused_after_restore",
                                                     "cursor_before_data",
                                                     "receipt_before_fsync",
                                                     "fence_ignored",
                                                     "hub_seq_gap"};

}  // namespace

std::string_view name(Mutant mutant) {
  return kNames.at(static_cast<std::size_t>(mutant));
}

std::optional<Mutant> find(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Mutant>(i);
  return std::nullopt;
}

std::vector<Mutant> all() {
  std::vector<Mutant> found;
  for (std::size_t i = 1; i < kNames.size(); ++i) found.push_back(static_cast<Mutant>(i));
  return found;
}

}  // namespace tram::mutants
