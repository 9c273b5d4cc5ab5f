# `make` alone says what there is. Every target works in a fresh clone: it first makes what it needs, once.
.DEFAULT_GOAL := help
.PHONY: help run test check simulate canaries races mutate docs format package deploy-local clean
.DELETE_ON_ERROR:
# Whoever has it set would have every process that tests start compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

# The first Python of at least 3.11; name another with `make PYTHON=...`.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST_OPTIONS ?= -n auto --dist loadfile --no-loadscope-reorder

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: $(VENV)/local.stamp ## Start Laurel on this machine, with a demo site (LAUREL_PORT, LAUREL_HOME, LAUREL_ENGINE)
	@exec $(BIN)/python -m chalicelib.local run

test: check ## Check the code, then run all tests
	@$(BIN)/python -m tests.engines
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

check: $(VENV)/dev.stamp ## Lint, check types and the architecture
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

simulate: $(VENV)/dev.stamp ## Play simulated worlds (SEEDS=n, from SEED=first; PLAY=nouns for rewards, groups, campaigns)
	@$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),500) $(if $(SEED),--seed $(SEED)) $(if $(PLAY),--play $(PLAY))

canaries: $(VENV)/dev.stamp ## Plant faults one by one and count the seeds until the simulator notices
	@$(BIN)/python -m tests.simulation.hunting

races: $(VENV)/dev.stamp ## Race processes and kill them on two engines, and print who won
	@$(BIN)/python -m tests.races

mutate: $(VENV)/dev.stamp ## Change ledger and programme in thousands of places and see that tests notice (hours)
	HYPOTHESIS_PROFILE=mutation nice -n 15 $(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.support.mutants

docs: $(VENV)/dev.stamp ## Write the generated pages (docs/features.md, docs/openapi.json)
	$(BIN)/python -m chalicelib.local.docs

bench: $(VENV)/dev.stamp ## Count and time operations, imports and cold starts, as ratios to a baseline of the same run
	$(BIN)/python -m tests.benchmarks.costs
	$(BIN)/python -m tests.benchmarks.handler
	$(BIN)/python -m tests.benchmarks.imports
	$(BIN)/python -m tests.benchmarks.uploads
	$(BIN)/python -m chalicelib.local.packaging coldstart

format: $(VENV)/dev.stamp ## Format the code
	$(BIN)/ruff format .

package: $(VENV)/local.stamp ## Make the template and the bundle for AWS, in build/package
	$(BIN)/python -m chalicelib.local.packaging package --split both

deploy-local: $(VENV)/local.stamp ## Deploy the packaged template into the emulated AWS and smoke it
	$(BIN)/python -m chalicelib.local.packaging deploy-local

clean: ## Remove what can be made again (the data in .laurel stay)
	rm -rf build .venv-emulator .emulator .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Laurel needs Python 3.11 or later." >&2; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# Order-only: touching the interpreter is no reason to install again.
$(VENV)/local.stamp: requirements.txt requirements-local.txt | $(VENV)/bin/python
	@echo "Installing what Laurel needs (once) ..."
	@$(PIP_INSTALL) -r requirements-local.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-local.txt requirements-dev.txt | $(VENV)/local.stamp
	@echo "Installing what the tests need (once) ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@
