#include "tests/simulation/universe.h"

#include <cstdio>

namespace tram::simulation {

void Trace::line(std::uint64_t now_ms, const std::string& text) {
  for (std::size_t i = 0; i < 8; ++i) value_ = (value_ ^ ((now_ms >> (8 * i)) & 0xFF)) * 0x100000001B3ull;
  for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
  if (print_) std::printf("%12llu %s\n", static_cast<unsigned long long>(now_ms), text.c_str());
  if (keep_ != nullptr) keep_->push_back(std::to_string(now_ms) + " " + text);
}

bool Universe::happens(Fault fault, Random& random) {
  const bool drawn = random.in_ten_thousand(settings.rate[static_cast<std::size_t>(fault)]);
  if (!drawn || calm) return false;
  reach(fault);
  return true;
}

}  // namespace tram::simulation
