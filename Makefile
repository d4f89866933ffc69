# Every command of the README, for a machine with Python 3.11 or newer and make.
# Without make (Windows), README.md lists the same steps as `python -m …` commands.

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
PY     := $(VENV)/bin/python

# `make book EDITION=student` leaves the answers out, and builds into a folder of its own.
EDITION ?= full
ifeq ($(EDITION),full)
OUTPUT := .
TOC    := _toc.yml
else ifeq ($(EDITION),student)
OUTPUT := _build/student
TOC    := _toc.student.yml
else
$(error EDITION should be full or student, not '$(EDITION)')
endif
SITE := $(OUTPUT)/_build/html

.DELETE_ON_ERROR:
.PHONY: book lab serve test assignment bench lock clean

book: $(VENV)/book.stamp _build/package.stamp
	$(if $(filter student,$(EDITION)),rm -rf $(SITE) $(OUTPUT)/_build/.doctrees)
	$(PY) -m jupyter book build -W -n --keep-going --toc $(TOC) --path-output $(OUTPUT) .
	@echo
	@echo "The book is ready: open $(abspath $(SITE))/index.html, or run 'make serve$(if $(filter student,$(EDITION)), EDITION=student)'."

# With the settings that Binder uses too: a double click opens a chapter as a notebook.
lab: $(VENV)/dev.stamp
	JUPYTER_CONFIG_PATH=$(CURDIR)/.binder/jupyter $(PY) -m jupyter lab chapters

serve: book
	@echo "Serving the book on http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)."
	@$(PY) -m http.server --bind 127.0.0.1 --directory $(SITE) $(PORT)

# The compiler hides numba's functions from coverage: the package is tested once without it, then all with it.
test: $(VENV)/dev.stamp $(VENV)/grading.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	NUMBA_DISABLE_JIT=1 $(PY) -m coverage run -m pytest -q -p no:cacheprovider -m 'not compiled' --ignore=tests/book --ignore=tests/browser \
	  --ignore=tests/binder --ignore=tests/assignments
	$(PY) -m coverage report
	$(PY) -m pytest

# The notebook that students get, from the master of the same name: nbgrader cuts the solutions out.
assignment: $(VENV)/grading.stamp
	@test -f "assignments/$(NAME).md" || { \
	  echo "NAME should be one of: $(basename $(notdir $(wildcard assignments/*.md))), as in: make assignment NAME=by-hand"; exit 2; }
	rm -rf _build/course && mkdir -p _build/course/source/$(NAME) _build/assignments && cp assignments/*.* _build/course
	cd _build/course && export PATH="$(CURDIR)/$(VENV)/bin:$$PATH" && \
	  jupytext -q --to ipynb --output source/$(NAME)/$(NAME).ipynb $(NAME).md && \
	  nbgrader generate_assignment --log-level=WARN $(NAME)
	cp _build/course/release/$(NAME)/$(NAME).ipynb _build/assignments
	@echo "The notebook is ready to hand out: $(CURDIR)/_build/assignments/$(NAME).ipynb"

bench: $(VENV)/bench.stamp book
	OPENBLAS_NUM_THREADS=1 $(PY) benchmarks/speed.py $(if $(QUICK),--quick)
	$(if $(QUICK),,$(PY) benchmarks/book.py)
	$(if $(QUICK),,$(PY) benchmarks/figures.py)

lock: $(VENV)/dev.stamp
	$(PY) -m pip install -q --group lock
	$(PY) -m uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header \
	  --extra book pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header \
	  -c requirements.txt --group dev -o requirements-dev.txt
	$(PY) -m uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header \
	  -c requirements.txt -c requirements-dev.txt --extra grading pyproject.toml -o requirements-grading.txt

# Chapters and pages are reused from the cache, which cannot see that the code has changed under them.
CODE := $(wildcard $(addprefix d2lconv/,*.py check/*.py $(addprefix explorables/*,.py .js .css)) extensions/*.py)
_build/package.stamp: $(CODE) requirements.txt
	rm -rf _build
	@mkdir -p _build && touch $@

clean:
	rm -rf _build $(VENV)

$(VENV)/book.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("The book needs Python 3.11 or newer, but $(PYTHON) is %d.%d: run make PYTHON=/path/to/python3.11" % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt
	$(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/book.stamp requirements-dev.txt
	$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements-bench.txt
	$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt -r requirements-bench.txt
	@touch $@

$(VENV)/grading.stamp: $(VENV)/book.stamp requirements-grading.txt
	$(PY) -m pip install -q --disable-pip-version-check -r requirements-grading.txt
	@touch $@
