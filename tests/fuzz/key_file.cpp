// Bundle design 5.2, `key_file`: the chain of hub keys from the first root on. Input: a way, then the file. Ways: bit 0
// makes the entries fit, signed by the first root; bit 1 also links each to the one before it.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/resign_entry.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

constexpr std::size_t kFileHeader = 40;
constexpr std::size_t kPreviousAt = 16 + 16 + 1;  // in a HUB_KEYS body with a root_seq below 128

const crypto::SigningKey& root() {
  static const auto key = test::key_of(test::kRootKey);
  return key;
}

Bytes refitted(ByteView file, bool linked) {
  Bytes out(file.begin(), file.end());
  if (out.size() < kFileHeader) return out;
  std::copy(root().public_key.begin(), root().public_key.end(), out.begin() + 8);
  Hash previous{};
  for (std::size_t at = kFileHeader; out.size() - at >= 4;) {
    const std::size_t length = load_le<std::uint32_t>(&out[at]);
    at += 4;
    if (length > out.size() - at) break;
    Bytes entry(&out[at], &out[at] + length);
    const std::size_t link = kEntryHeader + kEntrySignature + kPreviousAt;
    if (linked && entry.size() >= link + previous.size()) std::copy(previous.begin(), previous.end(), &entry[link]);
    refit_entry(entry, root(), "root");
    if (entry.size() >= kEntryHeader) previous = crypto::hash("TRM1-dir", {ByteView(entry).first(kEntryHeader)});
    std::copy(entry.begin(), entry.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    at += length;
  }
  return out;
}

void run(ByteView input) {
  Draw draw(input);
  const std::uint8_t way = draw.byte();
  const ByteView rest = draw.rest();
  const Bytes file = (way & 1) != 0 ? refitted(rest, (way & 2) != 0) : Bytes(rest.begin(), rest.end());
  const auto read = decode_key_file(file);
  if (!read) return;
  std::vector<Bytes> entries;
  for (const DirectoryEntry& e : read->entries) entries.push_back(e.bytes);
  hold(encode_key_file(read->root, entries) == file, "a key file encodes to the bytes it came from");
  const auto* last = std::get_if<HubKeys>(&read->entries.back().body);
  hold(last != nullptr && *last == read->in_force, "the last entry is in force");
  hold(std::get<HubKeys>(read->entries.front().body).previous == Hash{}, "the chain begins with the first entry");
  for (std::size_t i = 1; i < read->entries.size(); ++i)
    hold(std::get<HubKeys>(read->entries[i].body).previous == read->entries[i - 1].hash,
         "each entry names the one before");
  // Another root than the one in front of the file proves nothing.
  Bytes other = file;
  other[8] ^= 1;
  hold(!decode_key_file(other), "the keys hang on the first root");
}

void seeds(const AddSeed& add) {
  const auto first = make_entry(test::kZone, 1, {}, 1'750'000'000'000, test::sample_hub_keys(), root());
  HubKeys second = test::sample_hub_keys();
  second.root_seq = 2;
  second.previous = first.hash;
  second.addresses.clear();
  second.spki.clear();
  const auto entry = make_entry(test::kZone, 6, test::hash_of(1), 1'750'000'000'001, second, root());
  add("one", with_choice(0, encode_key_file(root().public_key, {first.bytes})));
  add("two", with_choice(0, encode_key_file(root().public_key, {first.bytes, entry.bytes})));
  add("two_refit", with_choice(3, encode_key_file(root().public_key, {first.bytes, entry.bytes})));
}

}  // namespace

const Target key_file{"key_file", 32u << 10, "sync/directory.cpp", run, seeds};

}  // namespace tram::fuzz
