// The two messages of the control socket as JSON. Both directions refuse what has another shape.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "station/net/control_socket.h"

namespace tram::station {

std::string encode(const ControlRequest& request);
std::string encode(const ControlAnswer& answer);
std::optional<ControlRequest> decode_control_request(std::string_view text);
std::optional<ControlAnswer> decode_control_answer(std::string_view text);

}  // namespace tram::station
