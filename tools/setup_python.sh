#!/usr/bin/env bash
# Makes .venv with exactly the packages of requirements.lock and this project, editable.
# Brings uv into a small environment of its own (.venv-uv) unless a usable one is on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
  local name
  for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
    if "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      "$name" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  echo "Python 3.11 or newer with its venv module is needed; set PYTHON=/path/to/python" >&2
  return 1
}

find_uv() {
  if uv pip --help >/dev/null 2>&1; then
    command -v uv
    return
  fi
  if ! .venv-uv/bin/uv --version >/dev/null 2>&1; then
    "$1" -m venv --clear .venv-uv >&2
    tools/quiet.sh "uv" .venv-uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1' >&2
  fi
  echo .venv-uv/bin/uv
}

# Trust what the system trusts (a company's own authority, say): the present and the older name.
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS-true} UV_NATIVE_TLS=${UV_NATIVE_TLS-true}

python=$(find_python)
uv=$(find_uv "$python")
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
  tools/quiet.sh "environment" "$uv" venv --quiet --clear --python "$python" .venv
fi
export LYFTDATA_SKIP_UI=1 # the page is a step of its own
tools/quiet.sh "python packages" "$uv" pip sync --python .venv/bin/python --require-hashes requirements.lock
tools/quiet.sh "the project" "$uv" pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .
