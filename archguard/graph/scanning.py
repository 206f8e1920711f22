"""Scanning modules, with the cache in between."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph import GRIMP_VERSION
from archguard.graph.cache import key_name
from archguard.graph.parts import Pool
from archguard.graph.workers import SetUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Module
    from archguard.graph.facts import Options
    from archguard.graph.workers import Results
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
        self._set_up = SetUp(
            source=source.spec(),
            scanner={
                "heads": heads(options),
                "exclude_type_checking_imports": options.exclude_type_checking_imports,
            },
            expressions=options.deprecated,
        )
        self._pool = Pool(self._set_up, jobs=jobs)
        if cache.is_empty():
            self._pool.start(jobs)

    def close(self) -> None:
        """End the child processes."""
        self._pool.close()

    def run(self, modules: Sequence[Module]) -> dict[str, dict[str, Any]]:
        """The result of scanning each module, by its name, from the cache or anew.

        Raises:
            WorkerError: no child process can be started.
        """
        self._total = len(modules)
        about = asdict(self._set_up)
        del about["source"]  # what was read is told by its fingerprint
        name = key_name([archguard.__version__, GRIMP_VERSION, about])
        entries = self._cache.load(name)
        results, unknown = self._known(modules, entries)
        self._advance(len(results))
        if unknown:
            self._pool.scan(unknown, lambda scanned: self._keep(scanned, results))
            self._cache.store(name, _entries(modules, results, entries))
        return results

    def _keep(self, scanned: Results, results: dict[str, dict[str, Any]]) -> None:
        results |= {module.name: result for module, result in scanned.items()}
        self._advance(len(scanned))

    def _known(
        self, modules: Sequence[Module], entries: Mapping[str, Any]
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


def heads(options: Options) -> list[str] | None:
    """What names must begin with to lead anywhere that matters; None: anything does."""
    heads = {name.partition(".")[0] for name in (*options.root_packages, *options.deprecated)}
    return None if options.include_external_packages or heads & {"*", "**"} else sorted(heads)


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
