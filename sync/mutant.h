// Where tests plant a fault to see that it is noticed: TRAM_MUTANT(which) is the constant false in every shipped build.
// The test-only second compilation of this library names a header here that says which fault is active
// (tests/simulation/mutants). A hook is one condition at the place of the check it takes away.
#pragma once
#ifdef TRAM_MUTANTS
#include TRAM_MUTANTS
#else
#define TRAM_MUTANT(which) false
#endif
