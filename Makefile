# make demo   sets up, checks three real drafts (one per verdict) and verifies their records
# make test   sets up, runs the linters, the type checker, the policy tests and all tests
PYTHON ?= python3
UV     := .tools/bin/uv
BIN    := .venv/bin
STAMP  := .venv/.ready

.PHONY: demo test lint setup lock
setup: $(STAMP)

$(UV):
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

$(STAMP): requirements.lock pyproject.toml | $(UV)
	$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	$(BIN)/python -m compileall -q guardrails  # a start compiles nothing, not even where byte code may not be written
	@touch $@

demo: setup
	@$(BIN)/python fixtures/demo.py

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/yamllint --strict policies fixtures

test: lint
	$(BIN)/pytest -n auto

lock: $(UV)
	$(UV) pip compile --universal --generate-hashes --no-header --all-extras --quiet pyproject.toml -o requirements.lock
