#include "tasks/plan_document.h"

#include <algorithm>
#include <array>

#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::array kColumns = {ColumnRule{"field"}, ColumnRule{"value"}};

enum class Need : std::uint8_t { required, optional };
struct FieldRule {
  std::string_view name;
  Need need;
};
constexpr std::array kFieldRules = {
    FieldRule{"name", Need::required},
    FieldRule{"number", Need::required},
    FieldRule{"symbol", Need::required},
    FieldRule{"kind", Need::optional},
    FieldRule{"issued_on", Need::required},
    FieldRule{"issued_by", Need::required},
    FieldRule{"assigning_body", Need::required},
    FieldRule{"follow_up_body", Need::required},
    FieldRule{"confidentiality", Need::required},
    FieldRule{"summary", Need::optional},
};

struct ClassWord {
  std::string_view word;
  int code;
};
constexpr ClassWord kClassWords[] = {
    {"normal", 0}, {"0", 0}, {"confidential", 1},    {"1", 1}, {"top_secret", 2},
    {"2", 2},      {"3", 3}, {"absolute_secret", 3},
};

bool zone_holds(Zone zone, int code) {
  return zone == Zone::closed ? code == 1 || code == 2 : code == 0;
}

// The class that the file names, before anything else is read. A file whose class cannot be made out is refused
// without a word of it: the class could be 3 in other words ("Tuyệt mật", "A").
std::optional<Secrecy> class_of(const std::vector<CsvRow>& rows, Zone zone, Problems& problems) {
  std::optional<int> code;
  for (const CsvRow& row : rows) {
    if (trimmed(row.at("field")) != "confidentiality") continue;
    const std::string_view word = trimmed(row.at("value"));
    const auto known = std::find_if(std::begin(kClassWords), std::end(kClassWords),
                                    [&](const ClassWord& w) { return w.word == word; });
    if (known == std::end(kClassWords)) {
      problems.add(errc::bad_confidentiality, row.row, "value",
                   "The confidentiality is normal, confidential, top_secret or 0 to 2.");
      return std::nullopt;
    }
    code = std::max(code.value_or(0), known->code);
  }
  if (!code) {
    problems.add(errc::missing_column, 0, "confidentiality", "The document file does not say its confidentiality.");
    return std::nullopt;
  }
  if (!zone_holds(zone, *code)) {
    problems.add(errc::class_refused, 0, "", "Documents of this class have no place here. Nothing of it was kept.");
    return std::nullopt;
  }
  return static_cast<Secrecy>(*code);
}

}  // namespace

std::optional<PlanDocument> parse_plan_document(std::string_view csv, const Directory& directory, Zone zone,
                                                Problems& problems) {
  Problems cells;
  const auto table = read_csv(csv, kColumns, cells, Wording::silent);
  // The class comes before all else that may be wrong: a refusal for it stands alone.
  const auto secrecy = table ? class_of(*table, zone, problems) : std::nullopt;
  if (!table || secrecy) problems.add_all(std::move(cells));
  if (!secrecy) return std::nullopt;

  struct Value {
    std::size_t row;
    std::string text;
  };
  std::map<std::string_view, Value> values;
  for (const CsvRow& row : *table) {
    const std::string name = to_nfc(trimmed(row.at("field")));
    const auto rule =
        std::find_if(kFieldRules.begin(), kFieldRules.end(), [&](const FieldRule& f) { return f.name == name; });
    if (rule == kFieldRules.end())
      problems.add(errc::unknown_column, row.row, "field", "Nobody reads the field " + name.substr(0, 64) + ".");
    else if (!values.emplace(rule->name, Value{row.row, to_nfc(trimmed(row.at("value")))}).second)
      problems.add(errc::duplicate_column, row.row, rule->name, "This field stands twice in the document file.");
  }
  for (const FieldRule& rule : kFieldRules) {
    const auto value = values.find(rule.name);
    if (rule.need == Need::required && value == values.end())
      problems.add(errc::missing_column, 0, rule.name, "This field is missing in the document file.");
    else if (rule.need == Need::required && value->second.text.empty())
      problems.add(errc::missing_value, value->second.row, rule.name, "This field is empty in the document file.");
  }
  const Value none{0, ""};
  const auto at = [&](std::string_view name) -> const Value& {
    const auto value = values.find(name);
    return value == values.end() ? none : value->second;
  };
  PlanDocument document{
      at("name").text,      at("number").text,         at("symbol").text,         at("kind").text, {},
      at("issued_by").text, at("assigning_body").text, at("follow_up_body").text, *secrecy,        at("summary").text};
  if (const auto date = parse_date(at("issued_on").text))
    document.issued_on = *date;
  else if (!at("issued_on").text.empty())
    problems.add(errc::bad_date, at("issued_on").row, "issued_on", "A date has the form 2025-04-04.");
  for (const std::string_view name : {"issued_by", "assigning_body", "follow_up_body"})
    if (!at(name).text.empty() && !directory.contains(at(name).text))
      problems.add(errc::unknown_body, at(name).row, name, "The directory has no body with this id.");
  if (zone == Zone::closed && !document.summary.empty())
    problems.add(errc::no_place_in_zone, at("summary").row, "summary", "The closed zone has no place for a summary.");
  return document;
}

}  // namespace tram::tasks
