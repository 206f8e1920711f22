"""Where snapshots go: which server, which project, with which token."""

from __future__ import annotations

import ipaddress
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from archguard.errors import UploadError
from archguard.upload.environment import PROJECT, SERVER, TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

_MAX_TOKEN_BYTES = 4096
_NOT_IN_A_URL = ("query", "fragment", "username", "password")


@dataclass(frozen=True, slots=True)
class Server:
    """A project of a server."""

    server: str
    project: str
    token: str = field(repr=False)
    is_loopback: bool
    """Whether the server is on this machine."""
    warnings: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where its snapshots are posted to."""
        return f"{self.server}/api/v1/projects/{quote(self.project, safe='')}/snapshots"


def find_server(
    environment: Mapping[str, str],
    *,
    server: str | None = None,
    project: str | None = None,
    token_file: str | None = None,
    insecure_http: bool = False,
) -> Server:
    """The destination that options name, or the environment.

    Args:
        environment: see `archguard.upload.environment`.
        server: an address, `https://archguard.example.org`.
        project: the project's name on it.
        token_file: a file with the token on its only line.
        insecure_http: whether the token may cross a network unencrypted.

    Raises:
        UploadError: something is missing, or cannot be.
    """
    address = _server(server or environment.get(SERVER), insecure_http=insecure_http)
    name = project or environment.get(PROJECT)
    if not name:
        raise UploadError(f"no project is named: give --project, or set {PROJECT}.")
    if name in (".", "..") or "/" in name or not name.isprintable():
        raise UploadError(f"--project {name}: that cannot be the name of a project.")
    token, warnings = _token(environment.get(TOKEN), token_file)
    where = f"{address.scheme}://{address.netloc}{address.path.rstrip('/')}"
    return Server(where, name, token, _is_loopback(address.hostname or ""), warnings)


def _server(given: str | None, *, insecure_http: bool) -> SplitResult:
    if not given:
        raise UploadError(f"no server is named: give --server, or set {SERVER}.")
    try:
        address = urlsplit(given)
        port = address.port
    except ValueError:
        address = urlsplit("")
        port = 0
    is_whole = address.scheme in ("http", "https") and address.hostname and port != 0
    if not is_whole or any(getattr(address, part) for part in _NOT_IN_A_URL) or not given.isprintable():
        # It is not repeated: it may hold a password.
        raise UploadError("--server: that is no address like https://archguard.example.org.")
    if address.scheme == "http" and not insecure_http and not _is_loopback(address.hostname or ""):
        raise UploadError(
            f"--server http://{address.netloc}: the token would cross the network unencrypted; "
            "use https, or give --insecure-http."
        )
    return address


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _token(given: str | None, path: str | None) -> tuple[str, tuple[str, ...]]:
    if path is None:
        if not given:
            raise UploadError(f"there is no token: set {TOKEN}, or give --token-file.")
        return _sound(given.strip(), TOKEN), ()
    try:
        with open(path, "rb") as file:
            content, mode = file.read(_MAX_TOKEN_BYTES + 1), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise UploadError(f"--token-file {path}: it cannot be read: {error.strerror}.") from error
    token = _sound(content.decode("latin-1").strip("\r\n"), f"--token-file {path}")
    if stat.S_ISREG(mode) and mode & stat.S_IROTH:
        return token, (f"--token-file {path}: everybody on this machine can read it (chmod 600).",)
    return token, ()


def _sound(token: str, where: str) -> str:
    """What can stand in a header; what it is instead is not repeated."""
    if not token or len(token) > _MAX_TOKEN_BYTES:
        raise UploadError(f"{where}: there is no token in it.")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise UploadError(f"{where}: what it holds is no token, which is one line without spaces.")
    return token
