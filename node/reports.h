// Reports of a site (R24, R27, R28; decisions of the issue: the Wednesday relay): drafted by one person, approved by
// another, submitted; a submission answers the occurrences of the tasks that share its regime. The signed export is
// station/report's.
#pragma once
#include <boost/json.hpp>

#include "node/assignment_acts.h"

namespace tram::node {

struct ReportEntry {
  std::string regime;  // "weekly:wed:10:00"
  std::string period;  // "2025-04-23" (the due day); empty = the next occurrence from now
  std::string text;
  std::vector<std::string> also{};  // further regimes that fall due on the same day: one report answers all (R67)
  std::string corrects{};           // a submitted report: this is its next revision, of the same regime and period
  std::string paper_reason{}, paper_moment{};  // it went on paper first: why, and when (R30, R61)
};
boost::json::object reports_json(Station& station);
ActDone draft_report(Station& station, const Actor& actor, const ReportEntry& entry);
// Approves the draft: the report record with its frozen figures (R67) is signed.
ActDone approve_report(Station& station, const Actor& actor, const DraftId& draft);
// Marks it submitted; it leaves with the next exchange or bundle.
ActDone submit_report(Station& station, const Actor& actor, std::string_view id);
// Writes the signed export into `folder`; its path. Refusals: not_submitted, container and media codes.
std::string export_report(Station& station, const Actor& actor, std::string_view id,
                          const std::filesystem::path& folder);
// REPORT frames of submitted reports without a receipt, for the next bundle (bundle design 3.5).
std::vector<sync::Frame> waiting_report_frames(Station& station);

}  // namespace tram::node
