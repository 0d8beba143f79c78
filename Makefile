# OmniRetail: `make demo` to see it, `make test` to trust it. Needs Python >= 3.11, make, a shell.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
ifeq ($(strip $(PYTHON)),)
$(error OmniRetail needs Python 3.11 or newer on the PATH)
endif

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
BOOTSTRAP := $(PYTHON) omniretail/kernel/setup/bootstrap.py
PARALLEL ?= 2
# What `manage.py check --deploy` is asked about: settings as a real host has them.
REAL_HOST := DEMO=0 PUBLIC_URL=https://shop.example ALLOWED_HOSTS=shop.example \
	SECRET_KEY=not-a-secret-only-long-and-varied-enough-for-the-check-0123456789

# Compiled bytecode makes every start faster, and lies in ignored folders.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo up setup packages test lint check browser pytest bench drill drill-real messages lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | awk -F':.*## ' '{printf "make %-11s %s\n", $$1, $$2}'

demo: packages ## the whole service with a living trading day
	@exec $(MANAGE) demo

up: packages ## the whole service, nothing played on it
	@exec $(MANAGE) up

setup: ## everything but starting it
	@$(BOOTSTRAP)

packages:
	@$(BOOTSTRAP) --packages

test: lint check browser pytest ## everything that must hold, in about ten minutes

lint: packages ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: packages ## migrations and settings
	$(MANAGE) makemigrations --check --dry-run
	$(REAL_HOST) $(MANAGE) check --deploy --fail-level WARNING

browser: packages
	@$(BIN)/python -m tests.pages.browser

pytest: packages
	LOG_LEVEL=WARNING $(BIN)/python -m pytest -n $(PARALLEL) --ignore=tests/bench --ignore=tests/drills

bench: packages ## side-by-side measurements
	$(BIN)/python -m tests.bench

drill: packages ## kill, cut, slow, refill: long
	$(BIN)/python -m pytest tests/drills -s
	MACHINE_TIMES=10 $(BIN)/python -m pytest tests/invariants
	FUZZ_EXAMPLES=200 $(BIN)/python -m pytest tests/doors/test_fuzzing.py

drill-real: packages ## a week of a real grocer's baskets; fetches them once
	@$(BIN)/python -m tests.drills.real

messages: packages ## collect new words into the translations
	$(MANAGE) messages
	@$(BOOTSTRAP) --packages

lock: packages ## resolve requirements.lock anew
	@$(BOOTSTRAP) --lock

clean: ## stop the engines; remove environment, data and caches
	@test ! -x $(BIN)/python || $(BIN)/python -m omniretail.kernel.embedded.halt
	rm -rf .venv .embedded .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
