// Bundles: the same frames as an exchange, by file (bundle design 4.1, 6). The other half of exchange.h.
#include <algorithm>
#include <fstream>

#include "station/audit_anchors.h"
#include "station/exchange.h"
#include "station/exchange_parts.h"
#include "station/program_log.h"
#include "station/stick/bundle_read.h"
#include "station/stick/shown_name.h"
#include "station/stick/stick_scan.h"
#include "station/stick/stick_write.h"
#include "station/store/app_meta.h"
#include "station/store/bundles.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

constexpr std::size_t kFileBudget = 200u << 20;  // a bundle aims at 256 MiB, whole in memory
constexpr std::size_t kChunkBudget = 64u << 20;  // of attachments: they lie in memory several times while it is sealed

std::string_view kind_name(sync::BundleKind kind) {
  switch (kind) {
    case sync::BundleKind::up:
      return "up";
    case sync::BundleKind::down:
      return "down";
    case sync::BundleKind::sideways:
      return "sideways";
    case sync::BundleKind::enrolment_request:
      return "enrolment_request";
    case sync::BundleKind::enrolment_answer:
      return "enrolment_answer";
  }
  return "unknown";
}

[[noreturn]] void refuse(const MediumFault& fault) {
  log_failure("stick", sync::name(fault.code), fault.detail);
  throw ActRefused(fault.code);
}

std::string write_out(const std::filesystem::path& target, const sync::Sealed& sealed) {
  StickOptions options;
  options.now_ms = wall_clock_ms();
  std::error_code ec;
  if (std::filesystem::is_directory(target, ec)) {
    const StickBundle bundle{sync::bundle_file_name(sealed.bundle_rand), sealed.bytes};
    const auto written = write_stick(target, std::span(&bundle, 1), options);
    if (!written) refuse(written.error());
    return (target / kStickFolder / written->front().name).string();
  }
  const auto written = write_bundle_file(target, sealed.bytes, options);
  if (!written) refuse(written.error());
  return target.string();
}

std::filesystem::path intake(Station& station) {
  return station.folder() / "intake";
}

// A held bundle stays as it came, encrypted, until what it waits for is here.
void hold(Station& station, const sync::Hash& header_hash, ByteView bytes) {
  std::error_code ec;
  std::filesystem::create_directories(intake(station), ec);
  std::filesystem::permissions(intake(station), std::filesystem::perms::owner_all, ec);
  StickOptions options;
  options.now_ms = wall_clock_ms();
  const auto file = intake(station) / (to_hex(ByteView(header_hash).first(8)) + ".trb");
  if (!std::filesystem::exists(file, ec)) (void)write_bundle_file(file, bytes, options);
}

BundleIn take_one(Station& station, const std::string& file, ByteView bytes, const ReportTaker& report,
                  const std::function<void()>& admit) {
  BundleIn result;
  result.file = file;
  std::size_t current = 1;
  const auto keys = opening_keys(station, current);
  sync::OpenContext context = open_context(station, keys, current, sync::Profile::file);
  context.finished = [&station](const sync::Hash& hash) {
    const auto row = Bundles(station.connection()).get(hash);
    return row && row->direction == BundleDirection::in;
  };
  auto opened = sync::open_container(bytes, context);
  if (const auto* bad = std::get_if<sync::Refused>(&opened)) {
    result.outcome = bad->code;
    const bool usual = bad->code == sync::OutcomeCode::duplicate || bad->code == sync::OutcomeCode::not_for_us;
    if (!usual) log_failure("stick", sync::name(bad->code), bad->detail);
    return result;
  }
  if (admit) admit();
  const auto& good = std::get<sync::Opened>(opened);
  result.kind = kind_name(good.manifest.kind);
  result.warnings = good.warnings;
  const sync::Device* device = station.directory().device(good.sender.device);
  result.from = good.sender.is_hub ? "hub" : device ? body_code(station, device->site) : "";
  station.transact([&] {
    const auto actions = station.step(sync::Incoming{good.sender.device, good.frames, true});
    const auto* taken = find_action<sync::Taken>(actions);
    result.outcome = taken->code;
    result.waiting_for = taken->missing;
    result.applied =
        station.program() == Program::hub ? taken->receipted + taken->held + taken->resupplied : taken->pulled;
    // After a cut-off: taken in, and held for a person (bundle design 5.5).
    const bool reviewed = taken->code == sync::OutcomeCode::held_review && taken->receipted > 0;
    if (sync::exit_status(taken->code) != exit_status::kDone && !reviewed) return;
    // Before the bundle counts as finished: a report whose file cannot be written comes again with the same bundle.
    for (const sync::Frame& f : good.frames)
      if (f.type == sync::FrameType::report && report) report(f.bytes);
    // New by its header, though all it holds was known: the answer is written again, the file is no news.
    Bundle row;
    row.header_hash = good.header_hash;
    row.code = sync::bundle_code(good.bundle_rand);
    std::erase(row.code, '-');
    row.direction = BundleDirection::in;
    row.kind = static_cast<std::uint8_t>(good.manifest.kind);
    row.outcome = static_cast<std::uint16_t>(taken->code);
    row.created_ms = wall_clock_ms();
    row.covers_from = good.manifest.log_from_seq;
    row.covers_to = good.manifest.log_to_seq;
    row.state = BundleState::closed;
    (void)Bundles(station.connection()).put(row);
    if (station.program() == Program::hub) {
      keep_delivery(station, good.sender.device,
                    {good.header_hash,
                     static_cast<std::uint16_t>(taken->code),
                     taken->log,
                     taken->applied_to_seq,
                     taken->head_hash,
                     {}});
    } else {
      take_deliveries(station, actions);
      close_covered(station);
      AppMeta(station.connection()).put("last_bundle", as_bytes(std::to_string(wall_clock_ms())));
    }
  });
  if (result.outcome == sync::OutcomeCode::held_gap) hold(station, good.header_hash, bytes);
  return result;
}

void retry_held(Station& station, std::vector<BundleIn>& results, const ReportTaker& report) {
  std::error_code ec;
  std::vector<std::filesystem::path> held;
  for (const auto& entry : std::filesystem::directory_iterator(intake(station), ec)) held.push_back(entry.path());
  std::sort(held.begin(), held.end());
  for (bool again = true; again;) {
    again = false;
    for (auto at = held.begin(); at != held.end();) {
      const auto bytes = read_bundle_file(*at);
      BundleIn result;
      if (bytes) result = take_one(station, at->filename().string(), *bytes, report, {});
      // Unreadable now, or of a later program: kept, too.
      if (!bytes || result.outcome == sync::OutcomeCode::held_gap || result.outcome == sync::OutcomeCode::too_new) {
        ++at;
        continue;
      }
      std::filesystem::remove(*at, ec);
      if (result.outcome == sync::OutcomeCode::ok_new) {
        results.push_back(std::move(result));
        again = true;
      }
      at = held.erase(at);
    }
  }
}

// The name in an answer: what is typed is UTF-8, what lies on a stick may be anything.
std::string as_shown(const std::filesystem::path& file) {
  if (tasks::is_clean_utf8(file.string())) return file.string();
  return shown_name(file.filename().string());
}

}  // namespace

BundleOut export_bundle(Station& station, const std::filesystem::path& target, std::optional<std::string> site,
                        std::vector<sync::Frame> extra) {
  const sync::HubKeys keys = hub_keys(station);
  sync::SealInput input;
  input.profile = sync::Profile::file;
  std::vector<sync::Frame> frames;
  BundleOut out;
  sync::Send send;
  const bool at_hub = station.program() == Program::hub;
  if (at_hub) {
    const sync::Organisation* o = site ? station.directory().organisation(*site) : nullptr;
    if (o == nullptr) throw refused("unknown_body", "There is no such body.", "Check --site.");
    const auto devices = station.directory().devices_of(o->id);
    if (devices.empty())
      throw wrong_state("site_without_device", "This body has no enrolled device.", "Enrol its node first.");
    for (const sync::Device* d : devices) input.recipients.push_back(device_recipient(*d));
    const sync::DeviceId device = devices.front()->id;
    station.transact([&] {
      const auto actions = station.step(sync::MakeReply{device, std::nullopt, kFileBudget, {}, kChunkBudget});
      frames = find_action<sync::Reply>(actions)->frames;
      for (sync::Frame& f : waiting_deliveries(station, device)) frames.push_back(std::move(f));
    });
    input.manifest = base_manifest(station, sync::BundleKind::down);
  } else {
    std::vector<sync::Action> actions;
    station.transact([&] {
      state_own_audit(station);
      actions = station.step(sync::Prepare{kFileBudget, true, unanswered_bundles(station), kChunkBudget});
    });
    send = *find_action<sync::Send>(actions);
    frames = send.frames;
    station.write_fence(send.fence);
    input.manifest = base_manifest(station, sync::BundleKind::up);
    input.manifest.log = send.log;
    input.manifest.log_from_seq = send.from_seq;
    input.manifest.log_to_seq = send.to_seq;
    input.manifest.aux = send.before;
    input.manifest.log_tip_hash = send.tip;
    input.recipients = {{sync::RecipientRole::hub_current, keys.hub_device, keys.encryption_current},
                        {sync::RecipientRole::hub_next, keys.hub_device, keys.encryption_next}};
    out.from_seq = send.from_seq;
    out.to_seq = send.to_seq;
  }
  for (sync::Frame& f : extra) frames.push_back(std::move(f));
  input.frames = frames;
  const sync::Sealed sealed = seal(station, input);
  out.code = sync::bundle_code(sealed.bundle_rand);
  out.bytes = sealed.bytes.size();
  Bundle row;
  row.header_hash = sealed.header_hash;
  row.code = out.code;
  std::erase(row.code, '-');
  row.kind = static_cast<std::uint8_t>(input.manifest.kind);
  row.created_ms = wall_clock_ms();
  row.covers_from = out.from_seq;
  row.covers_to = out.to_seq;
  station.transact_on_reserve([&] { (void)Bundles(station.connection()).put(row); });
  out.file = write_out(target, sealed);
  station.transact_on_reserve([&] {
    (void)Bundles(station.connection()).advance(row.header_hash, BundleState::verified);
    if (!at_hub && send.to_seq > 0) (void)station.step(sync::Sent{send.log, send.to_seq});
  });
  return out;
}

std::vector<BundleIn> import_bundles(Station& station, const std::vector<std::filesystem::path>& paths,
                                     const ReportTaker& report, const std::function<void()>& admit) {
  std::vector<BundleIn> results;
  std::vector<std::filesystem::path> files;
  for (const auto& path : paths) {
    std::error_code ec;
    if (!std::filesystem::is_directory(path, ec)) {
      files.push_back(path);
      continue;
    }
    const auto scan = scan_stick(path, ScanBounds{});
    if (!scan) {
      BundleIn bad;
      bad.file = as_shown(path);
      bad.outcome = scan.error().code;
      results.push_back(std::move(bad));
      continue;
    }
    for (const FoundBundle& found : scan->bundles) files.push_back(found.file);
  }
  for (const auto& file : files) {
    const auto bytes = read_bundle_file(file);
    BundleIn result;
    if (bytes) {
      result = take_one(station, as_shown(file), *bytes, report, admit);
    } else {
      result.file = as_shown(file);
      result.outcome = bytes.error().code;
    }
    // On a stick that serves several sites, the bundles of others are no failure (bundle design 4.2).
    const bool from_scan = std::find(paths.begin(), paths.end(), file) == paths.end();
    if (from_scan && result.outcome == sync::OutcomeCode::not_for_us) continue;
    results.push_back(std::move(result));
  }
  retry_held(station, results, report);
  return results;
}

int exit_of(const std::vector<BundleIn>& bundles) {
  int exit = 0;
  for (const BundleIn& b : bundles) exit = sync::worst_exit(exit, sync::exit_status(b.outcome));
  return exit;
}

}  // namespace tram::station
