// The named containers of tests/vectors/trb, each made anew by this program: what it is, who opens it, what it gives.
#pragma once
#include <string>
#include <vector>

#include "tests/unit/sync/container_world.h"

namespace tram::sync::test {

struct ContainerCase {
  std::string name;
  bool opened_at_hub = true;
  Profile entrance = Profile::network;
  OutcomeCode expected = OutcomeCode::ok_new;
  Bytes bytes;

  OpenContext context() const { return opened_at_hub ? at_hub(entrance) : at_site(entrance); }
};
// In a fixed order, so that one seed gives one set of files.
std::vector<ContainerCase> container_cases();

}  // namespace tram::sync::test
