"""Names as numbers: each module's name and each contract's id is stored once per project."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from archguard_api.store.lru_cache import LruCache
from archguard_api.store.schema import names as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Select

_PROJECTS = 64
_AT_ONCE = 500
_MANY = 5000
"""From so many unknown names on, the whole project is read."""


class _Known:
    """A project's committed names, both ways."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.lock = threading.Lock()

    def learn(self, found: Mapping[int, str]) -> None:
        with self.lock:
            self.names.update(found)
            self.ids.update(zip(found.values(), found, strict=True))


class NameTable:
    """Names are never removed, so what is known stays true; only committed ones are kept."""

    def __init__(self) -> None:
        self._projects: LruCache[int, _Known] = LruCache(_PROJECTS)

    def intern(
        self, connection: Connection, project: int, wanted: set[str], new: dict[str, int]
    ) -> Mapping[str, int]:
        """Numbers for names; those that have none get one.

        Args:
            connection: in the transaction that holds the project's row.
            project: whose names.
            wanted: the names.
            new: takes those that are not committed yet: give it to `keep` afterwards. Empty.
        """
        known = self._known(project)
        missing = sorted(wanted.difference(known.ids))
        if missing:
            known.learn(self._find(connection, project, missing))
            missing = [name for name in missing if name not in known.ids]
        if missing:
            rows = [{"project_id": project, "name": name} for name in missing]
            connection.execute(insert(table), rows)
            found = self._find(connection, project, missing)
            new |= zip(found.values(), found, strict=True)
        return {**known.ids, **new} if new else known.ids

    def remember(self, project: int, new: Mapping[str, int]) -> None:
        """Know what has been committed."""
        self._known(project).learn(dict(zip(new.values(), new, strict=True)))

    def find_ids(self, connection: Connection, project: int, wanted: Iterable[str]) -> Mapping[str, int]:
        """Numbers of those names that have one."""
        known = self._known(project)
        missing = [name for name in wanted if name not in known.ids]
        if missing:
            known.learn(self._find(connection, project, missing))
        return known.ids

    def get_names(
        self, connection: Connection, project: int, wanted: Iterable[int]
    ) -> Mapping[int, str]:
        """Names of numbers."""
        known = self._known(project)
        missing = [number for number in wanted if number not in known.names]
        if len(missing) > _MANY:
            query = select(table.c.id, table.c.name).where(table.c.project_id == project)
            known.learn(_read(connection, query))
        elif missing:
            for some in _parts(missing):
                query = select(table.c.id, table.c.name).where(table.c.id.in_(some))
                known.learn(_read(connection, query))
        return known.names

    def _known(self, project: int) -> _Known:
        known = self._projects.get(project)
        if known is None:
            self._projects.put(project, known := _Known())
        return known

    @staticmethod
    def _find(connection: Connection, project: int, wanted: Sequence[str]) -> dict[int, str]:
        query = select(table.c.id, table.c.name).where(table.c.project_id == project)
        if len(wanted) > _MANY:
            return _read(connection, query)
        found: dict[int, str] = {}
        for some in _parts(wanted):
            found |= _read(connection, query.where(table.c.name.in_(some)))
        return found


def _read(connection: Connection, query: Select[int, str]) -> dict[int, str]:
    return dict(connection.execute(query).all())


def _parts(items: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
