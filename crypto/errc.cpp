// The error category of tram_crypto. The texts are for logs; what people read comes from the message catalogues.
#include "crypto/errc.h"

namespace tram::crypto {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tram.crypto"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::not_authentic:
        return "not authentic";
      case errc::cannot_open:
        return "not sealed for this key";
      case errc::wrong_passphrase:
        return "keystore does not open";
      case errc::keystore_damaged:
        return "keystore is damaged";
      case errc::no_such_key:
        return "no such key in the keystore";
      case errc::io_failed:
        return "key file cannot be read or written";
      case errc::out_of_memory:
        return "key derivation refused its memory";
    }
    return "unknown error";
  }
};

}  // namespace

const boost::system::error_category& category() noexcept {
  static const Category instance;
  return instance;
}

}  // namespace tram::crypto
