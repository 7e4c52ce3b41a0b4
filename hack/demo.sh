#!/usr/bin/env bash
# The main job on real input: a real Kubernetes API server on this machine, the operator as its own ServiceAccount, and
# the five sites of config/samples. `make demo` runs it, `make demo-down` ends it; see `make help`.
set -euo pipefail
cd "$(dirname "$0")/.."

dir="$PWD/.demo"
bin="$PWD/bin"
own_cluster=true
[ -n "${DEMO_KUBECONFIG:-}" ] && own_cluster=false

bold() { if [ -t 1 ]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi; }
step() { printf '\n'; bold "== $*"; }
note() { printf '%s\n' "$*" >&2; }
die() { note "demo: $*"; exit 1; }

# start NAME ARGS…: runs bin/NAME in the background, in $dir, with its output in $dir/NAME.log.
start() {
  local name=$1; shift
  stop "$name"
  (cd "$dir" && exec nohup "$bin/$name" "$@" >"$name.log" 2>&1 </dev/null) &
  echo $! >"$dir/$name.pid"
}

# stop NAME ends what start started, and no other process: the pid must still be of that binary.
stop() {
  [ -f "$dir/$1.pid" ] || return 0
  local pid; pid=$(cat "$dir/$1.pid")
  if ps -o args= -p "$pid" 2>/dev/null | grep -q "bin/$1"; then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; read -rt 0.1 <> <(:) || true; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$dir/$1.pid"
}

down() {
  stop manager; stop scanner; stop demosite
  bin/localcluster stop --dir "$dir/cluster"
  rm -rf "$dir"
  echo "demo: ended; nothing of it runs any more"
}

if [ "${1:-up}" = down ]; then down; exit 0; fi

assets=${HUSTINGS_ASSETS:-$(bin/localcluster assets)}
kubectl="$assets/kubectl"
mkdir -p "$dir"
k() { "$kubectl" --kubeconfig "$admin" "$@"; }

# wait_for SECONDS WHAT COMMAND…: until the command succeeds, with a dot every second.
wait_for() {
  local limit=$1 what=$2; shift 2
  local begin=$SECONDS
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - begin)) -lt "$limit" ] || { note ""; die "gave up after ${limit}s waiting for $what; the operator's log is $dir/manager.log"; }
    [ -t 2 ] && printf '.' >&2
    read -rt 0.3 <> <(:) || true
  done
  [ -t 2 ] && printf '\r\033[K' >&2
  return 0
}

start_cluster() {
  step "A Kubernetes control plane on this machine"
  bin/localcluster start --dir "$dir/cluster" --nodes 3 >/dev/null
  admin="$dir/cluster/admin.kubeconfig"
  note "API server, etcd and controller manager are real. The three nodes are SIMULATED: pods become Ready, no container runs,"
  note "and no Traefik runs either (its CRD is installed). What is shown is the operator's work, not traffic."
}

use_cluster() {
  admin="$DEMO_KUBECONFIG"
  local context; context=$(k config current-context) || die "KUBECONFIG=$admin names no cluster: set a current context"
  printf 'This installs CRDs, roles, admission policies and five namespaces (alice, bob, carol, dave, erin) into "%s". Go on? [y/N] ' "$context" >&2
  local answer=""; read -r answer || true
  [ "$answer" = y ] || die "nothing was done"
}

install() {
  step "Installing CRDs, roles and admission policies"
  k apply --server-side --force-conflicts -k config/crd
  k wait --for=condition=Established --timeout=30s crd -l app.kubernetes.io/part-of=hustings 2>/dev/null || \
    k wait --for=condition=Established --timeout=30s crd/campaignsites.hustings.dev crd/siteclasses.hustings.dev crd/waivers.hustings.dev crd/hostclaims.hustings.dev crd/imagescans.hustings.dev
  k get crd middlewares.traefik.io >/dev/null 2>&1 || k apply --server-side -f test/traefik/middlewares-crd.yaml
  k wait --for=condition=Established --timeout=30s crd/middlewares.traefik.io
  k apply --server-side -f config/manager/namespace.yaml
  k apply --server-side -k config/rbac
  k apply --server-side -k config/policies
}

# start_scanner runs a registry that has the samples' images, and the scanner, which has no token and needs none.
start_scanner() {
  step "Starting the leak scanner, and a registry on 127.0.0.1 that stands for registry.example.org"
  start demosite registry 127.0.0.1:0
  wait_for 10 "the registry" grep -q ^serving "$dir/demosite.log"
  local registry; registry=$(sed -n 's/^serving //p' "$dir/demosite.log")
  # The socket's path is relative, for it must be short. The addresses of the simulated pods are nobody's: none is asked.
  start scanner --socket scanner.sock --plain-http --registry-mirror "registry.example.org=$registry" \
    --deny-cidr 10.0.0.0/8 --deny-cidr 172.16.0.0/12 --deny-cidr 192.168.0.0/16
  wait_for 10 "the scanner" test -S "$dir/scanner.sock"
}

# start_manager runs the operator as the ServiceAccount that it is shipped with: what its roles lack, it cannot do.
start_manager() {
  step "Starting the operator as ServiceAccount hustings-system/hustings-manager"
  local token server; token=$(k -n hustings-system create token hustings-manager --duration 8h)
  server=$(k config view --minify --raw -o jsonpath='{.clusters[0].cluster.server}')
  cp "$admin" "$dir/manager.kubeconfig"; chmod 600 "$dir/manager.kubeconfig"
  "$kubectl" --kubeconfig "$dir/manager.kubeconfig" config set-credentials manager --token "$token" >/dev/null
  "$kubectl" --kubeconfig "$dir/manager.kubeconfig" config set-context manager \
    --cluster "$(k config view --minify -o jsonpath='{.contexts[0].context.cluster}')" --user manager >/dev/null
  "$kubectl" --kubeconfig "$dir/manager.kubeconfig" config use-context manager >/dev/null
  KUBECONFIG="$dir/manager.kubeconfig" start manager --leader-election-namespace hustings-system --scanner-socket scanner.sock \
    --metrics-bind-address 0 --health-probe-bind-address 127.0.0.1:0
  wait_for 30 "the operator to lead" k -n hustings-system get lease hustings-manager
  note "it talks to $server; its log is $dir/manager.log"
}

# ready_reason NAMESPACE SITE: why a site is Ready, or not.
ready_reason() { k -n "$1" get campaignsite "$2" -o jsonpath='{.status.conditions[?(@.type=="Ready")].reason}'; }
has_reason() { [ "$(ready_reason "$1" "$2")" = "$3" ]; }
judged() { has_reason bob vote-bob Refused && has_reason carol vote-carol Refused && has_reason dave vote-dave HostConflict && has_reason erin vote-erin Ready; }

apply_sites() {
  step "A SiteClass and five sites; alice's comes first, so that it holds the host that dave wants too"
  k apply --server-side -f config/samples/00-namespaces.yaml -f config/samples/10-siteclass-standard.yaml
  k patch siteclass standard --type merge -p '{"spec":{"accept":["network.enforced","leaks.served","leaks.exposed-files"]}}'
  note "no container runs here, so nothing is served that could be looked at: the class of the demo accepts not to know that"
  k apply --server-side -f config/samples/20-good.yaml
  wait_for 60 "alice's site to be Ready" k -n alice wait --for=condition=Ready campaignsite/vote-alice --timeout=1s
  for file in config/samples/2[1-9]*.yaml; do k apply --server-side -f "$file"; done
  wait_for 60 "every site to be judged" judged
}

show() {
  step "kubectl get campaignsites -A"
  k get campaignsites -A
  step "Why the others are refused (kubectl describe, or the Ready condition)"
  for team in bob carol dave; do
    k -n "$team" get campaignsites -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name}: {.status.conditions[?(@.type=="Ready")].reason}: {.status.conditions[?(@.type=="Ready")].message}{"\n"}{end}'
  done
  step "What alice's one object became"
  k -n alice get networkpolicies,serviceaccounts,deployments,poddisruptionbudgets,horizontalpodautoscalers,services,middlewares.traefik.io,ingresses -l hustings.dev/site=vote-alice -o name
}

leaking_image() {
  step "erin names the next build of the site: its image has a key in a layer, which a later layer deletes"
  local next; next=$(bin/demosite images | awk '/a key in a layer/ {print $1}')
  k -n erin patch campaignsite vote-erin --type merge -p "{\"spec\":{\"image\":\"$next\"}}"
  wait_for 30 "the image's verdict" has_reason erin vote-erin ImageLeaking
  k get imagescans
  k -n erin get campaignsite vote-erin -o jsonpath='{range .status.conditions[?(@.type=="Ready")]}{.reason}: {.message}{"\n"}{end}'
  echo "what runs:   $(k -n erin get deployment vote-erin -o jsonpath='{.spec.template.spec.containers[0].image}')"
  echo "what waits:  $(k -n erin get campaignsite vote-erin -o jsonpath='{.status.image.candidate}')"
}

scan_folder() {
  step "The same engine in CI or on a laptop: hustings scan dir, of a site as its build left it"
  rm -rf "$dir/site"
  bin/demosite site "$dir/site"
  local code=0; bin/hustings scan dir "$dir/site" || code=$?
  [ "$code" = 1 ] || die "hustings scan dir ended with $code where it finds something (1)"
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

drift() {
  step "Drift: somebody deletes the NetworkPolicy that denies everything"
  local before uid; uid=$(k -n alice get networkpolicy vote-alice-deny -o jsonpath='{.metadata.uid}')
  before=$(milliseconds)
  k -n alice delete networkpolicy vote-alice-deny --wait=false
  back() { local now; now=$(k -n alice get networkpolicy vote-alice-deny -o jsonpath='{.metadata.uid}') && [ "$now" != "$uid" ]; }
  until back 2>/dev/null; do [ $(($(milliseconds) - before)) -lt 20000 ] || die "the policy did not come back"; done
  echo "back after at most $(($(milliseconds) - before)) ms, kubectl's own start included twice"
  wait_for 10 "the event" has_event
  k -n alice get events --field-selector reason=DriftCorrected -o jsonpath='{range .items[*]}{.type}  {.reason}  {.message}{.note}{"\n"}{end}'
}
has_event() { k -n alice get events --field-selector reason=DriftCorrected -o name | grep -q .; }

go_on() {
  step "Go on by hand"
  cat <<MESSAGE
  export KUBECONFIG=$admin PATH=$assets:\$PATH
  kubectl get csite -A -o wide
  kubectl -n alice describe csite vote-alice
  kubectl get imagescans -o wide
  kubectl -n bob patch csite vote-bob --type json -p '[{"op":"remove","path":"/spec/env"}]'   # mend the leak: bob is let in
  bin/hustings validate -f config/samples                                                    # the same rules, offline
  make demo-down                                                                             # ends all of it
MESSAGE
  if ! $own_cluster; then
    echo "  that ends the operator and the scanner; to take away what is in your cluster, sites first:"
    echo "  kubectl delete -f config/samples; for part in policies rbac crd; do kubectl delete -k config/\$part; done; kubectl delete namespace hustings-system"
  fi
}

if $own_cluster; then start_cluster; else use_cluster; fi
install
start_scanner
start_manager
apply_sites
show
leaking_image
scan_folder
drift
go_on
