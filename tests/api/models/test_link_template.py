"""A project's link to its forge is one that may stand on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.serving import SHOP

if TYPE_CHECKING:
    from tests.api.serving import Service

FORGES = [
    "https://github.com/shop/shop/blob/{commit}/{path}#L{line}",
    "https://gitlab.example.org/shop/shop/-/blob/{commit}/{path}#L{line}",
    "https://bitbucket.org/shop/shop/src/{commit}/{path}#lines-{line}",
    "http://gitea.local:3000/shop/shop/src/commit/{commit}/{path}#L{line}",
    "http://[::1]:8080/{path}?at={commit}",
]


@pytest.mark.parametrize("link", FORGES)
def test_a_link_to_a_forge_is_kept(link: str, shop: Service) -> None:
    settings = {"link": link, "default_branch": "main"}

    changed = shop.client.patch(SHOP, json={"settings": settings}, headers=shop.as_(shop.token()))

    assert changed.status_code == 200
    assert settings.items() <= shop.get(SHOP).json()["settings"].items()


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)//{path}",
        "data:text/html,{path}",
        "//example.org/{path}",
        "ftp://example.org/{path}",
        "HTTPS:{path}",
        "https:///{path}",
        "https://{path}",
        "https://{path}/x",
        "https://example.org{path}",
        "https://git:secret@example.org/{path}",
        "https://example.org\\@evil.org/{path}",
        "https://example.org/no/place/in/it",
        "https://example.org/{branch}/{path}",
        "https://example.org/{path",
        "https://example.org/{path} x",
        "https://example.org/{path}\n",
        "https://example.org/\u202e{path}",
        " https://example.org/{path}",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused(link: str, shop: Service) -> None:
    changed = shop.client.patch(SHOP, json={"settings": {"link": link}}, headers=shop.as_(shop.token()))

    assert changed.status_code == 422
    assert changed.json()["errors"][0]["at"] == "settings.link"
    assert shop.get(SHOP).json()["settings"]["link"] is None
