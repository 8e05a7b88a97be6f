// Ratings as files for the commendation and reward system (R35; docs/formats.md "Ratings"). One row, or object, per
// body, in the order of the ranking; bodies without a score come last.
#include <algorithm>
#include <map>

#include "tasks/csv.h"
#include "tasks/rating.h"

namespace tram::tasks {
namespace {

std::string quoted_json(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (byte < 0x20)
      out += "\\u00", out += kHex[byte >> 4], out += kHex[byte & 15];
    else
      out += c;
  }
  return out + '"';
}

struct Row {
  const Rating* rating;
  std::uint32_t rank;  // 0: none
};
std::vector<Row> in_order(std::span<const Rating> ratings, const Policy& policy) {
  std::map<std::string, std::uint32_t> ranks;
  for (const Rank& r : ranking(ratings, policy)) ranks[r.body] = r.rank;
  std::vector<Row> rows;
  for (const Rating& r : ratings) {
    const auto at = ranks.find(r.snapshot.body);
    rows.push_back({&r, at == ranks.end() ? 0 : at->second});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if ((a.rank == 0) != (b.rank == 0)) return b.rank == 0;
    return a.rank != b.rank ? a.rank < b.rank : a.rating->snapshot.body < b.rating->snapshot.body;
  });
  return rows;
}

std::string share_text(const Share& share) {
  return std::to_string(share.met) + '/' + std::to_string(share.of);
}

}  // namespace

// R35: one line per body.
std::string ratings_csv(std::span<const Rating> ratings, const Policy& policy) {
  std::string out = "period,body,rank,score,level,version,criteria_version";
  for (std::size_t i = 0; i < kIndicators; ++i) out += ',' + std::string(name_of(static_cast<Indicator>(i)));
  out += '\n';
  for (const Row& row : in_order(ratings, policy)) {
    const Rating& r = *row.rating;
    out += format_period(r.snapshot.period) + ',' + csv_cell(r.snapshot.body) + ',' +
           (row.rank ? std::to_string(row.rank) : "") + ',' + (r.score ? std::to_string(*r.score) : "") + ',' +
           (r.level ? std::string(name_of(*r.level)) : "") + ',' + std::to_string(r.version) + ',' +
           std::to_string(r.snapshot.criteria_version);
    for (const Share& share : r.snapshot.shares) out += ',' + share_text(share);
    out += '\n';
  }
  return out;
}

// R35: the same, with the refs behind each figure.
std::string ratings_json(std::span<const Rating> ratings, const Policy& policy) {
  std::string out = "[";
  for (const Row& row : in_order(ratings, policy)) {
    const Rating& r = *row.rating;
    out += out.size() > 1 ? ",\n " : "\n ";
    out += "{\"period\":" + quoted_json(format_period(r.snapshot.period)) +
           ",\"body\":" + quoted_json(r.snapshot.body) + ",\"rank\":" + (row.rank ? std::to_string(row.rank) : "null") +
           ",\"score\":" + (r.score ? std::to_string(*r.score) : "null") +
           ",\"level\":" + (r.level ? quoted_json(name_of(*r.level)) : "null") +
           ",\"version\":" + std::to_string(r.version) +
           ",\"criteria_version\":" + std::to_string(r.snapshot.criteria_version) +
           ",\"frozen_at\":" + quoted_json(format_moment(r.snapshot.frozen_at)) + ",\"figures\":{";
    for (std::size_t i = 0; i < kIndicators; ++i) {
      const Share& share = r.snapshot.shares[i];
      out += (i ? "," : "") + quoted_json(name_of(static_cast<Indicator>(i))) +
             ":{\"met\":" + std::to_string(share.met) + ",\"of\":" + std::to_string(share.of) + ",\"not_met\":[";
      for (std::size_t k = 0; k < share.unmet_refs.size(); ++k)
        out += (k ? "," : "") + quoted_json(share.unmet_refs[k]);
      out += "]}";
    }
    out += "}}";
  }
  return out + (out.size() > 1 ? "\n]\n" : "]\n");
}

}  // namespace tram::tasks
