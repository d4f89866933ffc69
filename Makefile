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
PUBLISHED := $(OUTPUT)/_build/site
BRANCH := $(OUTPUT)/_build/$(if $(filter student,$(EDITION)),student-)notebooks
LAB := _build/$(if $(filter student,$(EDITION)),student-)lab
GIVEN := $(LAB)-given

# Tests run side by side, a file's in one process; those that take longest begin (tests/conftest.py).
# A browser or a build is often waited for: there, one process more than there are cores leaves none of them idle.
PYTEST    := -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
OVERLAP   = -n $$($(PY) -c 'import os; print(os.cpu_count() + 1)')
UNIT      := $(addprefix --ignore=tests/,book browser binder assignments)
NUMERICAL := $(patsubst %,tests/test_%.py,kernels fourier operators out_and_threads layers training filters receptive backend)

.DELETE_ON_ERROR:
.PHONY: book site notebooks lab serve serve-site check lint interpreted plain generic avx2 test test-all assignment autograder bench lock clean

book: $(VENV)/book.stamp _build/pages.stamp
	$(if $(filter student,$(EDITION)),rm -rf $(SITE) $(OUTPUT)/_build/.doctrees)
	$(PY) -m jupyter book build -W -n --keep-going --toc $(TOC) --path-output $(OUTPUT) .
	@echo
	@echo "The book is ready: open $(abspath $(SITE))/index.html, or run 'make serve$(if $(filter student,$(EDITION)), EDITION=student)'."

# The branch to launch from: the notebooks, the package, what Binder needs to run them, and nothing else.
notebooks: book
	@rm -rf $(BRANCH) && mkdir -p $(BRANCH)
	@cp -R .binder d2lconv LICENSE pyproject.toml requirements-notebooks.txt $(BRANCH)
	@find $(BRANCH) -name __pycache__ -prune -exec rm -rf {} +
	@mv $(BRANCH)/.binder/README.md $(BRANCH)
	@mkdir $(BRANCH)/notebooks && cp $(SITE)/_sources/chapters/*.ipynb $(BRANCH)/notebooks
	@echo "The notebooks are ready: $(abspath $(BRANCH)). To put them on a branch: .ci/publish-notebooks $(BRANCH) origin $(notdir $(BRANCH))"

# A notebook that somebody has worked in is left as it is; GIVEN holds each as it was handed over.
lab: $(VENV)/dev.stamp notebooks
	@mkdir -p $(LAB) $(GIVEN)
	@for new in $(BRANCH)/notebooks/*.ipynb; do name=$${new##*/}; \
	  if test ! -e $(LAB)/$$name || cmp -s $(LAB)/$$name $(GIVEN)/$$name; then cp $$new $(LAB) && cp $$new $(GIVEN); \
	  elif ! cmp -s $$new $(GIVEN)/$$name; then \
	    echo "Left as you have changed it: $(LAB)/$$name. To get the book's new one, rename yours, and run 'make lab' again."; fi; done
	$(PY) -m jupyter lab $(LAB)/index.ipynb

serve: book
	@echo "Serving the book on http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)."
	@$(PY) -m http.server --bind 127.0.0.1 --directory $(SITE) $(PORT)

# What is published: the book, and Python for its pages, which no page fetches before a reader asks for it.
site: $(VENV)/site.stamp book
	$(PY) runtime/publish.py $(SITE) $(PUBLISHED) _build/python
	@echo
	@echo "The site is ready: $(abspath $(PUBLISHED)). It has to be served: run 'make serve-site$(if $(filter student,$(EDITION)), EDITION=student)'."

serve-site: site
	@echo "Serving the site on http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)."
	@$(PY) -m http.server --bind 127.0.0.1 --directory $(PUBLISHED) $(PORT)

# While working: quick, and without browser, book and network.
check: lint
	$(PY) $(PYTEST) $(UNIT)

lint: $(VENV)/dev.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m deno lint
	$(PY) -m deno check

# The compiler hides numba's functions from coverage, so that the package is counted without it.
interpreted: $(VENV)/dev.stamp
	$(PY) -m coverage erase
	NUMBA_DISABLE_JIT=1 $(PY) -m coverage run $(PYTEST) -q -m 'not compiled' $(UNIT)
	$(PY) -m coverage report

# Compiled for what every processor has, and for AVX2. Without an empty list of features numba would add this machine's own.
generic: COMPILED := NUMBA_CPU_NAME=generic
avx2: COMPILED := NUMBA_CPU_NAME=x86-64-v3 NUMBA_CPU_FEATURES=
generic avx2: $(VENV)/dev.stamp
	$(COMPILED) $(PY) $(PYTEST) -q $(NUMERICAL)

# Where there is no numba, as in WebAssembly; what is about numba itself is left out.
plain: $(VENV)/dev.stamp
	PYTHONPATH=tests $(PY) $(PYTEST) -q -p without_numba -m 'not compiled' $(filter-out %_backend.py,$(NUMERICAL))

test: lint interpreted plain generic $(VENV)/grading.stamp $(VENV)/site.stamp
	$(PY) $(PYTEST) $(OVERLAP) -m 'not nightly'

test-all: lint interpreted plain generic avx2 $(VENV)/grading.stamp $(VENV)/site.stamp
	$(PY) $(PYTEST) $(OVERLAP)

# A course in a folder of its own, in which nbgrader has cut the solutions out of a master; what follows runs in there.
define course
@test -f "assignments/$(NAME).md" || { \
  echo "NAME should be one of: $(basename $(notdir $(wildcard assignments/*.md))), as in: make $@ NAME=by-hand"; exit 2; }
@mkdir -p _build/assignments
course=$$(mktemp -d) && trap 'rm -rf "$$course"' EXIT && mkdir "$$course/course" && \
  cp assignments/*.* "$$course/course" && cd "$$course/course" && \
  export PATH="$(CURDIR)/$(VENV)/bin:$$PATH" && mkdir -p source/$(NAME) && \
  jupytext -q --to ipynb --output source/$(NAME)/$(NAME).ipynb $(NAME).md && \
  nbgrader generate_assignment --log-level=WARN $(NAME)
endef

# The notebook that students get, from the master of the same name.
assignment: $(VENV)/grading.stamp
	$(course) && cp release/$(NAME)/$(NAME).ipynb "$(CURDIR)/_build/assignments"
	@echo "The notebook is ready to hand out: $(CURDIR)/_build/assignments/$(NAME).ipynb"

# What Gradescope asks for: the course with a seed of its own, the package, and how to start them.
autograder: $(VENV)/grading.stamp
	$(course) && python -c 'import secrets; print(secrets.token_hex(16))' > seed.txt && rm -r release && \
	  cp "$(CURDIR)"/assignments/gradescope/results.py . && cd .. && \
	  cp "$(CURDIR)"/assignments/gradescope/setup.sh "$(CURDIR)"/assignments/gradescope/run_autograder . && mkdir book && cd "$(CURDIR)" && \
	  cp -R d2lconv LICENSE README.md pyproject.toml requirements-grading.txt "$$course/book" && cd "$$course" && \
	  find book -name __pycache__ -prune -exec rm -rf {} + && \
	  python -m zipfile -c "$(CURDIR)/_build/assignments/$(NAME)-gradescope.zip" setup.sh run_autograder course book
	@echo "The archive is ready to upload: $(CURDIR)/_build/assignments/$(NAME)-gradescope.zip"

# `make bench AVX2=1` holds the package and its peers to AVX2 on a processor with AVX-512; each has a variable of its own,
# and benchmarks/peers.py asks whether it was understood. Neither this nor `make bench QUICK=1` looks at the book.
HELD := NUMBA_CPU_NAME=x86-64-v3 NUMBA_CPU_FEATURES= OPENCV_CPU_DISABLE=AVX512-SKX OPENCV_IPP=avx2 ATEN_CPU_CAPABILITY=avx2 \
  ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 NPY_DISABLE_CPU_FEATURES='X86_V4 AVX512_ICL AVX512_SPR'
bench: $(VENV)/bench.stamp $(if $(QUICK)$(AVX2),,site)
	$(if $(AVX2),$(HELD)) OPENBLAS_NUM_THREADS=1 $(PY) benchmarks/speed.py $(if $(QUICK),--quick)
	$(if $(QUICK)$(AVX2),,$(PY) benchmarks/book.py)
	$(if $(QUICK)$(AVX2),,$(PY) benchmarks/figures.py)
	$(if $(QUICK)$(AVX2),,$(PY) benchmarks/page.py)
	$(if $(QUICK)$(AVX2),,$(PY) benchmarks/runtime.py)

lock: COMPILE := $(PY) -m uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header
lock: $(VENV)/dev.stamp
	$(PY) -m pip install -q uv
	$(COMPILE) --extra book pyproject.toml -o requirements.txt
	$(COMPILE) -c requirements.txt --extra notebooks pyproject.toml -o requirements-notebooks.txt
	$(COMPILE) -c requirements.txt --group dev -o requirements-dev.txt
	$(COMPILE) -c requirements.txt -c requirements-dev.txt --extra grading pyproject.toml -o requirements-grading.txt
	$(COMPILE) -c requirements-dev.txt --no-deps --generate-hashes --group site -o requirements-site.txt

# Chapters that were executed are kept, and cannot see that the package has changed under them; nor can pages see it of what
# Sphinx adds to them. Nothing else in _build is touched: `make assignment` made it, and somebody may have worked in it.
EDITIONS := _build _build/student/_build
_build/executed.stamp: $(wildcard d2lconv/*.py d2lconv/*/*.py) requirements.txt
	rm -rf $(EDITIONS:=/.jupyter_cache)
	@mkdir -p _build && touch $@

_build/pages.stamp: _build/executed.stamp $(wildcard extensions/*.py site/* site/fonts/* d2lconv/explorables/*.js d2lconv/explorables/*.css)
	rm -rf $(EDITIONS:=/html) $(EDITIONS:=/.doctrees)
	@touch $@

# Leaves what no build has made: notebooks for students, and the work of whoever grades.
clean:
	rm -rf $(VENV) $(addprefix _build/,html .doctrees .jupyter_cache jupyter_execute student notebooks site python *.stamp)
	@rmdir _build 2>/dev/null || test ! -e _build || echo "Left, since no build has made it:" _build/*

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

$(VENV)/site.stamp: $(VENV)/book.stamp requirements-site.txt
	$(PY) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-site.txt
	@touch $@

$(VENV)/grading.stamp: $(VENV)/book.stamp requirements-grading.txt
	$(PY) -m pip install -q --disable-pip-version-check -r requirements-grading.txt
	@touch $@
