# make          set everything up and render the examples to PDF
# make test     run the tests
# make check    the linters and the type checker
# make lock     accept the files that the engine's packages give after a change of its lock
# make wheel    build the wheel with the engine into dist/, try it offline, and write docs/wheel.md
# make fuzz     random inputs to all that reads (FUZZ="--inputs 100000", FUZZ="--seconds 60 --seed 7")
# make docs     write the pages of docs/ that are made from the code
# make site     the documentation as a web site, in build/site
# make golden   accept what the templates give now as right (read the diff!)
# make pictures turn the examples' pages into build/pictures/*.png, to look at, and into docs/examples.md; those of the README
# make gallery  typeset docs/gallery/*.yaml, and write their pictures and docs/gallery.md
# make themes   typeset the examples in all themes, and write docs/themes-gallery.md and its pictures
# make bench    measure, and write docs/performance.md (BENCH="--quick": few rounds, nothing is written)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLES := $(wildcard examples/*.yaml)

.PHONY: examples setup test check lock wheel docs site golden pictures gallery themes bench fuzz clean

examples: $(EXAMPLES:.yaml=.pdf)

examples/%.pdf: examples/%.yaml $(READY) $(shell find src templates -name '*.*' -not -name '*.pyc')
	$(BIN)/cvbuild render $<

setup: $(READY)

# Debian's Python has no venv until python3-venv is installed, and a fresh Debian no lists of packages.
$(READY): requirements.lock pyproject.toml src/cvbuild/engine/parts.lock.toml src/cvbuild/engine/bundle.lock \
    src/cvbuild/engine/bundle.py $(wildcard templates/latex/*/preamble.tex)
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

# A browser, and checkers of web pages, for the tests.
$(VENV)/.web: $(READY) tools/web/package-lock.json tools/web/unpack.mjs
	mkdir -p $(VENV)/web && cp tools/web/package.json tools/web/package-lock.json $(VENV)/web/
	cd $(VENV)/web && ../bin/npm ci --silent --ignore-scripts --no-audit --no-fund
	$(BIN)/node tools/web/unpack.mjs $(VENV)/web/node_modules $(VENV)/web/browser
	touch $@

# The tests start cvbuild hundreds of times: Python shall keep what it has compiled, whatever the environment says.
test: $(READY) $(VENV)/.scripts $(VENV)/.web
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Not after $(READY): the engine cannot be installed before the lock is right.
lock:
	$(BIN)/python -m tools.lock

wheel: $(READY)
	$(BIN)/python -m tools.wheel

docs: $(READY)
	$(BIN)/python -m tools.docs

site: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

golden: $(READY)
	CVBUILD_ACCEPT=1 $(BIN)/pytest tests/test_examples.py -k golden

pictures: examples $(VENV)/.web
	$(BIN)/python -m tools.pictures build/pictures examples/*.pdf
	$(BIN)/python -m tools.pictures --docs examples/*.pdf
	$(BIN)/python -m tools.readme

gallery: $(READY)
	$(BIN)/python -m tools.gallery

themes: $(READY)
	$(BIN)/python -m tools.themes

BENCH ?= --write docs/performance.md
bench: $(READY)
	command -v hyperfine >/dev/null || (apt-get update && apt-get install -y hyperfine)
	$(BIN)/python -m tools.bench $(BENCH)

FUZZ ?=
fuzz: $(READY)
	$(BIN)/python -m tools.fuzz $(FUZZ)

clean:
	rm -rf $(VENV) build dist examples/*.pdf
