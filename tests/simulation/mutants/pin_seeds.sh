#!/bin/sh
# Finds the first seed at which each mutant is noticed and prints the table of CMakeLists.txt; for when a change of the
# simulator has moved what the seeds do.
# usage: pin_seeds.sh PATH-OF-tram-sim-mutants [MOST-SEEDS]
set -eu
program=$1
most=${2:-400}
for mutant in $("$program" 2>&1 | sed -n 's/^NAME: none, //p' | tr -d ','); do
  seed=1
  while [ "$seed" -le "$most" ]; do
    invariant=$("$program" --mutant "$mutant" --seed "$seed" | sed -n 's/^FAILED seed [^:]*: \([^:]*\):.*/\1/p') || true
    case $invariant in
      I[0-9]*|L[0-9]*) echo "  \"$mutant $seed $invariant\""; break ;;
    esac
    seed=$((seed + 1))
  done
  [ "$seed" -le "$most" ] || echo "  # $mutant was not noticed in $most seeds"
done
