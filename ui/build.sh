#!/bin/sh
# Builds ui/dist when it is missing or older than its sources; CMake runs this while it configures, because the list of
# hashed file names must be known then. Needs npm only when there is something to build, so a second run works offline.
set -eu
cd "$(dirname "$0")"

sources="src index.html package.json package-lock.json vite.config.ts svelte.config.js tsconfig.json"

fresh() {
  # shellcheck disable=SC2086  # a list of names
  [ -f dist/index.html ] && [ -z "$(find $sources -newer dist/index.html -print -quit)" ]
}

fail() {
  echo "ui: $1" >&2
  exit 1
}

if command -v flock >/dev/null 2>&1 && [ "${TRAM_UI_LOCKED:-}" != 1 ]; then
  # Two build folders may be configured at once; they share dist.
  exec env TRAM_UI_LOCKED=1 flock . "./$(basename "$0")" "$@"
fi

fresh && exit 0
command -v npm >/dev/null 2>&1 || fail "npm is missing: install nodejs and npm, or run installer/test once, then configure again"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "node $(node --version) is too old: 20.19 or newer is needed first in PATH"

if ! cmp -s package-lock.json node_modules/.tram-lock; then
  npm ci --ignore-scripts || fail "npm ci failed"
  cp package-lock.json node_modules/.tram-lock
fi
npm run build || fail "the build failed"
