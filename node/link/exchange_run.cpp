#include "node/link/exchange_run.h"

#include <algorithm>

#include "station/acts.h"
#include "station/exchange.h"
#include "station/exchange_parts.h"
#include "station/serve/stop_signals.h"

namespace tram::node {
namespace {

using station::ActRefused;

constexpr std::uint64_t kMostRoundTrips = 64;

ActRefused unreachable(std::string sentence) {
  return {station::exit_status::kUnreachable, "hub_unreachable", std::move(sentence),
          "Your work is saved here and is sent by itself when the hub answers."};
}

ActRefused unreachable(Error error) {
  if (error == station::net_errc::not_the_hub) return unreachable("What answers at the hub's address is not the hub.");
  if (error == station::net_errc::answer_lost) return unreachable("The hub's answer did not arrive.");
  if (error == station::net_errc::too_slow) return unreachable("The line to the hub is too slow at this moment.");
  return unreachable("The hub did not answer.");
}

std::string text_in(const boost::json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Nothing but a container of the hub counts as its answer: a portal page with status 200 is the line, not the hub.
void take(Station& station, const station::OutgoingRequest& request, const station::HubAnswer& answer,
          sync::Taken& taken) {
  try {
    taken = station::take_response(station, request, answer.body);
  } catch (const ActRefused& refused) {
    if (refused.code == sync::name(sync::OutcomeCode::not_tram))
      throw unreachable("Something else than the hub answered, such as a portal page.");
    throw;
  }
}

}  // namespace

station::HubLink link_of(Station& station, const std::function<bool()>& cancelled) {
  const sync::HubKeys& keys = station::hub_keys(station);
  station::HubLink link;
  // Enrolled by stick the address is that of the directory, if the hub has one.
  link.hub = station.text_meta("hub_url").value_or(keys.addresses.empty() ? std::string() : keys.addresses.front());
  link.pins = keys.spki;
  link.cancelled = cancelled;
  if (link.hub.empty()) throw unreachable("No network address of the hub is known here.");
  return link;
}

boost::json::object json_of(const SyncReport& r) {
  return {{"pushed", r.pushed},           {"pulled", r.pulled},         {"waiting_receipt", r.waiting_receipt},
          {"round_trips", r.round_trips}, {"bytes_sent", r.bytes_sent}, {"bytes_received", r.bytes_received}};
}

ActRefused refusal_in(const station::HubAnswer& answer) {
  boost::json::parse_options options;
  options.max_depth = 4;
  boost::json::error_code ec;
  const auto body = boost::json::parse(as_text(answer.body), ec, {}, options);
  const auto* error = !ec && body.is_object() ? body.get_object().if_contains("error") : nullptr;
  const std::string code = error && error->is_object() ? text_in(error->get_object(), "code") : std::string();
  if (code.empty()) return unreachable("Something else than the hub answered, such as a portal page.");
  const bool busy = answer.status >= 500 || answer.status == 429;
  return {busy ? station::exit_status::kUnreachable : station::exit_status::kRefused, code,
          text_in(error->get_object(), "message"), text_in(error->get_object(), "next")};
}

SyncReport exchange_until_done(Station& station, const ExchangeSteps& steps, Pause& pause) {
  SyncReport report;
  std::uint64_t sent_to = 0;
  for (bool more = true; more && report.round_trips < kMostRoundTrips;) {
    if (steps.cancelled()) throw unreachable("The program stops.");
    station::HubLink link;
    station::OutgoingRequest request;
    steps.on_station([&] {
      link = link_of(station, steps.cancelled);
      request = station::prepare_request(station);
    });
    const auto answer = station::post_exchange(link, request.container);
    if (!answer) {
      if (answer.error() == station::net_errc::answer_lost)
        steps.on_station([&] { station::note_answer_lost(station, request); });
      steps.on_station([&] { station::note_line_cut(station); });
      throw unreachable(answer.error());
    }
    pause = answer->retry_after;
    ++report.round_trips;
    report.bytes_sent += request.container.size();
    report.bytes_received += answer->body.size();
    if (answer->status != 200) throw refusal_in(*answer);
    sync::Taken taken;
    steps.on_station([&] {
      take(station, request, *answer, taken);
      report.waiting_receipt = station::honest_counts(station).waiting_receipt;
    });
    // What an earlier round trip of this run carried already is not counted again.
    const std::uint64_t first = std::max(request.send.from_seq, sent_to + 1);
    if (request.send.to_seq >= first) report.pushed += request.send.to_seq - first + 1;
    sent_to = std::max(sent_to, request.send.to_seq);
    report.pulled += taken.pulled;
    if (taken.retry_after_ms > 0) pause = std::chrono::milliseconds(taken.retry_after_ms);
    more = taken.more && !pause;
  }
  return report;
}

SyncReport sync_now(Station& station) {
  Pause pause;
  return exchange_until_done(station, {[](const auto& work) { work(); }, station::program_is_stopping}, pause);
}

}  // namespace tram::node
