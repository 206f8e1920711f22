"""What a check is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.model import AnalysisOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.configuration import Configuration
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import Child
    from archguard.sources.source import Source


class Request(NamedTuple):
    """What to check, and how."""

    source: Source
    configuration: Configuration
    cache: Cache
    jobs: int
    trust_contract_types: bool = False
    progress: Callable[[int, int], None] | None = None
    started: Sequence[Child] = ()
    """Child processes that wait for work."""


def options_of(configuration: Configuration) -> AnalysisOptions:
    """How the roots of a configuration are to be read."""
    expressions = {
        expression
        for contract in configuration.contracts
        if contract.type == "deprecated"
        for expression in contract.strings("deprecated_modules")
    }
    return AnalysisOptions(
        root_packages=configuration.root_packages,
        source_roots=configuration.source_roots,
        include_external_packages=configuration.flag("include_external_packages"),
        exclude_type_checking_imports=configuration.flag("exclude_type_checking_imports"),
        deprecated=tuple(sorted(expressions)),
    )
