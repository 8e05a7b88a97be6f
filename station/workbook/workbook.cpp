#include "station/workbook/workbook.h"

#include <vector>

#include "station/workbook/archive.h"
#include "station/workbook/sheet_cells.h"
#include "station/workbook/xml.h"

namespace tram::station {
namespace {

using tasks::errc;
using tasks::Result;

struct Overview {
  bool from_1904 = false;
  std::string relation;  // of the sheet that is wanted
};

Result<Overview> overview_of(const Archive& archive, std::string_view sheet) {
  const auto xml = archive.part("xl/workbook.xml");
  if (!xml) return xml.error();
  Overview found;
  XmlWalk walk;
  walk.open = [&](std::string_view name, const Attributes& a) {
    const auto value = [&](std::string_view key) {
      const auto at = a.find(key);
      return at == a.end() ? std::string() : at->second;
    };
    if (name == "workbookPr") found.from_1904 = value("date1904") == "1" || value("date1904") == "true";
    if (name == "sheet" && value("name") == sheet && found.relation.empty()) found.relation = value("id");
  };
  walk.close = [](std::string_view) {};
  walk.text = [](std::string_view) {};
  if (!walk_xml(*xml, walk)) return errc::bad_workbook;
  if (found.relation.empty()) return errc::missing_sheet;
  return found;
}

Result<std::string> path_of(const Archive& archive, const std::string& relation) {
  const auto xml = archive.part("xl/_rels/workbook.xml.rels");
  if (!xml) return xml.error();
  std::string target;
  XmlWalk walk;
  walk.open = [&](std::string_view name, const Attributes& a) {
    const auto id = a.find("Id"), to = a.find("Target");
    if (name == "Relationship" && id != a.end() && to != a.end() && id->second == relation) target = to->second;
  };
  walk.close = [](std::string_view) {};
  walk.text = [](std::string_view) {};
  if (!walk_xml(*xml, walk) || target.empty()) return errc::bad_workbook;
  return target.front() == '/' ? target.substr(1) : "xl/" + target;
}

}  // namespace

bool is_workbook(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04");
}

Result<std::string> sheet_as_csv(std::string_view workbook, std::string_view sheet) {
  const auto archive = Archive::open(workbook);
  if (!archive) return archive.error();
  const auto overview = overview_of(*archive, sheet);
  if (!overview) return overview.error();
  const auto path = path_of(*archive, overview->relation);
  if (!path) return path.error();
  const auto cells = archive->part(*path);
  if (!cells) return cells.error();
  // Both are left out where a workbook has none.
  SheetContext context;
  context.from_1904 = overview->from_1904;
  if (const auto shared = archive->part("xl/sharedStrings.xml");
      shared && !read_shared_strings(*shared, context.shared))
    return errc::bad_workbook;
  if (const auto styles = archive->part("xl/styles.xml"); styles && !read_date_styles(*styles, context.is_date))
    return errc::bad_workbook;
  return cells_as_csv(*cells, context);
}

Result<std::string> table_text(std::string bytes, std::string_view sheet) {
  if (!is_workbook(bytes)) return bytes;
  return sheet_as_csv(bytes, sheet);
}

}  // namespace tram::station
