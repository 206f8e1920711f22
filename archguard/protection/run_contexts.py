"""Which test files ran something, by the contexts that coverage recorded."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from archguard.definitions.module_uses import ModuleUses

_INSTALL = "pip install 'archguard[coverage]'"


class ContextFile:
    """A data file of coverage whose lines have contexts."""

    def __init__(self, path: str, root: str, tests: Collection[str]) -> None:
        """Open the file.

        Args:
            path: the file, `.coverage` for example.
            root: the folder that the paths of the tree are relative to.
            tests: the paths of the test files that pytest collects.

        Raises:
            ConfigurationError: coverage is not installed, the file is none of its files, or it has no
                contexts.
        """
        self._path = path
        self._root = os.path.realpath(root)
        self._tests = _TestNames(tests)
        self._data = _open(path)
        self._measured = sorted(self._data.measured_files())
        if not any(self._data.measured_contexts()):
            raise ConfigurationError(
                f"{path}: it has no contexts: run the tests with `dynamic_context = test_function` in "
                "coverage's configuration, or with pytest-cov's --cov-context=test."
            )

    def list_tests(self, modules: Iterable[ModuleUses], asked: Sequence[str]) -> set[str]:
        """Return the test files that ran a line inside of a function that is asked for.

        Args:
            modules: what the modules hold.
            asked: modules, and symbols as `module:Name`.
        """
        tests: set[str] = set()
        for module in modules:
            bodies = [*_list_bodies(module, asked)]
            measured = self._find_measured(module.path) if bodies else None
            if measured is None:
                continue
            for line, contexts in self._data.contexts_by_lineno(measured).items():
                if any(first <= line <= last for first, last in bodies):
                    tests |= {test for one in contexts if (test := self._tests.find(one)) is not None}
        return tests

    def _find_measured(self, path: str) -> str | None:
        """Return the measured file that is a file of the tree, wherever the tests ran."""
        here = os.path.join(self._root, path)
        if here in self._measured:
            return here
        ending = f"/{path}"
        matches = [
            one for one in self._measured if one == path or one.replace("\\", "/").endswith(ending)
        ]
        return matches[0] if matches else None


class _TestNames:
    """Finds the test file that a context names."""

    def __init__(self, tests: Collection[str]) -> None:
        self._tests = frozenset(tests)
        self._known: dict[str, str | None] = {}
        self._by_ending: dict[str, list[str]] = {}
        for test in sorted(tests):
            self._by_ending.setdefault(test.rpartition("/")[2].removesuffix(".py"), []).append(test)

    def find(self, context: str) -> str | None:
        """Return the path of a context's test file.

        Args:
            context: `path::test|phase` as pytest-cov writes it, or `module.Class.function` as coverage
                does; empty for what no test ran.
        """
        if context not in self._known:
            self._known[context] = self._find(context) if context else None
        return self._known[context]

    def _find(self, context: str) -> str | None:
        if "::" in context:
            path = context.partition("::")[0]
            return path if path in self._tests else self._find_ending(path.removesuffix(".py"))
        parts = context.partition("|")[0].split(".")
        for length in range(len(parts), 0, -1):
            if parts[length - 1] in self._by_ending:
                return self._find_ending("/".join(parts[:length]))
        return None

    def _find_ending(self, path: str) -> str | None:
        """Return the test file whose path ends with another one, the shortest of several."""
        candidates = self._by_ending.get(path.rpartition("/")[2], ())
        matches = [
            one
            for one in candidates
            if f"/{one.removesuffix('.py')}".endswith(f"/{path}")
            or f"/{path}".endswith(f"/{one.removesuffix('.py')}")
        ]
        return min(matches, key=lambda one: (len(one), one), default=None)


def _list_bodies(module: ModuleUses, asked: Sequence[str]) -> Iterator[tuple[int, int]]:
    for one in asked:
        wanted, colon, name = one.partition(":")
        for symbol in module.symbols:
            is_named = module.name == wanted and symbol.name == name.partition(".")[0]
            if is_named if colon else is_within(module.name, wanted):
                yield from symbol.bodies


def _open(path: str) -> Any:
    if not os.path.isfile(path):
        raise ConfigurationError(f"--contexts {path}: there is no such file.")
    try:
        coverage: Any = importlib.import_module("coverage")
    except ImportError as error:
        raise ConfigurationError(f"--contexts needs coverage: {_INSTALL}") from error
    data = coverage.CoverageData(basename=path)
    try:
        data.read()
    except coverage.CoverageException as error:
        raise ConfigurationError(f"{path}: it is no data file of coverage.") from error
    return data


def select_names(modules: Iterable[str], asked: Sequence[str]) -> list[str]:
    """Return the names of the modules that what is asked for stands in, sorted."""
    wanted = {one.partition(":")[0] for one in asked}
    return sorted(name for name in modules if any(is_within(name, module) for module in wanted))
