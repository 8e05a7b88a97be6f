# Runs the simulator with a planted fault at a pinned seed: it must fail, by an invariant, with the line that replays it.
execute_process(COMMAND ${SIMULATOR} --seed ${SEED} --plant ${PLANT} RESULT_VARIABLE status OUTPUT_VARIABLE output)
message("${output}")
if(NOT status EQUAL 1 OR NOT output MATCHES "FAILED seed .*: (I|L)[0-9]+: " OR NOT output MATCHES "replay: tram-sim --seed")
  message(FATAL_ERROR "the planted fault ${PLANT} was not noticed at seed ${SEED}")
endif()
