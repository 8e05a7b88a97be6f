// How each golden container is made. NETWORK ones wherever the rule is the same for both profiles: they are short.
#include "tests/unit/sync/container_cases.h"

#include "crypto/sealed_box.h"

namespace tram::sync::test {
namespace {

using enum OutcomeCode;

class Cases {
 public:
  void add(std::string name, OutcomeCode expected, Bytes bytes, Profile entrance = kNet, bool hub = true) {
    list.push_back({std::move(name), hub, entrance, expected, std::move(bytes)});
  }
  void forged(std::string name, OutcomeCode expected, const std::function<void(Forgery&)>& change) {
    Forgery f;
    f.input = up(kNet, small_frames());
    change(f);
    add(std::move(name), expected, forge(f));
  }
  void edited(std::string name, OutcomeCode expected, const std::function<void(Bytes&)>& change) {
    Bytes bytes = seal_container(up(kNet, small_frames()), world().site_identity)->bytes;
    change(bytes);
    add(std::move(name), expected, std::move(bytes));
  }
  void manifest(std::string name, OutcomeCode expected, std::function<void(Manifest&)> change) {
    forged(std::move(name), expected, [&](Forgery& f) { f.manifest = std::move(change); });
  }
  void payload(std::string name, OutcomeCode expected, const std::function<void(Bytes&)>& change) {
    forged(std::move(name), expected, [&](Forgery& f) {
      f.payload.emplace();
      parts::append_frames(*f.payload, f.input.frames);
      change(*f.payload);
      f.manifest = [size = f.payload->size()](Manifest& m) { m.plain_len = size; };
    });
  }
  void packed(std::string name, OutcomeCode expected, const std::function<void(Bytes&, Manifest&)>& change) {
    static const std::vector<Frame> frames = {frame(FrameType::hello, 300)};
    forged(std::move(name), expected, [&](Forgery& f) {
      f.input.frames = frames;
      f.payload = *parts::compress_frames(frames);
      f.manifest = [&](Manifest& m) { m.compressed = true; };
      Manifest scratch;
      scratch.plain_len = parts::frames_length(frames);
      change(*f.payload, scratch);
      f.manifest = [plain = scratch.plain_len](Manifest& m) {
        m.compressed = true;
        m.plain_len = plain;
      };
    });
  }

  std::vector<ContainerCase> list;
};

void add_good(Cases& c) {
  c.edited("ok_small_network", ok_new, [](Bytes&) {});
  c.add("ok_response_network", ok_new, seal_container(down(kNet, small_frames()), world().hub_service)->bytes, kNet,
        false);
  c.packed("ok_zstd_network", ok_new, [](Bytes&, Manifest&) {});
  c.add("ok_small_file", ok_new, seal_container(up(Profile::file, small_frames()), world().site_identity)->bytes,
        Profile::file);
}

void add_header(Cases& c) {
  c.edited("magic_in_text_mode", not_tram, [](Bytes& b) { b.erase(b.begin() + 4); });
  c.edited("major_2", too_new, [](Bytes& b) { b[8] = 2; });
  c.edited("major_0", too_old, [](Bytes& b) { b[8] = 0; });
  c.edited("minor_1", too_new, [](Bytes& b) { b[9] = 1; });
  c.edited("suite_2", too_new, [](Bytes& b) { b[10] = 2; });
  c.edited("profile_3", too_new, [](Bytes& b) { b[11] = 3; });
  c.edited("profile_of_other_entrance", wrong_kind, [](Bytes& b) { b[11] = 1; });
  c.edited("header_len_all_ones", damaged_header, [](Bytes& b) { store_le<std::uint32_t>(&b[12], 0xFFFFFFFF); });
  c.edited("flags_set", damaged_header, [](Bytes& b) { b[18] = 1; });
  c.edited("body_len_2_63", damaged_header, [](Bytes& b) { store_le<std::uint64_t>(&b[24], 1ull << 63); });
  c.edited("cut_in_body", truncated, [](Bytes& b) { b.resize(b.size() - 1); });
  c.edited("byte_appended", trailing_data, [](Bytes& b) { b.push_back(0); });
  c.edited("header_sum_bad", damaged_header, [](Bytes& b) { b[parts::kSumAt] ^= 1; });
  c.edited("mac_bad", tampered, [](Bytes& b) { b[parts::header_length(1) - 1] ^= 1; });
  c.forged("stanza_dummy_only", not_for_us, [](Forgery& f) {
    f.stanzas = [](auto& stanzas, const auto&) {
      const Bytes sealed = crypto::seal(world().foreign.public_key, Bytes(32, 0x5A));
      std::copy(sealed.begin(), sealed.end(), stanzas[0].begin());
    };
  });
  c.forged("stanza_other_file_key", not_for_us, [](Forgery& f) {
    f.stanzas = [](auto& stanzas, const auto&) {
      const Bytes sealed = crypto::seal(world().hub_current.public_key, Bytes(32, 0x5A));
      std::copy(sealed.begin(), sealed.end(), stanzas[0].begin());
    };
  });
}

void add_body(Cases& c) {
  c.edited("chunk_bad", tampered, [](Bytes& b) { b.back() ^= 1; });
  c.forged("stream_no_final", tampered, [](Forgery& f) { f.tag = [](auto, bool) { return std::uint8_t{0}; }; });
  c.forged("stream_tag_push", tampered, [](Forgery& f) { f.tag = [](auto, bool) { return std::uint8_t{1}; }; });
  c.forged("envelope_magic_bad", tampered, [](Forgery& f) { f.plain = [](Bytes& p) { p[0] ^= 1; }; });
  c.forged("manifest_len_other", tampered, [](Forgery& f) { f.plain = [](Bytes& p) { p[4] ^= 8; }; });
  c.forged("stream_one_longer", tampered, [](Forgery& f) { f.stream = [](Bytes& p) { p.push_back(0); }; });
  Forgery padded;
  padded.input = up(Profile::file, small_frames());
  padded.stream = [](Bytes& p) { p.back() = 1; };
  c.add("padding_not_zero", tampered, forge(padded), Profile::file);
  Bytes trailer = seal_container(up(Profile::file, small_frames()), world().site_identity)->bytes;
  trailer.back() ^= 1;
  c.add("trailer_bad", damaged_body, std::move(trailer), Profile::file);
}

void add_manifest(Cases& c) {
  c.forged("sender_unknown", unknown_sender, [](Forgery& f) { f.signer = &world().stranger; });
  c.forged("signature_zero", bad_signature, [](Forgery& f) { f.signature = [](auto& s) { s.fill(0); }; });
  c.forged("signature_of_changeset", bad_signature, [](Forgery& f) { f.purpose = "changeset"; });
  c.forged("manifest_reserved", bad_content, [](Forgery& f) { f.manifest_bytes = [](Bytes& m) { m[126] = 1; }; });
  c.forged("manifest_kind_6", bad_content, [](Forgery& f) { f.manifest_bytes = [](Bytes& m) { m[4] = 6; }; });
  c.manifest("sender_device_other", bad_content, [](Manifest& m) { m.sender_device = world().hub; });
  c.manifest("deployment_other", wrong_zone, [](Manifest& m) { m.deployment.bytes[0] ^= 1; });
  c.manifest("zone_other", wrong_zone, [](Manifest& m) { m.zone = ZoneKind::practice; });
  c.manifest("recipient_not_listed", not_for_us, [](Manifest& m) { m.recipients[0].key[0] ^= 1; });
  Forgery reply;
  reply.input = down(kNet, small_frames());
  reply.signer = &world().hub_service;
  reply.input.manifest.reply_to[15] ^= 1;
  c.add("reply_to_other", exchange_mismatch, forge(reply), kNet, false);
  c.manifest("kind_sideways_in_exchange", wrong_kind, [](Manifest& m) { m.kind = BundleKind::sideways; });
  c.manifest("kind_down_from_site", wrong_kind, [](Manifest& m) { m.kind = BundleKind::down; });
  c.manifest("class_1_in_open_zone", class_refused, [](Manifest& m) { m.max_class = 1; });
  c.manifest("class_3", class_refused, [](Manifest& m) { m.max_class = 3; });
  c.manifest("frame_count_all_ones", over_limit, [](Manifest& m) { m.frame_count = 0xFFFFFFFF; });
}

void add_payload(Cases& c) {
  c.payload("frame_length_all_ones", over_limit, [](Bytes& p) { store_le<std::uint32_t>(&p[0], 0xFFFFFFFF); });
  c.payload("frame_type_unknown", too_new, [](Bytes& p) { p[4] = 16; });
  c.payload("frame_type_zero", too_new, [](Bytes& p) { p[4] = 0; });
  c.payload("frame_of_other_kind", wrong_kind, [](Bytes& p) { p[4] = 4; });
  c.payload("frame_reserved", bad_content, [](Bytes& p) { p[6] = 1; });
  c.payload("frame_cut", bad_content, [](Bytes& p) { p.pop_back(); });
  c.payload("byte_after_frames", bad_content, [](Bytes& p) { p.push_back(0); });
  c.manifest("frame_count_one_more", bad_content, [](Manifest& m) { ++m.frame_count; });
  c.packed("zstd_byte_after", corrupt_content, [](Bytes& p, Manifest&) { p.push_back(0); });
  c.packed("zstd_cut", corrupt_content, [](Bytes& p, Manifest&) { p.pop_back(); });
  c.packed("zstd_plain_len_other", corrupt_content, [](Bytes&, Manifest& m) { ++m.plain_len; });
  c.packed("zstd_skippable_after", corrupt_content, [](Bytes& p, Manifest&) {
    append(p, Bytes{0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0});
  });
  c.packed("zstd_skippable_first", corrupt_content, [](Bytes& p, Manifest&) {
    const Bytes skippable = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
    p.insert(p.begin(), skippable.begin(), skippable.end());
  });
  c.packed("zstd_plain_over_limit", over_limit, [](Bytes&, Manifest& m) { m.plain_len = limits::kNetworkPlain + 1; });
}

}  // namespace

std::vector<ContainerCase> container_cases() {
  Cases c;
  add_good(c);
  add_header(c);
  add_body(c);
  add_manifest(c);
  add_payload(c);
  return std::move(c.list);
}

}  // namespace tram::sync::test
