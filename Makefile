# Each recipe line runs in bash with scripts/env.sh: the project's own tools come first on the PATH.
SHELL := bash
export BASH_ENV := $(CURDIR)/scripts/env.sh
PYTHON ?= python3
NETWORK ?= ethereum:devnet$(if $(HANSE_PORT),:http://127.0.0.1:$(HANSE_PORT))
TEST_NETWORK ?= ethereum:local:foundry
# A session of their own: they deploy again where other tests' contracts lay, and Ape remembers contracts by address.
DEPLOYED := tests/scripts tests/dapp
# A real browser; skipped visibly where there is no Chromium.
BROWSER := tests/e2e
INTEROP := tests/interop
# Two at a time, each with a chain of its own.
TWO := -n 2 --dist loadfile
SOURCES := $(wildcard bench dapp operations scripts tests *.py)

.DEFAULT_GOAL := help
.PHONY: help setup run bots test check format-check lint types sizes-check docs-check tree-check gas-check \
	format compile docs sizes gas fuzz coverage slither lock age bench-credit bench-evidence bench-index simulate interop load model screenshots console clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

setup: ## Install the locked dependencies and the compiler into this folder
	@command -v $(PYTHON) >/dev/null || { echo "setup: Python is missing: install Python 3.11 or newer and run the command again."; exit 1; }
	@$(PYTHON) scripts/setup.py

run: setup ## Start a local chain with a filled market and open the dApp on it
	@python scripts/devnet.py $(ARGS)

bots: setup ## Run the bots as Silverback workers over REDIS_URL; ARGS="--workers 2", --workers-only on further machines
	@python scripts/bots.py $(ARGS)

test: compile ## Run every test; ARGS="tests/market -k release" narrows pytest down
	ape test $(or $(ARGS),tests $(addprefix --ignore=,$(DEPLOYED) $(BROWSER) $(INTEROP)) $(TWO)) --network $(TEST_NETWORK)
	$(if $(ARGS),,ape test $(DEPLOYED) $(TWO) --network $(TEST_NETWORK))
	$(if $(ARGS),,ape test $(BROWSER) -rs --network $(TEST_NETWORK))
	$(if $(ARGS),,ape test tests -m second_evm --network ethereum:local:test)
	$(if $(ARGS),,forge test)

check: format-check lint types sizes-check docs-check tree-check ## Check format, lint, types, contract sizes and docs

format-check: setup
	ruff format --check $(SOURCES)
	prettier --log-level warn --check --no-error-on-unmatched-pattern 'contracts/**/*.sol' 'tests/**/*.sol'

lint: setup
	ruff check $(SOURCES)
	solhint --max-warnings 0 --noPoster 'contracts/**/*.sol'

types: setup
	mypy

sizes-check: compile
	python scripts/contract_sizes.py --check

docs-check: compile
	python scripts/check_docs.py
	python -m scripts.contract_reference --check

tree-check: setup
	python scripts/check_tree.py

gas-check: gas sizes
	@test -z "$$(git status --porcelain -- snapshots docs/gas.md)" || { git --no-pager diff -- snapshots docs/gas.md; echo "gas-check: the snapshots are stale: run 'make gas sizes' and commit what changed."; exit 1; }

format: setup ## Format Python and Solidity
	ruff format $(SOURCES)
	ruff check --fix $(SOURCES)
	prettier --log-level warn --write --no-error-on-unmatched-pattern 'contracts/**/*.sol' 'tests/**/*.sol'

compile: setup ## Compile the contracts
	@python scripts/compile.py

sizes: compile ## Record the contracts' sizes in snapshots/sizes.json
	python scripts/contract_sizes.py

docs: compile ## Write docs/contracts.md from the contracts' NatSpec
	python -m scripts.contract_reference

gas: compile ## Measure the gas benchmark into snapshots/gas.json
	ape run gas --network $(TEST_NETWORK)

interop: compile ## Test with a real Kubo, geth, PostgreSQL and Redis; each is skipped where it can't be had
	@python -m tests.interop.build
	pytest $(INTEROP) -rs $(ARGS)

load: compile ## Put 200 sessions on the dApp and time their reruns; ARGS="--sessions 50"
	@python -m bench.load $(ARGS)

bench-index: compile ## Measure the index beside Subsquid and Ponder; ARGS=--write puts the figures into docs/index.md
	@python -m bench.index_benchmark $(ARGS)

model: setup ## Measure the anomaly model and the risk rules; ARGS=--write puts the figures into docs/risk-model.md
	@python -m bench.anomaly $(ARGS)

bench-credit: compile ## Time a report's way to a signed attestation; ARGS="--history 600"
	@python -m bench.credit $(ARGS)

fuzz: setup ## Run the invariants for millions of calls
	FOUNDRY_PROFILE=fuzz forge test

coverage: setup ## Line and branch coverage of the contracts, into docs/coverage.md
	FOUNDRY_PROFILE=coverage forge coverage --ir-minimum --report lcov --report-file .cache/lcov.info
	python scripts/coverage.py

slither: setup ## Static analysis of the contracts
	slither .

simulate: setup ## Play a year of a made-up market; ARGS=--write puts figures and picture into docs/
	@python -m scripts.simulate $(ARGS)

lock: ## Write both lock files anew from requirements.in and package.json
	$(PYTHON) scripts/lock.py

age: setup ## Bundle the browser's age encryption into the wallet's component
	node scripts/bundle_age.mjs

bench-evidence: setup ## Measure how fast CIDs are computed, beside hashlib alone
	python -m bench.evidence

screenshots: setup ## Take the pictures of README and guide of the running dApp
	python scripts/screenshots.py

console: setup ## Open Ape's console on the running market
	$(if $(filter-out 8545,$(HANSE_PORT)),HANSE_DATA=.cache/data-$(HANSE_PORT)) ape console --network $(NETWORK)

clean: ## Remove everything that was built or installed; accounts in .ape stay
	rm -rf .venv node_modules .cache .build .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
