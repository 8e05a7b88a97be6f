#include "tests/bench/office_texts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tram::bench {
namespace {

constexpr std::array kOnset =
    std::to_array<const char*>({"",  "b",  "c",  "ch", "d",  "đ", "g", "gi", "h",  "kh", "l", "m",
                                "n", "ng", "nh", "ph", "qu", "r", "s", "t",  "th", "tr", "v", "x"});
constexpr std::array kRime = std::to_array<const char*>(
    {"a",   "à",   "á",   "ả",   "ạ",   "ai",   "ài",   "ải",   "ại",  "am",   "ám",   "an",   "àn",  "án",
     "ản",  "ạn",  "ang", "áng", "ạng", "anh",  "ành",  "ánh",  "ao",  "áo",   "ào",   "ăn",   "ắn",  "ăng",
     "ắc",  "ặt",  "âm",  "ầm",  "ân",  "ần",   "ấn",   "ận",   "âng", "ấp",   "ập",   "ất",   "ật",  "âu",
     "ầu",  "ây",  "ấy",  "em",  "en",  "eo",   "ê",    "ề",    "ế",   "ể",    "ệ",    "ên",   "ện",  "ết",
     "ích", "iếc", "iệc", "iệm", "iên", "iền",  "iến",  "iện",  "iết", "iệt",  "iêu",  "iều",  "iểu", "inh",
     "ình", "ính", "o",   "ỏ",   "oa",  "oà",   "oán",  "oàn",  "oạt", "ong",  "òng",  "ô",    "ồ",   "ố",
     "ổ",   "ộ",   "ôi",  "ối",  "ội",  "ông",  "ồng",  "ống",  "ộng", "ốt",   "ơ",    "ờ",    "ở",   "ời",
     "ới",  "ợp",  "u",   "ú",   "ủ",   "ung",  "ùng",  "úng",  "uộc", "uyên", "uyện", "uyết", "ư",   "ừ",
     "ứ",   "ử",   "ưng", "ước", "ược", "ương", "ường", "ượng", "ưu"});
constexpr std::array kOfficeWords = std::to_array<const char*>(
    {"báo cáo",    "tiến độ",      "phê duyệt",      "tỉnh",       "huyện",      "dự án",    "nông thôn",
     "hạ tầng",    "ngân sách",    "kế hoạch",       "thực hiện",  "kiểm tra",   "cán bộ",   "ủy ban nhân dân",
     "phối hợp",   "đề nghị",      "hoàn thành",     "triển khai", "giám sát",   "thủy lợi", "đường giao thông",
     "trường học", "trạm y tế",    "cấp nước",       "giải ngân",  "quý",        "năm",      "theo quy định",
     "biên bản",   "nghiệm thu",   "hợp đồng",       "nhà thầu",   "địa phương", "xã",       "thôn",
     "bản",        "sở tài chính", "sở nông nghiệp", "công văn",   "số liệu"});
constexpr std::array kLaoOfficeWords =
    std::to_array<const char*>({"ລາຍງານ", "ໂຄງການ",  "ແຂວງ",  "ເມືອງ",     "ບ້ານ",    "ງົບປະມານ", "ແຜນການ", "ປະຕິບັດ",
                                "ກວດກາ",  "ພະນັກງານ", "ອະນຸມັດ", "ຄວາມຄືບໜ້າ", "ພັດທະນາ", "ຊົນນະບົດ",  "ໂຮງຮຽນ", "ໂຮງໝໍ",
                                "ນໍ້າປະປາ", "ເສັ້ນທາງ",  "ສັນຍາ",  "ຜູ້ຮັບເໝົາ",   "ສໍາເລັດ",  "ພະແນກ",   "ການເງິນ", "ກະສິກໍາ"});
constexpr std::array kConsonant =
    std::to_array<const char*>({"ກ", "ຂ", "ຄ", "ງ", "ຈ", "ສ", "ຊ", "ຍ", "ດ", "ຕ", "ຖ", "ທ", "ນ",
                                "ບ", "ປ", "ຜ", "ຝ", "ພ", "ຟ", "ມ", "ຢ", "ລ", "ວ", "ຫ", "ອ", "ຮ"});
constexpr std::array kFinal = std::to_array<const char*>({"", "", "ນ", "ງ", "ມ", "ກ", "ດ", "ບ", "ຍ", "ວ"});
constexpr std::array kTone = std::to_array<const char*>({"", "", "່", "້"});

std::size_t characters_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

template <class Words>
const char* pick(SplitMix& random, const Words& words) {
  return words[random.below(words.size())];
}

std::string lao_syllable(SplitMix& random) {
  const std::string consonant = pick(random, kConsonant);
  const std::string tone = pick(random, kTone);
  const std::string end = pick(random, kFinal);
  switch (random.below(10)) {
    case 0:
      return consonant + tone + "າ" + end;
    case 1:
      return consonant + "ະ";
    case 2:
      return "ເ" + consonant + tone + "ັ" + end;
    case 3:
      return "ແ" + consonant + tone + end;
    case 4:
      return "ໂ" + consonant + tone + end;
    case 5:
      return "ໄ" + consonant + tone;
    case 6:
      return consonant + "ິ" + tone + end;
    case 7:
      return consonant + "ີ" + tone + end;
    case 8:
      return consonant + "ູ" + tone + end;
    default:
      return consonant + "ົ" + tone + "ນ";
  }
}

}  // namespace

std::uint64_t SplitMix::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

OfficeTexts::Zipf::Zipf(std::size_t n) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sums_.push_back(sum += 1'000'000'000ull / (i + 3));
}

std::size_t OfficeTexts::Zipf::draw(SplitMix& random) const {
  return static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end(), random.below(sums_.back())) -
                                  sums_.begin());
}

OfficeTexts::OfficeTexts(std::uint64_t seed) : vietnamese_rank_(2600), lao_rank_(2000) {
  SplitMix random(seed);
  for (const char* onset : kOnset)
    for (const char* rime : kRime) vietnamese_.push_back(std::string(onset) + rime);
  for (std::size_t i = vietnamese_.size(); i > 1; --i) std::swap(vietnamese_[i - 1], vietnamese_[random.below(i)]);
  vietnamese_.resize(2600);
  for (int i = 0; i < 2000; ++i) {
    std::string word;
    const std::uint64_t syllables = 1 + random.below(3);
    for (std::uint64_t k = 0; k < syllables; ++k) word += lao_syllable(random);
    lao_.push_back(word);
  }
}

std::string OfficeTexts::word(SplitMix& random, Language language) {
  return language == Language::lao ? pick(random, kLaoOfficeWords) : pick(random, kOfficeWords);
}

std::string OfficeTexts::make(SplitMix& random, Language language, std::size_t characters) const {
  const bool is_lao = language == Language::lao;
  std::string text;
  std::size_t length = 0;
  for (int words = 1; length < characters; ++words) {
    std::string piece;
    if (random.below(100) < (is_lao ? 25 : 20))
      piece = word(random, language);
    else
      piece = is_lao ? lao_[lao_rank_.draw(random)] : vietnamese_[vietnamese_rank_.draw(random)];
    if (is_lao)
      piece += words % 5 == 0 ? " " : "";
    else
      piece += words % 11 == 0 ? ", " : " ";
    if (random.below(100) < 2) piece += std::to_string(random.below(5000)) + " ";
    text += piece;
    length += characters_of(piece);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace tram::bench
