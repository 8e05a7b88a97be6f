#include "station/web/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <thread>

#include "station/web/built_in_routes.h"
#include "station/web/server_connection.h"

namespace tram::station {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr int kBacklog = 1'024;

std::string text_of(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  if (address.is_v4()) return address.to_string();
  auto v6 = address.to_v6();
  v6.scope_id(0);
  return v6.to_string();
}

Error use_certificate(asio::ssl::context& context, const TlsFiles& files) {
  context.set_options(asio::ssl::context::no_compression | asio::ssl::context::single_dh_use);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  boost::system::error_code ec;
  context.use_certificate_chain_file(files.certificate_chain, ec);
  if (!ec) context.use_private_key_file(files.private_key, asio::ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(context.native_handle()) != 1) return web_errc::bad_certificate;
  return {};
}

}  // namespace

// The loop thread, its listeners and what connections share. The order of members is the order in which the loop may
// use them: frames of coroutines die with `io`, before what they refer to.
class WebServer::Loop {
 public:
  Loop(ServerConfig config, ApplicationThread& application, Accounts& accounts)
      : shared(std::move(config), application), io(1) {
    shared.sessions = std::make_shared<SessionTable>(shared.entropy);
    shared.passwords.emplace(shared.config.limits);
    shared.routes.emplace(
        all_routes(shared.config, application, *shared.passwords, shared.sessions, accounts, shared.refusals));
    shared.gate.emplace(*shared.routes, *shared.sessions, shared.entropy, shared.config.limits,
                        shared.config.host_names);
    shared.mailbox = std::make_shared<LoopMailbox>(io);
  }

  Error listen() {
    if (shared.config.tls) {
      tls.emplace(asio::ssl::context::tls_server);
      if (const Error error = use_certificate(*tls, *shared.config.tls)) return error;
    }
    port = shared.config.port;
    for (const auto& text : shared.config.addresses)
      if (const Error error = listen_on(text)) return error;
    return shared.config.addresses.empty() ? Error(web_errc::bad_address) : Error();
  }

  void start() {
    for (auto& listener : listeners) {
      asio::co_spawn(io, accept_from(listener), [this](const std::exception_ptr& error) { log(error); });
      if (shared.config.on_listening) shared.config.on_listening(text_of(listener.local_endpoint().address()), port);
    }
    thread = std::thread([this] { io.run(); });
  }

  void stop() {
    if (!thread.joinable()) return;
    std::promise<void> gone;
    auto all_gone = gone.get_future();
    asio::post(io, [&] { begin_stop([&gone] { gone.set_value(); }); });
    all_gone.wait_for(shared.config.limits.shutdown_time);
    io.stop();
    thread.join();
    shared.all_gone = nullptr;  // frames that are destroyed with the loop must not call it
    shared.mailbox->close();
    shared.passwords->stop();
  }

  ~Loop() {
    stop();
    // Work of this server that the application has not begun yet refers to routes: let it pass first.
    shared.application.run_and_wait([] {});
  }

  ServerShared shared;
  std::uint16_t port = 0;

 private:
  Error listen_on(const std::string& text) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(text, ec);
    if (ec) return web_errc::bad_address;
    if (!address.is_loopback() && !tls) return web_errc::needs_tls;
    tcp::acceptor acceptor(io);
    acceptor.open(address.is_v4() ? tcp::v4() : tcp::v6(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), ec);
    if (!ec) acceptor.bind({address, port}, ec);
    if (!ec) acceptor.listen(kBacklog, ec);
    if (ec) return web_errc::cannot_listen;
    port = acceptor.local_endpoint().port();
    listeners.push_back(std::move(acceptor));
    return {};
  }

  asio::awaitable<void> accept_from(tcp::acceptor& listener) {
    asio::steady_timer pause(io);
    while (!shared.stopping) {
      auto [ec, socket] = co_await listener.async_accept(kToken);
      if (!ec) {
        enter(std::move(socket));
      } else if (!shared.stopping) {
        // Out of descriptors, most likely: the listener stays readable, so without a pause this would spin.
        pause.expires_after(std::chrono::milliseconds(100));
        co_await pause.async_wait(kToken);
      }
    }
  }

  void enter(tcp::socket socket) {
    boost::system::error_code local_error, remote_error;
    const auto local = socket.local_endpoint(local_error);
    const auto remote = socket.remote_endpoint(remote_error);
    if (local_error || remote_error) return;
    SocketEnds ends{.local_address = text_of(local.address()),
                    .local_port = local.port(),
                    .remote_address = text_of(remote.address()),
                    .tls = tls.has_value()};
    socket.set_option(tcp::no_delay(true), local_error);
    const std::uint64_t id = ++connections;
    const auto entrance = shared.table.enter(id, address_group(ends.remote_address), shared.config.now());
    if (!entrance.enters || entrance.evicted) shared.refused(Refused::table_full, ends.remote_address);
    if (entrance.evicted)
      if (const auto old = shared.live.find(*entrance.evicted); old != shared.live.end()) old->second.close();
    if (!entrance.enters) return;
    asio::co_spawn(io, serve_connection(std::move(socket), id, std::move(ends), tls ? &*tls : nullptr, shared),
                   [this](const std::exception_ptr& error) { log(error); });
  }

  void begin_stop(std::function<void()> all_gone) {
    shared.stopping = true;
    boost::system::error_code ignored;
    for (auto& listener : listeners) listener.close(ignored);
    shared.all_gone = std::move(all_gone);
    for (auto& [id, connection] : shared.live)
      if (connection.phase == ConnectionPhase::header || connection.phase == ConnectionPhase::idle) connection.close();
    if (shared.live.empty()) std::exchange(shared.all_gone, nullptr)();
  }

  void log(const std::exception_ptr& error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& what) {
      shared.fault(what.what());
    }
  }

  std::optional<asio::ssl::context> tls;
  std::uint64_t connections = 0;
  asio::io_context io;
  std::vector<tcp::acceptor> listeners;
  std::thread thread;
};

WebServer::WebServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
WebServer::~WebServer() = default;

Result<std::unique_ptr<WebServer>> WebServer::start(ServerConfig config, ApplicationThread& application,
                                                    Accounts& accounts) {
  auto loop = std::make_unique<Loop>(std::move(config), application, accounts);
  if (const Error error = loop->listen()) return error;
  loop->start();
  return std::unique_ptr<WebServer>(new WebServer(std::move(loop)));
}

void WebServer::stop() {
  loop_->stop();
}
std::uint16_t WebServer::port() const {
  return loop_->port;
}
SessionTable& WebServer::sessions() {
  return *loop_->shared.sessions;
}
const RefusalCount& WebServer::refusals() const {
  return loop_->shared.refusals;
}

}  // namespace tram::station
