// How often a password may be tried (reliability design 5.5): per account and address 5 free, then 2^n s up to 300;
// 20 in 15 min per address; 60 a minute in all. Confined to the application thread; times are passed in.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "station/web/limits.h"

namespace tram::station {

class LoginThrottle {
 public:
  // Zero: the attempt may be made and is counted as failed until succeeded() says otherwise, so that attempts sent
  // at once do not slip past. Else how long to wait; such a refusal is not counted.
  std::chrono::seconds begin(const std::string& name, const std::string& address, MonoTime now);
  void succeeded(const std::string& name, const std::string& address);

 private:
  struct Failures {
    std::uint32_t count = 0;
    MonoTime last;
  };
  void forget_oldest();

  std::map<std::pair<std::string, std::string>, Failures> failures_;
  std::map<std::string, std::deque<MonoTime>> per_address_;
  std::deque<MonoTime> all_;
};

}  // namespace tram::station
