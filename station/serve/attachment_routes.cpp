#include "station/serve/attachment_routes.h"

#include <algorithm>

#include "station/attachments.h"
#include "station/serve/answer.h"
#include "station/serve/record_routes.h"

namespace tram::station {
namespace {

// A reply lies whole in memory, and the hub's hold at most 8 MiB; larger files leave by the command line.
constexpr std::uint64_t kDownloadBytes = 7u << 20;

std::vector<AttachmentView> of_task(Station& station, const TaskView& task) {
  std::vector<AttachmentView> found;
  std::vector<sync::RecordId> homes{task.id};
  for (const AssignmentView& a : task.assignments) homes.push_back(a.id);
  for (const sync::RecordId& home : homes)
    for (AttachmentView& a : attachments_of(station, home.hex())) found.push_back(std::move(a));
  return found;
}

boost::json::value list(Station& station, const AdmittedRequest& request) {
  boost::json::array items;
  for (const AttachmentView& a : of_task(station, task_of_address(station, request))) items.push_back(json_of(a));
  return boost::json::object{{"items", std::move(items)}};
}

// RFC 8187: everything but unreserved characters as %XX.
std::string file_name_header(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "attachment; filename*=UTF-8''";
  for (const char c : name) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (plain)
      out += c;
    else
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

Reply download(Station& station, const AdmittedRequest& request) {
  const TaskView task = task_of_address(station, request);
  const sync::RecordId id = record_of_address(request, "attachment", "unknown_attachment");
  for (const AttachmentView& a : of_task(station, task)) {
    if (a.id != id) continue;
    if (a.size > kDownloadBytes)
      throw refused("file_too_large", "This file is too large to be downloaded here.",
                    "Write it with `attachment save " + a.id.hex() + " --out FILE`.");
    Reply reply{.content_type = "application/octet-stream", .headers = {}};
    reply.body.reserve(a.size);
    read_attachment(station, a, [&](ByteView chunk) { reply.body.append(as_text(chunk)); });
    reply.headers = {{"Content-Disposition", file_name_header(a.name)}, {"Content-Security-Policy", "sandbox"}};
    return reply;
  }
  throw refused("unknown_attachment", "There is no such attachment here.", "Open the list again.");
}

}  // namespace

std::vector<Route> attachment_routes(Station& station) {
  std::vector<Route> routes;
  routes.push_back({.pattern = "/api/v1/tasks/{id}/attachments",
                    .permission = Permission::read_records,
                    .summary = "The files on a task and its assignments, and how much of each is here",
                    .handle = [&station](const AdmittedRequest& r) { return answer([&] { return list(station, r); }); },
                    .handle_later = {}});
  routes.push_back(
      {.pattern = "/api/v1/tasks/{id}/attachments/{attachment}",
       .permission = Permission::read_records,
       .summary = "The contents of one file of at most 7 MiB, as a download",
       .handle = [&station](const AdmittedRequest& r) { return answer_with([&] { return download(station, r); }); },
       .handle_later = {}});
  return routes;
}

}  // namespace tram::station
