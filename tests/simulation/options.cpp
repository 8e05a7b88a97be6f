#include "tests/simulation/options.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace tram::simulation {
namespace {

bool read_number(std::string_view text, std::uint64_t& out) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

// One of the names that a kind has.
template <class Kind>
bool read_name(std::string_view text, std::initializer_list<Kind> kinds, Kind& out) {
  for (const Kind kind : kinds) {
    if (name(kind) != text) continue;
    out = kind;
    return true;
  }
  return false;
}

struct Option {
  std::string_view name;
  bool (*read)(std::string_view value, Options& options);
};

constexpr std::array<Option, 10> kOptions = {{
    {"--profile",
     [](auto v, auto& o) {
       return read_name(v, {Scale::small, Scale::standard}, o.scale);
     }},
    {"--seed", [](auto v, auto& o) { return read_number(v, o.seed.emplace()); }},
    {"--first-seed", [](auto v, auto& o) { return read_number(v, o.first_seed); }},
    {"--seeds", [](auto v, auto& o) { return read_number(v, o.seeds); }},
    {"--until", [](auto v, auto& o) { return read_number(v, o.until); }},
    {"--shrink",
     [](auto v, auto& o) {
       o.shrink = v;
       return !v.empty();
     }},
    {"--archive",
     [](auto v, auto& o) {
       o.archive = v;
       return !v.empty();
     }},
    {"--workers", [](auto v, auto& o) { return read_number(v, o.workers) && o.workers > 0 && o.workers <= 64; }},
    {"--seconds", [](auto v, auto& o) { return read_number(v, o.seconds); }},
    {"--revision",
     [](auto v, auto& o) {
       o.revision = v;
       return true;
     }},
}};

}  // namespace

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--trace") {
      options.trace = true;
      continue;
    }
    bool known = false;
    for (const Option& option : kOptions) {
      if (option.name != word) continue;
      if (i + 1 == argc || !option.read(argv[++i], options)) return std::nullopt;
      known = true;
      break;
    }
    if (!known) return std::nullopt;
  }
  if ((!options.shrink.empty() || !options.archive.empty()) && !options.seed) return std::nullopt;
  return options;
}

void print_usage() {
  std::fprintf(stderr,
               "tram-sim [--profile small|standard] [--first-seed N] [--seeds N] [--workers N] [--seconds N]\n"
               "tram-sim --seed S [--profile P] [--until STEP] [--trace]\n"
               "tram-sim --seed S [--profile P] --shrink FILE_case.cpp\n"
               "tram-sim --seed S [--profile P] --archive FILE\n"
               "all: [--revision TEXT]\n");
}

}  // namespace tram::simulation
