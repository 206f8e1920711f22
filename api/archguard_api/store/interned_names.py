"""Intern names: each module name and contract id is stored once per project, and has a number."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from archguard.lru_cache import LruCache
from archguard_api.store.schema import names as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Select

_PROJECTS = 64
_NAMES_PER_QUERY = 500
_READ_ALL_ABOVE = 5000
"""If more names than this are unknown, all names of the project are read."""


class _ProjectNames:
    """A project's committed names and ids."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.lock = threading.Lock()

    def add(self, names: Mapping[int, str]) -> None:
        with self.lock:
            self.names.update(names)
            self.ids.update(zip(names.values(), names, strict=True))


class NameTable:
    """Maps names to ids and back; caches committed ones, which never change."""

    def __init__(self) -> None:
        self._projects: LruCache[int, _ProjectNames] = LruCache(_PROJECTS)

    def intern(
        self, connection: Connection, project: int, names: set[str], new: dict[str, int]
    ) -> Mapping[str, int]:
        """Return the ids of names, and maybe of others; store those that are new.

        Args:
            connection: a connection whose transaction has locked the project's row.
            project: the project's id.
            names: the names.
            new: an empty dictionary; receives the names that this transaction has stored. Pass it to
                `remember` after the commit.
        """
        known = self._known(project)
        missing = sorted(names.difference(known.ids))
        if missing:
            known.add(_find(connection, project, missing))
            missing = [name for name in missing if name not in known.ids]
        if missing:
            rows = [{"project_id": project, "name": name} for name in missing]
            connection.execute(insert(table), rows)
            stored = _find(connection, project, missing)
            new |= zip(stored.values(), stored, strict=True)
        return {**known.ids, **new} if new else known.ids

    def remember(self, project: int, new: Mapping[str, int]) -> None:
        """Cache names whose transaction is committed."""
        self._known(project).add(dict(zip(new.values(), new, strict=True)))

    def find_ids(self, connection: Connection, project: int, names: Iterable[str]) -> Mapping[str, int]:
        """Return the ids of those names that have one, and maybe of others."""
        known = self._known(project)
        missing = [name for name in names if name not in known.ids]
        if missing:
            known.add(_find(connection, project, missing))
        return known.ids

    def find_ids_below(self, connection: Connection, project: int, package: str) -> set[int]:
        """Return the ids of the names that begin with a package's and a dot."""
        # The character after `.` is `/`.
        query = select(table.c.id).where(
            table.c.project_id == project, table.c.name > f"{package}.", table.c.name < f"{package}/"
        )
        return set(connection.scalars(query))

    def get_names(self, connection: Connection, project: int, ids: Iterable[int]) -> Mapping[int, str]:
        """Return the names of ids, and maybe of others."""
        known = self._known(project)
        missing = [number for number in ids if number not in known.names]
        if len(missing) > _READ_ALL_ABOVE:
            query = select(table.c.id, table.c.name).where(table.c.project_id == project)
            known.add(_read(connection, query))
        elif missing:
            for batch in _split(missing):
                query = select(table.c.id, table.c.name).where(table.c.id.in_(batch))
                known.add(_read(connection, query))
        return known.names

    def _known(self, project: int) -> _ProjectNames:
        known = self._projects.get(project)
        if known is None:
            self._projects.put(project, known := _ProjectNames())
        return known


def _find(connection: Connection, project: int, names: Sequence[str]) -> dict[int, str]:
    query = select(table.c.id, table.c.name).where(table.c.project_id == project)
    if len(names) > _READ_ALL_ABOVE:
        return _read(connection, query)
    rows: dict[int, str] = {}
    for batch in _split(names):
        rows |= _read(connection, query.where(table.c.name.in_(batch)))
    return rows


def _read(connection: Connection, query: Select[int, str]) -> dict[int, str]:
    return dict(connection.execute(query).all())


def _split(items: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    for start in range(0, len(items), _NAMES_PER_QUERY):
        yield items[start : start + _NAMES_PER_QUERY]
