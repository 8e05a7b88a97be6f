#include <charconv>

#include "station/serve/serve.h"

namespace tram::station {

ListenAddress listen_address(std::string_view text) {
  const auto wrong = [] { return wrong_usage("--listen takes HOST:PORT, for instance 127.0.0.1:8080 or [::1]:8080."); };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) throw wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') != host.ends_with(']')) throw wrong();
  if (host.starts_with('['))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    throw wrong();
  ListenAddress result;
  result.address = host == "localhost" ? "127.0.0.1" : std::string(host);
  const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (result.address.empty() || port.empty() || ec != std::errc() || end != port.data() + port.size()) throw wrong();
  return result;
}

std::optional<TlsFiles> tls_files(const Invocation& in) {
  const auto certificate = in.get("--tls-cert");
  const auto key = in.get("--tls-key");
  if (certificate.has_value() != key.has_value()) throw wrong_usage("--tls-cert goes with --tls-key.");
  if (!certificate) return std::nullopt;
  return TlsFiles{in.path(*certificate), in.path(*key)};
}

std::string shown_address(std::string_view address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string_view::npos;
  return (v6 ? "[" : "") + std::string(address) + (v6 ? "]:" : ":") + std::to_string(port);
}

}  // namespace tram::station
