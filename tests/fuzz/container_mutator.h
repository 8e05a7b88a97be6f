// Changes behind the crypto (bundle design 8.3): opens a container with the fixed keys of the container tests, changes
// one part, and seals and signs it again, so that what comes after the signature is reached. Test code only.
#pragma once
#include "tests/fuzz/target.h"

namespace tram::fuzz {

std::size_t mutate_container(std::uint8_t* bytes, std::size_t size, std::size_t most, unsigned int seed, Mutate mutate);

}  // namespace tram::fuzz
