#include "station/serve/json_body.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <vector>

#include "station/act_refused.h"

namespace tram::station {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameShown = 64;

ActRefused bad_json(std::string sentence) {
  return {exit_status::kUsage, "bad_json", std::move(sentence), "Send the members that docs/api.md names."};
}
std::string shown(std::string_view member) {
  return std::string(member.substr(0, kNameShown));
}

// Walks the text a second time for what the tree cannot show any more: a member that stood twice, a float.
struct StrictWalk {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool stop(json::error_code& ec) const {
    ec = json::error::syntax;
    return false;
  }
  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    seen.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    seen.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& ec) {
    key.append(part.data(), part.size());
    if (!seen.back().insert(key).second) {
      twice = key;
      return stop(ec);
    }
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code& ec) {
    is_float = true;
    return stop(ec);
  }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  std::vector<std::set<std::string>> seen;
  std::string key;
  std::string twice;
  bool is_float = false;
};

}  // namespace

JsonBody::JsonBody(std::string_view text, std::span<const std::string_view> members) {
  json::parse_options options;
  options.max_depth = kJsonDepth;
  json::error_code ec;
  json::value whole = json::parse(text, ec, {}, options);
  if (ec || !whole.is_object()) throw bad_json("The body is not one JSON object of at most 16 levels.");
  json::basic_parser<StrictWalk> walk(options);
  walk.write_some(false, text.data(), text.size(), ec);
  if (walk.handler().is_float) throw bad_json("Numbers are whole here.");
  if (ec) throw bad_json("The member " + shown(walk.handler().twice) + " stands twice.");
  object_ = std::move(whole.get_object());
  for (const auto& member : object_)
    if (std::find(members.begin(), members.end(), std::string_view(member.key())) == members.end())
      throw bad_json("The member " + shown(member.key()) + " is not known here.");
}

const json::value& JsonBody::need(std::string_view member) const {
  const json::value* found = object_.if_contains(member);
  if (found == nullptr) throw bad_json("The member " + shown(member) + " is missing.");
  return *found;
}

std::string JsonBody::text(std::string_view member, std::size_t most_bytes) const {
  const json::value& value = need(member);
  if (!value.is_string()) throw bad_json("The member " + shown(member) + " is not a text.");
  if (value.get_string().size() > most_bytes) throw bad_json("The member " + shown(member) + " is too long.");
  return std::string(value.get_string());
}

std::vector<std::string> JsonBody::texts(std::string_view member, std::size_t most) const {
  const json::value& value = need(member);
  if (!value.is_array() || value.get_array().empty() || value.get_array().size() > most)
    throw bad_json("The member " + shown(member) + " is not a list of 1 to " + std::to_string(most) + " texts.");
  std::vector<std::string> found;
  for (const json::value& one : value.get_array()) {
    if (!one.is_string() || one.get_string().size() > kNameShown)
      throw bad_json("The member " + shown(member) + " is not a list of ids.");
    found.emplace_back(one.get_string());
  }
  return found;
}

std::int64_t JsonBody::integer(std::string_view member, std::int64_t least, std::int64_t most) const {
  const json::value& value = need(member);
  if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most)
    throw bad_json("The member " + shown(member) + " is not a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most) + ".");
  return value.get_int64();
}

}  // namespace tram::station
