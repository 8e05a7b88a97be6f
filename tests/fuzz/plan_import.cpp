// Z14: a plan as an office brings it: organisations, document and task file, divided by NUL. Input: a zone, then the
// three texts. All or nothing, text in NFC, nothing of a refused class, no cell that a spreadsheet would run.
#include "tasks/plan_import.h"

#include <set>

#include "tasks/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

std::string_view take_text(std::string_view& rest) {
  const std::string_view text = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(text.size() + 1, rest.size()));
  return text;
}

void check_text(std::string_view text) {
  hold(is_clean_utf8(text) && to_nfc(text) == text, "text is NFC");
  hold(text.empty() || std::string_view("=+-@").find(text.front()) == std::string_view::npos,
       "no text starts a formula");
}

void check_organisations(const Directory& read) {
  for (const auto& [id, body] : read) {
    hold(id == body.id && is_body_id(id), "a body has its id");
    for (const std::string* name : {&body.name_vi, &body.name_en, &body.name_lo, &body.name_km}) check_text(*name);
    std::string at = id;
    std::size_t depth = 0;
    for (; !at.empty() && read.contains(at) && depth <= kMaxTreeDepth; ++depth) at = read.at(at).parent;
    hold(depth <= kMaxTreeDepth, "the tree has no cycle");
  }
  const DirectoryChange change = compare({}, read);
  hold(change.added.size() == read.size() && change.changed.empty(), "what is new is added");
  hold(compare(read, read).unchanged.size() == read.size(), "what is known is unchanged");
}

void check_plan(const Plan& plan, const Directory& directory, Zone zone) {
  const PlanDocument& d = plan.document;
  for (const std::string* text : {&d.name, &d.number, &d.symbol, &d.kind, &d.summary}) check_text(*text);
  hold((d.confidentiality == Secrecy::normal) == (zone != Zone::closed), "a class fits its zone (R9)");
  hold(!plan.tasks.empty(), "a plan has tasks");
  std::set<std::string> refs;
  for (const TaskRow& task : plan.tasks) {
    hold(refs.insert(task.ref).second && !task.ref.empty(), "refs are unique");
    check_text(task.title);
    check_text(task.condition);
    check_text(task.ref);
    hold(task.title.empty() == (zone == Zone::closed), "the closed zone holds no content (R8)");
    hold(!task.lead.empty(), "a task has a lead body");
    for (const auto* bodies : {&task.lead, &task.coordinating})
      for (const std::string& id : *bodies) hold(directory.contains(id), "every body is known");
    const auto again = decode_deadline(encode(task.deadline));
    hold(again && *again == task.deadline, "a deadline survives being stored");
    if (task.recurrence) {
      const auto same = decode_recurrence(encode(*task.recurrence));
      hold(same && *same == *task.recurrence, "a recurrence survives being stored");
    }
  }
}

template <class T>
void check_all_or_nothing(const Imported<T>& imported) {
  hold(imported.value.has_value() == imported.problems.empty(), "a value or problems, never both");
  hold(imported.problems.size() <= kMaxImportProblems && imported.warnings.size() <= kMaxImportProblems,
       "problems are bounded");
}

void run(ByteView input) {
  Draw draw(input);
  const auto zone = static_cast<Zone>(draw.below(3));
  std::string_view rest = as_text(draw.rest());
  const std::string_view organisations = take_text(rest), document = take_text(rest), tasks = take_text(rest);
  const auto bodies = parse_organisations(organisations, {});
  check_all_or_nothing(bodies);
  if (bodies.value) check_organisations(*bodies.value);
  const Directory directory = bodies.value.value_or(Directory());
  const auto plan = parse_plan(document, tasks, directory, zone);
  check_all_or_nothing(plan);
  if (plan.value) check_plan(*plan.value, directory, zone);
  const bool refused = std::any_of(plan.problems.begin(), plan.problems.end(),
                                   [](const ImportProblem& p) { return p.code == errc::class_refused; });
  if (refused) hold(plan.problems.size() == 1 && plan.warnings.empty(), "a refused class stands alone (R9)");
}

constexpr std::string_view kBodies =
    "id,name_vi,name_en,kind,parent\nhy.btv,Ban Thường vụ,,assigning,\nhy.btc,Ban Tổ chức,,follow-up,hy.btv\n"
    "hy.ubnd,UBND tỉnh,People's Committee,implementing,hy.btv\n";
constexpr std::string_view kDocument =
    "field,value\nname,Kế hoạch\nnumber,406\nsymbol,KH/TU\nkind,plan\nissued_on,2025-04-04\nissued_by,hy.btv\n"
    "assigning_body,hy.btv\nfollow_up_body,hy.btc\nconfidentiality,normal\nsummary,\"Nhiệm vụ, lộ trình\"\n";
constexpr std::string_view kTasks =
    "ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope\n"
    "II.1,Thảo luận,hy.ubnd,hy.btc,,2025-06-30,,on request,normal,province\n"
    "II.2,Báo cáo,hy.ubnd,,2025-04-16,before:2025-Q4,weekly:wed:10:00 from 2025-04-16 to 2025-10-31,,urgent,province\n"
    "II.3,Sau sắp xếp,hy.btc hy.ubnd,,,+30d after decision,,,key,local\nII.4,Cùng,hy.btc,,,with:II.1,,,normal,local\n";

void seeds(const AddSeed& add) {
  const auto seed = [&](std::string_view name, std::uint8_t zone, std::string_view tasks, std::string document) {
    const std::uint8_t nul = 0;
    add(name, joined({{&zone, 1}, as_bytes(kBodies), {&nul, 1}, as_bytes(document), {&nul, 1}, as_bytes(tasks)}));
  };
  seed("plan", 0, kTasks, std::string(kDocument));
  std::string confidential(kDocument);
  confidential.replace(confidential.find("normal"), 6, "confidential");
  seed("class_1_open", 0, kTasks, confidential);
  confidential.erase(confidential.find("name,"), confidential.find("number,") - confidential.find("name,"));
  seed("closed", 1,
       "ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope\n1,,hy.btc,,,2025,,,normal,"
       "local\n",
       confidential);
  seed("formula", 0,
       "ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope\n1,=cmd,hy.btc,,,,,,normal,"
       "local\n",
       std::string(kDocument));
}

}  // namespace

const Target plan_import{
    "plan_import", 64u << 10,
    "tasks/plan_import.cpp tasks/plan_document.cpp tasks/organisation.cpp tasks/deadline.cpp tasks/recurrence.cpp", run,
    seeds};

}  // namespace tram::fuzz
