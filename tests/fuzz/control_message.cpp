// The control socket's two messages. Input: which, and the JSON. What is read survives a second trip.
#include "station/net/control_message.h"

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

void run(ByteView input) {
  Draw draw(input);
  const bool is_answer = draw.byte() % 2 == 1;
  const std::string_view text = as_text(draw.rest());
  if (is_answer) {
    const auto answer = decode_control_answer(text);
    if (!answer) return;
    const auto again = decode_control_answer(encode(*answer));
    hold(again && again->exit == answer->exit && again->out == answer->out && again->err == answer->err,
         "an answer survives a second trip");
    hold(answer->exit >= 0 && answer->exit <= 255, "an exit status is one");
    return;
  }
  const auto request = decode_control_request(text);
  if (!request) return;
  const auto again = decode_control_request(encode(*request));
  hold(again && again->args == request->args && again->cwd == request->cwd && again->input == request->input,
       "a request survives a second trip");
  hold(request->args.size() <= 256, "arguments are bounded");
}

void seeds(const AddSeed& add) {
  ControlRequest request{{"task", "list", "--json"}, "/srv", std::nullopt};
  add("request", with_choice(0, as_bytes(encode(request))));
  request.input = "correct horse\n";
  add("request_stdin", with_choice(0, as_bytes(encode(request))));
  add("answer", with_choice(1, as_bytes(encode(ControlAnswer{3, "{}\n", "không"}))));
}

}  // namespace

const Target control_message{"control_message", 16u << 10, "station/net/control_message.cpp", run, seeds};

}  // namespace tram::fuzz
