# Functions the scripts in installer/ share; sourced by bash, not run.

tram_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tram_node_folder=$tram_root/build/node

say() { printf '%s\n' "$*" >&2; }
die() {
  say "${0##*/}: $*"
  exit 1
}

# Runs a command as root: as it is, or with sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "needs root to run: $*"
  fi
}

# Prints the packages of one group of packages.txt.
packages_of() {
  awk -v group="[$1]" '/^\[/ { inside = ($1 == group); next } inside && NF && $1 !~ /^#/ { print $1 }' \
    "$tram_root/installer/packages.txt"
}

# Prints those of the given packages that dpkg does not have.
packages_missing() {
  local name
  for name in "$@"; do
    case $(dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null) in
      installed) ;;
      *) printf '%s\n' "$name" ;;
    esac
  done
}

# Vite needs 20.19 or newer.
node_is_new_enough() {
  command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# Puts the pinned node and its npm first in PATH, if they were installed. Named by their own folders, since npm links one
# .bin/node for both kinds of machine and may take it away with the kind that does not fit.
use_node() {
  local folder
  for folder in "$tram_node_folder"/node_modules/.bin "$tram_node_folder"/node_modules/node-linux-*/bin; do
    case ":$PATH:" in
      *":$folder:"*) ;;
      *) [ ! -d "$folder" ] || export PATH="$folder:$PATH" ;;
    esac
  done
}
