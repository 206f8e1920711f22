"""Small import graphs, written down as the imports they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archguard.contract_types.registry import judge, load
from archguard.contract_types.verdict import Edge
from archguard.graph.grimp_api import ImportGraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.contract_types.registry import LoadedContract
    from archguard.contract_types.verdict import Verdict


@dataclass(frozen=True)
class Options:
    """A contract as the configuration would have it."""

    type: str
    options: Mapping[str, Any]
    id: str = "the-contract"
    name: str = "The contract"


@dataclass(frozen=True)
class Session:
    """What stands beside the contracts."""

    root_packages: tuple[str, ...] = ("a",)
    include_external_packages: bool = True
    contract_types: tuple[str, ...] = ()
    trusted: bool = False

    def options(self) -> dict[str, Any]:
        """As import-linter hands them to contract types."""
        options: dict[str, Any] = {
            "root_packages": list(self.root_packages),
            "include_external_packages": str(self.include_external_packages),
        }
        return options | ({"contract_types": list(self.contract_types)} if self.contract_types else {})


@dataclass(frozen=True)
class Blueprint:
    """What a graph is made of."""

    modules: tuple[str, ...]
    imports: tuple[Edge, ...]
    squashed: frozenset[str] = field(default_factory=frozenset)


def edges(*arrows: str) -> frozenset[Edge]:
    """Edges from lines like `a.b -> a.c`."""
    pairs = (arrow.split(" -> ") for arrow in arrows)
    return frozenset(Edge(importer, imported) for importer, imported in pairs)


def graph_of(*arrows: str, modules: Iterable[str] = (), squashed: Iterable[str] = ()) -> ImportGraph:
    """The graph with these imports, their modules, and the packages above those."""
    imports = edges(*arrows)
    named = {module for edge in imports for module in edge} | set(modules)
    above = {name for module in named for name in _with_ancestors(module)} - set(squashed)
    blueprint = Blueprint(tuple(sorted(above | named)), tuple(sorted(imports)), frozenset(squashed))
    return build(blueprint)


def build(blueprint: Blueprint) -> ImportGraph:
    """The graph, its parts put in in the blueprint's order."""
    graph = ImportGraph()
    for module in blueprint.modules:
        graph.add_module(module, is_squashed=module in blueprint.squashed)
    for number, edge in enumerate(blueprint.imports, start=1):
        graph.add_import(
            importer=edge.importer, imported=edge.imported, line_number=number, line_contents=""
        )
    return graph


def loaded(contract_type: str, session: Session | None = None, **options: Any) -> LoadedContract:
    """A contract of a type, its options checked."""
    session = session or Session()
    one = Options(contract_type, {"name": "The contract", "type": contract_type, **options})
    (contract,) = load([one], session.options(), trust_contract_types=session.trusted)
    return contract


def verdict(
    graph: ImportGraph, contract_type: str, session: Session | None = None, **options: Any
) -> Verdict:
    """What judging such a contract on a graph gives."""
    return judge(loaded(contract_type, session, **options), graph)


def _with_ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]
