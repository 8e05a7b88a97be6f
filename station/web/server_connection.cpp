#include "station/web/server_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "station/web/body_pace.h"

namespace tram::station {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
// What is read and dropped after a refusal, so that the answer arrives before the reset of a socket with unread bytes.
constexpr std::size_t kLingerBytes = 256 * 1024;

// The place of one connection in the tables; gives it back when the coroutine ends, however it ends.
class Presence {
 public:
  Presence(ServerShared& shared, std::uint64_t id, SocketEnds ends, std::function<void()> close)
      : shared_(shared), id_(id), ends_(std::move(ends)) {
    shared_.live[id_].close = std::move(close);
  }
  ~Presence() {
    shared_.live.erase(id_);
    shared_.table.leave(id_);
    if (shared_.stopping && shared_.live.empty() && shared_.all_gone) std::exchange(shared_.all_gone, nullptr)();
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  void phase(ConnectionPhase phase) {
    shared_.live[id_].phase = phase;
    shared_.table.phase(id_, phase, shared_.config.now());
  }
  void refused(Refused why) { shared_.refused(why, ends_.remote_address); }
  ServerShared& shared() { return shared_; }
  const Limits& limits() const { return shared_.config.limits; }
  const SocketEnds& ends() const { return ends_; }

 private:
  ServerShared& shared_;
  std::uint64_t id_;
  SocketEnds ends_;
};

enum class ReadEnd : std::uint8_t { complete, refused, gone };
struct HeaderRead {
  ReadEnd end;
  std::size_t size = 0;
  Refused why = Refused::bad_request_line;
};

// Steps 2 and 3: one absolute deadline for the header, at most 8 KiB, in pieces of any size.
template <class Stream>
asio::awaitable<HeaderRead> read_header(Stream& stream, Presence& here, std::string& buffer, bool first) {
  auto& socket = beast::get_lowest_layer(stream);
  bool started = first || !buffer.empty();
  here.phase(started ? ConnectionPhase::header : ConnectionPhase::idle);
  socket.expires_after(started ? here.limits().header_time : here.limits().idle_time);
  HeaderScanner scanner;
  std::array<char, 4096> piece{};
  while (true) {
    const auto state = scanner.scan(buffer, here.limits().header_bytes);
    if (state == HeaderScanner::State::complete) co_return HeaderRead{ReadEnd::complete, scanner.size()};
    if (state == HeaderScanner::State::refused) co_return HeaderRead{ReadEnd::refused, 0, scanner.why()};
    const auto [ec, count] = co_await stream.async_read_some(asio::buffer(piece), kToken);
    if (ec) {
      if (ec == beast::error::timeout && started) here.refused(Refused::slow_header);
      co_return HeaderRead{ReadEnd::gone};
    }
    buffer.append(piece.data(), count);
    if (started) continue;
    started = true;
    here.phase(ConnectionPhase::header);
    socket.expires_after(here.limits().header_time);
  }
}

// Takes the body out of `buffer` and the socket; false when it did not come in time.
template <class Stream>
asio::awaitable<bool> read_body(Stream& stream, Presence& here, std::string& buffer, std::size_t length,
                                std::string& body) {
  body = buffer.substr(0, std::min(length, buffer.size()));
  buffer.erase(0, body.size());
  BodyPace pace(here.limits(), std::chrono::steady_clock::now());
  std::array<char, 16 * 1024> piece{};
  while (body.size() < length) {
    beast::get_lowest_layer(stream).expires_at(pace.deadline());
    const std::size_t most = std::min(piece.size(), length - body.size());
    const auto [ec, count] = co_await stream.async_read_some(asio::buffer(piece.data(), most), kToken);
    if (ec) {
      if (ec == beast::error::timeout) here.refused(Refused::slow_body);
      co_return false;
    }
    body.append(piece.data(), count);
    pace.received(count, std::chrono::steady_clock::now());
  }
  co_return true;
}

template <class Body>
http::response<Body> response_head(const Reply& reply, bool keep_alive) {
  http::response<Body> response;
  response.version(11);
  response.result(static_cast<unsigned>(reply.status));
  for (const auto& [name, value] : response_headers(reply)) response.insert(name, value);
  response.keep_alive(keep_alive);
  return response;
}

// A handler's answer that cannot go out as it is: too large, or a header value that would start another header.
void make_sendable(Reply& reply, ServerShared& shared) {
  if (reply.body.size() > shared.config.limits.response_bytes) {
    shared.fault("an answer is larger than the limit");
    reply = error_reply(500, "answer_too_large", "The answer is too large.", "Ask for less at once.");
  } else if (reply.status < 200 || reply.status > 599 || !headers_are_clean(response_headers(reply))) {
    shared.fault("an answer has a malformed header");
    reply = error_reply(500, "internal", "Something went wrong here.", "Try again.");
  }
}

template <class Stream>
asio::awaitable<bool> write_reply(Stream& stream, Presence& here, Reply reply, Method method, bool keep_alive) {
  here.phase(ConnectionPhase::writing);
  make_sendable(reply, here.shared());
  beast::get_lowest_layer(stream).expires_after(here.limits().write_time);
  if (method == Method::head) {
    auto response = response_head<http::empty_body>(reply, keep_alive);
    response.content_length(reply.body.size());
    http::response_serializer<http::empty_body> serializer(response);
    const auto [ec, count] = co_await http::async_write_header(stream, serializer, kToken);
    co_return !ec;
  }
  auto response = response_head<http::string_body>(reply, keep_alive);
  response.content_length(reply.body.size());
  response.body() = std::move(reply.body);
  const auto [ec, count] = co_await http::async_write(stream, response, kToken);
  co_return !ec;
}

asio::awaitable<void> linger(Plain& stream, Presence& here) {
  here.phase(ConnectionPhase::idle);
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream.expires_after(here.limits().shutdown_time);
  std::array<char, 4096> piece{};
  for (std::size_t dropped = 0; dropped < kLingerBytes;) {
    const auto [ec, count] = co_await stream.async_read_some(asio::buffer(piece), kToken);
    if (ec) break;
    dropped += count;
  }
  stream.close();
}

asio::awaitable<void> linger(Tls& stream, Presence& here) {
  here.phase(ConnectionPhase::idle);
  beast::get_lowest_layer(stream).expires_after(here.limits().shutdown_time);
  co_await stream.async_shutdown(kToken);
  beast::get_lowest_layer(stream).close();
}

// Where a coroutine waits for the application. Lives on the loop; other threads hold it weakly, through the mailbox.
struct PendingReply {
  explicit PendingReply(const asio::any_io_executor& loop) : arrived(loop, asio::steady_timer::time_point::max()) {}
  std::optional<Reply> reply;
  asio::steady_timer arrived;  // cancelled when the reply is there
};

Reply internal_error() {
  return error_reply(500, "internal", "Something went wrong here.", "Try again.");
}

void run_handler(const Route& route, const AdmittedRequest& request, const Respond& respond, ServerShared& shared) {
  try {
    if (route.handle) return respond(route.handle(request));
    return route.handle_later(request, respond);
  } catch (const std::exception& error) {
    shared.fault(error.what());
  }
  respond(internal_error());
}

Respond responder(const std::shared_ptr<PendingReply>& pending, const std::shared_ptr<LoopMailbox>& mailbox) {
  return [waiting = std::weak_ptr(pending), mailbox](Reply reply) {
    mailbox->deliver([waiting, reply = std::move(reply)]() mutable {
      const auto there = waiting.lock();
      if (!there || there->reply) return;
      there->reply = std::move(reply);
      there->arrived.cancel();
    });
  };
}

asio::awaitable<Reply> answer(Presence& here, const Route& route, AdmittedRequest admitted) {
  here.phase(ConnectionPhase::working);
  ServerShared& shared = here.shared();
  const auto request = std::make_shared<const AdmittedRequest>(std::move(admitted));
  const auto pending = std::make_shared<PendingReply>(co_await asio::this_coro::executor);
  const Respond respond = responder(pending, shared.mailbox);
  if (route.runs_on == RunsOn::loop) {
    run_handler(route, *request, respond, shared);
  } else if (!shared.application.post(
                 [&route, &shared, request, respond] { run_handler(route, *request, respond, shared); })) {
    co_return error_reply(503, "stopping", "The program is stopping.", "Try again when it has started.");
  }
  if (!pending->reply) co_await pending->arrived.async_wait(kToken);
  co_return pending->reply ? std::move(*pending->reply) : internal_error();
}

template <class Stream>
asio::awaitable<void> refuse(Stream& stream, Presence& here, Refused why, std::string allow) {
  here.refused(why);
  Reply reply = refusal_reply(why);
  if (!allow.empty()) reply.headers.emplace_back("Allow", std::move(allow));
  // To HEAD or not to HEAD: the method may be unread or malformed, so the body is sent and the connection closed.
  if (co_await write_reply(stream, here, std::move(reply), Method::get, false)) co_await linger(stream, here);
}

// True if the connection may carry another request.
template <class Stream>
asio::awaitable<bool> serve_one(Stream& stream, Presence& here, std::string& buffer, std::size_t served) {
  ServerShared& shared = here.shared();
  const HeaderRead header = co_await read_header(stream, here, buffer, served == 0);
  if (header.end == ReadEnd::gone) co_return false;
  if (header.end == ReadEnd::refused) {
    co_await refuse(stream, here, header.why, std::string());
    co_return false;
  }
  auto verdict = shared.gate->admit(std::string_view(buffer).substr(0, header.size), here.ends(), shared.config.now());
  if (const auto* turned = std::get_if<Gate::Turned>(&verdict)) {
    co_await refuse(stream, here, turned->why, turned->allow);
    co_return false;
  }
  buffer.erase(0, header.size);
  Gate::Admission admission = std::move(std::get<Gate::Admission>(verdict));
  const Route& route = *admission.route;
  const Method method = admission.request.method();
  const bool keep_alive =
      admission.keep_alive && served + 1 < here.limits().requests_per_connection && !shared.stopping;
  // From here on a stop lets the request finish.
  here.phase(ConnectionPhase::working);
  if (admission.expects_continue && buffer.size() < admission.content_length) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    beast::get_lowest_layer(stream).expires_after(here.limits().write_time);
    const auto [ec, count] = co_await asio::async_write(stream, asio::buffer(kContinue), kToken);
    if (ec) co_return false;
  }
  std::string body;
  const std::size_t length = admission.content_length;
  if (!co_await read_body(stream, here, buffer, length, body)) co_return false;
  AdmittedRequest request = Gate::complete(std::move(admission), std::move(body));
  Reply reply = co_await answer(here, route, std::move(request));
  const bool goes_on = keep_alive && !shared.stopping;
  if (!co_await write_reply(stream, here, std::move(reply), method, goes_on)) co_return false;
  if (!goes_on) co_await linger(stream, here);
  co_return goes_on;
}

template <class Stream>
asio::awaitable<void> serve(Stream& stream, Presence& here) {
  std::string buffer;
  std::size_t served = 0;
  while (!here.shared().stopping && co_await serve_one(stream, here, buffer, served)) ++served;
}

}  // namespace

void LoopMailbox::deliver(std::function<void()> work) {
  const std::lock_guard guard(lock_);
  if (loop_) asio::post(*loop_, std::move(work));
}

void LoopMailbox::close() {
  const std::lock_guard guard(lock_);
  loop_ = nullptr;
}

void ServerShared::refused(Refused why, const std::string& peer) {
  refusals.add(why);
  if (config.on_refused) config.on_refused(why, peer);
}

void ServerShared::fault(std::string_view what) const {
  if (config.on_fault) config.on_fault(what);
}

asio::awaitable<void> serve_connection(tcp::socket socket, std::uint64_t id, SocketEnds ends, asio::ssl::context* tls,
                                       ServerShared& shared) {
  Plain plain(std::move(socket));
  if (!tls) {
    Presence here(shared, id, std::move(ends), [&plain] { plain.close(); });
    co_await serve(plain, here);
    co_return;
  }
  Tls stream(std::move(plain), *tls);
  Presence here(shared, id, std::move(ends), [&stream] { beast::get_lowest_layer(stream).close(); });
  beast::get_lowest_layer(stream).expires_after(here.limits().tls_time);
  const auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, kToken);
  if (ec == beast::error::timeout) here.refused(Refused::slow_tls);
  if (!ec) co_await serve(stream, here);
}

}  // namespace tram::station
