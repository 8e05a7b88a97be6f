#include "station/workbook/xml.h"

#include <expat.h>

#include <memory>

namespace tram::station {
namespace {

constexpr int kMaxDepth = 64;

struct State {
  const XmlWalk& walk;
  XML_Parser parser;
  int depth = 0;
  bool refused = false;
  bool stopped = false;

  void stop(bool is_refusal) {
    (is_refusal ? refused : stopped) = true;
    XML_StopParser(parser, XML_FALSE);
  }
};

// `x:row` is `row`: programs choose their prefixes.
std::string_view local(const XML_Char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

void on_open(void* data, const XML_Char* name, const XML_Char** attributes) {
  State& state = *static_cast<State*>(data);
  if (++state.depth > kMaxDepth) return state.stop(true);
  Attributes all;
  for (; *attributes; attributes += 2) all.emplace(local(attributes[0]), attributes[1]);
  state.walk.open(local(name), all);
  if (state.walk.enough()) state.stop(false);
}

void on_close(void* data, const XML_Char* name) {
  State& state = *static_cast<State*>(data);
  --state.depth;
  state.walk.close(local(name));
  if (state.walk.enough()) state.stop(false);
}

void on_text(void* data, const XML_Char* text, int size) {
  static_cast<State*>(data)->walk.text({text, static_cast<std::size_t>(size)});
}

void on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<State*>(data)->stop(true);
}

}  // namespace

bool walk_xml(std::string_view xml, const XmlWalk& walk) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"), &XML_ParserFree);
  if (!parser) return false;
  State state{walk, parser.get()};
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), on_open, on_close);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  // Parts are bounded far below what an int holds (kMaxWorkbookPart).
  const XML_Status status = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  return !state.refused && (state.stopped || status == XML_STATUS_OK);
}

}  // namespace tram::station
