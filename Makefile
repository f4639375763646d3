# Every command of the house; `make` alone lists them.
HOST ?= 127.0.0.1
PORT ?= 8501
JOBS ?= 2
ARGS ?=
SIZES ?= 41282 1000000
ENGINES ?= sqlite postgresql
PYTHON := .venv/bin/python
PIP := .venv/bin/pip --disable-pip-version-check --quiet

.PHONY: help run demo test lint bench lock audit backup

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
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --reruns 2 -m "not timing" $(ARGS)
	$(PYTHON) -m pytest --reruns 2 -m timing $(ARGS) || [ $$? -eq 5 ] # 5: the arguments left no test of seconds

bench: .venv/dev.stamp ## every page's questions against DuckDB scanning the same cases (SIZES="41282 1000000", ENGINES="sqlite postgresql")
	scripts/setup.sh tools
	$(PYTHON) -m bench --sizes $(SIZES) --engines $(ENGINES) $(ARGS)

lint: .venv/dev.stamp ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .

# pip comes last into an environment, so an environment with pip is whole
.venv/bin/pip:
	scripts/setup.sh venv

# the locks name every package with the hashes of its files: nothing else is installed, and nothing is looked for
.venv/run.stamp: requirements.lock | .venv/bin/pip
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements.lock requirements-dev.lock | .venv/bin/pip
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@ .venv/run.stamp

lock: ## pin anew what requirements*.txt ask for, with hashes
	scripts/lock.sh

audit: .venv/run.stamp ## ask the list of known faults about every package, and say so when it does not answer (ARGS=--strict)
	$(PYTHON) -m pip --disable-pip-version-check check
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/pip --disable-pip-version-check --quiet install pip-audit==2.10.1 || true
	$(PYTHON) scripts/audit.py .venv/audit/bin/pip-audit $(ARGS)

backup: .venv/run.stamp ## back up into var/backups, the newest 14 stay
	mkdir -p var/backups
	$(PYTHON) -m upkeep backup var/backups --keep 14
