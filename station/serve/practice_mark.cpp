#include "station/serve/practice_mark.h"

namespace tram::station {
namespace {

constexpr std::string_view kMark = "\"practice\":true";

}  // namespace

Reply marked(Reply reply) {
  if (!reply.content_type.starts_with("application/json") || !reply.body.starts_with('{')) return reply;
  const bool empty = reply.body.find_first_not_of(" \n", 1) == reply.body.find('}');
  reply.body.insert(1, std::string(kMark) + (empty ? "" : ","));
  return reply;
}

void mark_practice(std::vector<Route>& routes) {
  for (Route& route : routes) {
    if (!route.pattern.starts_with("/api/")) continue;
    if (route.handle)
      route.handle = [handle = std::move(route.handle)](const AdmittedRequest& r) { return marked(handle(r)); };
    if (route.handle_later)
      route.handle_later = [later = std::move(route.handle_later)](const AdmittedRequest& r, Respond respond) {
        later(r, [respond = std::move(respond)](Reply reply) { respond(marked(std::move(reply))); });
      };
  }
}

}  // namespace tram::station
