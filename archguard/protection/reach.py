"""Which nodes of a symbol graph may run some others, and along which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class Reach:
    """The nodes that may run one of some targets, each with its next step on a shortest way."""

    def __init__(self, users: Mapping[str, Iterable[str]], targets: Collection[str]) -> None:
        """Walk from the targets to their users.

        Args:
            users: node -> the nodes that may run it.
            targets: the nodes to be run.
        """
        self._next: dict[str, str | None] = dict.fromkeys(targets)
        self._distances: dict[str, int] = dict.fromkeys(targets, 0)
        level: Sequence[str] = sorted(targets)
        while level:
            following: set[str] = set()
            for node in level:
                for user in users.get(node, ()):
                    if user not in self._next:
                        self._next[user] = node
                        self._distances[user] = self._distances[node] + 1
                        following.add(user)
            level = sorted(following)

    def __contains__(self, node: str) -> bool:
        """Return whether a node may run a target, or is one."""
        return node in self._next

    def choose(self, nodes: Iterable[str]) -> str | None:
        """Return the node nearest to a target, the first by name among equals; None if none runs one."""
        near = [node for node in nodes if node in self._next]
        return min(near, key=lambda node: (self._distances[node], node), default=None)

    def measure(self, node: str) -> int:
        """Return how many steps a node that may run a target is away from it."""
        return self._distances[node]

    def list_way(self, node: str) -> list[str]:
        """Return the nodes from one that may run a target to that target."""
        way = [node]
        while (following := self._next[way[-1]]) is not None:
            way.append(following)
        return way

    def list_nodes(self) -> Iterable[str]:
        """Return all nodes that may run a target, the targets included."""
        return self._next.keys()

    def list_modules(self) -> set[str]:
        """Return the modules of all nodes that may run a target."""
        return {node.partition(":")[0] for node in self._next}
