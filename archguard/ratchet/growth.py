"""How many more imports an exception with a wildcard covers than at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ratchet.translation import translate_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archguard.checking.report import ContractReport, ExceptionReport, Report


def add_growth(
    contracts: Iterable[ContractReport], base: Report | None, rename: Callable[[str], str]
) -> Iterator[ContractReport]:
    """Yield contracts whose exceptions with wildcards say how many more imports they cover.

    Args:
        contracts: the tree's.
        base: the base's report; None if it was not judged.
        rename: returns the name that a module of the base has now.
    """
    old = {
        (contract.id, *_name(exception, rename)): exception.imports
        for contract in (base.contracts if base else ())
        for exception in contract.exceptions
    }
    for contract in contracts:
        yield contract._replace(
            exceptions=tuple(
                exception._replace(growth=exception.imports - old[name])
                if (name := (contract.id, *_name(exception))) in old and exception.has_wildcard
                else exception
                for exception in contract.exceptions
            )
        )


def _name(exception: ExceptionReport, rename: Callable[[str], str] = str) -> tuple[str, str, str]:
    return (
        exception.source,
        translate_expression(exception.importer, rename),
        translate_expression(exception.imported, rename),
    )
