# make help explains the targets. Every target but help and clean does its own
# set-up first: see deps.

GO       ?= go
FUZZTIME ?= 60s
BIN      := bin
TOOL     := $(GO) tool -modfile=tools/go.mod

# Debian packages: what building needs, and what the tests use besides.
BUILDING := gcc libc6-dev pkg-config libpcsclite-dev
TESTING  := pcscd vsmartcard-vpcd openssl chromium git

.PHONY: help deps build demo test race lint pure fuzz e2e bench cover clean

help: ## explain the targets
	@awk -F':.*## ' '/^[a-z0-9]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install the missing Debian packages when possible, name them otherwise
	@./.ci/deps $(BUILDING) $(TESTING)

build: ## build the four programs into bin/
	@./.ci/deps $(BUILDING)
	$(GO) build -trimpath -o $(BIN)/ ./cmd/...

demo: build ## the main job: a citizen logs in with a virtual card
	@$(BIN)/cnie-lab login

test: deps ## all tests: units, vectors, scripts of the programs, pcscd, browsers
	@test "$$(id -u)" = 0 || echo "not root: the tests with a private pcscd will be skipped"
	$(GO) vet ./...
	$(GO) test ./...

race: deps ## the tests under the race detector, long runs shortened
	$(GO) test -race -short ./...

lint: deps ## formatting, vet and staticcheck
	@out=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofumpt differs: $$out"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

pure: ## the packages that build without cgo, for three systems
	$(GO) test -run 'Test(Pure|Layers|Package)' .

fuzz: deps ## every fuzz target for FUZZTIME each (60s)
	@./.ci/fuzz $(FUZZTIME)

e2e: deps ## the tests with a real browser and a real pcscd, verbose
	$(GO) test -count=1 -v -run 'Browser|PCSC' ./web/... ./pcsc/... ./cmd/...

bench: deps ## the figures of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

cover: deps ## coverage by package
	@mkdir -p .cover
	$(GO) test -short -coverprofile=.cover/profile ./... && $(GO) tool cover -func=.cover/profile | tail -1

clean: ## remove what was built
	rm -rf $(BIN) .cover
