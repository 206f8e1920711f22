"""Which of a module's bindings are in force: not in an `except` whose `try` succeeds."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import BindingKind, Branch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archguard.definitions.model import Binding, Definition, ModuleSymbols
    from archguard.definitions.walk_state import WalkState

    FindFailure = Callable[[Binding], "ImportFailure"]

_IMPORTS = frozenset({BindingKind.IMPORT, BindingKind.FROM_IMPORT, BindingKind.STAR})


class ImportFailure(NamedTuple):
    """What is known of whether an import raises ImportError."""

    is_certain: bool
    """Whether it certainly does."""
    unread: str = ""
    """A module that cannot be read and could change the answer; empty if there is none."""


class LiveBindings:
    """The bindings of one module, by name."""

    def __init__(self, symbols: ModuleSymbols, find_failure: FindFailure, state: WalkState) -> None:
        """Decide nothing yet.

        Args:
            symbols: the module.
            find_failure: says whether an import of the module fails.
            state: what is decided already.
        """
        self.symbols = symbols
        self._state = state
        self._find_import_failure = find_failure
        self._unread: dict[int, str] = {}
        """By the number of a `try`: an unread module on which it depends whether its body ends early."""
        self._by_name: dict[str, list[int]] = {}
        for index, binding in enumerate(symbols.bindings):
            self._by_name.setdefault(binding.name, []).append(index)
        self._stars = self._by_name.get("*", [])
        self._exported = frozenset(symbols.exported or ())
        self._attempted = _find_attempted(symbols)

    @cached_property
    def definitions_by_id(self) -> Mapping[str, Definition]:
        """The last definition of each id."""
        return {one.id: one for one in self.symbols.definitions}

    def iterate_last_first(
        self, name: str, before: int | None, *, is_type_checking: bool
    ) -> Iterator[tuple[int, Binding]]:
        """Yield the bindings in force that may bind a name, stars included, the last one first.

        Args:
            name: the name.
            before: only those before this index; None: all.
            is_type_checking: those under `if TYPE_CHECKING`, or the others.
        """
        indexes = self._by_name.get(name, [])
        if self._stars:
            indexes = sorted({*indexes, *self._stars})
        for index in reversed(indexes):
            binding = self.symbols.bindings[index]
            if (
                (before is None or index < before)
                and binding.is_type_checking == is_type_checking
                and self.is_live(index)
            ):
                yield index, binding

    def find_unread(self, name: str) -> str:
        """Return an unread module on which it depends whether a binding of a name is in force.

        Empty if there is none. Valid once the bindings have been iterated over.
        """
        for index in (*self._by_name.get(name, ()), *self._stars):
            for attempt, _ in self.symbols.bindings[index].branches:
                if attempt in self._unread:
                    return self._unread[attempt]
        return ""

    def may_export(self, name: str) -> bool:
        """Return whether `from module import *` asks for a name, as far as the text tells."""
        return name in self._exported if self.symbols.exported is not None else not name.startswith("_")

    def find_index(self, statement: str) -> int | None:
        """Return the index of the binding that the statement of a class or function makes."""
        name = statement.partition(":")[2].partition("#")[0]
        bindings = self.symbols.bindings
        indexes = self._by_name.get(name, [])
        return next((index for index in indexes if bindings[index].target == statement), None)

    def is_live(self, index: int) -> bool:
        """Return whether a binding is executed, as far as imports decide that."""
        branches = self.symbols.bindings[index].branches
        return all(self._is_entered(attempt, branch, index) for attempt, branch in branches)

    def _is_entered(self, attempt: int, branch: Branch, index: int) -> bool:
        if branch is Branch.FINALLY:
            return True
        failure = self._find_failure(attempt)
        if branch is Branch.TRY:
            return failure is None or index < failure
        return (failure is not None) is (branch is Branch.EXCEPT) and branch is not Branch.UNUSED

    def _find_failure(self, attempt: int) -> int | None:
        """Return the index of the import that ends the body of a `try`; None if none certainly does."""
        attempted = self._attempted[attempt]
        return self._state.decide(
            (self.symbols.name, attempt),
            lambda: next(filter(partial(self._fails, attempt), attempted), None),
        )

    def _fails(self, attempt: int, index: int) -> bool:
        if not self.is_live(index):
            return False
        failure = self._find_import_failure(self.symbols.bindings[index])
        if failure.unread:
            self._unread[attempt] = failure.unread
        return failure.is_certain


def _find_attempted(symbols: ModuleSymbols) -> defaultdict[int, list[int]]:
    """Return the indexes of the imports that can end the body of each `try`.

    An import in another `try` inside the body is left out: its own handler catches the error.
    """
    attempted: defaultdict[int, list[int]] = defaultdict(list)
    for index, binding in enumerate(symbols.bindings):
        if binding.branches and binding.kind in _IMPORTS and not binding.is_type_checking:
            tried = [attempt for attempt, branch in binding.branches if branch is Branch.TRY]
            if tried:
                attempted[tried[-1]].append(index)
    return attempted
