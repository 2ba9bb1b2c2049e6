# `just` lists the targets; `just check` is what a change must pass before it is committed.

default:
    @just --list

# everything that is quick to say no
check: lint types imports test

# the default test run, on all cores
test *ARGS:
    python -m pytest -n auto {{ARGS}}

# the same with ten times the drawn networks
test-long *ARGS:
    HYPOTHESIS_PROFILE=ci python -m pytest -n auto {{ARGS}}

lint:
    ruff check .
    ruff format --check .

types:
    mypy

# which room may import which
imports:
    lint-imports

# the site, into site/; `mkdocs serve` shows it while you write
docs:
    mkdocs build --strict

# the outputs of a page's commands and Python, written anew
play +PAGES:
    python -m tests.docs.pages {{PAGES}}

# what the merge gate runs: fresh environment, wheel, everything
ci:
    bash .ci/run

# a benchmark by its name, with what it can be asked, or the list of them
bench *WORDS:
    @python -m benchmarks {{WORDS}}
