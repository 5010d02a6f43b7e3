# newsdesk. `make` lists the targets; people and CI run the same ones.

PYTHON ?= python3
BIN := .venv/bin
# tests/conftest.py says what shares a process. In the given order, so that the Airflow tests, the longest, come first.
PARALLEL := --numprocesses 2 --dist loadgroup --no-loadscope-reorder
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run stop test check fix unit fakeweb stack containers endure fresh bench lock docs site env up down clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready  ## make the virtual environment that running needs, from requirements.lock

.venv/ready: requirements.lock requirements.bootstrap.lock pyproject.toml
	@docker/bootstrap $(PYTHON) requirements.lock
	@touch $@

setup-dev: .venv/ready-dev  ## add what checking and testing need, from requirements-dev.lock

.venv/ready-dev: requirements-dev.lock .venv/ready
	@docker/bootstrap $(PYTHON) requirements-dev.lock
	@touch $@

run: setup  ## start everything, take the seed article from its feed to a search hit, stay up (ONCE=1: then stop)
	@$(BIN)/newsdesk run $(if $(ONCE),--once)

stop: setup  ## end `make run` from elsewhere, or what a crashed one left behind
	@$(BIN)/newsdesk stop

test: check  ## all checks and all tests
	@$(BIN)/pytest $(PARALLEL) --numprocesses 3 tests/stack tests/unit tests/fakeweb

check: setup-dev  ## format, lint, types, imports, wheels of all locked packages; changes nothing
	@$(BIN)/ruff format --check --quiet . || { echo "make fix repairs the format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo
	@$(BIN)/python tests/fresh/wheels.py

fix: setup-dev  ## repair format and lint where that can be done by a program
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

unit: setup-dev  ## unit tests, without network
	@$(BIN)/pytest $(PARALLEL) tests/unit

fakeweb: setup-dev  ## tests against the little internet on loopback
	@$(BIN)/pytest $(PARALLEL) tests/fakeweb

stack: setup-dev  ## tests with a real Elasticsearch and a real Airflow
	@$(BIN)/pytest $(PARALLEL) tests/stack

containers: setup-dev  ## the production set-up in real containers; an engine and images of its own where there are none
	@$(BIN)/pytest tests/containers --durations 0 --durations-min 1

endure: setup-dev  ## kills, poisoned captures and thirty days of history at full size: about an hour; then `make fresh`
	@$(BIN)/pytest tests/stack/test_history.py tests/stack/test_kills.py tests/stack/test_operations.py --full-size
	@$(MAKE) --no-print-directory fresh

fresh:  ## bare Debian 12 and 13, nothing installed: `make run ONCE=1`; one of them: SUITE=bookworm or trixie (root, mmdebstrap)
	@tests/fresh/machine $(SUITE)

bench: setup-dev  ## the measures, each against a bare loop over the same libraries
	@$(BIN)/python bench/run.py

lock: setup-dev  ## requirements*.in -> requirements*.lock, hashes and no index address
	@$(COMPILE) requirements.in -o requirements.lock
	@$(COMPILE) requirements-dev.in -o requirements-dev.lock

docs: setup-dev  ## make the pages that are made from the code: settings, DAGs, fields
	@$(BIN)/python docs/generate.py

site: setup-dev docs  ## the documents as a site: build/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build --strict

COMPOSE ?= docker compose

env:  ## write the secrets of docker-compose.yml to .env, newsdesk.env for settings; keeps what is there
	@PYTHONPATH=plugins $(PYTHON) -m newsdesk.ops.env_file

up: env  ## start the production set-up with Docker Compose
	@docker/prepare $(COMPOSE)
	@BUILDX_NO_DEFAULT_ATTESTATIONS=1 $(COMPOSE) build
	@$(COMPOSE) up --detach --remove-orphans
	@echo "Airflow http://$$($(COMPOSE) port airflow-apiserver 8080), Kibana http://$$($(COMPOSE) port kibana 5601); logins: docs/deploy.md"

down:  ## stop the production set-up; data and .env stay
	@$(COMPOSE) down

clean:  ## remove the virtual environment and caches of this checkout
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
