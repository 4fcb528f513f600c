# make help explains the targets. Every target but help and clean does its own
# set-up first: see deps.

GO       ?= go
FUZZTIME ?= 60s
BIN      := bin
TOOL     := $(GO) tool -modfile=tools/go.mod

# Debian packages: what building needs, and what the tests use besides.
BUILDING := gcc libc6-dev pkg-config libpcsclite-dev
TESTING  := pcscd vsmartcard-vpcd openssl chromium git zsh fish groff-base

.PHONY: help deps build demo test race lint pure fuzz e2e bench timing golden card man cover clean

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
	$(GO) test -timeout 30m ./...

race: deps ## the tests under the race detector, long runs shortened
	$(GO) test -race -short -timeout 30m ./...

lint: deps ## formatting, vet and staticcheck
	@out=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofumpt differs: $$out"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

pure: ## the packages that build without cgo, for three systems
	$(GO) test -run 'Test(Pure|Layers|Package)' .

fuzz: deps ## every fuzz target for FUZZTIME each (60s), JOBS at once
	@./.ci/fuzz $(FUZZTIME)

e2e: deps ## the tests with a real browser and a real pcscd, verbose
	$(GO) test -count=1 -v -run 'Browser|PCSC' ./web/... ./pcsc/... ./cmd/...

bench: deps ## the figures of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

timing: ## is the curve arithmetic constant time? statistics, about two minutes on a quiet machine
	$(GO) test ./card/curve -run TestConstantTime -timing -v -count=1

golden: ## record the transcripts of the tests anew
	$(GO) test ./card/cnie -run Golden -count=1 -update

card: build ## read the real card in READER ten times, its CAN typed once
	@test -n "$(READER)" || { $(BIN)/cnie readers; echo 'name one of them: make card READER="…"'; exit 1; }
	$(BIN)/cnie-lab bench --flow login --reader "$(READER)" -n 10

man: build ## manual pages and shell completion of the programs, into bin/
	@mkdir -p $(BIN)/man $(BIN)/completion
	@for p in cnie cnie-agent cnie-idp cnie-lab; do \
		$(BIN)/$$p man > $(BIN)/man/$$p.1 || exit 1; \
		for s in bash zsh fish; do $(BIN)/$$p completion $$s > $(BIN)/completion/$$p.$$s || exit 1; done; \
	done

cover: deps ## coverage by package
	@mkdir -p .cover
	$(GO) test -short -coverprofile=.cover/profile ./... && $(GO) tool cover -func=.cover/profile | tail -1

clean: ## remove what was built
	rm -rf $(BIN) .cover
