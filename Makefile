PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --disable-pip-version-check --no-deps

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: model ## Set up, then serve the assistant at http://127.0.0.1:8000 (PORT and HOST override)
	@$(BIN)/hitorijanai serve

test: .venv/test.done model ## Set up, then run every test this machine can; says at the end what it could not run
	@$(BIN)/pytest -n 2 --dist loadfile

console: model ## Set up, then serve the review console at http://127.0.0.1:8001 (CONSOLE_PORT and CONSOLE_HOST override)
	@$(BIN)/hitorijanai console

check: .venv/test.done ## Lint, types, imports, content, weaknesses, secrets
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hitorijanai catalog check
	@$(BIN)/bandit -q -r assistant catalog nlu web benchmarks deploy .ci -c .ci/bandit.yaml
	@$(BIN)/python .ci/committed_secrets.py
	@$(BIN)/python .ci/advisories.py

advisories: .venv/test.done ## Ask for known weaknesses of the libraries; fails where nobody could be asked
	@$(BIN)/python .ci/advisories.py --required

train: .venv/run.done ## Train a model from training_data/ (the first goes into use, later ones wait for promote)
	@$(BIN)/hitorijanai train

bench: .venv/test.done model ## Measure speed, as ratios within one run; renews benchmarks/newest.md
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.danger

bench-peers: .venv/test.done ## Compare the classifier with its peers (those installed: benchmarks/compare.py tells how)
	@$(BIN)/python -m benchmarks.compare

bench-load: .venv/test.done model ## Measure what the shipped server carries beside a plain hello (wrk; 25 minutes, nobody else on the machine)
	@$(BIN)/python -m benchmarks.load

furigana: .venv/run.done ## Make the furigana of every text of the catalogue anew
	@$(BIN)/hitorijanai catalog furigana

draw: .venv/run.done ## Draw every flow into docs/flows/ for a meeting: SVG pages, Mermaid, path tables
	@$(BIN)/hitorijanai catalog draw all --out docs/flows

lock: ## Resolve the dependencies of pyproject.toml anew into the two lock files
	@$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install -q pip-tools
	@.venv/lock/bin/pip-compile -q --no-header --strip-extras --allow-unsafe --generate-hashes --extra build -o requirements.lock pyproject.toml
	@.venv/lock/bin/pip-compile -q --no-header --strip-extras --allow-unsafe --generate-hashes --extra build --extra dev --extra postgresql --extra cluster -c requirements.lock -o requirements-dev.lock pyproject.toml

model: .venv/run.done
	@$(BIN)/hitorijanai train --if-missing

# Pip checks every package against the hashes of the lock file; the lock is complete, so nothing else is resolved.
.venv/run.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=... names another.")'
	@echo "Setting up .venv (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) -q --no-build-isolation -e .
	@touch $@

.venv/test.done: .venv/run.done requirements-dev.lock
	@echo "Setting up what the tests need (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help run test console check advisories train bench bench-peers bench-load furigana draw lock model
