# `make demo` and `make test` are what README.md promises on a machine with Python 3.11+, git and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := build/demo
CELERY := celery==4.4.7

.PHONY: demo test lint self-check pytest quick slow battery lock clean

demo: $(VENV)/.installed $(DEMO)/celery
	@echo '$$ archguard check --root $(DEMO) --config contracts/celery_five.toml'
	@$(BIN)/archguard check --root $(DEMO) --config contracts/celery_five.toml; status=$$?; \
	echo "(exit code $$status: 1 says that a contract is broken)"; test $$status -eq 1

test: lint self-check pytest

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

self-check: $(VENV)/.installed
	$(BIN)/archguard check --root . --config contracts/archguard.toml

pytest: quick slow

quick: $(VENV)/.installed
	$(BIN)/pytest -q -n 2 -m 'not slow'

slow: $(VENV)/.installed # those that take seconds each
	$(BIN)/pytest -q -n 2 -m slow

# The long version of tests/battery: hundreds of kills, restarts, hostile bodies, and schemathesis; near an hour.
battery: $(VENV)/.installed
	ARCHGUARD_BATTERY=long $(BIN)/pytest -q -s tests/battery

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "archguard needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q archguard
	touch $@

# A real repository in the middle of a migration that has since been finished: Celery, and its module for Python 2.
$(DEMO)/celery: $(VENV)/.installed
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build $(CELERY)
	$(BIN)/python -m zipfile -e build/celery-4.4.7-*.whl $(DEMO)

lock:
	uv pip compile --quiet --universal --no-header --no-annotate --all-extras --group dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build
