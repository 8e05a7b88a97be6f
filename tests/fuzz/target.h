// One fuzz target (reliability design 4; bundle design 8.3): a decoder, what must hold for every input, and inputs made
// by the real encoders to start from. One file each; targets.cpp lists them. fuzzer_main.cpp runs them under libFuzzer,
// replay_main.cpp runs files through them in any build.
#pragma once
#include <functional>
#include <span>
#include <string_view>

#include "crypto/bytes.h"

namespace tram::fuzz {

// Takes one seed: a name for its file, and its bytes.
using AddSeed = std::function<void(std::string_view name, ByteView bytes)>;

struct Target {
  std::string_view name;
  std::size_t most_bytes = 64u << 10;
  std::string_view
      decoders;  // the sources it is there for, separated by spaces: tests/fuzz/replay holds their coverage
  void (*run)(ByteView input);
  void (*seeds)(const AddSeed& add);
};

std::span<const Target* const> all_targets();
const Target* find_target(std::string_view name);
// One line a target: name, largest input, sources.
void print_targets();
// Once per process, and once before each input: randomness is the same every time.
void prepare_process();
void prepare_input();

// A property that must hold for every input. Prints `what` and aborts, which the fuzzer and the replay report.
void hold(bool property, const char* what);

// How a custom mutator changes bytes where they lie; returns the new size, at most `most`.
using Mutate = std::size_t (*)(std::uint8_t* bytes, std::size_t size, std::size_t most);

}  // namespace tram::fuzz
