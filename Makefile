# Everything a developer or a new user needs; only Python 3.11 or newer and make have to be there.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(PY) -m pip --disable-pip-version-check --quiet
TESTS ?= tests
# More processes than cores: many tests wait for programs and clocks (on two cores 9:08 with three, 7:03 with four). One
# test at a time is handed out, the longest first, so that none has a lot left when the others end.
PYTEST ?= -n 4 --dist load --maxschedchunk=1 -q
QUICK ?= -n 3 --dist worksteal -q

# Neither index nor host nor path: what is written must be true on every machine.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)

.PHONY: demo serve check quick test lint bench shots docs man lock floors clean help

demo: $(VENV)/.runtime  ## open the program on a sample account
	@$(BIN)/session-tui demo
	@command -v session-tui > /dev/null || echo "Not installed yet, so type $(BIN)/session-tui in this folder where session-tui is written."

# DEMO=1 gives the server the sample sessions, DATA and LISTEN are its options.
DATA ?= team-server
LISTEN ?= 127.0.0.1:8765

serve: $(VENV)/.server  ## start a team server; its data are in DATA; DEMO=1 puts the sample sessions on it
	@$(if $(DEMO),$(PY) scripts/demo_server.py,$(BIN)/session-tui serve) --data $(DATA) --listen $(LISTEN)

check: $(VENV)/.dev  ## lint and the quick tests side by side, in under a minute: while you work
	@$(MAKE) --no-print-directory -j2 lint quick

quick: $(VENV)/.dev
	@$(PY) -m pytest --hypothesis-profile=dev -m "not slow" $(QUICK) $(TESTS)

test: $(VENV)/.dev  ## all tests, in seven to nine minutes on two cores: before a change is let in
	@$(PY) -m pytest --hypothesis-profile=ci $(PYTEST) $(TESTS)

lint: $(VENV)/.dev  ## ruff, mypy, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports & imports=$$!; $(BIN)/mypy; types=$$?; wait $$imports && exit $$types

bench: $(VENV)/.dev  ## measure speed and safety into docs/benchmarks.md; with BENCH=library print that part alone
	@$(PY) scripts/bench.py $(BENCH)

shots: $(VENV)/.dev  ## make the documents' pictures again, the moving one too
	@$(PY) scripts/shots.py
	@$(PY) scripts/recording.py

docs: $(VENV)/.docs  ## write the generated parts of the documents, and build a site of them in build/site
	@$(PY) scripts/reference.py
	@rm -rf build/pages build/site && mkdir -p build/pages
	@cp -R README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE docs schemas build/pages
	@cp docs/zensical.toml build
	@$(BIN)/zensical build --clean --strict -f build/zensical.toml

man: $(VENV)/.dev  ## make the man page again
	@$(PY) scripts/man.py

# Pins that still fit stay as they are; make lock UPGRADE=--upgrade takes the newest.
lock: $(VENV)/.dev  ## compile the pinned versions again from pyproject.toml
	@$(PIP) install uv
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --extra server pyproject.toml -o requirements/server.txt
	@$(LOCK) --group dev --extra server pyproject.toml -o requirements/dev.txt
	@$(LOCK) --group docs -c requirements/dev.txt -o requirements/docs.txt
	@$(LOCK) requirements/build.in -o requirements/build.txt

floors: $(VENV)/.dev  ## the quick tests with the oldest versions that pyproject.toml admits
	@$(PIP) install uv
	@$(PY) scripts/floors.py

clean:  ## take away all that was made here
	rm -rf $(VENV) .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "session-tui needs Python 3.11 or newer, and none was found. Install it, or say make PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "$(PYTHON) is not there, or older than Python 3.11. Say make PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(VENV) could not be made; Python says why above." >&2; exit 1; }

$(VENV)/.runtime: pyproject.toml requirements/runtime.txt requirements/build.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once) …"
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.server: $(VENV)/.runtime requirements/server.txt
	@echo "Setting up what the team server needs (once) …"
	@$(PIP) install --require-hashes -r requirements/server.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Setting up what tests and checks need (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.dev requirements/docs.txt
	@$(PIP) install --require-hashes -r requirements/docs.txt
	@touch $@
