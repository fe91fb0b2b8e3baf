# make serve | test | oracle | bench | bench-hard | bench-http | bench-api | bench-suggest | bench-chain | lexical | relevance | lock | lexicon | openapi | format | clean
PYTHON ?= python3
VENV := .venv
ARTICLES ?= $(or $(ARTIKEL_ARTICLES),examples)
HOST ?= 127.0.0.1
PORT ?= 8000
BIND ?= $(if $(filter command,$(word 1,$(origin PORT))),$(HOST):$(PORT),$(or $(ARTIKEL_BIND),$(HOST):$(PORT)))
# Every folder of articles has an index of its own, so that two can be served side by side.
export CORPUS QUERIES ENGINES LIMIT JSON RESULTS LISTS SETS HALF
OWN_INDEX = var/index-$(firstword $(shell printf %s "$(abspath $(ARTICLES))" | cksum))
INDEX ?= $(or $(ARTIKEL_INDEX),$(if $(filter examples,$(ARTICLES)),var/index,$(OWN_INDEX)))
# The lock is whole, so nothing is resolved: pip would look for newer releases of `package[extra]` than are pinned.
PIP := $(VENV)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes

.PHONY: serve test oracle lint bench bench-hard bench-http bench-api bench-suggest bench-chain lexical relevance lock lexicon openapi format clean

serve: $(VENV)/serve.stamp
	ARTIKEL_ARTICLES="$(ARTICLES)" ARTIKEL_INDEX="$(INDEX)" ARTIKEL_BIND="$(BIND)" $(VENV)/bin/python -m service serve

test: lint
	$(VENV)/bin/python -m pytest --numprocesses=auto --dist=worksteal --cov --cov-report=

# The array codec against stock Whoosh, 10,000 examples a test: an hour or two.
oracle: $(VENV)/test.stamp
	$(VENV)/bin/python -m pytest tests/index/arrays --hypothesis-profile=full

lint: $(VENV)/test.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .
	$(VENV)/bin/python -m pip check

bench: $(VENV)/bench.stamp
	$(VENV)/bin/python -m bench

# Articles are generated unless a folder is named; `examples` are too few.
bench-hard: $(VENV)/bench.stamp
	$(VENV)/bin/python -m bench.hard

bench-http: $(VENV)/bench.stamp
	ARTICLES="$(if $(filter examples,$(ARTICLES)),,$(ARTICLES))" $(VENV)/bin/python -m bench.http

bench-chain: $(VENV)/bench.stamp
	@$(VENV)/bin/python -m bench.chain

bench-api: $(VENV)/bench.stamp
	@$(VENV)/bin/python -m bench.api

bench-suggest: $(VENV)/bench.stamp
	@$(VENV)/bin/python -m bench.suggest

lexical: $(VENV)/serve.stamp
	@$(VENV)/bin/python -m bench.lexical

# How good the answers are, on the project's own judged set and on those in the folder SETS.
relevance: $(VENV)/bench.stamp
	$(VENV)/bin/python -m bench.relevance

lock: $(VENV)/test.stamp
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --extra mcp --group dev -c requirements.txt -o requirements-dev.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --group bench -c requirements.txt -o requirements-bench.txt

# The word list of the service, from three packages that nothing else needs.
lexicon: $(VENV)/test.stamp
	$(VENV)/bin/uv pip install --quiet --group lexicon
	$(VENV)/bin/python -m tools.lexicon

openapi: $(VENV)/serve.stamp
	$(VENV)/bin/python -m tools.examples
	$(VENV)/bin/python -m service openapi > openapi.yaml

format: $(VENV)/test.stamp
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

clean:
	rm -rf $(VENV) var .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .schemathesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Artikelsuche needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/bench.stamp: requirements-bench.txt | $(VENV)/bin/python
	$(PIP) -r requirements-bench.txt
	touch $@

$(VENV)/test.stamp: requirements-dev.txt | $(VENV)/bin/python
	$(PIP) -r requirements-dev.txt
	touch $@ $(VENV)/serve.stamp
