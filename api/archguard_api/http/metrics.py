"""Metrics for Prometheus: of this process, and a fixed number for each project.

No client can make series: a method or a path that the service does not have is counted as `other`.
"""

from __future__ import annotations

from http import HTTPMethod
from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_fastapi_instrumentator import Instrumentator, metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI

    from archguard_api.models import ProjectFigures
    from archguard_api.store import Store

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
OTHER = "other"
"""The label of every method and of every path that is not known."""
_METHODS = frozenset(HTTPMethod)
_NO_ROUTE = "none"
"""What the library calls the route of a path that has none."""


class Metrics:
    """The metrics of one application."""

    def __init__(self, store: Store) -> None:
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        PlatformCollector(registry=self._process)
        GCCollector(registry=self._process)
        self._store = store
        self.uploads = Counter(
            "archguard_uploads", "Snapshots received, by outcome.", ["outcome"], registry=self._process
        )

    def count_requests(self, app: FastAPI) -> None:
        """Have the application's requests counted and timed, by method, route and status."""
        record = metrics.default(registry=self._process)
        if record is None:
            raise AssertionError("the metrics of requests are registered already")

        def record_bounded(info: metrics.Info) -> None:
            if info.method not in _METHODS:
                info.method = OTHER
            if info.modified_handler == _NO_ROUTE:
                info.modified_handler = OTHER
            record(info)

        Instrumentator(registry=self._process, excluded_handlers=["^/metrics$", "^/healthz$"]).add(
            record_bounded
        ).instrument(app)

    def make_exposition(self, *, with_projects: bool) -> bytes:
        """Return the metrics in Prometheus' text format."""
        text = generate_latest(self._process)
        return text + _render_projects(self._store.get_figures()) if with_projects else text


class _Gauge(NamedTuple):
    name: str
    meaning: str
    get_value: Callable[[ProjectFigures], float]


_GAUGES = (
    _Gauge(
        "archguard_violations",
        "Violations at the tip of the default branch, of all contracts.",
        lambda project: project.violations,
    ),
    _Gauge(
        "archguard_exposure",
        "Modules that reach what they must not, summed over the contracts.",
        lambda project: project.exposure,
    ),
    _Gauge(
        "archguard_lower_bound",
        "1 if an unread file could raise the number of violations.",
        lambda project: project.lower_bound,
    ),
    _Gauge("archguard_contracts", "Contracts at the tip.", lambda project: project.contracts),
    _Gauge("archguard_contracts_broken", "Contracts that are not kept.", lambda project: project.broken),
    _Gauge("archguard_unread_files", "Files that could not be read.", lambda project: project.unread),
    _Gauge(
        "archguard_last_commit_timestamp_seconds",
        "When the tip was committed.",
        lambda project: project.committed_at,
    ),
)
"""One series each for every project, however many contracts it has."""


def _render_projects(figures: Mapping[str, ProjectFigures]) -> bytes:
    """Return the gauges in Prometheus' text format: its library takes ten times as long for this.

    What a project may be called needs no escaping.
    """
    lines = []
    for gauge in _GAUGES:
        lines += [f"# HELP {gauge.name} {gauge.meaning}", f"# TYPE {gauge.name} gauge"]
        lines += [
            f'{gauge.name}{{project="{name}"}} {float(gauge.get_value(project))}'
            for name, project in figures.items()
        ]
    return "".join(f"{line}\n" for line in lines).encode()
