"""The dashboard as it was built: a closed list of files, read when somebody first asks for one."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

INDEX = "index.html"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class DashboardFile:
    """A file as it is sent."""

    body: bytes
    packed: bytes
    """The same as gzip."""
    media_type: str
    etag: str


class DashboardFiles:
    """What `npm run build` left in `web/`; empty in a checkout where nobody ran it."""

    def __init__(self, folder: Traversable | None = None) -> None:
        folder = files("archguard_api") / "web" if folder is None else folder
        self._places = {place.name: place for place in _listed(folder)}
        self._read: dict[str, DashboardFile] = {}

    @property
    def assets(self) -> frozenset[str]:
        """Names of the files that the page loads; each holds a digest of its content."""
        return frozenset(self._places.keys() - {INDEX})

    def get_page(self) -> DashboardFile | None:
        """The page; None: the dashboard is not built."""
        return self._file(INDEX)

    def get_asset(self, name: str) -> DashboardFile | None:
        """What the page loads by this name."""
        return self._file(name) if name in self.assets else None

    def _file(self, name: str) -> DashboardFile | None:
        if name not in self._places:
            return None
        if name not in self._read:
            try:
                self._read[name] = _loaded(self._places[name])
            except FileNotFoundError:  # it was built anew since this process began
                return None
        return self._read[name]


def _listed(folder: Traversable) -> list[Traversable]:
    page, assets = folder / INDEX, folder / "assets"
    if not page.is_file() or not assets.is_dir():
        return []
    return [page, *(one for one in assets.iterdir() if one.name.rpartition(".")[2] in _TYPES)]


def _loaded(place: Traversable) -> DashboardFile:
    body = place.read_bytes()
    kind = _TYPES[place.name.rpartition(".")[2]]
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return DashboardFile(body, gzip.compress(body, mtime=0), kind, etag)
