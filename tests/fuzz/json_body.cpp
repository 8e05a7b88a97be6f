// Z8: the JSON body of a request. Taken exactly when a strict second reader takes it too, and only with members that
// the route knows; numbers and texts keep their bounds.
#include "station/serve/json_body.h"

#include "station/act_refused.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/strict_json.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

constexpr std::string_view kMembers[] = {"title", "count", "items"};

template <class Ask>
bool answered(Ask ask) {
  try {
    ask();
    return true;
  } catch (const ActRefused& refused) {
    hold(refused.code == "bad_json", "a refusal is bad_json");
    return false;
  }
}

void run(ByteView input) {
  const std::string_view text = as_text(input);
  const auto members = StrictJson(text, station::kJsonDepth).object();
  const bool known = members && std::all_of(members->begin(), members->end(), [](const std::string& m) {
                       return std::find(std::begin(kMembers), std::end(kMembers), m) != std::end(kMembers);
                     });
  std::optional<JsonBody> body;
  const bool taken = answered([&] {
    body.emplace(text, std::initializer_list<std::string_view>{kMembers[0], kMembers[1], kMembers[2]});
  });
  hold(taken == known, "a body is taken exactly when a strict reader takes it");
  if (!taken) return;
  std::string title;
  if (answered([&] { title = body->text("title", 40); })) hold(title.size() <= 40, "a text keeps its bound");
  std::int64_t count = 0;
  if (answered([&] { count = body->integer("count", -5, 1000); })) hold(count >= -5 && count <= 1000, "a number too");
  hold(!answered([&] { (void)body->text("absent", 40); }), "what is missing is refused");
}

void seeds(const AddSeed& add) {
  add("all", as_bytes(R"({"title":"Họp","count":12,"items":[1,{"a":null},[true,false]]})"));
  add("escapes", as_bytes(R"( { "title" : "\u00e1\ud83c\udf3e\n\"\\\/" } )"));
  add("twice", as_bytes(R"({"title":"a","t\u0069tle":"b"})"));
  add("deep", as_bytes(R"({"items":)" + std::string(15, '[') + std::string(15, ']') + "}"));
  add("too_deep", as_bytes(R"({"items":)" + std::string(16, '[') + std::string(16, ']') + "}"));
  add("float", as_bytes(R"({"count":1e999})"));
  add("greatest", as_bytes(R"({"count":18446744073709551615,"items":-9223372036854775808})"));
}

}  // namespace

const Target json_body{"json_body", 32u << 10, "station/serve/json_body.cpp", run, seeds};

}  // namespace tram::fuzz
