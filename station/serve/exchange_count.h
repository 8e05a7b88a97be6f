// tram_exchange_total{result}: exchanges of this process by what came of them.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace tram::station {

enum class ExchangeResult : std::uint8_t { done, refused, unreachable, failed };

// Counted and read on any thread.
class ExchangeCount {
 public:
  void add(ExchangeResult result) { counts_[static_cast<std::size_t>(result)].fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t of(ExchangeResult result) const {
    return counts_[static_cast<std::size_t>(result)].load(std::memory_order_relaxed);
  }
  // Prometheus text, every result from the start.
  std::string metrics() const {
    constexpr std::string_view kNames[] = {"done", "refused", "unreachable", "failed"};
    std::string text = "# TYPE tram_exchange_total counter\n";
    for (std::size_t i = 0; i < counts_.size(); ++i)
      text += "tram_exchange_total{result=\"" + std::string(kNames[i]) + "\"} " +
              std::to_string(counts_[i].load(std::memory_order_relaxed)) + "\n";
    return text;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 4> counts_{};
};

}  // namespace tram::station
