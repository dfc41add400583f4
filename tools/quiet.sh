#!/usr/bin/env bash
# Runs a step; shows one line when it went well, and all its output when it did not.
#   tools/quiet.sh NAME COMMAND...
set -uo pipefail
name=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
begun=$SECONDS
if "$@" >"$log" 2>&1; then
  printf 'ok    %-20s %3d s\n' "$name" $((SECONDS - begun))
else
  code=$?
  cat "$log"
  printf 'FAIL  %-20s %3d s  (%s)\n' "$name" $((SECONDS - begun)) "$*"
  exit "$code"
fi
