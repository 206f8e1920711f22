"""Environments of a client: our own without what a CI service or a proxy put there."""

from __future__ import annotations

import os

from archguard.upload.environment import VARIABLES
from tests.upload.server import TOKEN

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


def without_ci(**more: str) -> dict[str, str]:
    """Our environment, and these."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in VARIABLES and name.lower() not in _PROXIES
    }
    return kept | more


def client_of(url: str, **more: str) -> dict[str, str]:
    """The environment of a client of the server at an address."""
    whole = {"ARCHGUARD_SERVER": url, "ARCHGUARD_PROJECT": "shop", "ARCHGUARD_TOKEN": TOKEN}
    return without_ci(**(whole | more))
