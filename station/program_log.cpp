#include "station/program_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <memory>

namespace tram::station {
namespace {

constexpr std::size_t kLineBytes = 4096;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("tram", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *instance;
}

void write(spdlog::level::level_enum level, std::string_view part, std::string_view code, std::string_view detail) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  boost::json::object line;
  line["t"] = now.count();
  line["level"] = level == spdlog::level::err ? "error" : "info";
  line["code"] = code;
  line["part"] = part;
  if (!detail.empty()) line["msg"] = detail.substr(0, kLineBytes / 2);
  logger().log(level, boost::json::serialize(line));
}

}  // namespace

void log_event(std::string_view part, std::string_view code, std::string_view detail) {
  write(spdlog::level::info, part, code, detail);
}
void log_failure(std::string_view part, std::string_view code, std::string_view detail) {
  write(spdlog::level::err, part, code, detail);
}

}  // namespace tram::station
