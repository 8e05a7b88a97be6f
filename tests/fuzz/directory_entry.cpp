// Z11: one directory entry as bytes. Input: 1 = make hash and signature fit first, then the entry.
#include "tests/fuzz/draw.h"
#include "tests/fuzz/resign_entry.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

// Made again from what was read, the signed header is the same: so the body, whose hash it holds, has one form.
void check_body(const DirectoryEntry& e) {
  if (std::holds_alternative<OpaqueEntry>(e.body) || e.signatures.size() != 1) return;
  static const auto key = test::key_of(test::kRootKey);
  const DirectoryEntry again = make_entry(e.zone, e.version, e.prev, e.issued_ms, e.body, key);
  hold(again.kind == e.kind && again.hash == e.hash, "an entry has one form");
}

void run(ByteView input) {
  Draw draw(input);
  const bool refit = draw.byte() % 2 == 1;
  const ByteView rest = draw.rest();
  Bytes bytes(rest.begin(), rest.end());
  static const auto key = test::key_of(test::kDirectoryKey);
  if (refit) refit_entry(bytes, key, "directory");
  const auto entry = decode_entry(bytes);
  if (!entry) return;
  hold(entry->bytes == bytes, "an entry keeps its bytes");
  hold(entry->version >= 1 && entry->version < (1ull << 32), "a version keeps its bounds");
  hold(!entry->signatures.empty() && entry->signatures.size() <= 9, "an entry has 1 to 9 signatures");
  check_body(*entry);
  if (const auto* policy = std::get_if<Policy>(&entry->body))
    for (const PolicyRow& row : policy->rows) {
      const PolicyRow* found = policy->row(row.type, row.field, row.operation, row.event);
      hold(found != nullptr && *found == row, "each row of a policy is found by its key");
    }
  Directory nobodys(test::key_of(0x77).public_key);
  hold(!nobodys.append(*entry), "nothing is taken that the trusted root did not sign");
}

void seeds(const AddSeed& add) {
  for (const test::NamedEntry& named : test::sample_directory()) {
    add(named.name, with_choice(0, named.entry.bytes));
    add(named.name + "_refit", with_choice(1, named.entry.bytes));
  }
}

}  // namespace

const Target directory_entry{"directory_entry", 32u << 10, "sync/directory.cpp", run, seeds};

}  // namespace tram::fuzz
