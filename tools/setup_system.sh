#!/usr/bin/env bash
# Debian packages that the tests need beyond Python and Node: a browser and a font for it.
# Installed when run as root, else named; nothing is done where they are there already.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
compgen -G '/usr/share/fonts/truetype/dejavu/*.ttf' >/dev/null || missing+=(fonts-dejavu-core)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  tools/quiet.sh "package lists" apt-get update
  tools/quiet.sh "system packages" apt-get install -y --no-install-recommends "${missing[@]}"
else
  echo "The browser tests need: ${missing[*]}. Install them as root, for example:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
  echo "Everything else is set up; \`make run\` works without them." >&2
  exit 1
fi
