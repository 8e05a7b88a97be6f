// libFuzzer's side: the target is named by TRAM_FUZZ_TARGET, which processes that libFuzzer starts itself inherit.
// --list prints the targets.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/container_mutator.h"
#include "tests/fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

const tram::fuzz::Target* target = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc == 2 && std::string_view((*argv)[1]) == "--list") {
    tram::fuzz::print_targets();
    std::exit(0);
  }
  const char* name = std::getenv("TRAM_FUZZ_TARGET");
  target = tram::fuzz::find_target(name != nullptr ? name : "");
  if (target == nullptr) {
    std::fprintf(stderr, "TRAM_FUZZ_TARGET names no target\n");
    std::exit(2);
  }
  tram::fuzz::prepare_process();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tram::fuzz::prepare_input();
  target->run({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned int seed) {
  if (target->name != "container") return LLVMFuzzerMutate(data, size, most);
  return tram::fuzz::mutate_container(data, size, most, seed, LLVMFuzzerMutate);
}
