"""The server, project and token that snapshots are uploaded with."""

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
_FORBIDDEN_PARTS = ("query", "fragment", "username", "password")


@dataclass(frozen=True, slots=True)
class Server:
    """A project of a server, and the token for it."""

    address: str
    """Without a slash at the end."""
    project: str
    token: str = field(repr=False)
    """Empty if there is none yet."""
    warnings: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(self.address)

    @property
    def project_url(self) -> str:
        """The URL of what the API says of the project."""
        return f"{self.address}/api/v1/projects/{quote(self.project, safe='')}"

    @property
    def exchange_url(self) -> str:
        """The URL that ID tokens are exchanged at."""
        return f"{self.address}/api/v1/oidc/exchange"

    @property
    def snapshots_url(self) -> str:
        """The URL that snapshots are posted to."""
        return f"{self.project_url}/snapshots"


def find_server(
    environment: Mapping[str, str],
    *,
    server: str | None = None,
    project: str | None = None,
    token_file: str | None = None,
    insecure_http: bool = False,
    needs_token: bool = True,
) -> Server:
    """Return the server that the options name, or else the environment.

    Args:
        environment: the variables of `archguard.upload.environment`.
        server: an address, `https://archguard.example.org`.
        project: the project's name on it.
        token_file: a file with the token on its only line.
        insecure_http: whether the token may cross a network unencrypted.
        needs_token: whether it is an error if there is none; else the server's is empty.

    Raises:
        UploadError: an address, project or token is missing or invalid.
    """
    url = _parse_address(server or environment.get(SERVER), insecure_http=insecure_http)
    name = project or environment.get(PROJECT)
    if not name:
        raise UploadError(f"no project is named: give --project, or set {PROJECT}.")
    if name in (".", "..") or "/" in name or not name.isprintable():
        raise UploadError(f"--project {name}: this is not a valid name of a project.")
    token, warnings = _read_token(environment.get(TOKEN), token_file, is_needed=needs_token)
    address = f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}"
    return Server(address, name, token, warnings)


def find_dashboard(
    environment: Mapping[str, str], *, server: str | None, project: str | None
) -> str | None:
    """Return the address of a project's page; None if no server and project are named, or no valid ones.

    Args:
        environment: the variables of `archguard.upload.environment`.
        server: the address of a server; it wins over the environment, as the project does.
        project: the project's name on it.
    """
    name = project or environment.get(PROJECT)
    try:
        url = _parse_address(server or environment.get(SERVER), insecure_http=True)
    except UploadError:
        return None
    return (
        f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}/p/{quote(name, safe='')}" if name else None
    )


def is_loopback(address: str) -> bool:
    """Return whether an address is of this machine."""
    host = urlsplit(address).hostname or ""  # in lower case
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_token(text: str) -> bool:
    """Return whether a text can be sent in a header as a token."""
    is_short = 0 < len(text) <= _MAX_TOKEN_BYTES
    return is_short and text.isascii() and text.isprintable() and " " not in text


def _parse_address(address: str | None, *, insecure_http: bool) -> SplitResult:
    if not address:
        raise UploadError(f"no server is named: give --server, or set {SERVER}.")
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        url = urlsplit("")
        port = 0
    is_complete = url.scheme in ("http", "https") and url.hostname and port != 0
    if (
        not is_complete
        or any(getattr(url, part) for part in _FORBIDDEN_PARTS)
        or not address.isprintable()
    ):
        # The message does not quote the address, which may contain a password.
        raise UploadError("--server: not a valid address; write it like https://archguard.example.org.")
    if url.scheme == "http" and not insecure_http and not is_loopback(address):
        raise UploadError(
            f"--server http://{url.netloc}: the token would cross the network unencrypted; "
            "use https, or give --insecure-http."
        )
    return url


def _read_token(token: str | None, path: str | None, *, is_needed: bool) -> tuple[str, tuple[str, ...]]:
    if path is None:
        if not token and not is_needed:
            return "", ()
        if not token:
            raise UploadError(f"there is no token: set {TOKEN}, or give --token-file.")
        return _check_token(token.strip(), TOKEN), ()
    try:
        with open(path, "rb") as file:
            content, mode = file.read(_MAX_TOKEN_BYTES + 1), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise UploadError(f"--token-file {path}: it cannot be read: {error.strerror}.") from error
    token = _check_token(content.decode("latin-1").strip("\r\n"), f"--token-file {path}")
    if stat.S_ISREG(mode) and mode & stat.S_IROTH:
        return token, (
            f"--token-file {path}: every user of this machine can read it; run chmod 600 on it.",
        )
    return token, ()


def _check_token(token: str, origin: str) -> str:
    """Return a token that can be sent in a header; the error message does not quote an invalid one."""
    if not token or len(token) > _MAX_TOKEN_BYTES:
        raise UploadError(f"{origin}: there is no token in it.")
    if not is_token(token):
        raise UploadError(f"{origin}: not a token; a token is one line without spaces.")
    return token
