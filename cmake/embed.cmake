# tram_embed(TARGET name NAMESPACE ns BASE dir FILES ...): turns files into a table of {name, bytes} in the library,
# by .incbin, and writes <generated>/<name>/embedded.h with `std::string_view ns::embedded(std::string_view file)`.
function(tram_embed)
  cmake_parse_arguments(E "" "TARGET;NAMESPACE;BASE" "FILES" ${ARGN})
  string(REPLACE "::" "_" flat ${E_NAMESPACE})
  set(dir ${CMAKE_BINARY_DIR}/generated/${E_TARGET})
  file(MAKE_DIRECTORY ${dir})
  set(asm "")
  set(decl "")
  set(rows "")
  set(index 0)
  foreach(f ${E_FILES})
    file(RELATIVE_PATH rel ${E_BASE} ${f})
    set(sym "tram_embed_${flat}_${index}")
    string(APPEND asm "__asm__(\".section .rodata\\n.balign 16\\n.global ${sym}\\n${sym}:\\n.incbin \\\"${f}\\\"\\n.global ${sym}_end\\n${sym}_end:\\n.byte 0\\n.previous\\n\");\n")
    string(APPEND decl "extern \"C\" { extern const char ${sym}[]; extern const char ${sym}_end[]; }\n")
    string(APPEND rows "    {\"${rel}\", std::string_view(${sym}, static_cast<std::size_t>(${sym}_end - ${sym}))},\n")
    math(EXPR index "${index}+1")
  endforeach()
  file(CONFIGURE OUTPUT ${dir}/embedded.h CONTENT "// Files embedded at build time; made by cmake/embed.cmake.
#pragma once
#include <span>
#include <string_view>
#include <utility>
namespace ${E_NAMESPACE} {
// All embedded files: {path relative to their folder, content}; content lives as long as the program.
std::span<const std::pair<std::string_view, std::string_view>> embedded_files();
// The content of one file, or an empty view if there is no such file.
std::string_view embedded(std::string_view file);
}  // namespace ${E_NAMESPACE}
" @ONLY)
  file(CONFIGURE OUTPUT ${dir}/embedded.cpp CONTENT "#include \"${E_TARGET}/embedded.h\"
#include <vector>
${asm}
${decl}
namespace ${E_NAMESPACE} {
std::span<const std::pair<std::string_view, std::string_view>> embedded_files() {
  static const std::vector<std::pair<std::string_view, std::string_view>> table = {
${rows}  };
  return table;
}
std::string_view embedded(std::string_view file) {
  for (const auto& [name, content] : embedded_files())
    if (name == file) return content;
  return {};
}
}  // namespace ${E_NAMESPACE}
" @ONLY)
  set_source_files_properties(${dir}/embedded.cpp PROPERTIES OBJECT_DEPENDS "${E_FILES}" COMPILE_OPTIONS "-fno-lto"
    SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${E_TARGET} PRIVATE ${dir}/embedded.cpp)
endfunction()
