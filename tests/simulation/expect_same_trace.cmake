# I17: the same seed gives the same trace.
execute_process(COMMAND ${SIMULATOR} --seed ${SEED} RESULT_VARIABLE first OUTPUT_VARIABLE one)
execute_process(COMMAND ${SIMULATOR} --seed ${SEED} RESULT_VARIABLE second OUTPUT_VARIABLE two)
message("${one}")
if(NOT first EQUAL 0 OR NOT second EQUAL 0 OR NOT one STREQUAL two OR NOT one MATCHES "trace [0-9a-f]+")
  message(FATAL_ERROR "seed ${SEED} gave two traces:\n${one}${two}")
endif()
