#include "tests/fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace tram::fuzz {

std::span<const Target* const> all_targets() {
  static const Target* const all[] = {&apply,
                                      &attachment_frames,
                                      &audit,
                                      &calendar,
                                      &canonical_json,
                                      &changeset,
                                      &container,
                                      &control_message,
                                      &criteria,
                                      &csv,
                                      &damaged_database,
                                      &deadline,
                                      &directory_chain,
                                      &directory_entry,
                                      &encodings,
                                      &enrolment,
                                      &fence,
                                      &frames,
                                      &http_origin,
                                      &http_request,
                                      &json_body,
                                      &key_file,
                                      &keystore,
                                      &log_chain,
                                      &operations,
                                      &outline,
                                      &part_frames,
                                      &payload,
                                      &plan_import,
                                      &policy,
                                      &receipt,
                                      &report,
                                      &rotation,
                                      &segment,
                                      &snapshot,
                                      &stick_scan,
                                      &stream_chain,
                                      &text,
                                      &text_signature,
                                      &values,
                                      &workbook};
  return all;
}

const Target* find_target(std::string_view name) {
  const auto all = all_targets();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Target* t) { return t->name == name; });
  return found == all.end() ? nullptr : *found;
}

void print_targets() {
  for (const Target* t : all_targets())
    std::printf("%s %zu %s\n", std::string(t->name).c_str(), t->most_bytes, std::string(t->decoders).c_str());
}

}  // namespace tram::fuzz
