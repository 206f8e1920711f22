"""Compare the test files that `archguard tests` selects with those that ran, for each module.

    python benchmarks/test_selection.py --package click ~/click ~/click.coverage
      ... --package importlinter ~/import-linter ~/import-linter.coverage       one more

The truth is the suite's own run. In the repository's environment, with pytest-cov:

    COVERAGE_FILE=~/click.coverage pytest --cov=click --cov-context=test --cov-report=

A test file ran a module if one of its tests executed a line inside of a function of it. Of each module
with such tests the table has the recall, the share of all test files that is selected, and the share
that ran it.

The goal: a recall of 100 %.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.audited_tree import add_test_roots, open_audited_tree
from archguard.definitions.collection_rules import read_collection_rules, read_entry_points
from archguard.definitions.use_scan import UseScan
from archguard.graph.analysis import analyse
from archguard.graph.module_expressions import is_within
from archguard.graph.scanning.cache import Cache
from archguard.protection.question import Question
from archguard.protection.run_contexts import ContextFile
from archguard.protection.selection import SelectionInput, select

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYTHING = 0.95
"""A module that more of the test files run than this: nothing smaller than the suite protects it."""


class Row(NamedTuple):
    """One module."""

    module: str
    ran: frozenset[str]
    selected: frozenset[str]
    direct: frozenset[str]
    tests: int

    @property
    def recall(self) -> float:
        return len(self.ran & self.selected) / len(self.ran)

    @property
    def direct_recall(self) -> float:
        return len(self.ran & self.direct) / len(self.ran)


def compare(package: str, root: str, contexts: str) -> Iterator[Row]:
    """Yield a row for each module of a package that some test ran."""
    tree = add_test_roots(open_audited_tree(root, None, None))
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(folder)
        analysis = analyse(tree.source, tree.options, cache=cache, jobs=2).result()
        rules = read_collection_rules(tree.source, [one.path for one in analysis.modules.values()])
        points = read_entry_points(tree.source)
        with UseScan(tree.source, analysis.modules, cache=cache, jobs=2) as scan:
            inputs = SelectionInput(tree.source, analysis, scan, rules, points)
            tests = [one.path for one in analysis.modules.values() if rules.collects(one.path)]
            data = ContextFile(contexts, root, tests)
            for module in sorted(analysis.modules.values()):
                if not is_within(module.name, package) or module.is_package:
                    continue
                uses = scan.get(module.name)
                ran = data.list_tests([uses] if uses else [], [module.name])
                if ran:
                    found = select(inputs, Question((module.name,))).tests
                    yield Row(
                        module.name,
                        frozenset(ran),
                        frozenset(test.path for test in found),
                        frozenset(test.path for test in found if test.why == "direct"),
                        len(tests),
                    )


def show(package: str, rows: list[Row], *, verbose: bool) -> None:
    """Print a package's table, or only what is wrong in it, and its totals."""
    tests = rows[0].tests
    for row in rows:
        missed = sorted(row.ran - row.selected)
        if verbose or missed:
            note = "  only the whole suite is safe" if len(row.ran) > EVERYTHING * tests else ""
            print(
                f"{row.module:50} recall {row.recall:6.1%}  selected {len(row.selected) / tests:6.1%}  "
                f"ran {len(row.ran) / tests:6.1%}{note}"
            )
        for path in missed:
            print(f"    missed {path}")
    ran = sum(len(row.ran) for row in rows)
    caught = sum(len(row.ran & row.selected) for row in rows)
    print(
        f"{package}: {len(rows)} modules, {tests} test files; recall {caught / ran:.2%} "
        f"(direct imports alone {sum(len(row.ran & row.direct) for row in rows) / ran:.1%}); "
        f"selected {_mean(len(row.selected) / tests for row in rows)} of the files, ran "
        f"{_mean(len(row.ran) / tests for row in rows)}; smaller than everything for "
        f"{sum(len(row.selected) < tests for row in rows)} modules, by half for "
        f"{sum(2 * len(row.selected) < tests for row in rows)}"
    )


def _mean(shares: Iterator[float]) -> str:
    values = [*shares]
    return f"{statistics.mean(values):.1%} (median {statistics.median(values):.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--package", nargs=3, action="append", required=True, metavar=("PACKAGE", "CHECKOUT", "CONTEXTS")
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print each module's row")
    options = parser.parse_args()
    is_met = True
    for package, root, contexts in options.package:
        rows = [*compare(package, root, contexts)]
        show(package, rows, verbose=options.verbose)
        is_met &= all(row.ran <= row.selected for row in rows)
    print("met" if is_met else "MISSED")
    sys.exit(not is_met)


if __name__ == "__main__":
    main()
