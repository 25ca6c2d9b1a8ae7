# The commands of this project. The work is done by short scripts in scripts/, which also run by themselves.

# `make` alone explains itself.
.DEFAULT_GOAL := help

# Every recipe is run by bash with scripts/env read first: the tools that scripts/setup chose come before others.
SHELL := bash
export BASH_ENV := $(CURDIR)/scripts/env

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## get what is missing, build, and run the app at http://localhost:3000
	@scripts/run

.PHONY: test
test: ## everything that must hold: format, lints, tests, sizes, browser journeys
	@scripts/test

.PHONY: watch
watch: ## the developer's loop: rebuild and restart at each change
	@scripts/watch

.PHONY: bench
bench: ## the figures: benchmarks, sizes, start time, memory, Lighthouse
	@scripts/bench

.PHONY: soak
soak: ## most of an hour of kills, races, faults and hostile requests
	@scripts/soak

.PHONY: mutants
mutants: ## break each rule on purpose and see that a test notices
	@scripts/setup --for test
	@scripts/mutants

.PHONY: fuzz
fuzz: ## feed every parser 10^7 inputs that nobody would type: hours
	@scripts/fuzz

.PHONY: screenshots
screenshots: ## take the README's pictures anew
	@scripts/screenshots

.PHONY: setup
setup: ## get every tool that run, test and bench need, and build nothing
	@scripts/setup --for bench

.PHONY: build
build: ## build the release: target/release/mobile-auth and target/site
	@scripts/setup --for run
	@scripts/build-site
	cargo build --release --features ssr --bin mobile-auth

.PHONY: format
format: ## format the Rust code
	cargo fmt

.PHONY: lint
lint: ## format check, clippy for the server and for the browser, dependency rules
	cargo fmt --check
	cargo clippy --all-targets --features ssr -- -D warnings
	cargo clippy --lib --features hydrate --target wasm32-unknown-unknown -- -D warnings
	scripts/deny

.PHONY: clean
clean: ## remove what was built; tools and data/ stay
	cargo clean
