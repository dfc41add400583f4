# One way to set up, run, check and test. `make help` lists the targets.
# Steps that bring something leave a stamp in build/stamps and are skipped while nothing changed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PY := .venv/bin/python
BIN := .venv/bin
STAMPS := build/stamps
STATIC := src/lyftdata/server/static
HAS_UI := $(if $(LYFTDATA_SKIP_UI),,$(wildcard ui/package.json))
UI_SOURCES := $(if $(HAS_UI),$(shell find ui -path ui/node_modules -prune -o -type f -print 2>/dev/null))

SEED ?= 1
KILLS ?= 50
MINUTES ?= 30
EFFORT ?= 50
DATA ?= ../shared/data/loghub
WORKERS ?= 2

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

# --- bring what is missing ----------------------------------------------------------------------

.PHONY: setup runtime system lock
setup: runtime system ## bring all that running and testing need

runtime: $(STAMPS)/python $(if $(HAS_UI),$(STAMPS)/ui)

system: $(STAMPS)/system

$(STAMPS)/python: requirements.lock pyproject.toml tools/setup_python.sh
	@tools/setup_python.sh
	@mkdir -p $(@D) && touch $@

$(STAMPS)/ui-packages: $(wildcard ui/package.json ui/package-lock.json) tools/quiet.sh
	@tools/quiet.sh "ui packages" npm --prefix ui ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

$(STAMPS)/ui: $(STAMPS)/ui-packages $(UI_SOURCES)
	@tools/quiet.sh "ui build" $(PY) packaging/build_ui.py
	@mkdir -p $(@D) && touch $@

$(STAMPS)/system: tools/setup_system.sh
	@tools/setup_system.sh
	@mkdir -p $(@D) && touch $@

lock: $(STAMPS)/python ## write requirements.lock anew from pyproject.toml
	@tools/lock.sh

# --- run ----------------------------------------------------------------------------------------

.PHONY: run
run: runtime ## bring up server, worker, page and the example job
	@exec $(PY) -m tools.run_local

# --- check --------------------------------------------------------------------------------------

.PHONY: check format-check lint types architecture house docs-check ui-check fmt
check: setup format-check lint types architecture house docs-check $(if $(HAS_UI),ui-check) ## format, lint, types, architecture, house rules, docs drift

format-check:
	@tools/quiet.sh "format" $(BIN)/ruff format --check .

lint:
	@tools/quiet.sh "lint" $(BIN)/ruff check .

types:
	@tools/quiet.sh "types" $(BIN)/mypy

architecture:
	@tools/quiet.sh "architecture" $(BIN)/lint-imports

house:
	@tools/quiet.sh "house rules" $(PY) -m tools.house_lint

docs-check:
	@tools/quiet.sh "docs drift" $(PY) -m tools.docs --check

ui-check: $(STAMPS)/ui-packages
	@tools/quiet.sh "ui lint and types" npm --prefix ui run check

fmt: $(STAMPS)/python ## format the sources, mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	$(if $(HAS_UI),@npm --prefix ui run format)

# --- test ---------------------------------------------------------------------------------------

.PHONY: test pytest ui-test spec
test: check pytest $(if $(HAS_UI),ui-test) ## check, all tests, and which promises they prove
	@$(MAKE) spec

pytest: setup
	@rm -rf build/spec
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile

ui-test: $(STAMPS)/ui-packages
	@tools/quiet.sh "ui tests" npm --prefix ui run test

spec: $(STAMPS)/python ## which promises of docs/spec.md are proven by tests that passed
	@$(PY) -m tools.spec_report

docs: $(STAMPS)/python ## write docs/reference anew
	@$(PY) -m tools.docs

.PHONY: docs

# --- campaigns ----------------------------------------------------------------------------------

.PHONY: bench rivals loghub crash soak fuzz
bench: runtime ## measure against the rivals; further flags by BENCH_ARGS=
	@$(PY) -m bench.run $(BENCH_ARGS)

rivals: $(STAMPS)/python ## install the engines that the benchmark compares with
	@$(PY) -m bench.rivals

loghub: $(STAMPS)/python ## parse the six log sets under DATA= into their labelled columns
	@$(PY) -m bench.loghub --data $(DATA)

crash: runtime ## kill at random moments: SEED= KILLS=
	@$(PY) -m bench.crash --seed $(SEED) --kills $(KILLS)

soak: runtime ## one steady job for MINUTES=, memory watched
	@$(PY) -m bench.soak --minutes $(MINUTES)

fuzz: setup ## property tests with EFFORT= times their examples
	@LYFTDATA_TEST_EFFORT=$(EFFORT) $(BIN)/pytest -q -n $(WORKERS) --timeout 0 $$(grep -rl "effort(" tests --include='test_*.py')

# --- tidy ---------------------------------------------------------------------------------------

.PHONY: clean
clean: ## remove what the targets made (not .run, the state of `make run`)
	@rm -rf build dist .venv ui/node_modules ui/dist $(STATIC) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
