// The text of a result for people at a terminal: objects as "key: value" lines, lists of objects as one line each.
#include <sstream>

#include "station/command.h"

namespace tram::station {
namespace {

std::string scalar(const boost::json::value& v) {
  if (v.is_string()) return std::string(v.get_string());
  if (v.is_null()) return "-";
  return boost::json::serialize(v);
}

void write(std::ostringstream& out, const boost::json::value& v, const std::string& indent) {
  if (v.is_object()) {
    for (const auto& [key, value] : v.get_object()) {
      if (value.is_structured() && !(value.is_array() && value.get_array().empty())) {
        out << indent << std::string(key) << ":\n";
        write(out, value, indent + "  ");
      } else {
        out << indent << std::string(key) << ": " << (value.is_array() ? "-" : scalar(value)) << "\n";
      }
    }
  } else if (v.is_array()) {
    for (const auto& item : v.get_array()) {
      if (!item.is_object()) {
        out << indent << "- " << scalar(item) << "\n";
        continue;
      }
      std::string line;
      for (const auto& [key, value] : item.get_object()) {
        if (value.is_structured()) continue;
        line += (line.empty() ? "" : "  ") + scalar(value);
      }
      out << indent << "- " << line << "\n";
      for (const auto& [key, value] : item.get_object()) {
        if (!value.is_array() || value.get_array().empty()) continue;
        write(out, value, indent + "    ");
      }
    }
  } else if (!v.is_null()) {
    out << indent << scalar(v) << "\n";
  }
}

}  // namespace

std::string plain_text(const boost::json::value& value) {
  std::ostringstream out;
  write(out, value, "");
  return out.str();
}

}  // namespace tram::station
