# newsdesk. `make` lists the targets; people and CI run the same ones.

PYTHON ?= python3
BIN := .venv/bin
UV_FLAGS := --python $(BIN)/python --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run stop test check fix unit fakeweb stack containers endure bench lock docs env up down clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready  ## make the virtual environment from requirements.lock

.venv/ready: requirements.lock requirements.bootstrap.lock pyproject.toml
	@docker/bootstrap $(PYTHON)
	@touch $@

run: setup  ## start everything, take the seed article from its feed to a search hit, stay up (ONCE=1: then stop)
	@$(BIN)/newsdesk run $(if $(ONCE),--once)

stop: setup  ## end `make run` from elsewhere, or what a crashed one left behind
	@$(BIN)/newsdesk stop

test: check  ## all checks and all tests
	@$(BIN)/pytest

check: setup  ## format, lint, types, imports, generated docs; changes nothing
	@$(BIN)/ruff format --check --quiet . || { echo "make fix repairs the format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo

fix: setup  ## repair format and lint where that can be done by a program
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

unit: setup  ## unit tests: no network, seconds
	@$(BIN)/pytest tests/unit

fakeweb: setup  ## tests against the little internet on loopback
	@$(BIN)/pytest tests/fakeweb

stack: setup  ## tests with a real Elasticsearch and a real Airflow
	@$(BIN)/pytest tests/stack

containers: setup  ## the production set-up in real containers; an engine and images of its own where there are none
	@$(BIN)/pytest tests/containers --durations 0 --durations-min 1

endure: setup  ## kills, poisoned captures and thirty days of history at full size: about an hour
	@$(BIN)/pytest tests/stack/test_history.py tests/stack/test_kills.py tests/stack/test_operations.py --full-size

bench: setup  ## the measures, each against a bare loop over the same libraries
	@$(BIN)/python bench/run.py

lock: setup  ## requirements.in -> requirements.lock, hashes and no index address
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet requirements.in -o requirements.lock

docs: setup  ## make the pages that are made from the code: settings, DAGs, fields
	@$(BIN)/python docs/generate.py

COMPOSE ?= docker compose

env:  ## write the secrets of docker-compose.yml to .env; keeps what is there
	@PYTHONPATH=plugins $(PYTHON) -m newsdesk.ops.env_file

up: env  ## start the production set-up with Docker Compose
	@command -v $(firstword $(COMPOSE)) >/dev/null || { echo "Docker with Compose is needed: docs/deploy.md"; exit 1; }
	@$(COMPOSE) up --build --detach
	@echo "Airflow http://localhost:$${AIRFLOW_PORT:-8080}, Kibana http://localhost:$${KIBANA_PORT:-5601}; logins: docs/deploy.md"

down:  ## stop the production set-up; data and .env stay
	@$(COMPOSE) down

clean:  ## remove the virtual environment and caches of this checkout
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
