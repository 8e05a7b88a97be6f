#include "station/web/web_errc.h"

namespace tram::station {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tram.web"; }
  std::string message(int value) const override {
    switch (static_cast<web_errc>(value)) {
      case web_errc::bad_address:
        return "the address to listen on is not an IP address";
      case web_errc::needs_tls:
        return "an address of the network needs a TLS certificate";
      case web_errc::bad_certificate:
        return "the TLS certificate and its key cannot be used";
      case web_errc::cannot_listen:
        return "the address and port cannot be listened on";
    }
    return "unknown";
  }
};

}  // namespace

const boost::system::error_category& web_category() noexcept {
  static const Category category;
  return category;
}

}  // namespace tram::station
