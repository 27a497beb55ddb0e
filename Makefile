# Two commands are enough: `make demo` and `make test`. Neither needs sudo.
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS := never
# Compiled once at set-up, so that the first command starts as fast as the hundredth.
export UV_COMPILE_BYTECODE := 1

.PHONY: setup demo test check unit fix screenshots bench bench-service bench-loads bench-scorer bench-pages campaign-api campaign-durability campaign-lifecycle campaign-pages campaign-pathways pathway-coverage notebooks clean

setup: .venv/.ready

# Builds .venv from uv.lock, with uv if it is there, else with a uv of its own under build/.
.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say PYTHON=python3.12 make ...") if sys.version_info < (3, 11) else None'
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet --python $(PYTHON); \
	else \
	  test -x build/uv/bin/uv || { $(PYTHON) -m venv build/uv && build/uv/bin/python -m pip install --quiet 'uv>=0.8'; } \
	    || { rm -rf build/uv; echo "Could not make a virtual environment. On Debian: apt install python3-venv"; exit 1; }; \
	  build/uv/bin/uv sync --frozen --quiet --python $(PYTHON); \
	fi
	@.venv/bin/python -m matching.ready
	@touch $@

demo: setup
	@.venv/bin/worktrial demo

# Everything that CI runs. PostgreSQL tests need a server: .ci/run starts one, see WORKTRIAL_TEST_POSTGRES_URL.
test: check unit

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# A file is a unit of work, and the order is the one of tests/conftest.py: the longest files first.
unit: setup
	.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=30

fix: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# Carving beside HiGHS, CP-SAT, Polars and DuckDB; start-up time and memory of a match list on the demo region.
bench: setup
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet --group bench; else build/uv/bin/uv sync --frozen --quiet --group bench; fi
	.venv/bin/python -m tests.benchmarks.carving
	.venv/bin/python -m tests.benchmarks.kept_market
	.venv/bin/python -m tests.benchmarks.match_list
	.venv/bin/python -m tests.benchmarks.exposure
	.venv/bin/python -m tests.benchmarks.solutions
	.venv/bin/python -m tests.benchmarks.transfer
	.venv/bin/python -m tests.benchmarks.pathways

# The real service with real sessions over 10,000 workplaces: first and repeated lists, a mixed day. Some forty minutes, most
# of it filling two stores; SQLite only unless WORKTRIAL_TEST_POSTGRES_URL names a server.
bench-service: setup
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet --group bench; else build/uv/bin/uv sync --frozen --quiet --group bench; fi
	.venv/bin/python -m tests.benchmarks.service_load

# Bytes and times of a coach's two heaviest pages in the real service, the second one over 10,000 workplaces.
bench-pages: setup
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet --group bench; else build/uv/bin/uv sync --frozen --quiet --group bench; fi
	.venv/bin/python -m tests.benchmarks.page_figures

# How well task texts become loads and conditions, on the public corpora; about fifteen minutes.
bench-loads: setup
	.venv/bin/python -m tests.benchmarks.task_loads

# Lengths of trials against a counter that walks every day, and planted rotation: 100,000 histories, about two minutes.
campaign-pathways: setup
	.venv/bin/python -m tests.matching.history_campaign

# Killed writers, power cuts, full disks and stopped servers, 1,000 cycles each; about half an hour.
campaign-durability: setup
	WORKTRIAL_DURABILITY_CYCLES=1000 .venv/bin/pytest tests/data/test_durability.py

# 2,000 random lives of trials on each database against the plain model; about an hour.
campaign-lifecycle: setup
	WORKTRIAL_LIFECYCLE_SEQUENCES=2000 .venv/bin/pytest tests/data/test_trial_plans.py -k plain_model -s

# What every route's description allows and what it does not, 20,000 cases on each database; some twenty minutes.
campaign-api: setup
	WORKTRIAL_TEST_API_CASES=20000 .venv/bin/pytest -s tests/api/test_api_cases.py

# Every page × role × language × way of looking at it, in Chromium: docs/explanation/pages.md.
campaign-pages: setup
	WORKTRIAL_TEST_EVERY_LOOK=1 .venv/bin/pytest -s tests/pages/test_every_page.py

# Which statement of the sources is held by which rule and scenario: docs/reference/pathway-coverage.md.
pathway-coverage: setup
	.venv/bin/python -m docs.pathway_coverage

# The trial scorer against a simulated truth, and beside logistic regression and LightGBM; about eight minutes.
bench-scorer: setup
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet --group bench; else build/uv/bin/uv sync --frozen --quiet --group bench; fi
	.venv/bin/python -m tests.benchmarks.scorer

# Executes the notebooks from top to bottom and keeps their outputs; a few minutes.
notebooks: setup
	.venv/bin/python notebooks/execute.py

# The pictures of pages in the README, taken by Debian's Chromium; about two minutes.
screenshots: setup
	.venv/bin/python -m tests.pages.make_screenshots

clean:
	rm -rf .venv build
