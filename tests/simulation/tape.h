// The decisions of a run as data: (random stream, index, choice). Zero is the calm choice - deliver now, no fault,
// nobody acts - and is what a missing entry means, so taking entries away makes a run calmer and never impossible
// (reliability design 3.5). This file owns the tape and its text; random_streams.h draws through it, shrink.h takes
// entries away.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tram::simulation {

class Tape {
 public:
  using Stream = std::map<std::uint64_t, std::uint64_t>;  // index -> choice, never zero

  void put(const std::string& stream, std::uint64_t index, std::uint64_t choice);
  std::uint64_t choice(const std::string& stream, std::uint64_t index) const;
  void drop(const std::string& stream) { streams_.erase(stream); }
  const std::map<std::string, Stream>& streams() const { return streams_; }
  std::size_t size() const;
  bool operator==(const Tape&) const = default;

  // One line per stream: `act 17: 0=1 1=5230`.
  std::string text() const;
  static std::optional<Tape> read(std::string_view text);

 private:
  std::map<std::string, Stream> streams_;
};

// What the random streams of the run do: draw and write down (record), or read (replay; what was read is written down
// too, so that the record of a replay holds only what was used). One run at a time in a process.
struct Decisions {
  const Tape* replay = nullptr;
  Tape* record = nullptr;
};
inline Decisions decisions;

}  // namespace tram::simulation
