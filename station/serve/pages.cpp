#include "station/serve/pages.h"

#include "tram_ui/embedded.h"

namespace tram::station {
namespace {

constexpr std::string_view kIndex = "index.html";

struct MediaType {
  std::string_view ending;
  std::string_view type;
};
constexpr MediaType kMediaTypes[] = {
    {".html", "text/html"},   {".js", "text/javascript"}, {".css", "text/css"},
    {".woff2", "font/woff2"}, {".svg", "image/svg+xml"},  {".png", "image/png"},
    {".ico", "image/x-icon"}, {".txt", "text/plain"},     {".json", "application/json"}};

std::string media_type(std::string_view file) {
  for (const MediaType& known : kMediaTypes)
    if (file.ends_with(known.ending)) return std::string(known.type);
  return "application/octet-stream";
}

}  // namespace

std::optional<PageFile> embedded_page(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  const std::string_view file = path == "/" || path == "/login" ? kIndex : path.substr(1);
  const std::string_view content = ui::embedded(file);
  if (content.empty()) return std::nullopt;
  return PageFile{content, media_type(file), file != kIndex};
}

std::vector<Route> page_routes() {
  return {{.pattern = "/assets/{path...}",
           .permission = Permission::open,
           .runs_on = RunsOn::loop,
           .summary = {},
           .handle =
               [](const AdmittedRequest& request) {
                 const auto file = embedded_page(request.path());
                 if (!file) return refusal_reply(Refused::no_such_page);
                 return Reply{.content_type = file->content_type,
                              .body = std::string(file->content),
                              .headers = {{"Cache-Control", "public, max-age=31536000, immutable"}}};
               },
           .handle_later = {}}};
}

}  // namespace tram::station
