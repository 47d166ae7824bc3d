# Everything a developer does here; `make help` lists it. Progress goes to stderr, so that `make -s run` can stand in a pipe.
.DEFAULT_GOAL := help
.PHONY: help run build install uninstall test test-compose record bench fuzz clean

PREFIX ?= /usr/local
SOURCES := Package.swift $(shell find Sources)
BINARY := .build/sesscli

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## open the inspector: on a demo server, or as ARGS="-h host -n 2" says
	@scripts/packages build run
	@$(MAKE) -s --no-print-directory $(BINARY)
	@exec scripts/run $(BINARY) $(ARGS)

build: ## build the release binary, fully static: .build/sesscli
	@scripts/packages build
	@$(MAKE) -s --no-print-directory $(BINARY)

$(BINARY): $(SOURCES) scripts/build
	@scripts/build $@

install: build ## put it, its manual page and completions below PREFIX=/usr/local
	@scripts/install $(BINARY) "$(DESTDIR)$(PREFIX)"

uninstall: ## take them away again
	@scripts/install --remove "$(DESTDIR)$(PREFIX)"

test: ## run every test, and fuzz for FUZZ_MINUTES=4
	@scripts/packages build run test
	@scripts/test

test-compose: build ## try Examples/compose on a real container engine (as root; 2 to 5 minutes)
	@scripts/packages compose
	@scripts/test-compose

record: build ## rewrite the transcripts and the tables of README.md and FORMATS.md; review the diff
	@scripts/packages run test
	@RECORD=1 SESSCLI=$(CURDIR)/$(BINARY) swift test --filter 'TranscriptTests|FormatsTableTests|ReadmeTests'

bench: build ## compare with redis-cli and Python, rewrite BENCHMARKS.md
	@scripts/packages run test bench
	@Tests/Bench/run $(BINARY)

fuzz: ## fuzz each format and layer for FUZZ_SECONDS=300
	@scripts/packages build
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-300} scripts/fuzz

clean: ## remove what was built
	@rm -rf .build Package.resolved
