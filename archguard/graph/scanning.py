"""Scanning modules among each other, with the cache in between."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph import GRIMP_VERSION
from archguard.graph.cache import key_name
from archguard.graph.workers import SetUp, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Discovery, Module
    from archguard.graph.facts import Options
    from archguard.sources import Source


class Scan:
    """What the modules of one source import, each read once."""

    def __init__(
        self,
        source: Source,
        options: Options,
        *,
        cache: Cache,
        jobs: int,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Start the child processes if it is certain that they will be needed."""
        self.source = source
        self.options = options
        self._cache = cache
        self._progress = progress
        self._done = self._total = 0
        self._set_up: SetUp | None = None
        self._key = ""
        self._workers = Workers(jobs, self._advance)
        if cache.is_empty():
            self._workers.start()

    def close(self) -> None:
        """End the child processes."""
        self._workers.close()

    def run(
        self, found: Discovery, modules: list[Module], ghosts: Sequence[str] = ()
    ) -> dict[str, dict[str, Any]]:
        """The result of scanning each module, by its name, from the cache or anew.

        Args:
            found: the modules that there are.
            modules: those to scan.
            ghosts: names to take for modules although there are none.

        Raises:
            WorkerError: no child process can be started.
        """
        self._total = max(self._total, len(modules))
        if self._set_up is None:
            self._set_up = self._describe(found)
            about = asdict(self._set_up)
            del about["source"]  # what was read is told by its fingerprint
            self._key = key_name([archguard.__version__, GRIMP_VERSION, about])
        name = key_name([self._key, *ghosts])
        entries = self._cache.load(name)
        results, unknown = self._known(modules, entries)
        self._advance(len(results))
        if unknown:
            results |= self._workers.scan(self._set_up, unknown, ghosts)
            self._cache.store(name, _entries(modules, results, entries))
        return results

    def _describe(self, found: Discovery) -> SetUp:
        return SetUp(
            source=self.source.spec(),
            universe=list(found.modules),
            roots=self.options.root_packages,
            options={
                "include_external_packages": self.options.include_external_packages,
                "exclude_type_checking_imports": self.options.exclude_type_checking_imports,
            },
            expressions=self.options.deprecated,
        )

    def _known(
        self, modules: list[Module], entries: Mapping[str, Any]
    ) -> tuple[dict[str, dict[str, Any]], list[Module]]:
        candidates = [m for m in modules if m.path in entries]
        prints = self.source.fingerprints([m.path for m in candidates])
        known = {
            module.name: entries[module.path]
            for module, fingerprint in zip(candidates, prints, strict=True)
            if fingerprint is not None and entries[module.path]["print"] == fingerprint
        }
        return known, [module for module in modules if module.name not in known]

    def _advance(self, count: int) -> None:
        self._done = min(self._done + count, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)


def _entries(
    modules: Iterable[Module], results: Mapping[str, Any], old: Mapping[str, Any]
) -> dict[str, Any]:
    # What crashed or was too slow is tried again: the next machine may be stronger.
    fresh = {
        module.path: results[module.name]
        for module in modules
        if results[module.name].get("print") and not results[module.name].get("died")
    }
    return {**old, **fresh}
