#!/usr/bin/env bash
# The end-to-end tests, on two real nodes that are made for them and ended with them. `make e2e` runs it; see `make help`.
#
#   SHORT=1          only what CI runs
#   FOCUS=flood      only specs whose names match
#   KEEP=1           leave the node running: bin/localcluster enter --dir .e2e/cluster -- kubectl get pods -A
set -euo pipefail
cd "$(dirname "$0")/.."

dir="$PWD/.e2e"
note() { printf 'e2e: %s\n' "$*" >&2; }

# cannot SENTENCE: what is missing, and how to mend it. CI on a machine that cannot run a node goes on without.
cannot() {
  note "$1"
  if [ -n "${SHORT:-}" ]; then note "skipped: no pod was run"; exit 0; fi
  exit 1
}

[ "$(uname -s)" = Linux ] || cannot "a real node needs Linux, and this is $(uname -s)"
[ "$(id -u)" = 0 ] || cannot "a real node needs root: run it as root"

packages=()
need() { command -v "$1" >/dev/null || packages+=("$2"); }
need nsenter util-linux; need ip iproute2; need iptables iptables; need conntrack conntrack; need ipset ipset; need gcc gcc; need pkg-config pkg-config
{ command -v pkg-config >/dev/null && pkg-config --exists libseccomp; } || packages+=(libseccomp-dev)
if [ ${#packages[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || cannot "install what Debian calls ${packages[*]}"
  note "installing ${packages[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null ||
    cannot "apt-get could not install ${packages[*]}"
fi

# world is what a node could leave behind on this machine.
world() {
  ip -o link | sed 's/ qlen.*//'
  mount
  iptables-save | sed -n '/^[*:-]/s/ \[.*//p'
  find /sys/fs/cgroup -maxdepth 2 -name 'localcluster-*'
  pgrep -af "$dir/cluster" || true
}

finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "${KEEP:-}" ]; then
    note "the node runs on. Look at it:  bin/localcluster enter --dir .e2e/cluster -- kubectl get campaignsites -A"
    note "and end it:                    bin/localcluster stop --dir .e2e/cluster"
    exit "$status"
  fi
  bin/localcluster stop --dir "$dir/cluster" || status=1
  if ! diff "$dir/world.before" <(world); then
    note "the node has left something behind: see above"
    status=1
  fi
  exit "$status"
}

export HUSTINGS_E2E=1 HUSTINGS_E2E_DIR="$dir" HUSTINGS_E2E_CACHE="${HUSTINGS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hustings}/e2e"
go run ./test/e2e/images/fetch "$HUSTINGS_E2E_CACHE" || cannot "the packages of the sites' images could not be fetched: why is said above"

mkdir -p "$dir"
rm -rf "$dir/failed"
[ -n "${KEEP:-}" ] || bin/localcluster stop --dir "$dir/cluster" # what a run that was killed has left
world >"$dir/world.before"
trap finish EXIT
trap 'exit 130' INT TERM
bin/localcluster start --dir "$dir/cluster" --real-nodes 2 >/dev/null
if [ -z "${SHORT:-}${FOCUS:-}" ]; then
  note "running the sites' images by themselves"
  go test -count=1 ./test/e2e/images
fi
note "building the tests"
go test -c -o bin/e2e.test ./test/e2e
filter=(); [ -z "${SHORT:-}" ] || filter+=(--ginkgo.label-filter=short)
[ -z "${FOCUS:-}" ] || filter+=(--ginkgo.focus="$FOCUS")
bin="$PWD/bin"
(cd test/e2e && "$bin/localcluster" enter --dir "$dir/cluster" -- "$bin/e2e.test" \
  -test.timeout=60m --ginkgo.v --ginkgo.github-output=false --ginkgo.no-color "${filter[@]}")
