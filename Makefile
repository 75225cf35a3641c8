# What can be done here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run build docs test differential fuzz fuzz-tokens conformance smoke examples sanitize release release-check guides benchmark benchmark-tokens promise compare benchmark-build lint format check clean

# A debug build is ready in about half the time of an optimised one, and what costs time at sign-in (Argon2) is
# compiled C in either. RELEASE=1 is for measuring and for real use.
CONFIGURATION := $(if $(RELEASE),release,debug)
VIDIMUS := .build/$(CONFIGURATION)/vidimus

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and start the server on http://localhost:8080, data in ./data (ARGS="--port 8081", RELEASE=1)
	@scripts/setup build
	swift build --configuration $(CONFIGURATION) --product vidimus
	@exec $(VIDIMUS) serve --set-up-link stdout $(ARGS)

build: ## Build everything, tests too; a warning in our own code is an error
	@scripts/setup build
	swift build --build-tests

test: ## Build and run every test; installs what the tests need
	@scripts/setup build test
	swift build --build-tests
	@scripts/test

differential: ## Judge COUNT (100000) spoiled tokens by us, PyJWT, joserfc, jwcrypto and jose, other ones for each SEED
	@scripts/setup build test
	swift build --build-tests
	VIDIMUS_DIFFERENTIAL_COUNT=$(or $(COUNT),100000) VIDIMUS_DIFFERENTIAL_SEED=$(or $(SEED),1) swift test --skip-build \
		--disable-xctest --filter EndToEndTests.DifferentialTests

fuzz: ## Let schemathesis call the real program for SECONDS (600), by what /openapi.json says
	@scripts/setup build test
	swift build --build-tests
	VIDIMUS_FUZZ_SECONDS=$(or $(SECONDS),600) swift test --skip-build --disable-xctest \
		--filter EndToEndTests.DescriptionTests

# Each of the four for SECONDS, or those of FUZZERS="keys json". 256 MB hold without the address sanitizer, which alone would need more.
fuzz-tokens: ## Let libFuzzer look for crashes and hangs in tokens, JSON, keys and encrypted tokens, SECONDS each (60)
	@scripts/setup build
	swift build --package-path Fuzzing --scratch-path .build/fuzzing --configuration release --product Fuzz
	@scripts/fuzz-tokens .build/fuzzing/release/Fuzz $(or $(SECONDS),60) $(FUZZERS)

conformance: ## Run the published vectors of ../shared/vectors or VIDIMUS_VECTORS; absent, they are skipped, under CI=true a failure
	@scripts/setup build
	swift build --build-tests
	swift test --skip-build --disable-xctest --filter 'JOSETests.(VectorTests|RawVectorTests|EncryptedVectorTests|SerializedTokenTests)'

smoke: ## Sign up, sign in, refresh and sign out against the real program, by curl
	@scripts/setup build
	swift build --configuration $(CONFIGURATION) --product vidimus
	@scripts/smoke $(VIDIMUS)

# From what the compiler wrote of the public modules, so that nobody who uses them fetches a plugin for it. Python looks for
# names without a comment.
DOCS := .build/docs
docs: ## Build the documentation of the public modules; a dead link or a public name without `///` is an error
	@scripts/setup build docs
	swift build --target VidimusGuardRemote
	swift build --target VidimusGuardHummingbird
	@scripts/docs .build/debug $(DOCS)

# In a scratch path of its own: SwiftPM would go by the plan it made for the other package.
ORDERS := .build/examples
ALONE := .build/example-alone
examples: ## Build the Swift examples, and run them, one against the real program by curl
	@scripts/setup build
	swift build --product vidimus
	swift build --package-path Examples/hummingbird-service --scratch-path $(ORDERS) --product Orders
	@scripts/examples .build/debug/vidimus $(ORDERS)/debug/Orders
	swift build --package-path Examples/jose --scratch-path $(ALONE) --product SignAndVerify
	@scripts/example-alone $(ALONE)/debug/SignAndVerify

guides: examples ## Run what the guides and the examples' READMEs show and `make test` does not: Go, Express, the READMEs
	@scripts/setup build test guides
	swift build --build-tests
	VIDIMUS_GUIDES=true VIDIMUS_ORDERS=$(ORDERS)/debug/Orders swift test --skip-build --disable-xctest \
		--filter 'EndToEndTests.(ServiceGuideTests|ExampleReadmeTests)'

# SANITIZER=thread or address for one of them. Each builds everything anew, in .build/sanitize-NAME.
SANITIZER ?= thread address
sanitize: ## Build and run every test under the thread and the address sanitizer (SANITIZER=thread: one)
	@scripts/setup build test
	@for name in $(SANITIZER); do scripts/sanitize $$name || exit 1; done

RELEASE_FOLDER := dist
release: ## Build what others install: dist/vidimus-VERSION-linux-ARCH.tar.gz, with a program that needs no Swift
	@scripts/setup build
	@scripts/release $(RELEASE_FOLDER)

release-check: ## As root: install what `make release` made on a fresh Debian 12 without Swift, as the guide says
	@scripts/release-check $(RELEASE_FOLDER)/vidimus-*.tar.gz

benchmark-tokens: ## Measure tokens against other libraries, in a release build, and write docs/benchmarks.md
	@scripts/setup build benchmark
	swift build --package-path Benchmarks --configuration release --product Tokens
	PYTHON=Benchmarks/.venv/bin/python python3 Benchmarks/tokens.py Benchmarks/.build/release/Tokens \
		--write docs/benchmarks.md

benchmark-build: ## Build what benchmark-tokens measures with, jwt-kit's half of its page included, and measure nothing
	@scripts/setup build
	swift build --package-path Benchmarks --configuration release --product Tokens

benchmark: ## Measure a release build, beside two peers from PyPI, into docs/benchmarks.md (QUICK=1: only try it)
	@scripts/setup build test
	@scripts/benchmark

promise: ## Measure sign-outs at ten guards, and a million sessions, into docs/benchmarks.md (QUICK=1: only try it)
	@scripts/setup build
	@scripts/promise

compare: ## Measure sessions in SQLite, PostgreSQL and Redis beside tokens and ours, into docs/guides/sessions-or-tokens.md
	@scripts/setup build compare
	@scripts/compare

lint: ## Check format, file lengths, shell scripts, and that nothing of one machine is named
	@scripts/lint

format: ## Format all Swift files
	swift format --in-place --recursive Sources Tests Examples Benchmarks/Sources Benchmarks/Package.swift Fuzzing/Package.swift Fuzzing/Sources/Fuzz Package.swift

check: lint build test smoke ## All of it: lint, build, test, smoke

clean: ## Remove what was built; keeps ./data and the downloaded packages
	swift package clean
	rm -rf .venv Benchmarks/.venv
