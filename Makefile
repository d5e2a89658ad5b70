# Sets wardsim up in .venv and runs it. `make help` lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := run
.NOTPARALLEL:
.SUFFIXES:
unexport PYTHONHOME PYTHONPATH

VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
TEST_READY := $(VENV)/.ready-test
UNFINISHED := $(VENV)/.unfinished
COMPARE = $(BIN)/wardsim compare $(ARGS)

# Tried in this order; the first that runs and is of the right version is taken (a pyenv shim may stand there and fail).
PYTHONS = python3.12 python3.13 python3.14 python3 python "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[234].*/bin/python
ifdef PYTHON
PYTHONS = "$(PYTHON)"
endif
IS_RIGHT := import sys; v = sys.version_info; print("%d.%d.%d" % v[:3]); sys.exit(not (3, 12) <= v[:2] <= (3, 14))

# Sets $$python, or ends with one sentence.
find_python = python=; found=; \
	for p in $(PYTHONS); do \
		if v=$$("$$p" -c '$(IS_RIGHT)' 2>/dev/null); then python=$$p; break; fi; \
		if [ -n "$$v" ]; then found="$$found$${found:+, }$$v ($$p)"; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "wardsim needs Python 3.12 or newer (3.14 is the newest it is locked for); found $${found:-none that runs}; install it and try again, or say \`make PYTHON=/path/to/python\`." >&2; \
		exit 2; \
	fi

# The lock fixes every version, so a machine-wide pip constraint could only forbid it: it is set aside. All other pip settings
# hold (-qq: pip's errors are shown, its warnings about places that hold nothing are not). Everything comes as a wheel but
# antlr4-python3-runtime (plain Python, published as source only), which the locked setuptools packs; so no compiler is needed
# and nothing is fetched that the lock does not name.
PIP := PIP_CONSTRAINT=/dev/null PIP_USER=0 $(BIN)/python -m pip --disable-pip-version-check install -qq --no-input
LOCKED := --require-hashes --only-binary :all:
SOURCE := antlr4-python3-runtime

# $(call install,LOCK,TIME)
define install
	@rm -f $(RUN_READY) $(TEST_READY); \
	if [ -e $(UNFINISHED) ] || ! $(BIN)/python -c '$(IS_RIGHT)' >/dev/null 2>&1 || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		$(find_python); \
		if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$python cannot make virtual environments; on Debian and Ubuntu, install python3-venv and try again." >&2; exit 2; \
		fi; \
		echo "Making $(VENV) with Python $$("$$python" -c 'import platform; print(platform.python_version())')"; \
		"$$python" -m venv --clear $(VENV) || exit 2; \
	fi; \
	: > $(UNFINISHED); \
	echo "Installing the packages of $(1) ($(2))"; \
	awk '/^[^ #]/ { on = /^setuptools==/ } on' $(1) > $(VENV)/setuptools.lock && \
	$(PIP) $(LOCKED) -r $(VENV)/setuptools.lock && \
	$(PIP) $(LOCKED) --no-binary $(SOURCE) --no-build-isolation -r $(1) && \
	$(PIP) --no-deps --no-build-isolation --editable . || \
	{ echo "Could not install the packages of $(1): what pip says stands above. The next make begins anew." >&2; exit 2; }; \
	rm -f $(UNFINISHED) $(VENV)/setuptools.lock
endef

# A .venv that was copied or moved here, or whose Python is gone, is set up again.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(RUN_READY) 2>/dev/null),$(CURDIR))
AGAIN := again
endif

.PHONY: run setup test bench lint types format lock clean help which-python again

run: $(RUN_READY) ## compare the three default rotations and write a report (ARGS="service=… replications=…")
	@$(COMPARE)

setup: $(TEST_READY) ## make .venv with all that tests and development need

test: $(TEST_READY) ## run all tests (ARGS="tests/unit -k rota")
	@$(BIN)/python -m pytest $(ARGS)

bench: $(TEST_READY) ## measure speed and memory
	@$(BIN)/python -m tests.performance.bench $(ARGS)

lint: $(TEST_READY) ## look for mistakes and for code that is not formatted
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(TEST_READY) ## put the code into its format
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: $(TEST_READY) ## check types
	@$(BIN)/python -m mypy

lock: ## resolve both lock files again (UPGRADE=--upgrade takes newer versions)
	@uv=$(BIN)/uv; [ -x $$uv ] || uv=$$(command -v uv) || { echo "There is no uv here: run \`make test\` first, or install uv." >&2; exit 2; }; \
	compile="$$uv pip compile --quiet --no-config --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --group build"; \
	echo "Resolving requirements-dev.lock, then requirements.lock with the same versions"; \
	$$compile $(UPGRADE) --all-extras pyproject.toml --output-file requirements-dev.lock && \
	$$compile $(UPGRADE) --extra app --constraint requirements-dev.lock pyproject.toml --output-file requirements.lock && \
	sed '/^    #   -c requirements-dev\.lock$$/d' requirements.lock > requirements.lock.new && mv requirements.lock.new requirements.lock

clean: ## remove .venv, caches and built packages; results stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find wardsim tests experiments -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

which-python:
	@$(find_python); echo "$$python"

$(RUN_READY): requirements.lock pyproject.toml $(AGAIN)
	$(call install,requirements.lock,about a minute the first time)
	@printf '%s\n' "$(CURDIR)" > $@

$(TEST_READY): requirements-dev.lock pyproject.toml $(AGAIN)
	$(call install,requirements-dev.lock,two to three minutes the first time)
	@printf '%s\n' "$(CURDIR)" > $(RUN_READY); printf '%s\n' "$(CURDIR)" > $@
