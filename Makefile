# `make run` and `make test` set everything up; `make help` lists all targets.
# Works with GNU make 3.81, the version of macOS.

PORT ?= 8000
WORKERS ?= auto
PYTEST_ARGS ?=
# Tests commit thousands of times, so their databases are in memory if possible.
TEMPROOT ?= $(shell test -w /dev/shm && echo /dev/shm)
LOCK_ARGS ?=
# Measuring coverage doubles the duration of the tests, so only `make coverage` does it.
MEASURED := --cov --cov-report term
# Long enough for ten thousand requests on two cores; set CASES=0 for a shorter run.
SECONDS ?= 600
CASES ?= 10000
SEED ?=
REDOCLY := @redocly/cli@2.77.0

# The first Python that is new enough; choose another one with PYTHON=…
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)

# Tests start the portal a hundred times: where Python is told to keep no bytecode, each start compiles it again.
test test-long test-postgres races soak attack model coverage: export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST = PYTEST_DEBUG_TEMPROOT=$(TEMPROOT) $(BIN)/pytest -n $(WORKERS) --maxprocesses 8 --dist worksteal
ROUNDS ?= 1000
# One race at a time, so that each has both cores.
RACES = PYTEST_DEBUG_TEMPROOT=$(TEMPROOT) CREWROOM_TEST_ROUNDS=$(ROUNDS) $(BIN)/pytest tests/races/test_*races.py \
	--durations 0 $(PYTEST_ARGS)

# Tests that have a longer version.
SOAKED := tests/faults tests/server tests/login/test_guessing.py tests/backup/test_backup_commands.py tests/web/test_attacks.py

# Run the printed command, with its seed, to repeat the same plays.
PLAYS ?= 300
SEED := $(or $(SEED),$(shell date +%s))
MODEL = PYTEST_DEBUG_TEMPROOT=$(TEMPROOT) CREWROOM_TEST_PLAYS=$(PLAYS) $(BIN)/pytest tests/model --hypothesis-seed=$(SEED) \
	-rP --show-capture=stdout $(PYTEST_ARGS)
INSTALL := $(PIP) install --no-input
# The lock is complete, so pip resolves nothing: with hashes, pip 22 and 23 refuse a dependency with extras
# ("coverage[toml]") once a release newer than the locked one exists. `tests/project/test_installing.py` shows it.
INSTALL_LOCK := $(INSTALL) --no-deps
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command 'make lock'

.PHONY: help run demo test test-long test-postgres coverage check fuzz lint-openapi format docs lock build release keep-database clean races soak attack model
.DEFAULT_GOAL := help

# Prints the targets whose line ends with `## text`, in the order of this file.
help:
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## serve on http://127.0.0.1:8000 (PORT=, PYTHON=)
	@exec $(BIN)/crewroom serve --port $(PORT)

demo: $(VENV)/.installed ## fill an empty database with a small team
	@$(BIN)/crewroom demo

test: $(VENV)/.installed-dev ## the short test suite, in a minute or two (WORKERS=, PYTEST_ARGS=)
	$(PYTEST) -m "not long" $(PYTEST_ARGS)

test-long: $(VENV)/.installed-dev ## the other tests: a browser, processes, commands, backups, races, slow faults
	$(PYTEST) -m long $(PYTEST_ARGS)

test-postgres: $(VENV)/.installed-dev ## the tests of both that a database could change, on a temporary Postgres or CREWROOM_TEST_DATABASE_URL
	$(PYTEST) --postgres --only-sql $(PYTEST_ARGS)

races: $(VENV)/.installed-dev ## each race a thousand times, on SQLite and on Postgres (ROUNDS=)
	$(RACES)
	$(RACES) --postgres

soak: $(VENV)/.installed-dev ## longer faults and attacks: a hundred kills, every statement of a migration, more load
	SOAK=1 PYTEST_DEBUG_TEMPROOT=$(TEMPROOT) $(BIN)/pytest $(SOAKED) $(PYTEST_ARGS)

attack: $(VENV)/.installed-dev ## thousands of slow senders and readers, and the delay for other clients (Linux)
	@TMPDIR=$(or $(TEMPROOT),/tmp) timeout 600 $(BIN)/python -m tests.attacks.slow_peers

model: $(VENV)/.installed-dev ## random actions on the portal and on a model of the contract, on both databases (PLAYS=, SEED=)
	$(MODEL)
	$(MODEL) --postgres

coverage: $(VENV)/.installed-dev ## all tests, with coverage of lines and branches
	$(PYTEST) $(MEASURED) $(PYTEST_ARGS)

check: $(VENV)/.installed-dev ## formatting, lint, types, layers, templates, unused code, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint
	$(BIN)/vulture
	$(BIN)/deptry .

# Our own rules are in the test suite. The contract requires trailing slashes in paths.
lint-openapi: $(VENV)/.installed ## check the specification with Redocly's rules (needs npm)
	@mkdir -p dist
	$(BIN)/crewroom openapi > dist/openapi.json
	REDOCLY_TELEMETRY=off npx --yes $(REDOCLY) lint dist/openapi.json --extends recommended-strict --skip-rule no-path-trailing-slash

# Prints its seed; SEED= repeats a run.
fuzz: $(VENV)/.installed-dev ## generated requests against a real server, from the specification (SECONDS=, CASES=, SEED=)
	@TMPDIR=$(or $(TEMPROOT),/tmp) $(BIN)/python -m tests.fuzzing.run --seconds $(SECONDS) --least $(CASES) $(if $(SEED),--seed $(SEED))

format: $(VENV)/.installed-dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

docs: $(VENV)/.installed-dev ## generate docs/api.md and docs/audit-events.md from the code
	$(BIN)/python -m tests.support.api_page
	$(BIN)/python -m tests.support.event_list

build: $(VENV)/.installed ## build the wheel and the source archive in dist/
	rm -rf dist
	$(BIN)/hatchling build

keep-database: $(VENV)/.installed-dev ## keep a database of this version in tests/releases/, for tests of upgrades (needs Postgres)
	@$(BIN)/python -m tests.support.kept_release

release: $(VENV)/.installed ## check that this commit can be released, build it, and print the next steps
	@PYTHON=$(BIN)/python .ci/release

lock: $(BIN)/pip ## pin the dependencies again (LOCK_ARGS=--upgrade for newer releases)
	$(INSTALL) 'uv>=0.13,<0.14'
	$(LOCK) $(LOCK_ARGS) --all-extras --group build --group dev --output-file requirements-dev.txt pyproject.toml
	$(LOCK) $(LOCK_ARGS) --group build --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml

clean: ## remove generated files, except instance/
	rm -rf $(VENV) dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The virtual environment is created once, and updated when the lock or pyproject.toml changes.

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Crewroom needs Python 3.11 or newer. Install python3, or name one: PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Crewroom needs Python 3.11 or newer; $(PYTHON) is not." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Install python3-venv (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "Install python3-venv (Debian: apt install python3-venv)" >&2; exit 1; }

$(VENV)/.installed: $(BIN)/pip requirements.txt pyproject.toml
	@echo "Installing Crewroom into $(VENV) …"
	@$(INSTALL_LOCK) --requirement requirements.txt
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing the tools for tests and checks into $(VENV) …"
	@$(INSTALL_LOCK) --requirement requirements-dev.txt
	@touch $@
