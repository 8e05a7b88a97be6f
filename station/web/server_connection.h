// One connection of the web server: header, gate, body, handler, answer, and again. Included by server*.cpp only; this
// is the header behind which Asio stays.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <map>
#include <mutex>

#include "station/web/connection_table.h"
#include "station/web/gate.h"
#include "station/web/server.h"

namespace tram::station {

// The way back to the loop for handlers that answer from other threads. It may outlive the loop: then answers vanish,
// as do the connections that waited for them.
class LoopMailbox {
 public:
  explicit LoopMailbox(boost::asio::io_context& loop) : loop_(&loop) {}
  void deliver(std::function<void()> work);
  void close();  // before the loop is destroyed

 private:
  std::mutex lock_;
  boost::asio::io_context* loop_;
};

struct LiveConnection {
  std::function<void()> close;
  ConnectionPhase phase = ConnectionPhase::header;
};

// What all connections share. Confined to the loop, except where a member says otherwise.
struct ServerShared {
  ServerShared(ServerConfig given, ApplicationThread& app)
      : config(std::move(given)), application(app), table(config.limits) {}

  ServerConfig config;
  ApplicationThread& application;
  crypto::SystemEntropy entropy;
  std::shared_ptr<SessionTable> sessions;  // any thread
  RefusalCount refusals;                   // any thread
  std::optional<PasswordPool> passwords;   // any thread
  std::optional<RouteTable> routes;
  std::optional<Gate> gate;
  ConnectionTable table;
  std::map<std::uint64_t, LiveConnection> live;
  std::shared_ptr<LoopMailbox> mailbox;
  bool stopping = false;
  std::function<void()> all_gone;  // called once: stopping, and no connection is left

  void refused(Refused why, const std::string& peer);
  void fault(std::string_view what) const;
};

// Serves one accepted socket to its end. `shared` outlives the loop; `tls` is null for plain HTTP.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, std::uint64_t id, SocketEnds ends,
                                              boost::asio::ssl::context* tls, ServerShared& shared);

}  // namespace tram::station
