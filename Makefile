# The house's commands. `make` prints this help.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/python -m flask --app wsgi
# How many test processes at once, each with its own databases: two more than two cores, because many of them wait.
JOBS ?= 4
export PYTHONPATH := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test nightly races lint work bench dump clips mutants house audit

help: ## print this help
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.tools ## make .venv from the hash-locked files, and nothing else

# Two stamps: what runs the market needs less than what tests it.
$(VENV)/.runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Chợ số needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/.tools: requirements-dev.lock | $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $(VENV)/.runtime $@

run: export CHOSO_BASE_URL ?= http://127.0.0.1:$(PORT)
run: export CHOSO_IDENTITY ?= gia-lap
run: export CHOSO_IDENTITY_SECRET ?= khoa-ky-cua-ban-thu
run: $(VENV)/.runtime ## serve the market on this machine, with its demonstration (PORT=8000)
	@$(FLASK) db upgrade
	@$(FLASK) seed --if-empty
	@echo "Chợ số: $(CHOSO_BASE_URL)   (Ctrl-C để dừng)"
	@$(FLASK) seed --sign-ins
	@exec $(FLASK) serve --port $(PORT)

work: $(VENV)/.runtime ## the jobs process alone, beside a web process of your own
	@exec $(FLASK) work

# In a fresh checkout each of the test processes would compile every test file: twice is less than four times.
tests/__pycache__: | setup
	@$(BIN)/python -m pytest --collect-only --quiet tests/web >/dev/null & \
	$(BIN)/python -m pytest --collect-only --quiet tests --ignore=tests/web --ignore=tests/architecture >/dev/null; wait

test: setup | tests/__pycache__ ## every test but those of `make lint`, on SQLite, PostgreSQL and in Chromium (ARGS="tests/orders -x")
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --ignore=tests/architecture $(ARGS)

nightly races: export CHOSO_NIGHTLY = 1
nightly: setup ## every test and the longer proofs: upgrades from every early database, every race 20 times
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --timeout=3600 $(ARGS)

races: setup ## every pair of moves at once, 20 times each, and each lock taken away, on PostgreSQL (nightly)
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --timeout=3600 tests/races $(ARGS)

node_modules/.tools: package-lock.json biome.json
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

lint: setup ## ruff, mypy --strict, import contracts, templates, scripts and styles, bandit, architecture tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy market
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint market/templates --lint --quiet
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.tools && node_modules/.bin/biome lint --error-on-warnings --reporter=summary; \
	elif [ -n "$(CI)" ]; then echo "No npm found: scripts and styles cannot be linted. Install Node 20 with npm." >&2; exit 1; \
	else echo "No npm found: scripts and styles are not linted (this fails where CI=true)." >&2; fi
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive market
	@$(BIN)/python -m pytest tests/architecture

bench: setup ## the budgets, against an anchor measured in the same run, on both databases
	@$(BIN)/python -m bench $(ARGS)

dump: setup ## keep the schema as it stands now, with rows, as released: later versions are tested to upgrade it
	@$(BIN)/python -m tests.upgrades.make

clips: setup ## render the loudspeaker's recordings anew (wants espeak-ng, sox and lame; only when its words change)
	@$(BIN)/python -m clips

mutants: setup ## faults set into a copy of the market: which do the tests not notice (ARGS="--seed 8 --count 160 --only orders --minutes 30")
	@$(BIN)/python -m mutants $(ARGS)

house: setup ## the look of the house: folders with their lines, circles, what points upwards
	@$(BIN)/python -m tests.architecture.house

audit: setup ## known holes in what we install (asks the vulnerability database over the network; what it does not know fails)
	@$(BIN)/python -m venv $(VENV)/audit && $(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock -r requirements-dev.lock
