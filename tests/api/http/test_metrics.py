"""What Prometheus reads is bounded, whatever clients send, and shows projects to whom may see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archguard.snapshot import Contract
from archguard_api.models import Scope
from tests.api.serving import service
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.serving import Service

MAX_SERIES_OF_A_PROJECT = 10


def _series(exposition: str) -> list[str]:
    """Names and labels, without values; those that measure time come and go with the process."""
    lines = [line for line in exposition.splitlines() if not line.startswith("#")]
    return [line.rpartition(" ")[0] for line in lines]


def _labels(exposition: str, label: str) -> set[str]:
    return set(re.findall(rf'{label}="([^"]*)"', exposition))


def test_made_up_methods_and_paths_make_no_series(shop: Service) -> None:
    def ask(name: str) -> None:
        shop.client.request(f"M{name}", "/healthz")
        shop.client.request(f"M{name}", f"/{name}")
        shop.client.get(f"/{name}")
        shop.client.get(f"/api/v1/projects/{name}/nothing")
        shop.client.get(f"/api/v1/projects/{name}")

    ask("FIRST")
    before = _series(shop.get("/metrics").text)

    for number in range(20):
        ask(f"X{number}")

    exposition = shop.get("/metrics").text
    assert _series(exposition) == before
    assert {"other", "GET"} <= _labels(exposition, "method")
    assert "other" in _labels(exposition, "handler")
    assert not {name for name in _labels(exposition, "method") if name.startswith("M")}


def test_a_project_of_a_thousand_contracts_has_ten_series_at_most(running: Service) -> None:
    before = len(_series(running.get("/metrics").text))
    big = upload("c0", [("a", "old")])
    contracts = tuple(
        Contract(
            id=f"c{number:04}",
            name="Nothing imports it",
            type="deprecated",
            kept=True,
            violations=0,
            exposure=3,
            lower_bound=number == 5,
        )
        for number in range(999)
    )
    snapshot = big.snapshot.model_copy(update={"contracts": (*contracts, *big.snapshot.contracts)})
    assert running.upload(big.model_copy(update={"snapshot": snapshot})).status_code == 201

    text = running.get("/metrics").text

    assert {family.name for family in text_string_to_metric_families(text)} >= {"archguard_violations"}
    own = [series for series in _series(text) if 'project="shop"' in series]
    assert 0 < len(own) <= MAX_SERIES_OF_A_PROJECT
    assert len(_series(text)) - before < 100  # with those of the routes that were asked
    assert _labels(text, "contract") == set()
    values = dict(re.findall(r'^archguard_(\w+)\{project="shop"\} (\S+)$', text, re.MULTILINE))
    assert float(values["contracts"]) == 1000
    assert float(values["contracts_broken"]) == 1
    assert float(values["violations"]) == 1
    assert float(values["exposure"]) == 2999
    assert float(values["lower_bound"]) == 1


def test_figures_follow_the_tip(running: Service) -> None:
    running.upload(upload("c0", [("a", "old"), ("b", "old")]))
    assert 'archguard_violations{project="shop"} 2.0' in running.get("/metrics").text

    running.upload(upload("c1", [("a", "old")], parent="c0"))

    assert 'archguard_violations{project="shop"} 1.0' in running.get("/metrics").text


@pytest.mark.parametrize(
    ("token", "sees_projects"),
    [
        (None, False),
        ((Scope.READ, "shop"), False),
        ((Scope.UPLOAD, None), False),
        ((Scope.READ, None), True),
    ],
)
def test_public_metrics_show_projects_to_a_token_that_reads_all_of_them(
    tmp_path: Path, token: tuple[Scope, str | None] | None, sees_projects: bool
) -> None:
    with service(tmp_path, metrics_public=True) as running:
        running.upload(upload("c0", [("a", "old")]))
        headers = running.as_(running.token(*token) if token else None)

        answer = running.client.get("/metrics", headers=headers)

    assert answer.status_code == 200
    assert "http_requests_total" in answer.text
    assert ('project="shop"' in answer.text) == sees_projects
