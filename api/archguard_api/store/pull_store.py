"""Read pull requests, compared with their bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.models import ComparedPullRequest, CountedPullRequest, Page, PullState
    from archguard_api.store.database import Database
    from archguard_api.store.pull_reader import PullReader


class PullStore:
    """Reads pull requests; each answer is of one transaction."""

    def __init__(self, database: Database, reader: PullReader, clock: Callable[[], float]) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock

    def list(
        self, project: str, state: PullState, *, after: int | None, limit: int
    ) -> Page[CountedPullRequest]:
        """List pull requests with their counts, the highest number first.

        Args:
            project: the project's name.
            state: which.
            after: list those with a lower number only; None: all.
            limit: how many at most.
        """
        now = int(self._clock())
        return self._database.read(
            lambda connection: self._reader.list_pulls(
                connection, project, state, after=after, limit=limit, now=now
            )
        )

    def get_next_closing(self, project: str) -> int | None:
        """Return when time alone closes a pull request next, in seconds since 1970; None: never."""
        now = int(self._clock())
        return self._database.read(
            lambda connection: self._reader.find_next_closing(connection, project, now)
        )

    def get(self, project: str, number: int) -> ComparedPullRequest | None:
        """Return a pull request, compared with its base; None if there is no such one."""
        now = int(self._clock())
        return self._database.read(
            lambda connection: self._reader.read_pull(connection, project, number, now)
        )
