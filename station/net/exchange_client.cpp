#include "station/net/exchange_client.h"

#include <curl/curl.h>
#include <strings.h>

#include <memory>

namespace tram::station {
namespace {

struct CurlFree {
  void operator()(CURL* p) const { curl_easy_cleanup(p); }
  void operator()(CURLU* p) const { curl_url_cleanup(p); }
  void operator()(curl_slist* p) const { curl_slist_free_all(p); }
};
struct TextFree {
  void operator()(char* p) const { curl_free(p); }
};

enum class Scheme : std::uint8_t { https, loopback_http };

std::optional<std::string> part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, TextFree> owner(text);
  return std::string(text);
}

bool is_loopback_host(const std::string& host) {
  return host == "127.0.0.1" || host == "[::1]" || strcasecmp(host.c_str(), "localhost") == 0;
}

std::optional<Scheme> scheme_of(const std::string& hub) {
  const std::unique_ptr<CURLU, CurlFree> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, hub.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const bool plain = !part(url.get(), CURLUPART_USER) && !part(url.get(), CURLUPART_PASSWORD) &&
                     !part(url.get(), CURLUPART_QUERY) && !part(url.get(), CURLUPART_FRAGMENT);
  const auto scheme = part(url.get(), CURLUPART_SCHEME);
  const auto host = part(url.get(), CURLUPART_HOST);
  if (!plain || !scheme || !host) return std::nullopt;
  if (*scheme == "https") return Scheme::https;
  if (*scheme == "http" && is_loopback_host(*host)) return Scheme::loopback_http;
  return std::nullopt;
}

// What the callbacks of one transfer fill.
struct Transfer {
  const HubLink& link;
  HubAnswer answer;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::size_t bytes = size * count;
  if (bytes > transfer.link.answer_bytes - transfer.answer.body.size()) {
    transfer.too_large = true;
    return 0;  // ends the transfer
  }
  append(transfer.answer.body, as_bytes(std::string_view(data, bytes)));
  return bytes;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* to) {
  constexpr std::string_view kName = "retry-after:";
  constexpr std::int64_t kLongestSeconds = 3'600;
  const std::size_t bytes = size * count;
  std::string_view line(data, bytes);
  if (line.size() <= kName.size() || strncasecmp(data, kName.data(), kName.size()) != 0) return bytes;
  line.remove_prefix(kName.size());
  std::int64_t seconds = 0;
  bool digits = false;
  for (const char c : line) {
    if (c == ' ' || c == '\r' || c == '\n') continue;
    if (c < '0' || c > '9') return bytes;  // a date: the clock may be wrong, the back-off is used instead
    digits = true;
    seconds = std::min(kLongestSeconds, seconds * 10 + (c - '0'));
  }
  if (digits) static_cast<Transfer*>(to)->answer.retry_after = std::chrono::seconds(seconds);
  return bytes;
}

int ask_cancelled(void* from, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& link = static_cast<Transfer*>(from)->link;
  return link.cancelled && link.cancelled() ? 1 : 0;
}

std::string pin_list(const std::vector<ByteArray<32>>& pins) {
  std::string list;
  for (const auto& pin : pins) list += (list.empty() ? "sha256//" : ";sha256//") + to_base64(pin);
  return list;
}

Error meaning_of(CURLcode code, const Transfer& transfer) {
  if (transfer.too_large) return net_errc::answer_too_large;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return net_errc::too_slow;
    case CURLE_FILESIZE_EXCEEDED:
      return net_errc::answer_too_large;
    case CURLE_ABORTED_BY_CALLBACK:
      return net_errc::cancelled;
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_PEER_FAILED_VERIFICATION:
      return net_errc::not_the_hub;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return net_errc::bad_hub_address;
    default:
      return net_errc::unreachable;
  }
}

void set_trust(CURL* curl, const HubLink& link, Scheme scheme, const std::string& pins) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme == Scheme::https ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // also shuts out the environment's
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
  // The hub's own key is trusted, not the authorities of this PC; curl checks the pin without a chain too.
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  if (!link.pins.empty()) curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, pins.c_str());
}

void set_bounds(CURL* curl, const HubLink& link, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(link.connect_time.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, link.slowest_bytes_per_second);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(link.slowest_for.count()));
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(link.answer_bytes));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_cancelled);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

// A request with a body is a POST; `field` is one more header line, or empty.
Result<HubAnswer> transfer_once(const HubLink& link, Scheme scheme, const char* path, std::optional<ByteView> body,
                                const std::string& field = std::string()) {
  // Thread-safe since curl 7.84; a second call costs nothing.
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return net_errc::unreachable;
  const std::unique_ptr<CURL, CurlFree> curl(curl_easy_init());
  if (!curl) return net_errc::unreachable;
  Transfer transfer{.link = link, .answer = {}};
  std::string url = link.hub;
  while (url.ends_with('/')) url.pop_back();
  url += path;
  const std::string pins = pin_list(link.pins);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set_trust(curl.get(), link, scheme, pins);
  set_bounds(curl.get(), link, transfer);
  std::unique_ptr<curl_slist, CurlFree> headers;
  if (body) {
    // No Expect: the gate decides on the header alone, and a round trip is dear on a bad line.
    headers.reset(curl_slist_append(nullptr, "Content-Type: application/octet-stream"));
    curl_slist_append(headers.get(), "Expect:");
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->empty() ? "" : reinterpret_cast<const char*>(body->data()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  }
  if (!field.empty()) {
    headers.reset(curl_slist_append(headers.release(), field.c_str()));
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    const Error meaning = meaning_of(code, transfer);
    curl_off_t left = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_SIZE_UPLOAD_T, &left);
    const bool line_broke = meaning == net_errc::unreachable || meaning == net_errc::too_slow;
    if (line_broke && body && static_cast<std::size_t>(left) == body->size()) return net_errc::answer_lost;
    return meaning;
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.answer.status = static_cast<int>(status);
  return std::move(transfer.answer);
}

}  // namespace

Error check_hub_address(const std::string& hub) {
  return scheme_of(hub) ? Error() : Error(net_errc::bad_hub_address);
}

Result<HubAnswer> post_exchange(const HubLink& link, ByteView container) {
  const auto scheme = scheme_of(link.hub);
  if (!scheme) return net_errc::bad_hub_address;
  if (*scheme == Scheme::https && link.pins.empty()) return net_errc::no_pin;
  return transfer_once(link, *scheme, "/sync/1/exchange", container);
}

Result<HubAnswer> post_enrol(const HubLink& link, ByteView file) {
  const auto scheme = scheme_of(link.hub);
  if (!scheme) return net_errc::bad_hub_address;
  return transfer_once(link, *scheme, "/sync/1/enrol", file);
}

Result<HubAnswer> get_keys(const HubLink& link) {
  const auto scheme = scheme_of(link.hub);
  if (!scheme) return net_errc::bad_hub_address;
  return transfer_once(link, *scheme, "/sync/1/keys", std::nullopt);
}

Result<HubAnswer> get_wait(const HubLink& link, const ByteArray<16>& ticket) {
  const auto scheme = scheme_of(link.hub);
  if (!scheme) return net_errc::bad_hub_address;
  if (*scheme == Scheme::https && link.pins.empty()) return net_errc::no_pin;
  return transfer_once(link, *scheme, "/sync/1/wait", std::nullopt, "Tram-Wait: " + to_hex(ticket));
}

}  // namespace tram::station
