// The golden vectors of tests/vectors/sync: every format with its bytes, made from fixed seeds. With TRAM_WRITE_VECTORS
// set to a folder this test writes the files there instead of comparing; a vector that was released never changes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>

#include "samples.h"

namespace tram::sync::test {
namespace {

struct Vector {
  std::string name;
  std::string meaning;
  Bytes bytes;
  std::function<bool(ByteView)> decodes;  // to the sample, and nothing else
};
struct VectorFile {
  std::string name;
  std::string heading;
  std::vector<Vector> vectors;
};

template <class T, class Decode>
std::function<bool(ByteView)> gives(T expected, Decode decode) {
  return [expected = std::move(expected), decode](ByteView bytes) {
    const auto back = decode(bytes);
    return back && *back == expected;
  };
}

template <class T, class Decode>
Vector frame_vector(std::string name, std::string meaning, const T& value, Frame frame, Decode decode) {
  return {std::move(name), std::move(meaning), frame.bytes, gives(value, [type = frame.type, decode](ByteView b) {
            return decode(Frame{type, Bytes(b.begin(), b.end())});
          })};
}
template <class T, class Decode>
Vector frame_vector(std::string name, std::string meaning, const T& value, FrameType type, Decode decode) {
  EXPECT_EQ(encode_frame(value).type, type);
  return frame_vector(std::move(name), std::move(meaning), value, encode_frame(value), decode);
}

VectorFile changesets() {
  VectorFile file{"changeset.txt", "Header 192, signature 64 (Ed25519, seed 32 x 01, purpose changeset), body.", {}};
  const Changeset c = sample_changeset();
  file.vectors = {{"header", "every field set; seq 0x0102030405060708", Bytes(c.header.begin(), c.header.end()),
                   gives(sample_header(), decode_header)},
                  {"signature", "over SIGMSG(changeset, header)", Bytes(c.signature.begin(), c.signature.end()),
                   [c](ByteView b) {
                     crypto::Signature s{};
                     std::copy(b.begin(), b.end(), s.begin());
                     return crypto::verify(key_of(kDeviceKey).public_key, "changeset", {c.header}, s);
                   }},
                  {"body", "a field.set and a status.event; its hash stands in the header", c.body,
                   gives(sample_body(), decode_body)},
                  {"hash", "H(TRM1-changeset, header)",
                   [&] {
                     const Hash h = c.hash();
                     return Bytes(h.begin(), h.end());
                   }(),
                   [c](ByteView b) { return to_hex(b) == to_hex(crypto::hash("TRM1-changeset", {c.header})); }}};
  return file;
}

VectorFile operations() {
  VectorFile file{"operations.txt", "A body (salt 16 x 5a, no deps) with one operation of the kind.", {}};
  for (const NamedOperation& o : sample_operations()) {
    Body body{filled<16>(0x5A), {o.operation}};
    file.vectors.push_back({o.name, "one operation", encode_body(body), gives(body, decode_body)});
  }
  return file;
}

VectorFile values() {
  VectorFile file{"values.txt", "A value as inside an operation.", {}};
  for (const NamedValue& v : sample_values())
    file.vectors.push_back({v.name, "one value", v.value.encode(), gives(v.value, Value::decode)});
  return file;
}

VectorFile receipts() {
  VectorFile file{"receipts.txt", "Receipts, stream entries and their chain.", {}};
  file.vectors = {
      {"receipt", "all admitted", encode_receipt(sample_receipt(0)), gives(sample_receipt(0), decode_receipt)},
      {"receipt_two_exceptions", "0: proposal(handover), 1: quarantined(missing_base)",
       encode_receipt(sample_receipt(2)), gives(sample_receipt(2), decode_receipt)}};
  Hash chain = first_chain(sample_head().stream);
  const Hash first = chain;
  file.vectors.push_back({"chain_0", "the stream id, zero-padded", Bytes(chain.begin(), chain.end()),
                          [first](ByteView b) { return to_hex(b) == to_hex(first); }});
  for (const StreamEntry& e : sample_entries()) {
    const Hash before = chain;
    chain = next_chain(chain, e);
    const std::string n = std::to_string(e.seq);
    if (e.type != EntryType::receipt)
      file.vectors.push_back({"entry_" + n, e.type == EntryType::scope_enter ? "scope_enter" : "scope_leave, purge",
                              e.payload, gives(*decode_scope_change(e.payload), decode_scope_change)});
    file.vectors.push_back({"chain_" + n, "after entry " + n, Bytes(chain.begin(), chain.end()),
                            [before, e](ByteView b) { return to_hex(b) == to_hex(next_chain(before, e)); }});
  }
  const auto head = encode_stream_head(sample_head());
  const auto signature = crypto::sign(key_of(kServiceKey), "stream-head", {head});
  file.vectors.push_back(
      {"head", "stream head at entry 3", Bytes(head.begin(), head.end()), gives(sample_head(), decode_stream_head)});
  file.vectors.push_back({"head_signature", "by seed 32 x 04, purpose stream-head",
                          Bytes(signature.begin(), signature.end()), [head](ByteView b) {
                            crypto::Signature s{};
                            std::copy(b.begin(), b.end(), s.begin());
                            return crypto::verify(key_of(kServiceKey).public_key, "stream-head", {head}, s);
                          }});
  return file;
}

VectorFile directory() {
  VectorFile file{"directory.txt", "One chain: root seed 32 x 02, directory key 32 x 03, versions 1 to 5.", {}};
  for (const NamedEntry& e : sample_directory())
    file.vectors.push_back(
        {e.name, "version " + std::to_string(e.entry.version), e.entry.bytes, [entry = e.entry](ByteView b) {
           const auto back = decode_entry(b);
           return back && back->body == entry.body && back->hash == entry.hash;
         }});
  const auto root = key_of(kRootKey).public_key;
  const Bytes keys = encode_key_file(root, {sample_directory()[0].entry.bytes});
  file.vectors.push_back({"key_file", "first root key and HUB_KEYS 1", keys, [root](ByteView b) {
                            const auto back = decode_key_file(b);
                            return back && back->root == root && back->in_force == sample_hub_keys();
                          }});
  return file;
}

VectorFile frames() {
  VectorFile file{"frames.txt", "The bytes of each frame, without its length and type.", {}};
  file.vectors = {
      frame_vector("hello_to_hub", "HELLO of a device", sample_hello_to_hub(), FrameType::hello, decode_hello_to_hub),
      frame_vector("hello_to_node", "HELLO of the hub", sample_hello_to_node(), FrameType::hello, decode_hello_to_node),
      frame_vector("have", "one stream, one unanswered bundle", sample_have(), FrameType::have, decode_have),
      frame_vector("notice", "hub_rollback of a stream at 42", sample_notice(), FrameType::notice, decode_notice),
      frame_vector("delivery", "held_gap, missing 41-45 and 61", sample_delivery(), FrameType::delivery,
                   decode_delivery),
      frame_vector("changesets", "the changeset of changeset.txt", sample_changesets(),
                   encode_plain(sample_changesets()), decode_changesets),
      frame_vector("stream", "the three entries of receipts.txt, the first with its changeset", sample_stream(),
                   encode_plain(sample_stream()), decode_stream),
      {"directory", "the five entries of directory.txt", encode_frame(sample_directory_segment()).bytes,
       [](ByteView b) {
         const auto back = decode_directory(Frame{FrameType::directory, Bytes(b.begin(), b.end())});
         return back && back->entries == sample_directory_segment().entries;
       }}};
  const Hash key = *enrolment_key(kEnrolmentCode);
  file.vectors.push_back({"enrol", "code 01234-56789-ABCDE-FGHJK, identity seed 32 x 01",
                          encode_enrolment(sample_enrolment(), key_of(kDeviceKey), key).bytes, [key](ByteView b) {
                            const auto back = decode_enrolment(Frame{FrameType::enrol, Bytes(b.begin(), b.end())});
                            return back && back->request == sample_enrolment() && mac_matches(*back, key);
                          }});
  file.vectors.push_back(frame_vector("hello_to_node_resupply",
                                      "HELLO of a restored hub: asks for the directory from 8 and a stream from 101",
                                      sample_hello_with_resupply(), FrameType::hello, decode_hello_to_node));
  file.vectors.push_back(frame_vector("have_earlier", "the same stream with its chains one and two entries back",
                                      sample_have_with_earlier(), FrameType::have, decode_have));
  const auto reads_stream = [](ByteView b) {
    const auto back = decode_resupply(Frame{FrameType::resupply, Bytes(b.begin(), b.end())});
    return back && std::get_if<StreamSegment>(&*back) && std::get<StreamSegment>(*back) == sample_stream();
  };
  Bytes plain = {1};
  append(plain, encode_plain(sample_stream()).bytes);
  file.vectors.push_back({"resupply_stream", "RESUPPLY part 1: the segment of `stream`", plain, reads_stream});
  file.vectors.push_back({"resupply_directory", "RESUPPLY part 2: the entries of `directory`",
                          encode_resupply(sample_directory_segment()).bytes, [](ByteView b) {
                            const auto back = decode_resupply(Frame{FrameType::resupply, Bytes(b.begin(), b.end())});
                            return back &&
                                   std::get<DirectorySegment>(*back).entries == sample_directory_segment().entries;
                          }});
  return file;
}

VectorFile segments() {
  VectorFile file{"segments.txt", "CHANGESETS and STREAM in the columnar encoding, without frame length and type.", {}};
  const auto columnar = [&file](std::string name, std::string meaning, const auto& segment, auto decode) {
    const Frame frame = encode_frame(segment);
    EXPECT_EQ(frame.bytes[28], 1) << name;
    file.vectors.push_back(frame_vector(std::move(name), std::move(meaning), segment, frame, decode));
  };
  columnar("changesets", "in rows: the changeset of changeset.txt", sample_changesets(), decode_changesets);
  columnar("stream", "in rows: the three entries of receipts.txt, the first with its changeset", sample_stream(),
           decode_stream);
  columnar("changesets_run", "in columns: every operation and value kind, references, every part given in full once",
           sample_run(), decode_changesets);
  columnar("stream_run", "in columns: the same changesets with their receipts, some without, and scope changes",
           sample_stream_run(), decode_stream);
  return file;
}

std::vector<VectorFile> all_files() {
  return {changesets(), operations(), values(), receipts(), directory(), frames(), segments()};
}

void write(const std::string& folder, const VectorFile& file) {
  std::ofstream out(folder + "/" + file.name);
  out << "# " << file.heading << "\n# Per vector: a comment with its meaning, then `name: hex`. Append only.\n";
  for (const Vector& v : file.vectors) out << "\n# " << v.meaning << "\n" << v.name << ": " << to_hex(v.bytes) << "\n";
  ASSERT_TRUE(out.flush());
}

std::map<std::string, std::string> read(const std::string& name) {
  std::ifstream in(std::string(TRAM_SOURCE_DIR "/tests/vectors/sync/") + name);
  EXPECT_TRUE(in) << name;
  std::map<std::string, std::string> found;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.find(": ");
    if (colon == std::string::npos) {
      ADD_FAILURE() << name << ": " << line;
      continue;
    }
    EXPECT_TRUE(found.emplace(line.substr(0, colon), line.substr(colon + 2)).second) << line;
  }
  return found;
}

TEST(Golden, VectorsOfEveryFormatAreReproducedAndRead) {
  const char* folder = std::getenv("TRAM_WRITE_VECTORS");
  for (const VectorFile& file : all_files()) {
    SCOPED_TRACE(file.name);
    if (folder != nullptr) {
      write(folder, file);
      continue;
    }
    const auto stored = read(file.name);
    EXPECT_EQ(stored.size(), file.vectors.size());
    for (const Vector& v : file.vectors) {
      SCOPED_TRACE(v.name);
      const auto at = stored.find(v.name);
      ASSERT_NE(at, stored.end());
      EXPECT_EQ(at->second, to_hex(v.bytes));
      const auto bytes = from_hex(at->second);
      ASSERT_TRUE(bytes);
      EXPECT_TRUE(v.decodes(*bytes));
    }
  }
  if (folder != nullptr) GTEST_SKIP() << "wrote the vectors to " << folder;
}

}  // namespace
}  // namespace tram::sync::test
