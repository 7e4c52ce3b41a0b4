# Everything that CI runs is a target here, and needs nothing but Go and git.

# Without C code, every build shares one cache; tests that need the race detector
# say so (RACE=1).
export CGO_ENABLED = 0

SHELL   := /bin/bash
BIN     := $(CURDIR)/bin
MODULES := . hack/localcluster hack/tools hack/tools/golangci-lint test/observers
LINTED  := . hack/localcluster test/observers

RELEASE_FLAGS := -trimpath -ldflags "-s -w"
# Manifests and binaries that tests read are not known to the test cache.
TEST_FLAGS    := -count=1 -shuffle=on -timeout 15m $(if $(RACE),-race)

# Programs that run here are built for here, whatever GOOS a caller builds for.
HOST_GO := env GOOS= GOARCH= go

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ifeq (,$(shell command -v go))
$(error Hustings is built with Go 1.26 or later, and there is no go command in PATH: see https://go.dev/dl)
endif

##@ Everyday

.PHONY: help
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

.PHONY: build
build: ## Build the programs into bin/
	go build $(RELEASE_FLAGS) -o $(BIN)/ ./cmd/...

.PHONY: generate
generate: bin/controller-gen ## Generate deep copies and CRDs from api/, and the rules for secrets that are taken over
	bin/controller-gen object:headerFile=hack/boilerplate.go.txt paths=./api/...
	bin/controller-gen crd paths=./api/... output:crd:dir=config/crd/bases
	@go run ./hack/leakrules > bin/leakrules.go && mv bin/leakrules.go internal/leak/rules_gitleaks.gen.go

.PHONY: fmt
fmt: bin/golangci-lint ## Format all Go code
	@for m in $(LINTED); do (cd $$m && $(BIN)/golangci-lint fmt -c $(CURDIR)/.golangci.yml ./...) || exit; done

.PHONY: lint
lint: bin/golangci-lint ## Run the linters
	@for m in $(LINTED); do \
	  echo "lint $$m"; \
	  (cd $$m && $(BIN)/golangci-lint run -c $(CURDIR)/.golangci.yml ./...) || exit; \
	done

.PHONY: test
test: bin/localcluster bin/setup-envtest ## Run all tests, against a real API server (RACE=1: with the race detector)
	@assets=$$(bin/localcluster assets --setup-envtest $(BIN)/setup-envtest) || exit; \
	export HUSTINGS_LOCALCLUSTER=$(BIN)/localcluster HUSTINGS_ASSETS=$$assets $(if $(RACE),CGO_ENABLED=1); \
	echo "go test ./..."; go test $(TEST_FLAGS) ./... || exit; \
	for m in hack/localcluster test/observers; do echo "go test ./... ($$m)"; go -C $$m test $(TEST_FLAGS) ./... || exit; done

##@ Before a push

.PHONY: verify
verify: generate ## Fail if generated files, modules or formatting are not up to date, or lint complains
	@for m in $(MODULES); do echo "go mod tidy -diff ($$m)"; go -C $$m mod tidy -diff || exit; done
	@bad=$$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ ! -f "$$f" ] || gofmt -l "$$f"; done); \
	if [ -n "$$bad" ]; then echo "not formatted, run make fmt:"; echo "$$bad"; exit 1; fi
	@$(MAKE) --no-print-directory lint
	@dirty=$$(git status --porcelain); \
	if [ -n "$$dirty" ]; then \
	  echo "the tree differs from the commit (after make generate):"; echo "$$dirty"; \
	  git --no-pager diff; exit 1; \
	fi

.PHONY: presubmit
presubmit: ## Run what CI runs, and nothing else
	.ci/run

##@ Measure and show

.PHONY: e2e
e2e: bin/localcluster bin/setup-envtest build ## Run the tests on a real node: Linux, root (SHORT=1: as CI; FOCUS=flood: those that match)
	@./hack/e2e.sh

.PHONY: try
try: ## Follow the README's "Try it for real" to the letter
	@./hack/try.sh

.PHONY: bench
bench: bin/localcluster bin/setup-envtest ## Run the benchmarks
	@assets=$$(bin/localcluster assets --setup-envtest $(BIN)/setup-envtest) || exit; \
	export HUSTINGS_LOCALCLUSTER=$(BIN)/localcluster HUSTINGS_ASSETS=$$assets; \
	go test -run '^$$' -bench . -benchmem ./internal/... && go run ./test/leaks/bench && go run ./test/bench

.PHONY: demo
demo: bin/localcluster bin/setup-envtest build ## Start a cluster on this machine with the operator and five sites
	@go build $(RELEASE_FLAGS) -o $(BIN)/ ./hack/demosite
	DEMO_KUBECONFIG='$(if $(filter command line,$(origin KUBECONFIG)),$(KUBECONFIG))' ./hack/demo.sh

.PHONY: demo-down
demo-down: bin/localcluster ## End the demo
	./hack/demo.sh down

##@ Parts

.PHONY: assets
assets: bin/localcluster bin/setup-envtest ## Find or build etcd, kube-apiserver and the rest; print their folder
	@bin/localcluster assets --setup-envtest $(BIN)/setup-envtest

.PHONY: tools
tools: bin/controller-gen bin/kustomize bin/setup-envtest bin/golangci-lint ## Build the pinned tools into bin/

.PHONY: clean
clean: ## Remove bin/
	rm -rf $(BIN)

bin/localcluster: $(shell find hack/localcluster -type f)
	@echo "building $@ (minutes when nothing is cached)" >&2
	@$(HOST_GO) -C hack/localcluster build $(RELEASE_FLAGS) -o $(BIN)/localcluster . && touch $@

bin/controller-gen: package = sigs.k8s.io/controller-tools/cmd/controller-gen
bin/kustomize:      package = sigs.k8s.io/kustomize/kustomize/v5
bin/setup-envtest:  package = sigs.k8s.io/controller-runtime/tools/setup-envtest
bin/golangci-lint:  package = github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bin/controller-gen bin/kustomize bin/setup-envtest: hack/tools/go.mod hack/tools/go.sum
	@echo "building $@" >&2
	@$(HOST_GO) -C hack/tools build $(RELEASE_FLAGS) -o $(CURDIR)/$@ $(package) && touch $@

# A module of its own: a linter is only what its authors tested with the
# dependencies that they chose.
bin/golangci-lint: hack/tools/golangci-lint/go.mod hack/tools/golangci-lint/go.sum
	@echo "building $@ (minutes when nothing is cached)" >&2
	@$(HOST_GO) -C hack/tools/golangci-lint build $(RELEASE_FLAGS) -o $(CURDIR)/$@ $(package) && touch $@
