#include "station/net/control_message.h"

#include <boost/json.hpp>

namespace tram::station {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostArguments = 256;

std::optional<json::object> parse_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = 2;
  json::error_code ec;
  json::value whole = json::parse(text, ec, {}, options);
  if (ec || !whole.is_object()) return std::nullopt;
  return std::move(whole.as_object());
}

const json::string* text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_string() : nullptr;
}

}  // namespace

std::string encode(const ControlRequest& request) {
  json::array args;
  for (const auto& arg : request.args) args.emplace_back(arg);
  json::object whole;
  whole["args"] = std::move(args);
  whole["cwd"] = request.cwd;
  if (request.input) whole["stdin"] = *request.input;
  return json::serialize(whole);
}

std::string encode(const ControlAnswer& answer) {
  json::object whole;
  whole["exit"] = answer.exit;
  whole["stdout"] = answer.out;
  whole["stderr"] = answer.err;
  return json::serialize(whole);
}

std::optional<ControlRequest> decode_control_request(std::string_view text) {
  const auto whole = parse_object(text);
  if (!whole) return std::nullopt;
  const auto* args = whole->if_contains("args");
  const auto* cwd = text_at(*whole, "cwd");
  if (!args || !args->is_array() || args->as_array().size() > kMostArguments || !cwd) return std::nullopt;
  ControlRequest request;
  request.cwd = *cwd;
  for (const auto& arg : args->as_array()) {
    if (!arg.is_string()) return std::nullopt;
    request.args.emplace_back(arg.as_string());
  }
  if (whole->contains("stdin")) {
    const auto* input = text_at(*whole, "stdin");
    if (!input) return std::nullopt;
    request.input.emplace(*input);
  }
  return request;
}

std::optional<ControlAnswer> decode_control_answer(std::string_view text) {
  const auto whole = parse_object(text);
  if (!whole) return std::nullopt;
  const auto* exit = whole->if_contains("exit");
  const auto* out = text_at(*whole, "stdout");
  const auto* err = text_at(*whole, "stderr");
  if (!exit || !exit->is_int64() || exit->as_int64() < 0 || exit->as_int64() > 255 || !out || !err) return std::nullopt;
  return ControlAnswer{static_cast<int>(exit->as_int64()), std::string(*out), std::string(*err)};
}

}  // namespace tram::station
