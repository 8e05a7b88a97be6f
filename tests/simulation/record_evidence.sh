#!/bin/sh
# Runs seeds of the simulator and appends one line about them to docs/evidence.md, under "Simulator seeds".
# usage: record_evidence.sh PATH-OF-tram-sim [SEEDS [FIRST-SEED [PROFILE]]]
set -eu
simulator=$1
seeds=${2:-200}
first=${3:-1}
profile=${4:-small}
root=$(cd "$(dirname "$0")/../.." && pwd)
evidence=$root/docs/evidence.md
revision=$(git -C "$root" rev-parse --short=12 HEAD)
git -C "$root" diff --quiet HEAD -- || revision="$revision with changes"
cores=$(nproc)
status=0
output=$("$simulator" --profile "$profile" --first-seed "$first" --seeds "$seeds" --workers "$cores" \
  --revision "$revision") || status=$?
printf '%s\n' "$output"
counts=$(printf '%s\n' "$output" | sed -n 's/^seeds .*/&/p' | head -n 1)
if [ "$status" -eq 0 ]; then result="every invariant held"; else result="FAILED: $(printf '%s\n' "$output" | sed -n 's/^FAILED //p' | head -n 1)"; fi
line="- $(date -u +%Y-%m-%d) · $revision · $cores cores · $profile from seed $first · $counts · $result"
[ -f "$evidence" ] || printf '# Evidence\n\n## Simulator seeds\n' >"$evidence"
fresh=$(mktemp "$evidence.XXXXXX")
awk -v line="$line" '
  function flush() { if (inside) { print line; print ""; inside = 0; blank = 0 } }
  /^## / { flush(); print; if ($0 == "## Simulator seeds") { inside = 1; first = 1 } next }
  inside && /^$/ { if (first) { print; first = 0 } else blank = 1; next }
  inside { if (blank) { print ""; blank = 0 } first = 0 }
  { print }
  END { flush() }' "$evidence" >"$fresh"
chmod 644 "$fresh"
mv "$fresh" "$evidence"
exit "$status"
