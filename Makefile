# make demo   set everything up and work a built-in example longhand
# make test   the same for the tests, obtaining what they need
# make test-pytorch   our derivatives beside PyTorch's own (a large download)
# make lint · make docs · make bench · make corpus DIR=programs TABLE=verdicts.csv

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test test-pytorch lint docs bench corpus clean

demo: $(VENV)/base
	$(BIN)/chainrule explain --example seed

test: $(VENV)/test
	@sh tests/tools.sh
	$(BIN)/pytest -n auto

test-pytorch: $(VENV)/test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,pytorch]'
	$(BIN)/pytest -n auto tests/checking/test_with_pytorch.py

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/dev
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks

corpus: $(VENV)/bench
	$(BIN)/python -m benchmarks.corpus $(DIR) $(TABLE)

clean:
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "chainrule needs Python 3.11 or later; name one with: make demo PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/base: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/test: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/base

$(VENV)/dev: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@ $(VENV)/base $(VENV)/test $(VENV)/bench

$(VENV)/bench: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench,test]'
	@touch $@
