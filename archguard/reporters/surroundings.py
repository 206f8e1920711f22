"""What a report may link to: the tree at its forge, the dashboard, and where the work stands there."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Surroundings(NamedTuple):
    """What is known besides the verdict; each of it may be missing."""

    source_url: str | None = None
    """The address of the tree's top folder at the forge: `https://github.com/shop/shop/blob/0123456`."""
    dashboard_url: str | None = None
    trend: str | None = None
    """Where the work stands, in a sentence of the service. This is untrusted text."""

    def link_line(self, path: str, line: int) -> str | None:
        """Return the address of a line at the forge; None if the forge is not known."""
        if self.source_url is None:
            return None
        return f"{self.source_url}/{quote_path(path)}#L{line}"


def quote_path(path: str) -> str:
    """Return a path as a part of a URL, with every special character except `/` quoted."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        # A lone surrogate that is not an escaped byte, from a file name on Windows.
        return quote(path.encode("utf-8", "surrogatepass"))
