# Several files of a target compiled as one: half the work of a build from nothing, which is what CI does
# (docs/adr/0018-unity-builds.md). Off for daily work, where one changed file should stay one compilation.
option(TRAM_UNITY "compile up to eight files of a target together" OFF)
if(TRAM_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
endif()

# tram_apart(FILES...): files of this folder that use a name for something else than their neighbours do.
function(tram_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
