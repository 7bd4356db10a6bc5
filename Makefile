# Everything starts here; `make` alone lists it. Each target sets up what it needs by itself, once.
#   make run PYTHON=python3.13    another interpreter (the environment is made anew)
#   make run VENV=.venv-313       another environment beside it
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# make run ARGS="run primes --mode threads"; make test PYTEST_ARGS="-k lanes -x"
ARGS ?=
PYTEST_ARGS ?=

.PHONY: help run test bench pictures dist setup setup-dev clean
.DEFAULT_GOAL := help
# Which of two set-ups is first, and whose output is whose, matters more here than speed.
.NOTPARALLEL:

help:
	@echo 'make run        open Grandstand (without a display: a run in the terminal)'
	@echo 'make test       style, types, architecture and tests'
	@echo 'make bench      the benches: what Grandstand costs, as ratios'
	@echo 'make pictures   each screen, dark and light, into build/pictures'
	@echo 'make dist       the wheel and the sdist, into dist'
	@echo 'make setup      only set up, for run;  make setup-dev  for the rest'
	@echo 'make clean      remove the environment, build/, dist/ and caches'

setup:
	@PYTHON='$(PYTHON)' VENV='$(VENV)' sh .ci/setup.sh run

setup-dev:
	@PYTHON='$(PYTHON)' VENV='$(VENV)' sh .ci/setup.sh dev

run: setup
	@$(BIN)/python main.py $(ARGS)

# $(call check,name,command): one check with its name, and again its name when it fails.
define check
	@printf '\n== %s: %s\n' '$(1)' '$(quoted)'
	@$(2) || { status=$$?; printf '\nmake test: FAILED at %s. To see it alone:\n  %s\n' '$(1)' '$(quoted)'; exit $$status; }
endef
# $(call some,command): that pytest finds nothing to run (5, for a -k meant for the other half) is no failure.
some = $(1) || [ $$? -eq 5 ]
quoted = $(subst ','\'',$(2))

test: setup-dev
	$(call check,style,$(BIN)/python -m ruff check .)
	$(call check,format,$(BIN)/python -m ruff format --check .)
	$(call check,types,$(BIN)/python -m mypy)
	$(call check,architecture,PYTHONPATH=app $(BIN)/lint-imports --no-logo)
	$(call check,tests side by side,$(strip $(call some,$(BIN)/python -m pytest -n 3 --dist loadfile -m 'not alone' $(PYTEST_ARGS))))
	$(call check,tests that run alone,$(strip $(call some,$(BIN)/python -m pytest -m alone $(PYTEST_ARGS))))
	@printf '\nmake test: all passed (style, format, types, architecture, tests) on %s\n' "$$($(BIN)/python --version)"

bench: setup-dev
	@$(BIN)/python -m bench $(ARGS)

# On the screen there is if there is one, else in memory.
pictures: setup-dev
	@if [ "$$(uname -s)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		export QT_QPA_PLATFORM="$${QT_QPA_PLATFORM:-offscreen}"; \
	fi; \
	PYTHONPATH=app $(BIN)/python -m grandstand.ui.pictures build/pictures

dist: setup-dev
	@rm -rf dist
	@$(BIN)/python -m hatchling build

# Only what is surely an environment is removed under the name of VENV.
clean:
	@if [ -f '$(VENV)/pyvenv.cfg' ]; then rm -rf '$(VENV)'; fi
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find app bench tests main.py -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
