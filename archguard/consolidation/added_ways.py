"""The ways by which added imports make new violations, reduced to what is not there without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.contract_types.verdict import Edge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Set

    from archguard.contract_types.verdict import Passage

START, END = "", "\0"
"""No module can have these names."""


class Step(NamedTuple):
    """A step of a way, from one module to another, or to the end."""

    tail: str
    head: str
    edge: Edge | None
    """The added import that makes it; None for a step that was there before."""


def order_step(step: Step) -> tuple[str, str, Edge]:
    """Return what to sort steps by."""
    return (step.tail, step.head, step.edge or Edge("", ""))


class AddedWays(NamedTuple):
    """The ways of one passage that pass an added import. `START` is all that is reached without any."""

    steps: tuple[Step, ...]
    """Only those that lie on a way from start to end; sorted."""
    unexplained: frozenset[Edge]
    """The new violations that the passage has without added imports, too."""


def reduce_passage(passage: Passage, added: Set[Edge], new: Set[Edge]) -> AddedWays:
    """Reduce a passage to the ways that end in new violations and were not there before.

    Args:
        passage: all ways after the change.
        added: the imports that the change added.
        new: the violations that it added.
    """
    part_of = _make_naming(passage)
    ends = passage.edges & new
    steps = list_steps(passage, added)
    starts = {part_of(module) for module in passage.starts}
    old = [step for step in steps if step.edge is None]
    reached_before = close(starts, _go_on(old))
    unexplained = frozenset(edge for edge in ends - added if part_of(edge.importer) in reached_before)
    gates = {part_of(edge.importer) for edge in ends - added - unexplained}
    ending = close(gates, _go_back(old))
    steps += [Step(part_of(edge.importer), END, edge) for edge in ends & added]

    def rename(node: str) -> str:
        if node in reached_before:
            return START
        return END if node in ending else node

    renamed = {Step(rename(step.tail), rename(step.head), step.edge) for step in steps}
    useful = {s for s in renamed if s.tail not in {s.head, END} and s.head != START}
    forward = close({START}, _go_on(useful))
    backward = close({END}, _go_back(useful))
    useful = {step for step in useful if step.tail in forward and step.head in backward}
    return AddedWays(tuple(sorted(useful, key=order_step)), unexplained)


def list_steps(passage: Passage, added: Set[Edge]) -> list[Step]:
    """List the steps of a passage, from module to module or from part to part."""
    part_of = _make_naming(passage)
    steps = {
        Step(
            part_of(importer),
            part_of(imported),
            edge if (edge := Edge(importer, imported)) in added else None,
        )
        for imported, importers in passage.importers.items()
        for importer in importers
    }
    return [step for step in steps if step.tail != step.head]


def find_makers(
    passage: Passage, cut: Set[Edge], new: Set[Edge], *, together: bool = False
) -> dict[Edge, set[Edge]]:
    """Return the new violations of a passage, each with the imports that make it all alone.

    Args:
        passage: all ways after the change.
        cut: the imports without which there are no new violations.
        new: the new violations.
        together: return the imports instead that make it together with others.
    """
    part_of = _make_naming(passage)
    steps = list_steps(passage, cut)
    following = _go_on(step for step in steps if together or step.edge is None)
    reached = close({part_of(module) for module in passage.starts}, following)
    makers: dict[Edge, set[Edge]] = {edge: set() for edge in passage.edges & new}
    for step in steps:
        if step.edge is not None and step.tail in reached:
            beyond = close({step.head}, following)
            for edge in makers.keys() if together else makers.keys() - cut:
                if part_of(edge.importer) in beyond:
                    makers[edge].add(step.edge)
    for edge in makers.keys() & cut:
        if part_of(edge.importer) in reached:
            makers[edge].add(edge)
    return makers


def close(starts: Iterable[str], following: Mapping[str, Collection[str]]) -> set[str]:
    """Return all that is reached from some nodes, those included."""
    reached = set(starts)
    pending = list(reached)
    while pending:
        for node in following.get(pending.pop(), ()):
            if node not in reached:
                reached.add(node)
                pending.append(node)
    return reached


def _make_naming(passage: Passage) -> Callable[[str], str]:
    parts = passage.parts
    return lambda module: parts.get(module, module)


def _go_on(steps: Iterable[Step]) -> dict[str, list[str]]:
    following: dict[str, list[str]] = {}
    for step in steps:
        following.setdefault(step.tail, []).append(step.head)
    return following


def _go_back(steps: Iterable[Step]) -> dict[str, list[str]]:
    preceding: dict[str, list[str]] = {}
    for step in steps:
        preceding.setdefault(step.head, []).append(step.tail)
    return preceding
