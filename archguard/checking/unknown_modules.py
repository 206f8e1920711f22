"""Find what a contract deprecates, the tree does not have, and nothing imports.

Such a module or symbol was deleted after its last import was removed, or its name is mistyped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import compile_expressions, is_within, join_symbol, split_symbol
from archguard.text import resembles, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis
    from archguard.sources.git.past_paths import PastPaths

    FindPast = Callable[[], PastPaths | None]
    """Opens the history of a tree's repository; None if there is none."""


class UnknownModules(NamedTuple):
    """What a contract deprecates and the tree does not know, as the contract names it."""

    mistyped: tuple[str, ...] = ()
    """A sentence for each that never existed."""
    unknowable: tuple[str, ...] = ()
    """A sentence for each of which nobody can know whether it existed, or that matches nothing now."""
    deleted: tuple[str, ...] = ()
    """Those that git's history has."""


def find_unknown_modules(
    contract: LoadedContract,
    analysis: Analysis,
    find_past: FindPast,
    missing_symbols: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> UnknownModules:
    """Return the deprecated modules and symbols that do not exist and that nothing imports.

    Args:
        contract: the contract.
        analysis: the tree.
        find_past: opens the history of the tree's repository; called only if there is something to ask.
        missing_symbols: the contract's symbols that do not exist and that nothing imports, each with the
            names that its module has.
    """
    mistyped, unknowable, deleted = [], [], []
    for expression in contract.deprecated_modules:
        if _is_known(expression, analysis):
            continue
        if "*" in expression and _is_in_file(expression, analysis):
            module = expression.rpartition(".")[0]
            unknowable.append(f"{expression} matches nothing: {module} is a file, and holds no modules.")
            continue
        had = _ask_history(expression, analysis, find_past())
        if had:
            deleted.append(expression)
        elif had is False:
            mistyped.append(_describe_module(expression, analysis))
        elif _is_inside(expression, analysis):
            unknowable.append(
                f"{expression} does not exist and nothing imports it; whether it ever existed cannot be "
                "known without the full history in git."
            )
    for symbol, names in missing_symbols:
        had = _ask_history_of_symbol(symbol, analysis, find_past())
        if had:
            deleted.append(symbol)
        elif had is False:
            mistyped.append(_describe_symbol(symbol, names, analysis))
        else:
            unknowable.append(
                f"{symbol} does not exist and nothing imports it; whether it ever existed cannot be "
                "known without the full history in git."
            )
    return UnknownModules(tuple(mistyped), tuple(unknowable), tuple(deleted))


def _describe_module(expression: str, analysis: Analysis) -> str:
    """Say that a module never existed, and what may be meant."""
    module, _, name = expression.rpartition(".")
    names = analysis.deprecated_imports.list_all_names()
    if _is_in_file(expression, analysis) and expression in names:
        return (
            f"deprecated module {expression!r} is no module but a name in {module}; "
            f"list it in deprecated_symbols as {f'{module}:{name}'!r}."
        )
    return (
        f"deprecated module {expression!r} does not exist, nothing imports it, and "
        f"git's history never had it{_suggest(expression, analysis)}"
    )


def _ask_history_of_symbol(symbol: str, analysis: Analysis, past: PastPaths | None) -> bool | None:
    """Return whether the symbol ever existed; None if it cannot be known."""
    module, name = split_symbol(symbol)
    if join_symbol(symbol) in analysis.importable_names:
        return False  # it is a module
    return None if past is None else past.had_name(module, name)


def _describe_symbol(symbol: str, names: Iterable[str], analysis: Analysis) -> str:
    """Say that a symbol never existed, and what may be meant."""
    module = split_symbol(symbol)[0]
    if join_symbol(symbol) in analysis.importable_names:
        module = join_symbol(symbol)
        return f"deprecated symbol {symbol!r} is a module; name {module!r} in deprecated_modules."
    if not analysis.exists(module):
        hint = suggest(module, (), sorted(analysis.importable_names))
        return f"deprecated symbol {symbol!r}: no module {module!r} ever existed{hint}"
    known = [f"{module}:{name}" for name in names]
    return (
        f"deprecated symbol {symbol!r} does not exist, nothing imports it, and git's history never had "
        f"it{suggest(symbol, (), known)}"
    )


def find_missing_replacements(contract: LoadedContract, analysis: Analysis) -> list[str]:
    """Return a warning for each replacement of a contract that does not exist."""
    replacements = sorted(set((contract.option("replacement") or {}).values()))
    return [
        f"The replacement {replacement} does not exist."
        for replacement in replacements
        if not analysis.exists(split_symbol(replacement)[0])
    ]


def _is_known(expression: str, analysis: Analysis) -> bool:
    """Return whether the tree has the module, or something in the tree names it."""
    if expression in analysis.modules or expression in analysis.namespaces:
        return True
    matches = compile_expressions((expression,)).match
    names = [
        *(
            _list_imported(expression, analysis)
            if _is_in_file(expression, analysis)
            else _list_names(analysis)
        ),
        *(reference.name for reference in analysis.references),
        *(name for file in analysis.unread for name in file.names),
    ]
    return any(map(matches, names))


def _is_in_file(expression: str, analysis: Analysis) -> bool:
    """Return whether something is named in a module that is no package, which has no modules in it."""
    module = analysis.modules.get(expression.rpartition(".")[0])
    return module is not None and not module.is_package


def _list_imported(expression: str, analysis: Analysis) -> list[str]:
    """Return what imports ask for that may be a module, and not a name that a module binds."""
    resolved = analysis.deprecated_imports.resolve((expression,))
    imported = [one.imported for imports in resolved.imports.values() for one in imports]
    return [*imported, *(one.module for one in resolved.undecided)]


def _ask_history(expression: str, analysis: Analysis, past: PastPaths | None) -> bool | None:
    """Return whether the module ever existed; None if it cannot be known.

    A module outside the roots left no path behind. The texts of the history are searched for the part of
    its name that no other name has, and only if that is likely a misspelling.
    """
    if past is None:
        return None
    if _is_inside(expression, analysis):
        return past.had_module(expression)
    parts = {part for name in _list_names(analysis) for part in name.split(".")}
    odd_part = next((part for part in expression.split(".") if part not in parts), expression)
    return past.had_text(odd_part) if resembles(odd_part, parts) else None


def _list_names(analysis: Analysis) -> list[str]:
    imported = (name.removesuffix(".*") for name in analysis.deprecated_imports.list_all_names())
    return sorted({*analysis.importable_names, *imported})


def _is_inside(expression: str, analysis: Analysis) -> bool:
    head = expression.partition(".")[0]
    return "*" in head or any(is_within(root.name, head) for root in analysis.roots)


def _suggest(expression: str, analysis: Analysis) -> str:
    return suggest(expression, (), _list_names(analysis))
