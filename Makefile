# `make demo` and `make test` are what README.md promises on a machine with Python 3.11+, git and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := build/demo
FLAGS ?= # of `archguard demo`: FLAGS=--no-serve ends by itself
CELERY := celery==4.4.7
DASHBOARD := api/dashboard
WEB := api/archguard_api/web/index.html
NODE_MODULES := $(DASHBOARD)/node_modules/.package-lock.json
NPM := $(BIN)/python hatch_build.py
TIMED := tests/browser/test_speed.py
# Three workers on two processors: the slow tests wait for a good part of their time.
# Tests of one group share what takes seconds to set up (tests/conftest.py); quick tests come first.
PYTEST := $(BIN)/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder
# Side by side, each part's output in one piece when it ends; GNU make 3 knows no such option and runs them in turn.
SIDE_BY_SIDE := $(if $(filter output-sync,$(.FEATURES)),--jobs 4 --output-sync=target)
# A second Python for `make test`, a path: .ci/run passes the newest one that it finds.
NEWEST ?=
NEWEST_VENV := .venv-newest
# A new Python brings another grammar, another standard library and another importlib. On these rest reading source,
# files and configuration, the child processes and the start of the command line. The rest works on values that
# these make, or rests on libraries (import-linter, the service, the browser): it is tested on one Python.
ON_NEWEST := tests/graph/parsing tests/graph/scanning tests/sources tests/configuration \
	tests/cli/test_startup.py tests/cli/test_exit.py tests/cli/commands/test_check.py tests/cli/options tests/faults/test_bad_input.py

# Most files of the libraries are never imported: byte code is made of those that are, by whatever imports them first.
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-compile

# PostgreSQL, for the tests, makes a user for itself with useradd.
export PATH := $(PATH):/usr/sbin:/sbin
# Python's byte code is kept for the next process even where the environment says otherwise: the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test parts lint self-check pytest timed newest quick slow chromium allocator pictures docs battery mutants release lock clean

demo: $(VENV)/.installed $(WEB) $(DEMO)/celery allocator
	@echo '$$ archguard check --root $(DEMO) --config contracts/celery_five.toml'
	@$(BIN)/archguard check --root $(DEMO) --config contracts/celery_five.toml; status=$$?; \
	echo "(exit code $$status: 1 says that a contract is broken)"; test $$status -eq 1
	@echo
	@echo '$$ archguard demo $(FLAGS)'
	@$(BIN)/archguard demo $(FLAGS)

test:
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) parts
	@$(MAKE) --no-print-directory timed

parts: lint self-check pytest $(if $(NEWEST),newest)

lint: $(VENV)/.installed $(NODE_MODULES)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(NPM) run --silent check
	$(NPM) run --silent test

self-check: $(VENV)/.installed
	$(BIN)/archguard check --root . --config contracts/archguard.toml

pytest: $(VENV)/.installed $(WEB) $(NODE_MODULES) chromium
	@$(MAKE) --no-print-directory allocator # after Chromium: apt-get runs once at a time
	$(PYTEST) --ignore $(TIMED)

timed: $(VENV)/.installed $(WEB) chromium # with nothing beside them
	$(BIN)/pytest -q $(TIMED)

newest: $(NEWEST_VENV)/.installed
	$(NEWEST_VENV)/bin/python --version
	$(NEWEST_VENV)/bin/pytest -q -m 'not slow' $(ON_NEWEST)

quick: $(VENV)/.installed $(WEB) allocator
	$(PYTEST) -m 'not slow'

slow: $(VENV)/.installed $(WEB) $(NODE_MODULES) chromium # those that take seconds each
	$(PYTEST) -m slow --ignore $(TIMED)

# For the tests in a browser; where there is none and none can be installed, they are skipped.
# The shell is Chromium without its user interface: a page takes half the processor time. Not every system has it.
APT_INSTALL := apt-get install -y -qq --no-install-recommends
chromium:
	@command -v chromium-headless-shell || { \
		apt-get update -qq && $(APT_INSTALL) chromium-headless-shell fonts-dejavu-core; \
	} >/dev/null 2>&1 || command -v chromium || command -v chromium-browser || command -v google-chrome || { \
		echo "Chromium is missing: it is installed with apt-get."; \
		$(APT_INSTALL) chromium fonts-dejavu-core >/dev/null 2>&1; \
	} || echo "It cannot be installed here: the tests in a browser are skipped."

# Children read faster with it. Where it is missing and cannot be installed they use what there is, and its tests are skipped.
allocator: $(VENV)/.installed
	@$(BIN)/python -c 'import sys; from archguard.graph.scanning import allocator; sys.exit(not allocator.find_library())' || { \
		echo "libtcmalloc is missing: it is installed with apt-get."; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends libtcmalloc-minimal4 >/dev/null 2>&1; \
	} || echo "It cannot be installed here: reading takes a tenth longer, and its tests are skipped."

pictures: $(VENV)/.installed $(WEB) chromium # of README.md
	$(BIN)/python docs/pictures/draw.py

# docs/ as a site that can be searched: build/site/index.html. A link that leads nowhere fails.
DOCS_VENV := .venv-docs
docs: $(DOCS_VENV)/.installed
	$(DOCS_VENV)/bin/zensical build --strict

$(DOCS_VENV)/.installed: requirements.lock
	$(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock zensical
	touch $@

# The long version of tests/battery: hundreds of kills, restarts, hostile bodies, and schemathesis; near an hour.
# And the dashboard over a project of 10,000 snapshots, and who may do what on both databases.
battery: $(VENV)/.installed $(WEB) $(NODE_MODULES)
	ARCHGUARD_BATTERY=long $(BIN)/pytest -q -s tests/battery tests/browser tests/api/http/test_authorization.py

# The lock names every version, so half of it is installed beside the other half.
$(VENV)/.installed: requirements.lock pyproject.toml hatch_build.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "archguard needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	sed -n 'p;n' requirements.lock >$(VENV)/odd.txt
	sed -n 'n;p' requirements.lock >$(VENV)/even.txt
	$(BIN)/python $(PIP_INSTALL) --no-deps --requirement $(VENV)/odd.txt & odd=$$!; \
	$(BIN)/python $(PIP_INSTALL) --no-deps --requirement $(VENV)/even.txt; even=$$?; \
	wait $$odd && exit $$even
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet --disable-pip-version-check # the lock names whatever these need
	$(BIN)/python -m compileall -q archguard api
	touch $@

# Only what the command line needs, and pytest. The dashboard is built already: $(WEB).
$(NEWEST_VENV)/.installed: requirements.lock pyproject.toml hatch_build.py | $(WEB)
	$(NEWEST) -m venv $(NEWEST_VENV)
	$(NEWEST_VENV)/bin/python $(PIP_INSTALL) --constraint requirements.lock \
		hatchling editables hypothesis pytest pytest-xdist
	$(NEWEST_VENV)/bin/python $(PIP_INSTALL) --constraint requirements.lock \
		--no-build-isolation --editable .
	touch $@

# The installation builds it, and this again what changed since; nothing if the source did not.
$(WEB): $(VENV)/.installed $(shell find $(DASHBOARD) -name node_modules -prune -o -type f -print)
	$(BIN)/python hatch_build.py
	touch $@

$(NODE_MODULES): $(VENV)/.installed $(DASHBOARD)/package-lock.json | $(WEB) # which may install them itself
	test $@ -nt $(DASHBOARD)/package-lock.json || $(NPM) ci --ignore-scripts --no-audit --no-fund
	touch $@

# A real repository in the middle of a migration that has since been finished: Celery, and its module for Python 2.
$(DEMO)/celery: $(VENV)/.installed
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build $(CELERY)
	$(BIN)/python -m zipfile -e build/celery-4.4.7-*.whl $(DEMO)

# The mutants of a room that its tests let live: make mutants ROOM=archguard/ledger [TESTS=tests/ledger]. Not in CI.
# cosmic-ray changes files in place, so it works on a copy, and has an environment of its own: it shares no dependency.
MUTANTS := build/mutants
MUTANTS_VENV := .venv-mutants
COSMIC_RAY := $(CURDIR)/$(MUTANTS_VENV)/bin
TESTS ?= $(patsubst %.py,%,$(patsubst archguard/%,tests/%,$(patsubst api/archguard_api/%,tests/api/%,$(ROOM))))
mutants: $(VENV)/.installed $(MUTANTS_VENV)/.installed
	@test -e '$(ROOM)' -a -e '$(TESTS)' || { echo "make mutants ROOM=archguard/ledger [TESTS=tests/ledger]"; exit 2; }
	rm -rf $(MUTANTS) && mkdir -p $(MUTANTS)
	git ls-files -z | tar --create --null --files-from - | tar --extract --directory $(MUTANTS)
	printf '%s\n' '[cosmic-ray]' 'module-path = "$(ROOM)"' 'timeout = 120' 'excluded-modules = []' \
		'test-command = "$(CURDIR)/$(BIN)/python -m pytest -qx -m \"not slow\" $(TESTS)"' \
		'[cosmic-ray.distributor]' 'name = "local"' \
		'[cosmic-ray.filters.operators-filter]' \
		'exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"] # of annotations: X | None' \
		> $(MUTANTS)/mutants.toml
	cd $(MUTANTS) && export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$(CURDIR)/$(MUTANTS):$(CURDIR)/$(MUTANTS)/api \
		&& $(COSMIC_RAY)/cosmic-ray init mutants.toml mutants.sqlite \
		&& $(COSMIC_RAY)/cr-filter-operators mutants.sqlite mutants.toml \
		&& $(COSMIC_RAY)/cosmic-ray baseline mutants.toml \
		&& $(COSMIC_RAY)/cosmic-ray exec mutants.toml mutants.sqlite
	cd $(MUTANTS) && $(COSMIC_RAY)/cr-report --surviving-only --show-diff mutants.sqlite

$(MUTANTS_VENV)/.installed:
	$(PYTHON) -m venv $(MUTANTS_VENV)
	$(MUTANTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check 'cosmic-ray>=8.7,<9'
	touch $@

# Builds what would be published into dist/, checks it and lists it; uploads nothing.
release: $(VENV)/.installed $(WEB)
	rm -rf dist
	$(BIN)/hatchling build --directory dist
	$(BIN)/python check_release.py dist

# requirements-action.lock is what action.yml installs: the command line alone, each file by its hash.
LOCK := uv pip compile --quiet --universal --no-header --no-annotate
lock:
	$(LOCK) --all-extras --group dev --output-file requirements.lock pyproject.toml
	$(LOCK) --group build --generate-hashes --constraint requirements.lock --output-file requirements-action.lock pyproject.toml

clean:
	rm -rf $(VENV) $(NEWEST_VENV) $(MUTANTS_VENV) $(DOCS_VENV) .cache build dist $(dir $(WEB)) $(DASHBOARD)/node_modules
