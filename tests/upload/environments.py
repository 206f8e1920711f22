"""Environments for a client: this process's, without the variables of CI services and proxies."""

from __future__ import annotations

import os

from archguard.upload.environment import VARIABLES
from tests.upload.server import TOKEN

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


def make_environment(**more: str) -> dict[str, str]:
    """Return the environment of this process without CI and proxies, and with more variables."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in VARIABLES and name.lower() not in _PROXIES
    }
    return variables | more


def make_client_environment(url: str, **more: str) -> dict[str, str]:
    """Return the environment of a client of the server at a URL."""
    defaults = {"ARCHGUARD_SERVER": url, "ARCHGUARD_PROJECT": "shop", "ARCHGUARD_TOKEN": TOKEN}
    return make_environment(**(defaults | more))
