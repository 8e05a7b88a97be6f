#include "hub/envelope_commands.h"

#include "hub/directory_office.h"
#include "station/common_commands.h"
#include "station/exchange_formats.h"
#include "station/stick/stick_write.h"
#include "station/workbook/edxml.h"
#include "tasks/csv.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::CommandResult;
using station::Invocation;

json::value date(const std::optional<tasks::LocalDate>& on) {
  return on ? json::value(tasks::format_date(*on)) : json::value(nullptr);
}

CommandResult plan_envelope(Station& station, const Invocation& in) {
  (void)in.person();
  station::need_exchange(station, tasks::ExchangeFormat::edxml, tasks::Direction::in);
  const auto read = station::read_edxml(station::read_small_file(in.path(in.words.at(0)), tasks::kMaxCsvBytes));
  if (!read) throw refused_import({{tasks::errc::bad_envelope, 0, "", "This is no edXML envelope that can be read."}});
  const station::Envelope& e = *read;
  station::StickOptions options;
  options.now_ms = station::wall_clock_ms();
  const std::string csv = station::envelope_as_csv(e);
  const auto written = station::write_bundle_file(in.path(in.need("--out")), as_bytes(csv), options);
  if (!written) throw station::ActRefused(written.error().code);
  return station::done(json::object{{"file", in.need("--out")},
                                    {"number", e.number},
                                    {"symbol", e.symbol},
                                    {"kind", e.kind},
                                    {"issued_on", date(e.issued_on)},
                                    {"place", e.place},
                                    {"subject", e.subject},
                                    {"sender", e.sender},
                                    {"signer", e.signer},
                                    {"due_on", date(e.due_on)},
                                    {"urgency", e.urgency},
                                    {"steering", e.steering},
                                    {"does", station::name_of(e.envelope)},
                                    {"answers", e.answers},
                                    {"to_add", {"issued_by", "assigning_body", "follow_up_body", "confidentiality"}}});
}

}  // namespace

std::vector<station::Command> envelope_commands() {
  return {{"plan envelope",
           {tasks::Action::load_document},
           "the document file of a plan from an edXML envelope; bodies and class are yours to add",
           {{"FILE"}},
           {station::option("--out", "the document file to write", true)},
           false,
           plan_envelope,
           {},
           {}}};
}

}  // namespace tram::hub
