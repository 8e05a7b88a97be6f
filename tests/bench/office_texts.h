// Texts that look like office work: Vietnamese and Lao syllables by Zipf's law with the words of administration in
// between, the same from every run and platform. Real prose compresses otherwise; the numbers of a benchmark say only
// how two ways of carrying this text compare.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tram::bench {

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

enum class Language : std::uint8_t { vietnamese, lao };

class OfficeTexts {
 public:
  explicit OfficeTexts(std::uint64_t seed);
  // At least `characters` long.
  std::string make(SplitMix& random, Language language, std::size_t characters) const;
  static std::string word(SplitMix& random, Language language);

 private:
  class Zipf {
   public:
    explicit Zipf(std::size_t n);
    std::size_t draw(SplitMix& random) const;

   private:
    std::vector<std::uint64_t> sums_;
  };
  std::vector<std::string> vietnamese_, lao_;
  Zipf vietnamese_rank_, lao_rank_;
};

}  // namespace tram::bench
