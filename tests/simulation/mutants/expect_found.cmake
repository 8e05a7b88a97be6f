# The simulator over one mutant at its pinned seed: it must fail, by the invariant that names what is wrong, and print
# the lines that replay and shrink it.
execute_process(COMMAND ${SIMULATOR} --mutant ${MUTANT} --seed ${SEED} RESULT_VARIABLE status OUTPUT_VARIABLE output)
message("${output}")
if(NOT status EQUAL 0 OR NOT output MATCHES "FAILED seed 0x[0-9a-f]+ at step [0-9]+: ${INVARIANT}: "
   OR NOT output MATCHES "replay: tram-sim-mutants --mutant ${MUTANT} --seed ")
  message(FATAL_ERROR "${MUTANT} was not noticed by ${INVARIANT} at seed ${SEED}")
endif()
