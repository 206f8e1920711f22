"""`/metrics`: technical figures of this process, and where every project stands, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from archguard_api.store import Store

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """The registry of one application, and what is counted by hand."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.registry.register(_Totals(store))
        self.uploads = Counter(
            "archguard_uploads", "Snapshots received, by outcome.", ["outcome"], registry=self.registry
        )

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class _Totals(Collector):
    """Asks the store at each scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not ask the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Each project's default branch, at its tip."""
        labels = ["project", "contract"]
        violations = GaugeMetricFamily("archguard_violations", "Violations at the tip.", labels=labels)
        exposure = GaugeMetricFamily(
            "archguard_exposure", "Modules that reach what they must not.", labels=labels
        )
        unread = GaugeMetricFamily(
            "archguard_unread_files", "Files that could not be read.", labels=["project"]
        )
        files: dict[str, int] = {}
        for project, now in self._store.get_all_contracts_at_tip():
            violations.add_metric([project, now.contract.id], now.contract.violations)
            exposure.add_metric([project, now.contract.id], now.contract.exposure)
            files[project] = now.unread
        for project, count in files.items():
            unread.add_metric([project], count)
        yield from (violations, exposure, unread)
