# make          set everything up and render the examples to PDF
# make test     run the tests
# make check    the linters and the type checker
# make docs     write the pages of docs/ that are made from the code
# make golden   accept what the templates give now as right (read the diff!)
# make pictures turn the examples' pages into build/pictures/*.png

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLES := $(wildcard examples/*.yaml)

.PHONY: examples setup test check docs golden pictures clean

examples: $(EXAMPLES:.yaml=.pdf)

examples/%.pdf: examples/%.yaml $(READY) $(shell find src templates -name '*.*' -not -name '*.pyc')
	$(BIN)/cvbuild render $<

setup: $(READY)

# Debian's Python has no venv until python3-venv is installed, and a fresh Debian no lists of packages.
$(READY): requirements.lock pyproject.toml src/cvbuild/engine/parts.lock.toml templates/latex/base/preamble.tex
	$(PYTHON) -m venv $(VENV) || (apt-get update && apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV))
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	apt-get download --print-uris -qq texlive-base >/dev/null 2>&1 || apt-get update
	$(BIN)/cvbuild engine install
	touch $@

# The tests of the extra need it: fonts for more scripts.
$(VENV)/.scripts: $(READY) src/cvbuild/engine/scripts.lock.toml
	$(BIN)/cvbuild engine install --scripts
	touch $@

test: $(READY) $(VENV)/.scripts
	$(BIN)/pytest -n auto

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY)
	$(BIN)/python -m tools.docs

golden: $(READY)
	CVBUILD_ACCEPT=1 $(BIN)/pytest tests/test_examples.py -k golden

pictures: examples
	$(BIN)/python -m tools.pictures build/pictures examples/*.pdf

clean:
	rm -rf $(VENV) build dist examples/*.pdf
