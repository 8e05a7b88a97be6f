#include "station/serve/serve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "station/net/control_socket.h"
#include "station/program_log.h"
#include "station/serve/entrance_log.h"
#include "station/serve/pages.h"
#include "station/serve/practice_mark.h"
#include "station/serve/station_accounts.h"
#include "station/serve/station_metrics.h"
#include "station/serve/stop_signals.h"
#include "station/store/accounts.h"
#include "sync/stored_check.h"
#include "tasks/closed_zone.h"

namespace tram::station {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{250};           // a storage failure ends the program within a second
constexpr std::chrono::milliseconds kMaintenance{1'000};  // checkpoints that are due
constexpr std::chrono::milliseconds kWriterSilent{10'000};

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

ActRefused not_listening(Error error) {
  if (error == web_errc::cannot_listen)
    return wrong_state("port_in_use",
                       "This address and port cannot be listened on: another program uses them, or the address is not "
                       "of this machine.",
                       "Choose another port, or stop the other program.");
  if (error == web_errc::needs_tls)
    return {exit_status::kUsage, "needs_tls", "An address of the network needs a certificate.",
            "Give --tls-cert and --tls-key, or listen on 127.0.0.1."};
  if (error == web_errc::bad_certificate)
    return refused("bad_certificate", "Certificate and key cannot be read or do not belong together.",
                   "Check both PEM files.");
  return wrong_usage("--listen takes an IP address, for instance 127.0.0.1:8080.");
}

// One command that came through the control socket; whatever happens becomes an answer.
ControlAnswer run_command(const ProgramTable& table, Station& station, const ControlRequest& request) {
  try {
    CapturedRun run = run_captured(table, station, request.args, request.cwd, request.input.value_or(""));
    return {run.exit, std::move(run.out), std::move(run.err)};
  } catch (const std::exception& error) {
    log_failure("program", "failed", error.what());
    return {exit_status::kFailed, "", "The program failed; nothing was half done. Look at the log. (failed)\n"};
  }
}

// What runs while the program serves. Members go in the reverse order: first those that bring work in, then the thread
// that does it.
class Serving {
 public:
  Serving(const ServeParts& parts, Station& station)
      : parts_(parts), station_(station), accounts_(station), entrance_(station, application_) {
    station_.database().keep_reserve(DiskReserve::in(station_.folder()));
    if (parts.background) background_ = parts.background(station, application_);
    start_server();
    open_control();
  }

  ~Serving() {
    stage_ = "stopping";
    if (background_) background_->stop();
    control_.reset();
    server_->stop();
    server_.reset();
    application_.run_and_wait([this] { entrance_.note({}, "stop", "", "done", ""); });
    application_.stop();
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  void run(StopSignals& signals) {
    application_.run_and_wait([this] { entrance_.note({}, "start", "", "done", std::string(kProgramVersion)); });
    stage_ = "";
    if (background_) background_->start();
    fmt::print("listening on {}\n", address_);
    std::fflush(stdout);
    while (!signals.wait(kTick)) {
      if (failed_) end_at_once();
      if (!tending_.exchange(true)) application_.post([this] { tend(); });
    }
  }

 private:
  void start_server() {
    const ListenAddress listen = listen_address(parts_.listen);
    const auto zone = station_.zone_kind() == sync::ZoneKind::closed ? tasks::Zone::closed : tasks::Zone::open;
    if (!tasks::may_listen(listen.address, zone))
      throw refused("listen_refused", "A closed installation listens on loopback or inside one seat (R55).",
                    "Give an address of the seat's own network.");
    ServerConfig config;
    config.addresses = {listen.address};
    config.port = listen.port;
    config.tls = parts_.tls;
    config.limits = station_.program() == Program::hub ? hub_limits() : node_limits();
    config.routes = parts_.routes(station_);
    if (station_.zone_kind() == sync::ZoneKind::practice) mark_practice(config.routes);
    for (Route& route : page_routes()) config.routes.push_back(std::move(route));
    config.program = [this] { return parts_.state ? parts_.state(station_) : program_state(station_); };
    config.metrics = [this] {
      return station_metrics(station_) + (parts_.metrics ? parts_.metrics(station_) : std::string());
    };
    config.on_login = [this](std::string_view name, std::string_view address, LoginOutcome outcome) {
      entrance_.note_login(name, address, outcome);
    };
    config.pages = embedded_page;
    config.healthy = [this] { return !failed_ && monotonic_ms() - last_tended_ < kWriterSilent.count(); };
    config.not_ready = [this] { return std::string(stage_.load()); };
    config.on_refused = [this](Refused refused, std::string_view address) { entrance_.note_refused(refused, address); };
    config.on_fault = [](std::string_view what) { log_failure("web", "handler_failed", what); };
    config.on_listening = [this](const std::string& address, std::uint16_t port) {
      address_ = shown_address(address, port);
    };
    auto server = WebServer::start(std::move(config), application_, accounts_);
    if (!server) throw not_listening(server.error());
    server_ = std::move(*server);
  }

  void open_control() {
    auto control =
        ControlSocket::open(station_.folder() / "control.sock", application_, [this](const ControlRequest& r) {
          ControlAnswer answer = run_command(parts_.table, station_, r);
          if (background_) background_->poke();
          return answer;
        });
    if (!control)
      throw ActRefused(exit_status::kFailed, "io_failed", "The control socket in the data folder cannot be made.",
                       "Check the folder's owner and rights.");
    control_ = std::move(*control);
  }

  // On the application thread.
  void tend() {
    const std::int64_t now = monotonic_ms();
    if (!station_.database().failed() && now - last_maintained_ >= kMaintenance.count()) {
      last_maintained_ = now;
      if (const auto done = station_.database().maintain(); !done)
        log_failure("store", "maintenance_failed", done.error().message());
      check_stored();
    }
    if (station_.database().failed()) failed_ = true;
    last_tended_ = now;
    tending_ = false;
  }

  // A few of all that is stored, every week anew (sync design 12.5): what is damaged is said, and fetched again.
  void check_stored() {
    try {
      if (station_.database().failed() || station_.database().full() || !station_.enrolled()) return;
      if (!sync::check_is_due(station_.store(), wall_clock_ms())) return;
      station_.transact([this] {
        const auto next = sync::next_to_check(station_.store(), wall_clock_ms());
        if (!next.empty()) (void)station_.step(sync::Mend{next});
      });
    } catch (const std::exception& error) {
      log_failure("store", "check_failed", error.what());
    }
  }

  // The disk does not keep what it took: nothing more is acknowledged, and nothing that might write runs again. What
  // was committed is read back at the next start.
  [[noreturn]] static void end_at_once() {
    log_failure("store", "storage_failed");
    ::_exit(exit_status::kFailed);
  }

  const ServeParts& parts_;
  Station& station_;
  StationAccounts accounts_;
  std::atomic<const char*> stage_{"starting"};
  std::atomic<bool> failed_{false};
  std::atomic<bool> tending_{false};
  std::atomic<std::int64_t> last_tended_{monotonic_ms()};
  std::int64_t last_maintained_ = 0;
  std::string address_;
  ApplicationThread application_;
  EntranceLog entrance_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<WebServer> server_;
  std::unique_ptr<ControlSocket> control_;
};

}  // namespace

ProgramState program_state(Station& station) {
  ProgramState state;
  state.program = station.program() == Program::hub ? "hub" : "node";
  state.zone = name(station.zone_kind());
  state.version = kProgramVersion;
  state.site_org = station.organisation_code();
  state.site_name = station.organisation_code();
  if (!station.zone().is_zero())
    if (const auto* own = station.directory().organisation(station.organisation_code()); own && !own->name_vi.empty())
      state.site_name = own->name_vi;
  state.setup_needed = AccountTable(station.connection()).count() == 0;
  return state;
}

int serve(const ServeParts& parts) {
  StopSignals signals;
  (void)listen_address(parts.listen);  // a wrong address is said before anything is opened
  const auto station = Station::open(parts.table.program, parts.place);
  {
    Serving serving(parts, *station);
    serving.run(signals);
  }
  return exit_status::kDone;
}

}  // namespace tram::station
