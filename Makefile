PYTHON ?= python3
BIN := .venv/bin

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

model: .venv/ready
	@$(BIN)/hitorijanai train --if-missing

run: model ## Set up and serve at http://127.0.0.1:8000
	@$(BIN)/hitorijanai serve

train: .venv/ready ## Train a model from training_data/
	@$(BIN)/hitorijanai train

test: model ## Set up and run every test this machine can
	@$(BIN)/hitorijanai catalog check
	@$(BIN)/pytest -q -rs

check: .venv/ready ## Lint, types, imports, content
	$(BIN)/ruff check . ; $(BIN)/mypy . ; $(BIN)/lint-imports ; $(BIN)/hitorijanai catalog check

.PHONY: help model run train test check
