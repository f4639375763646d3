# Every command of the house; `make` alone lists them.
HOST ?= 127.0.0.1
PORT ?= 8501
JOBS ?= 2
ARGS ?=
PYTHON := .venv/bin/python
PIP := .venv/bin/pip --disable-pip-version-check --quiet

.PHONY: help run demo test lint

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-6s %s\n", $$1, $$2 }'

run: .venv/run.stamp ## the dashboard on 127.0.0.1:8501, with the demo if there is no database yet (HOST=, PORT=)
	@if [ -z "$$DATABASE_URL" ] && [ ! -e var/finegrid.db ]; then scripts/demo.sh; fi
	$(PYTHON) -m streamlit run serve.py --server.address $(HOST) --server.port $(PORT)

demo: .venv/run.stamp ## build the demo subdistrict anew, into DATABASE_URL or var/finegrid.db
	scripts/demo.sh

# a browser on a busy machine may miss a moment: a test that fails is tried twice more, and the report says so
test: .venv/dev.stamp ## install what the whole suite needs, then run it (ARGS="-k zones", JOBS=1)
	scripts/setup.sh tools
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile --reruns 2 -m "not timing" $(ARGS)
	$(PYTHON) -m pytest --reruns 2 -m timing $(ARGS) || [ $$? -eq 5 ] # 5: the arguments left no test of seconds

lint: .venv/dev.stamp ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .

# pip comes last into an environment, so an environment with pip is whole
.venv/bin/pip:
	scripts/setup.sh venv

.venv/run.stamp: requirements.txt | .venv/bin/pip
	$(PIP) install -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/pip
	$(PIP) install -r requirements-dev.txt
	@touch $@ .venv/run.stamp
