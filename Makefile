# `make` lists the targets. CI runs the same targets.

PYTHON ?= python3
BIN := .venv/bin
# Set on some machines. With the first, each of the many processes would compile Airflow's and newsdesk's modules again; the second hides
# programs of tests that do not flush their output.
unexport PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED
# Processes of `make test`; each can have an Elasticsearch, two of them an Airflow.
PROCESSES ?= 3
# tests/conftest.py says what shares a process. In the given order, so that the Airflow tests, the longest, come first.
PARALLEL := --numprocesses 2 --dist loadscope --no-loadscope-reorder
LOCKS := requirements.lock requirements-dev.lock requirements-names.lock requirements-sbom.lock requirements.bootstrap.lock
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run stop test check packages prepare fix unit fakeweb stack containers endure fresh bench lock vendor pictures audit sbom docs site env up pin down clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready  ## create the virtual environment from requirements.lock

.venv/ready: requirements.lock requirements.bootstrap.lock pyproject.toml
	@docker/bootstrap $(PYTHON) requirements.lock
	@touch $@

setup-dev: .venv/ready-dev  ## add the tools for checks and tests from requirements-dev.lock

.venv/ready-dev: requirements-dev.lock .venv/ready
	@docker/bootstrap $(PYTHON) requirements-dev.lock
	@touch $@

run: setup  ## start everything, and take a first article from its feed to a search hit (ONCE=1: then stop)
	@$(BIN)/newsdesk run $(if $(ONCE),--once)

stop: setup  ## stop `make run` from another terminal, and clean up after a crash
	@$(BIN)/newsdesk stop

test: check packages prepare  ## install what is missing, and run all checks and tests
	@$(BIN)/pytest $(PARALLEL) --numprocesses $(PROCESSES) tests/stack tests/unit tests/fakeweb

check: setup-dev  ## check formatting, lint, types, import layers, and wheels of locked packages
	@$(BIN)/ruff format --check --quiet . || { echo "run make fix to format the code"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo
	@$(BIN)/python tests/fresh/wheels.py

fix: setup-dev  ## format the code, and fix lint errors automatically where possible
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

packages:  ## install the Debian packages that tests use (as root on a Debian)
	@tests/packages

prepare: setup  ## download what `make run` needs beside Python packages: Elasticsearch and a JDK
	@$(BIN)/newsdesk run --prepare

unit: setup-dev  ## run unit tests (no network)
	@$(BIN)/pytest $(PARALLEL) tests/unit

fakeweb: setup-dev  ## run tests against hostile sites on loopback
	@$(BIN)/pytest $(PARALLEL) tests/fakeweb

stack: setup-dev packages prepare  ## run tests with a real Elasticsearch and a real Airflow
	@$(BIN)/pytest $(PARALLEL) tests/stack

containers: setup-dev  ## test the production setup in containers (provides Docker and images where there are none)
	@$(BIN)/pytest tests/containers --durations 0 --durations-min 1

endure: setup-dev  ## test kills, damaged captures, thirty days of history and an hour of a newsroom's day at full size (two hours), then `make fresh`
	@$(BIN)/pytest tests/fakeweb/test_killed.py tests/unit/jobs/test_kills.py --full-size
	@$(BIN)/pytest tests/stack/airflow/reruns --full-size
	@$(BIN)/python bench/day.py
	@$(MAKE) --no-print-directory fresh

fresh:  ## test `make run ONCE=1` on a bare Debian 12 and 13, or on one: SUITE=bookworm or trixie (needs root and mmdebstrap)
	@tests/fresh/machine $(SUITE)

bench: setup-dev  ## run the benchmarks, each against a bare loop over the same libraries
	@$(BIN)/python bench/run.py

lock: setup-dev  ## update requirements*.lock from requirements*.in
	@$(COMPILE) requirements.in -o requirements.lock
	@$(COMPILE) requirements-dev.in -o requirements-dev.lock
	@$(COMPILE) --no-deps requirements-names.in -o requirements-names.lock
	@$(COMPILE) requirements-sbom.in -o requirements-sbom.lock

vendor: setup-dev  ## update the front-end packages of the pages from npm (frontend/packages.json)
	@PYTHONPATH=plugins $(BIN)/python frontend/vendor.py

pictures: setup-dev  ## take the pictures of the documents from a running `make run`
	@PYTHONPATH=plugins:tests $(BIN)/python docs/pictures.py

audit: setup-dev  ## ask OSV for known vulnerabilities of all locked packages
	@for lock in $(LOCKS); do $(BIN)/pip-audit --progress-spinner off --vulnerability-service osv --disable-pip --require-hashes -r $$lock || exit 1; done

sbom: setup-dev  ## software bill of materials of what runs, as CycloneDX: build/sbom.json
	@$(BIN)/uv venv --quiet --clear build/sbom
	@$(BIN)/uv pip install --quiet --python build/sbom/bin/python --no-deps --require-hashes -r requirements.lock
	@$(BIN)/uv venv --quiet --clear build/cyclonedx
	@$(BIN)/uv pip install --quiet --python build/cyclonedx/bin/python --require-hashes -r requirements-sbom.lock
	@PYTHONWARNINGS=ignore build/cyclonedx/bin/cyclonedx-py environment --output-reproducible --mc-type application --pyproject pyproject.toml -o build/sbom.json build/sbom
	@echo "build/sbom.json: $$(grep -c '"purl"' build/sbom.json) packages"

docs: setup-dev  ## generate the reference pages from the code
	@$(BIN)/python docs/generate.py

site: setup-dev docs  ## build the documentation site: build/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build --strict

COMPOSE ?= docker compose

env:  ## generate the secrets in .env, and newsdesk.env for settings; existing values are kept
	@PYTHONPATH=plugins $(PYTHON) -m newsdesk.ops.env_file

up: env  ## start the production setup with Docker Compose
	@docker/prepare $(COMPOSE)
	@BUILDX_NO_DEFAULT_ATTESTATIONS=1 $(COMPOSE) build
	@$(COMPOSE) up --detach --remove-orphans
	@echo "Airflow http://$$($(COMPOSE) port airflow-apiserver 8080), Kibana http://$$($(COMPOSE) port kibana 5601); logins: docs/deploy.md"

pin:  ## ask the registries for the digests of the images, for Compose to use from now on
	@docker/pin $(COMPOSE)

down:  ## stop the production setup; data and .env remain
	@$(COMPOSE) down

clean:  ## remove the virtual environment and caches of this checkout
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
