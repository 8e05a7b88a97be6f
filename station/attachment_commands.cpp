#include "station/attachment_commands.h"

#include "station/attachments.h"
#include "station/common_commands.h"

namespace tram::station {
namespace {

using tasks::Action;

CommandResult attach(Station& station, const Invocation& in, const AttachmentPlace& place) {
  const Actor& actor = in.person();
  return {json_of(attach_file(station, actor, place, in.path(in.words.at(1)))), exit_status::kDone};
}

CommandResult task_attach(Station& station, const Invocation& in) {
  const auto org = in.get("--org");
  return attach(station, in,
                place_in_task(station, in.words.at(0), org ? std::optional<std::string_view>(*org) : std::nullopt));
}

CommandResult attachment_add(Station& station, const Invocation& in) {
  return attach(station, in, place_of_record(station, in.words.at(0)));
}

CommandResult attachment_list(Station& station, const Invocation& in) {
  boost::json::array items;
  for (const AttachmentView& a : attachments_of(station, in.words.at(0))) items.push_back(json_of(a));
  return {boost::json::object{{"items", std::move(items)}}, exit_status::kDone};
}

CommandResult attachment_save(Station& station, const Invocation& in) {
  const AttachmentView attachment = attachment_named(station, in.words.at(0));
  const auto file = in.path(in.need("--out"));
  save_attachment(station, attachment, file);
  return {boost::json::object{{"file", file.string()}, {"name", attachment.name}, {"bytes", attachment.size}},
          exit_status::kDone};
}

CommandResult attachment_withdraw(Station& station, const Invocation& in) {
  const Actor& actor = in.person();
  const auto saved = withdraw_attachment(station, actor, attachment_named(station, in.words.at(0)));
  return {boost::json::object{{"changeset", to_hex(saved.changeset)}}, exit_status::kDone};
}

Command command(std::string path, Asks asks, std::string help, std::vector<CommandWord> words,
                std::vector<CommandOption> options, CommandResult (*run)(Station&, const Invocation&)) {
  Command c{std::move(path), std::move(asks), std::move(help), {}, {}, false, {}, {}, {}};
  c.words = std::move(words);
  c.options = std::move(options);
  c.run = run;
  return c;
}

}  // namespace

std::vector<Command> attachment_commands() {
  return {
      command("task attach", {Action::attach_file}, "attach a file to a task or to an assignment of it",
              {{"REF"}, {"FILE"}}, {option("--org", "the body whose assignment is meant")}, task_attach),
      command("attachment add", {Action::attach_file}, "attach a file to a record, such as a report, by its id",
              {{"RECORD"}, {"FILE"}}, {}, attachment_add),
      command("attachment list", {Action::read_record}, "what hangs on a task and its assignments, or on a record",
              {{"REF"}}, {}, attachment_list),
      command("attachment save", {Action::read_record}, "write an attachment into a new file", {{"ID"}},
              {option("--out", "the file", true)}, attachment_save),
      command("attachment withdraw", {Action::attach_file},
              "take an own attachment back; its contents expire everywhere", {{"ID"}}, {}, attachment_withdraw),
  };
}

}  // namespace tram::station
