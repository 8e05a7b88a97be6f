#include "station/net/net_errc.h"

namespace tram::station {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tram.net"; }
  std::string message(int value) const override {
    switch (static_cast<net_errc>(value)) {
      case net_errc::bad_hub_address:
        return "the hub's address must be https, or http on this PC";
      case net_errc::unreachable:
        return "the hub is out of reach";
      case net_errc::answer_lost:
        return "the answer was lost";
      case net_errc::too_slow:
        return "the connection is too slow";
      case net_errc::not_the_hub:
        return "the other side does not hold the hub's key";
      case net_errc::no_pin:
        return "the hub's TLS key is not known yet";
      case net_errc::answer_too_large:
        return "the answer is larger than 8 MiB";
      case net_errc::cancelled:
        return "cancelled";
      case net_errc::not_running:
        return "the program is not running";
      case net_errc::already_running:
        return "the program is running already";
      case net_errc::bad_message:
        return "malformed control message";
      case net_errc::wrong_peer:
        return "the control socket belongs to another user";
      case net_errc::io_failed:
        return "the control socket cannot be used";
    }
    return "unknown";
  }
};

}  // namespace

const boost::system::error_category& net_category() noexcept {
  static const Category category;
  return category;
}

}  // namespace tram::station
