# Everything a newcomer needs: `make demo` and `make test` set themselves up.
# Wanted beforehand: make, python3 (3.11 or newer) with its venv module, and a package index on the first run.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Said only when it fails: feedgen is built with a warning of setuptools that is nobody's business here.
PIP = install() { $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet install "$$@" >$(VENV)/pip.log 2>&1 \
	|| { cat $(VENV)/pip.log >&2; return 1; }; }; install
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo run check daemon serve test lint types architecture unit test-slow bench lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## the whole job on bundled captures, published below feeds/demo/
	@$(BIN)/aggregator demo

run: $(VENV)/.run ## one live cycle with config/
	@$(BIN)/aggregator run

check: $(VENV)/.run ## validate config/
	@$(BIN)/aggregator check

daemon: $(VENV)/.run ## watch, publish and serve with config/, until Ctrl-C
	@$(BIN)/aggregator daemon

serve: $(VENV)/.run ## serve what is published, and how the sources do
	@$(BIN)/aggregator serve

test: lint types architecture unit ## lint, types, architecture, tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

architecture: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/pytest -n auto -m "not slow"

test-slow: $(VENV)/.dev ## the tests that take minutes
	$(BIN)/pytest -n auto -m slow

bench: $(VENV)/.dev ## what a cycle, each stage and the store cost
	@for benchmark in benchmarks/*.py; do echo "== $$benchmark"; $(BIN)/python -m benchmarks.$$(basename $$benchmark .py) || exit 1; done

lock: $(VENV)/.dev ## resolve the dependencies anew (needs uv in the virtual environment)
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml --group dev -o requirements/dev.txt

clean: ## remove everything that was set up or built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# feedgen is published as source only: its build tools come first, and it is built with them, so that
# nothing is installed whose hash is not in requirements/.
$(VENV)/.build: requirements/build.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing: install python3, 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: $$($(PYTHON) --version) is too old: Python 3.11 or newer is needed (make PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "make: Python's venv module is missing: install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "setting up $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@$(PIP) --require-hashes -r requirements/build.txt \
		|| { echo "make: the packages of requirements/ could not be installed: is a package index within reach?" >&2; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.build requirements/run.txt pyproject.toml
	@$(PIP) --require-hashes --no-build-isolation -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@$(PIP) --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@
