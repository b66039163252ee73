# make demo   score the sample data and leave a report in results/demo/
# make test   run the test suite
# Every target makes its own virtual environment; Python 3.11 or newer is all it needs.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test lint bench bench-reading bench-weights bench-methods bench-pages faults fuzz mutants numbers clean

$(VENV)/.made-%: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.$(if $(filter run,$*),,[$*])'
	@touch $@

demo: $(VENV)/.made-run
	$(BIN)/resilience score -c sample_data/assessment.yaml --out results/demo
	@echo
	@echo "The report: results/demo/report.html (and report.xlsx beside it)"

test: $(VENV)/.made-test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.made-run
	$(BIN)/python benchmarks/bench_million.py $(BENCH_ARGS)

bench-reading: $(VENV)/.made-run
	$(BIN)/python benchmarks/bench_reading.py $(BENCH_ARGS)

bench-weights: $(VENV)/.made-bench
	$(BIN)/python benchmarks/bench_ahp.py
	$(BIN)/python benchmarks/bench_weights.py $(BENCH_ARGS)

bench-methods: $(VENV)/.made-bench
	$(BIN)/python benchmarks/bench_methods.py $(BENCH_ARGS)

bench-pages: $(VENV)/.made-run
	$(BIN)/python benchmarks/bench_pages.py $(BENCH_ARGS)

# Small changes of the program, which the tests should notice: make mutants MUTANTS=600 SEED=1; see docs/reliability.md
mutants: $(VENV)/.made-mutants
	$(BIN)/python tools/mutants

# Random trees against a computation with 50 digits; the test suite tries 30
numbers: export NUMBERS_TREES ?= 200
numbers: $(VENV)/.made-test
	$(BIN)/python -m pytest tests/scoring/test_fifty_digits.py $(PYTEST_ARGS)

VERIFY := verify_tampered.py verify_folders.py verify_kinds.py sign_command.py archive_attacks.py
# The faults of docs/reliability.md with large counts; each can be set: make faults FAULTS_KILLS=50
faults: export FAULTS_KILLS ?= 200
faults: export FAULTS_BATCH_KILLS ?= 20
faults: export FAULTS_ITEMS ?= 500
faults: export FAULTS_EVERY ?= 1
faults: export FAULTS_COLUMNS ?= 1
faults: export FAULTS_ENVIRONMENTS ?= 108
faults: export FAULTS_CELLS ?= 10
faults: export UNTOUCHED ?= 100
faults: $(VENV)/.made-test
	$(BIN)/python -m pytest tests/faults $(addprefix tests/acceptance/test_,$(VERIFY)) $(PYTEST_ARGS)

# Every reader against mutated files, FUZZ_SECONDS of processor time each; what crashes is kept in fuzz/found
fuzz: export FUZZ_SECONDS ?= 60
fuzz: $(VENV)/.made-fuzz
	$(BIN)/python fuzz/run.py $(FUZZ_ARGS)

clean:
	rm -rf $(VENV) build dist results .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info .mutants
