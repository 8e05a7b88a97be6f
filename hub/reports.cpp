#include "hub/reports.h"

#include "hub/cleaning.h"
#include "station/program_log.h"
#include "station/report/report_export.h"
#include "station/report/report_frame.h"
#include "station/stick/stick_write.h"
#include "station/task_json.h"
#include "tasks/record_schema.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using tasks::field_number;
using tasks::RecordType;

constexpr auto kState = field_number(RecordType::report, "state");

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::error_code ec;
  if (std::filesystem::exists(file, ec)) return;
  station::StickOptions options;
  options.now_ms = station::wall_clock_ms();
  const auto written = station::write_bundle_file(file, as_bytes(content), options);
  if (!written) throw station::ActRefused(written.error().code);
}

}  // namespace

TakenReport take_report(Station& station, ByteView bytes) {
  TakenReport taken;
  const auto carried = station::decode_report_frame({sync::FrameType::report, Bytes(bytes.begin(), bytes.end())});
  if (!carried) return {carried.error().code, "", "", ""};
  crypto::VerifyKey root{};
  if (const auto stored = station.store().meta(sync::meta::kRootKey); stored && stored->size() == root.size())
    std::copy(stored->begin(), stored->end(), root.begin());
  const auto verdict = station::verify_report_bytes(carried->json, carried->tsig, root);
  taken.code = verdict.code;
  if (!verdict.details) {
    station::log_failure("report", sync::name(verdict.code), verdict.reason);
    return taken;
  }
  const station::ReportContent& content = verdict.details->content;
  taken.site = content.site;
  taken.period = content.period;
  const auto folder = station.folder() / "reports" / station::report_folder_name(content);
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec) throw station::ActRefused(sync::OutcomeCode::media_error);
  write_file(folder / "report.json", carried->json);
  write_file(folder / "report.tsig", carried->tsig);
  taken.folder = folder.string();
  return taken;
}

json::object report_json(const TakenReport& r) {
  return {{"outcome", sync::name(r.code)}, {"site", r.site}, {"period", r.period}, {"folder", r.folder}};
}

json::object reports_json(Station& station) {
  json::array items;
  for (const auto& row :
       station.store().records_of_type(static_cast<std::uint16_t>(RecordType::report), sync::Layer::confirmed)) {
    const station::Fields f(station, row.id);
    if (f.text(field_number(RecordType::report, "regime")) == kCleaningRegime) continue;  // the office's own list (R65)
    const auto* spec = tasks::find_event(RecordType::report, kState, f.event(kState));
    json::object o{{"id", row.id.hex()},
                   {"site", station::body_of(station, row.owner).code},
                   {"regime", f.text(field_number(RecordType::report, "regime"))},
                   {"period", f.text(field_number(RecordType::report, "period"))},
                   {"state", spec ? std::string(spec->name) : "drafted"}};
    const auto corrects = f.id(field_number(RecordType::report, "corrects"));
    o["corrects"] = corrects ? json::value(sync::RecordId{*corrects}.hex()) : json::value(nullptr);
    const std::string paper = f.text(field_number(RecordType::report, "paper_reason"));
    o["paper_reason"] = paper.empty() ? json::value(nullptr) : json::value(paper);
    const auto due = f.rows().find(field_number(RecordType::report, "due"));
    o["due"] = due == f.rows().end() ? json::value(nullptr) : station::value_json(station, due->second.value);
    o["signed_at"] = nullptr;
    o["received_at"] = nullptr;
    for (const sync::VersionRow& v : station.store().all_versions(row.id, kState)) {
      if (v.event != tasks::event_number(RecordType::report, "submitted")) continue;
      o["signed_at"] = station::rfc3339(v.written_ms);
      o["received_at"] = station::rfc3339(v.hub_time_ms);
    }
    items.push_back(std::move(o));
  }
  return {{"items", std::move(items)}};
}

}  // namespace tram::hub
