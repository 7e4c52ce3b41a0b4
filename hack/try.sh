#!/usr/bin/env bash
# Follows the README's "Try it for real" to the letter. `make try` runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
  echo "try: a real node needs Linux and root: skipped" >&2
  exit 0
fi
commands=$(sed -n '/<!-- try-for-real -->/,/<!-- \/try-for-real -->/p' README.md | grep -v '^<!--\|^```')
[ "$(wc -l <<<"$commands")" -ge 3 ] || { echo "try: README.md has no commands between the marks try-for-real" >&2; exit 1; }
trap 'bin/localcluster stop --dir .e2e/cluster' EXIT
mkdir -p .e2e
while read -r line; do
  printf '\n$ %s\n' "$line"
  bash -c "$line" </dev/null | tee .e2e/try.log
  case $line in
    *campaignsites*) grep -q ' True  *True ' .e2e/try.log || { echo "try: the site is not Ready and Compliant" >&2; exit 1; } ;;
  esac
done <<<"$commands"
[ ! -e .e2e/cluster ] || { echo "try: the node has left its folder behind" >&2; exit 1; }
