# Precompiled headers of other people's code, so that a file compiles in about a second: the standard library everywhere,
# Boost.JSON where answers are made, GoogleTest in the tests. Our own headers stay out, or each change of one would
# rebuild everything; Beast stays out, since two files see it. Every file still includes what it uses: clang-tidy and
# -DTRAM_PCH=OFF compile without.
option(TRAM_PCH "use precompiled headers" ON)

set(tram_std_headers
  <algorithm> <array> <chrono> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <optional> <set> <span>
  <string> <string_view> <utility> <variant> <vector> <boost/system/result.hpp>)

# One header is compiled once and shared by all targets with the same flags: an object library holds it.
function(tram_precompiled_header name)
  cmake_parse_arguments(P "" "" "HEADERS;LIBRARIES;OPTIONS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${name}.cpp CONTENT "// Compiled for its precompiled header.\n" @ONLY)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  target_link_libraries(${name} PRIVATE tram_build ${P_LIBRARIES})
  target_include_directories(${name} SYSTEM PRIVATE ${Boost_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE ${P_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${P_HEADERS})
  tram_cacheable(${name})
endfunction()

# What ccache needs besides the sloppiness in CMakePresets.json: g++ writes the header's name into the preprocessed text,
# clang leaves times out of the header.
function(tram_cacheable target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  else()
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

if(TRAM_PCH)
  tram_precompiled_header(tram_pch HEADERS ${tram_std_headers})
  tram_precompiled_header(tram_pch_json HEADERS ${tram_std_headers} <boost/json.hpp> LIBRARIES Boost::json)
  # Programs are compiled as -fPIE, libraries as -fPIC, and g++ takes no header of the one for the other.
  tram_precompiled_header(tram_pch_test HEADERS ${tram_std_headers} <gtest/gtest.h> LIBRARIES GTest::gtest OPTIONS -fPIE)
  set_target_properties(tram_pch_test PROPERTIES POSITION_INDEPENDENT_CODE OFF)
endif()

# tram_precompile(TARGET HEADER): TARGET's files see HEADER, one of the three above.
function(tram_precompile target header)
  if(TRAM_PCH)
    target_precompile_headers(${target} REUSE_FROM ${header})
    get_target_property(type ${target} TYPE)
    if(header STREQUAL "tram_pch_test" AND type STREQUAL "OBJECT_LIBRARY")  # objects of test programs, as those are
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIE)
    endif()
    tram_cacheable(${target})
  endif()
endfunction()
