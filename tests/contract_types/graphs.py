"""Small import graphs for tests, made from lists of imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archguard.configuration import Configuration, ContractConfiguration
from archguard.contract_types.loaded_contract import load_contracts
from archguard.contract_types.verdict import Edge
from archguard.graph.grimp_api import ImportGraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Verdict


@dataclass(frozen=True)
class Session:
    """The session options of a configuration."""

    root_packages: tuple[str, ...] = ("a",)
    include_external_packages: bool = True
    contract_types: tuple[str, ...] = ()
    trusted: bool = False

    def options(self) -> dict[str, Any]:
        """Return the session options as import-linter passes them to contract types."""
        options: dict[str, Any] = {
            "root_packages": list(self.root_packages),
            "include_external_packages": str(self.include_external_packages),
        }
        return options | ({"contract_types": list(self.contract_types)} if self.contract_types else {})

    def configuration(self, *contracts: ContractConfiguration) -> Configuration:
        """Return a configuration with these contracts."""
        return Configuration("archguard.toml", self.root_packages, contracts, self.options())


@dataclass(frozen=True)
class Blueprint:
    """The parts of a graph."""

    modules: tuple[str, ...]
    imports: tuple[Edge, ...]
    squashed: frozenset[str] = field(default_factory=frozenset)


def edges(*arrows: str) -> frozenset[Edge]:
    """Return edges from lines like `a.b -> a.c`."""
    pairs = (arrow.split(" -> ") for arrow in arrows)
    return frozenset(Edge(importer, imported) for importer, imported in pairs)


def chain(*modules: str) -> tuple[Edge, ...]:
    """Return the edges from each module to the next."""
    return tuple(Edge(importer, imported) for importer, imported in pairwise(modules))


def graph_of(*arrows: str, modules: Iterable[str] = (), squashed: Iterable[str] = ()) -> ImportGraph:
    """Build a graph of imports, their modules, and the packages above those."""
    imports = edges(*arrows)
    named = {module for edge in imports for module in edge} | set(modules)
    above = {name for module in named for name in _with_ancestors(module)} - set(squashed)
    blueprint = Blueprint(tuple(sorted(above | named)), tuple(sorted(imports)), frozenset(squashed))
    return build(blueprint)


def build(blueprint: Blueprint) -> ImportGraph:
    """Build a graph, adding its parts in the blueprint's order."""
    graph = ImportGraph()
    for module in blueprint.modules:
        graph.add_module(module, is_squashed=module in blueprint.squashed)
    for number, edge in enumerate(blueprint.imports, start=1):
        graph.add_import(
            importer=edge.importer, imported=edge.imported, line_number=number, line_contents=""
        )
    return graph


def contract_configuration(
    contract_type: str, contract_id: str = "the-contract", **options: Any
) -> ContractConfiguration:
    """Return a contract of a type as a configuration file would configure it."""
    name = "The contract"
    options = {"name": name, "type": contract_type, **options}
    return ContractConfiguration(contract_id, name, contract_type, options)


def loaded(contract_type: str, session: Session | None = None, **options: Any) -> LoadedContract:
    """Load a contract of a type."""
    session = session or Session()
    contract = contract_configuration(contract_type, **options)
    (loaded_contract,) = load_contracts(
        session.configuration(contract), trust_contract_types=session.trusted
    )
    return loaded_contract


def judge(
    graph: ImportGraph, contract_type: str, session: Session | None = None, **options: Any
) -> Verdict:
    """Judge a contract of a type on a graph."""
    return loaded(contract_type, session, **options).judge(graph)


def _with_ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]
