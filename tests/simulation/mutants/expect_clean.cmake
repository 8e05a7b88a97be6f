# The shipped libraries at every pinned seed: no invariant breaks.
foreach(seed ${SEEDS})
  execute_process(COMMAND ${SIMULATOR} --seed ${seed} RESULT_VARIABLE status OUTPUT_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "seed ${seed} fails without a mutant, so it shows nothing")
  endif()
endforeach()
