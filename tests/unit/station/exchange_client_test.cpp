// The node's HTTP client against the station's own web server, plain and with TLS and pins; and the back-off.
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>

#include "station/net/exchange_client.h"
#include "station/net/retry_delay.h"
#include "web_station.h"

namespace tram::station {
namespace {

using namespace std::chrono_literals;

Route sync_route(Method method, std::string pattern, std::function<Reply(const AdmittedRequest&)> handle) {
  return test_route(method, std::move(pattern), Permission::open, std::move(handle), RouteKind::exchange);
}

TEST(ExchangeClient, CarriesBytesToTheThreeAddresses) {
  WebStation hub({sync_route(Method::post, "/sync/1/enrol",
                             [](const AdmittedRequest&) {
                               return Reply{.status = 503, .body = "busy", .headers = {{"Retry-After", "7"}}};
                             }),
                  sync_route(Method::get, "/sync/1/keys", [](const AdmittedRequest&) {
                    return Reply{.content_type = "application/octet-stream", .body = "keys", .headers = {}};
                  })});
  const HubLink link{.hub = "http://127.0.0.1:" + std::to_string(hub.port) + "/", .pins = {}, .cancelled = {}};
  const std::string container("\0\1\xff", 3);
  const auto exchanged = post_exchange(link, as_bytes(container));
  ASSERT_TRUE(exchanged) << exchanged.error().message();
  EXPECT_EQ(exchanged->status, 200);
  EXPECT_EQ(as_text(exchanged->body), "got " + container);
  EXPECT_FALSE(exchanged->retry_after);
  const auto busy = post_enrol(link, as_bytes("x"));
  EXPECT_EQ(busy->status, 503);
  EXPECT_EQ(busy->retry_after, 7s);
  EXPECT_EQ(as_text(get_keys(link)->body), "keys");
}

TEST(ExchangeClient, FollowsNoRedirectAndStopsAtTheLimit) {
  WebStation hub({sync_route(Method::get, "/sync/1/keys", [](const AdmittedRequest&) {
    return Reply{.status = 302, .body = std::string(100, 'a'), .headers = {{"Location", "/healthz"}}};
  })});
  HubLink link{.hub = "http://127.0.0.1:" + std::to_string(hub.port), .pins = {}, .cancelled = {}};
  EXPECT_EQ(get_keys(link)->status, 302);
  link.answer_bytes = 99;
  EXPECT_EQ(get_keys(link).error(), net_errc::answer_too_large);
}

TEST(ExchangeClient, TakesHttpsOrLoopbackOnly) {
  for (const char* good : {"https://hub.example", "https://10.0.0.1:8443/", "http://127.0.0.1:80", "http://[::1]:80",
                           "http://localhost:1"})
    EXPECT_FALSE(check_hub_address(good)) << good;
  for (const char* bad :
       {"http://hub.example", "http://10.0.0.1", "http://127.0.0.1.evil", "https://a:b@hub", "ftp://127.0.0.1",
        "file:///etc/passwd", "https://hub/?a", "https://hub/#a", "hub.example", ""})
    EXPECT_EQ(check_hub_address(bad), net_errc::bad_hub_address) << bad;
}

TEST(ExchangeClient, NamesWhatIsWrong) {
  std::uint16_t port;
  {
    WebStation gone;
    port = gone.port;
  }
  HubLink link{.hub = "http://127.0.0.1:" + std::to_string(port), .pins = {}, .cancelled = {}};
  EXPECT_EQ(post_exchange(link, as_bytes("x")).error(), net_errc::unreachable);
  link.hub = "https://127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(post_exchange(link, as_bytes("x")).error(), net_errc::no_pin);
}

// A certificate for one test: P-256, signed by itself.
struct Certificate {
  Certificate() {
    std::string name = (std::filesystem::temp_directory_path() / "tram-tls-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    files = {folder + "/chain.pem", folder + "/key.pem"};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20000101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20991231235959Z");
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    std::unique_ptr<FILE, int (*)(FILE*)> chain(std::fopen(files.certificate_chain.c_str(), "w"), std::fclose);
    PEM_write_X509(chain.get(), certificate);
    std::unique_ptr<FILE, int (*)(FILE*)> secret(std::fopen(files.private_key.c_str(), "w"), std::fclose);
    PEM_write_PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    EVP_Digest(der, static_cast<std::size_t>(size), pin.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  std::string folder;
  TlsFiles files;
  ByteArray<32> pin{};
};

TEST(ExchangeClient, TrustsThePinnedKeyAndNoOther) {
  const Certificate certificate;
  WebStation hub({}, [&](ServerConfig& config) { config.tls = certificate.files; });
  HubLink link{.hub = "https://127.0.0.1:" + std::to_string(hub.port), .pins = {certificate.pin}, .cancelled = {}};
  const auto exchanged = post_exchange(link, as_bytes("bytes"));
  ASSERT_TRUE(exchanged) << exchanged.error().message();
  EXPECT_EQ(as_text(exchanged->body), "got bytes");
  link.pins = {ByteArray<32>{1}, certificate.pin};
  EXPECT_TRUE(post_exchange(link, as_bytes("bytes")));
  link.pins = {ByteArray<32>{1}};
  EXPECT_EQ(post_exchange(link, as_bytes("bytes")).error(), net_errc::not_the_hub);
  // A client that speaks no TLS to it gets nothing.
  EXPECT_NE(LoopbackClient(hub.port).ask(hub.get("/healthz")).status, 200);
}

TEST(RetryDelay, GrowsToFiveMinutesAndObeysTheHub) {
  EXPECT_EQ(retry_delay(0, 2'000), 2s);
  EXPECT_EQ(retry_delay(0, 2'001), 0ms);
  EXPECT_EQ(retry_delay(3, 16'000), 16s);
  for (const std::uint32_t failures : {8u, 20u, 4'000'000'000u}) {
    EXPECT_EQ(retry_delay(failures, 300'000), 300s) << failures;
    EXPECT_EQ(retry_delay(failures, 300'001), 0ms) << failures;
  }
  for (std::uint64_t random = 0; random < 5'000; random += 7) {
    const auto delay = retry_delay(0, random, 8s);
    EXPECT_GE(delay, 8s);
    EXPECT_LE(delay, 10s);
  }
  EXPECT_EQ(retry_delay(0, 5, std::nullopt), 5ms);
}

}  // namespace
}  // namespace tram::station
