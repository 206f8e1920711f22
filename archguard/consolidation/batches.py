"""Divide the violations that can be rewritten into batches of the size of a pull request."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from archguard.checking.report import Identity
    from archguard.consolidation.migration_plan import PlannedViolation


class Owners(Protocol):
    """Who owns which file."""

    def find(self, path: str) -> str:
        """Return the owners of a file, separated by spaces; empty if nobody is named."""


class FileGroup(NamedTuple):
    """The files of one batch, without its number."""

    owner: str
    package: str
    paths: tuple[str, ...]
    violations: tuple[Identity, ...]


def divide_into_batches(
    violations: Iterable[PlannedViolation],
    changed: Collection[str],
    owners: Owners,
    contract_owners: Mapping[str, str],
    size: int,
) -> list[FileGroup]:
    """Return the batches in the order in which they are best merged.

    A batch has files of one owner, of one package after the other. A file is never split, so a batch
    with one file may be larger. The next one is always that after which most further modules have no
    violation left but those of their own tests; else the one that the nearest such module waits for.

    Args:
        violations: all of them, whether or not they are ready.
        changed: the paths of the files that are changed.
        owners: who owns which file.
        contract_owners: who owns each contract, for files that nobody owns.
        size: how many violations a batch has at most.
    """
    violations = list(violations)
    by_path: defaultdict[str, list[PlannedViolation]] = defaultdict(list)
    for one in violations:
        if one.path in changed:
            by_path[one.path].append(one)
    by_owner: defaultdict[str, list[str]] = defaultdict(list)
    for path, several in sorted(by_path.items()):
        owner = owners.find(path) or contract_owners.get(several[0].contract, "")
        by_owner[owner].append(path)
    groups = [
        _make_group(owner, paths, by_path)
        for owner, owned in by_owner.items()
        for paths in _split(_sort_by_package(owned), by_path, size)
    ]
    return list(_order(groups, _list_releasable(violations)))


def _split(
    paths: Iterable[str], by_path: Mapping[str, Sequence[PlannedViolation]], size: int
) -> Iterator[list[str]]:
    batch: list[str] = []
    filled = 0
    for path in paths:
        count = sum(one.code is None for one in by_path[path])
        if batch and filled + count > size:
            yield batch
            batch, filled = [], 0
        batch.append(path)
        filled += count
    if batch:
        yield batch


def _make_group(
    owner: str, paths: Sequence[str], by_path: Mapping[str, Sequence[PlannedViolation]]
) -> FileGroup:
    identities = sorted(one.identity for path in paths for one in by_path[path] if one.code is None)
    return FileGroup(owner, _find_common_folder(paths), tuple(sorted(paths)), tuple(identities))


def _sort_by_package(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (path.rpartition("/")[0], path))


def _find_common_folder(paths: Sequence[str]) -> str:
    folders = [path.split("/")[:-1] for path in paths]
    common = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "/".join(common)


def _list_releasable(violations: Iterable[PlannedViolation]) -> set[tuple[str, str]]:
    """Return the deprecated modules that nothing is in the way of, each with its contract."""
    modules, blocked = set(), set()
    for one in violations:
        modules.add((one.contract, one.imported))
        if one.code is not None and not one.leaves_with:
            blocked.add((one.contract, one.imported))
    return modules - blocked


def _order(groups: Iterable[FileGroup], releasable: Collection[tuple[str, str]]) -> Iterator[FileGroup]:
    modules = {
        group: {(contract, imported) for contract, _, imported in group.violations}.intersection(
            releasable
        )
        for group in groups
    }
    waiting = Counter(module for several in modules.values() for module in several)
    """Deprecated module -> the number of batches that take violations of it."""

    def rank(group: FileGroup) -> tuple[int, float, int, tuple[str, ...]]:
        left = [waiting[module] for module in modules[group]]
        return (-left.count(1), min(left, default=inf), -len(group.violations), group.paths)

    while modules:
        following = min(modules, key=rank)
        waiting -= Counter(modules.pop(following))
        yield following
