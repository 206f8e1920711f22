"""The fewest added imports without which no way is left: minimum cuts, and hitting sets over several.

The ways of one passage are a flow network, and its minimum cut is computed exactly. Of several passages
that share imports no flow network tells the smallest set. It is found by hitting sets: the smallest set
with an import of each of some ways is a lower bound, and if it leaves no way it is the answer;
otherwise a way that it leaves is added to them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from archguard.consolidation.added_ways import END, START, order_step
from archguard.consolidation.hitting_set import EffortExceededError, find_hitting_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from archguard.consolidation.added_ways import AddedWays, Step
    from archguard.contract_types.verdict import Edge

_MAX_ROUNDS = 100
"""Of hitting sets. Counts, not seconds: the same tree has the same report on every machine."""
_MAX_FLOW_STEPS = 3_000_000
"""The steps of a network times the flow through it."""


class Cut(NamedTuple):
    """Imports without which no way is left."""

    edges: frozenset[Edge]
    unique: bool
    """Whether every other set that leaves no way has more imports."""
    smallest: bool
    """Whether no set with fewer imports leaves no way; False if the search took too long."""


def find_smallest_cut(ways: Sequence[AddedWays]) -> Cut | None:
    """Return the fewest added imports that are on all of the ways; None if the search takes too long."""
    try:
        cuts = [_cut_several(group) if group[1:] else _cut_one(group[0]) for group in _group(ways)]
    except EffortExceededError:
        return None
    return Cut(
        frozenset().union(*(cut.edges for cut in cuts)),
        unique=all(cut.unique for cut in cuts),
        smallest=all(cut.smallest for cut in cuts),
    )


def _group(ways: Iterable[AddedWays]) -> list[list[tuple[Step, ...]]]:
    """Group the networks that share imports; equal ones count once."""
    networks = sorted({one.steps for one in ways if one.steps}, key=lambda s: [*map(order_step, s)])
    graph = nx.Graph()
    for number, steps in enumerate(networks):
        graph.add_node(number)
        graph.add_edges_from((number, step.edge) for step in steps if step.edge is not None)
    components = [
        sorted(node for node in component if isinstance(node, int))
        for component in nx.connected_components(graph)
    ]
    return [[networks[number] for number in numbers] for numbers in sorted(components)]


def _cut_one(steps: Sequence[Step]) -> Cut:
    """Cut one network next to the start; if that is next to the end, too, no other cut is as small.

    Raises:
        EffortExceededError: the search takes too long.
    """
    residual = _find_flow(steps)
    left = nx.DiGraph()
    left.add_nodes_from((START, END))
    left.add_edges_from(
        (tail, head)
        for tail, head, arc in residual.edges(data=True)
        if arc["capacity"] - arc["flow"] > 0
    )
    behind = {START, *nx.descendants(left, START)}
    ahead = {END, *nx.ancestors(left, END)}
    first = frozenset(s.edge for s in steps if s.edge and s.tail in behind and s.edge not in behind)
    last = frozenset(s.edge for s in steps if s.edge and s.tail not in ahead and s.edge in ahead)
    return Cut(first, unique=first == last, smallest=True)


def _cut_several(networks: Sequence[Sequence[Step]]) -> Cut:
    """Cut networks that share imports.

    Raises:
        EffortExceededError: the search takes too long.
    """
    ways: list[frozenset[Edge]] = []
    try:
        edges = _hit_all(networks, ways, frozenset())
    except EffortExceededError:
        edges = None
    if edges is None:
        return _cut_each(networks)
    try:
        others = (_hit_all(networks, ways, frozenset({edge}), len(edges)) for edge in sorted(edges))
        unique = all(other is None for other in others)
    except EffortExceededError:
        unique = False
    return Cut(edges, unique, smallest=True)


def _hit_all(
    networks: Sequence[Sequence[Step]],
    ways: list[frozenset[Edge]],
    spared: Set[Edge],
    most: int | None = None,
) -> frozenset[Edge] | None:
    """Return the smallest set of imports that cuts every network.

    Args:
        networks: the networks.
        ways: ways that are known; those found are added.
        spared: imports that it must not contain.
        most: how many imports it may have.

    Returns:
        None if there is no such set.

    Raises:
        EffortExceededError: the search takes too long.
    """
    for _ in range(_MAX_ROUNDS):
        edges = find_hitting_set([way - spared for way in ways], most)
        if edges is None:
            return None
        further_ways = [way for steps in networks for way in _find_ways(steps, edges)]
        if not further_ways:
            return edges
        ways += further_ways
    raise EffortExceededError


def _cut_each(networks: Sequence[Sequence[Step]]) -> Cut:
    """Cut each network by itself, and take out of the cuts what they can do without.

    Raises:
        EffortExceededError: the search takes too long.
    """
    edges: frozenset[Edge] = frozenset().union(*(_cut_one(steps).edges for steps in networks))
    for edge in sorted(edges):
        if not any(_has_way(steps, edges - {edge}) for steps in networks):
            edges -= {edge}
    return Cut(edges, unique=False, smallest=False)


def _has_way(steps: Sequence[Step], without: Set[Edge]) -> bool:
    graph = _build_network(steps, without)
    return {START, END} <= graph.nodes.keys() and bool(nx.has_path(graph, START, END))


def _find_ways(steps: Sequence[Step], without: Set[Edge]) -> list[frozenset[Edge]]:
    """Return ways that are left without some imports: as many as there are that share no import."""
    if not _has_way(steps, without):
        return []
    residual = _find_flow(steps, without)
    edges = {step.edge for step in steps}
    flow = nx.DiGraph()
    flow.add_weighted_edges_from(
        (tail, head, arc["flow"]) for tail, head, arc in residual.edges(data=True) if arc["flow"] > 0
    )
    ways = []
    for _ in range(residual.graph["flow_value"]):
        path = nx.shortest_path(flow, START, END)
        ways.append(frozenset(node for node in path if node in edges))
        for tail, head in pairwise(path):
            flow[tail][head]["weight"] -= 1
            if not flow[tail][head]["weight"]:
                flow.remove_edge(tail, head)
    return ways


def _find_flow(steps: Sequence[Step], without: Set[Edge] = frozenset()) -> nx.DiGraph:
    """Return the residual network of a maximum flow.

    Raises:
        EffortExceededError: the search takes too long.
    """
    cutoff = max(1, _MAX_FLOW_STEPS // len(steps))
    graph = _build_network(steps, without)
    residual = nx.algorithms.flow.edmonds_karp(graph, START, END, cutoff=cutoff)
    if residual.graph["flow_value"] >= cutoff:
        raise EffortExceededError
    return residual


def _build_network(steps: Sequence[Step], without: Set[Edge]) -> nx.DiGraph:
    """Make each added import a node that one unit can flow into; the other steps have no limit."""
    graph = nx.DiGraph()
    for tail, head, edge in steps:
        if edge is None:
            graph.add_edge(tail, head)
        elif edge not in without:
            graph.add_edge(tail, edge, capacity=1)
            graph.add_edge(edge, head)
    return graph
