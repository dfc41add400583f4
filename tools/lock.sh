#!/usr/bin/env bash
# Writes requirements.lock: every package of every group with its hashes, and no registry's address.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=uv
command -v uv >/dev/null 2>&1 || uv=.venv-uv/bin/uv
"$uv" pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header --quiet "$@" -o requirements.lock
echo "requirements.lock: $(grep -c '==' requirements.lock) packages"
