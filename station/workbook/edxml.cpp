#include "station/workbook/edxml.h"

#include <array>
#include <map>
#include <vector>

#include "station/workbook/xml.h"
#include "tasks/csv.h"
#include "tasks/lines.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

using tasks::errc;

constexpr std::array<std::string_view, 4> kKinds = {"new", "recall", "update", "replace"};

// The elements of the header that are read, each in the element that holds it.
constexpr std::pair<std::string_view, std::string_view> kRead[] = {
    {"Code", "CodeNumber"},        {"Code", "CodeNotation"},
    {"PromulgationInfo", "Place"}, {"PromulgationInfo", "PromulgationDate"},
    {"DocumentType", "TypeName"},  {"MessageHeader", "Subject"},
    {"From", "OrganName"},         {"SignerInfo", "FullName"},
    {"MessageHeader", "DueDate"},  {"OtherInfo", "Priority"},
    {"MessageHeader", "Priority"}, {"MessageHeader", "SteeringType"},
    {"OtherInfo", "SteeringType"}, {"MessageHeader", "BussinessDocType"},
    {"ResponseFor", "Code"},       {"OtherInfo", "BussinessDocType"},
};

bool is_read(std::string_view parent, std::string_view name) {
  for (const auto& [of, element] : kRead)
    if (of == parent && element == name) return true;
  return false;
}

// 2025-04-14 and 2025/04/14, as programs write it, and 14/04/2025, as people do.
std::optional<tasks::LocalDate> date_of(std::string text) {
  for (char& c : text)
    if (c == '/') c = '-';
  if (text.size() == 10 && text[2] == '-' && text[5] == '-')
    text = text.substr(6) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2);
  const auto date = tasks::parse_date(text);
  return date ? std::optional(*date) : std::nullopt;
}

}  // namespace

std::string_view name_of(EnvelopeKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

tasks::Result<Envelope> read_edxml(std::string_view xml) {
  std::vector<std::string> open;
  std::map<std::string, std::string, std::less<>> values;  // of an element's name: the first one counts
  std::string* into = nullptr;
  bool has_header = false, ended = false, too_large = false;
  XmlWalk walk;
  walk.open = [&](std::string_view name, const Attributes&) {
    into = nullptr;
    const std::string_view parent = open.empty() ? std::string_view() : std::string_view(open.back());
    has_header |= name == "MessageHeader" && !open.empty() && open.front() == "edXML";
    const std::string key = parent == "ResponseFor" ? "ResponseFor" : std::string(name);
    if (has_header && is_read(parent, name) && !values.contains(key)) into = &values[key];
    open.emplace_back(name);
  };
  walk.close = [&](std::string_view name) {
    into = nullptr;
    if (!open.empty()) open.pop_back();
    ended |= has_header && name == "MessageHeader";
  };
  walk.text = [&](std::string_view text) {
    if (into == nullptr || too_large) return;
    too_large = into->size() + text.size() > kMaxEnvelopeField;
    if (!too_large) *into += text;
  };
  walk.enough = [&] { return ended || too_large; };
  if (!walk_xml(xml, walk) || !ended || too_large) return errc::bad_envelope;

  for (auto& [name, value] : values) {
    if (!tasks::is_clean_utf8(value)) return errc::bad_envelope;
    value = tasks::to_nfc(tasks::trimmed(value));
  }
  const auto text = [&](std::string_view name) {
    const auto at = values.find(name);
    return at == values.end() ? std::string() : at->second;
  };
  Envelope e{text("CodeNumber"), text("CodeNotation"), text("TypeName"), text("Subject"),
             text("Place"),      text("OrganName"),    text("FullName"), text("ResponseFor")};
  const auto number = [&](std::string_view name, int most, int& value) {
    const std::string said = text(name);
    return said.empty() || (tasks::read_number(said, value) && value >= 0 && value <= most);
  };
  int business = 0;
  if (!number("Priority", 4, e.urgency) || !number("SteeringType", 9, e.steering) ||
      !number("BussinessDocType", 3, business))
    return errc::bad_envelope;
  e.envelope = static_cast<EnvelopeKind>(business);
  for (const auto& [name, date] : {std::pair{"PromulgationDate", &e.issued_on}, std::pair{"DueDate", &e.due_on}})
    if (const std::string said = text(name); !said.empty() && !(*date = date_of(said))) return errc::bad_envelope;
  return e;
}

std::string envelope_as_csv(const Envelope& e) {
  std::string csv = "field,value\n";
  const auto row = [&](std::string_view field, std::string_view value) {
    csv += std::string(field) + "," + tasks::csv_cell(value) + "\n";
  };
  row("name", e.subject);
  row("number", e.number);
  row("symbol", e.symbol);
  row("kind", e.kind);
  row("issued_on", e.issued_on ? tasks::format_date(*e.issued_on) : "");
  for (const char* to_add : {"issued_by", "assigning_body", "follow_up_body", "confidentiality"}) row(to_add, "");
  row("summary", e.subject);
  return csv;
}

}  // namespace tram::station
