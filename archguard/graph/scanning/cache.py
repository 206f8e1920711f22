"""What scanning found, kept between runs: named by content, and believed only if we wrote it.

A cache that somebody else can write must not decide a verdict. Each file carries an HMAC made with a
key that lies outside the cache folder; whatever does not match is as good as absent. Links are never
followed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY_VARIABLE = "ARCHGUARD_CACHE_KEY"
_KEY_FILE = "cache-key"
_KEPT_FILES = 64
_FORMAT = 3
_LEVEL = 1  # of compression: the fastest
_MAC_BYTES = hashlib.sha256().digest_size
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


def find_default_folder() -> str:
    """The user's cache folder: never a folder of the analysed repository."""
    return platformdirs.user_cache_dir("archguard", appauthor=False)


def make_key(parts: Iterable[object]) -> str:
    """A file name that stands for everything a result depends on, besides the files' contents."""
    text = json.dumps([_FORMAT, *parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


class CompressedDocument:
    """A JSON object of `parts`, packed as it grows: nobody waits for that at the end."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(_LEVEL)
        self._packed: list[bytes] = []
        self._opening = b'{"parts":['

    def add(self, part: bytes) -> None:
        """Add a part that is JSON already."""
        self._packed += [self._deflate.compress(self._opening), self._deflate.compress(part)]
        self._opening = b","

    def pack(self) -> bytes:
        """The whole of it, to which nothing can be added any more."""
        end = b"]}" if self._packed else self._opening + b"]}"
        return b"".join([*self._packed, self._deflate.compress(end), self._deflate.flush()])


class Cache:
    """Named JSON documents in a folder. Reading and writing never fail: they only miss."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self._secret = _secret() if folder is not None else None

    @property
    def usable(self) -> bool:
        """Whether anything can be kept at all."""
        return self.folder is not None and self._secret is not None

    def is_empty(self) -> bool:
        """Whether it is certain that nothing can be found in it."""
        folder = self._open_folder(create=False)
        if folder is None:
            return True
        try:
            return not os.listdir(folder)
        finally:
            os.close(folder)

    def load(self, name: str) -> dict[str, Any]:
        """The document of this name, or an empty one."""
        folder = self._open_folder(create=False)
        if folder is None:
            return {}
        try:
            content = _read(f"{name}.json.z", folder)
        finally:
            os.close(folder)
        mac, packed = content[:_MAC_BYTES], content[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(name, packed)):
            return {}
        document: dict[str, Any] = json.loads(zlib.decompress(packed))
        return document

    def store(self, name: str, document: CompressedDocument | Mapping[str, Any]) -> None:
        """Keep a document, in place of an older one of this name."""
        folder = self._open_folder(create=True)
        if folder is None:
            return
        packed = document.pack() if isinstance(document, CompressedDocument) else _pack(document)
        try:
            _replace(f"{name}.json.z", self._mac(name, packed) + packed, folder)
            _prune(folder)
        except OSError:
            return  # a full or read-only disk costs time, never the verdict
        finally:
            os.close(folder)

    def remove(self, name: str) -> None:
        """Keep a document no longer."""
        folder = self._open_folder(create=False)
        if folder is not None:
            with suppress(OSError):
                os.unlink(f"{name}.json.z", dir_fd=folder)
            os.close(folder)

    def _mac(self, name: str, packed: bytes) -> bytes:
        return hmac.digest(self._secret or b"", name.encode() + b"\0" + packed, "sha256")

    def _open_folder(self, *, create: bool) -> int | None:
        if self.folder is None or self._secret is None:
            return None
        try:
            if create:
                os.makedirs(self.folder, mode=0o700, exist_ok=True)
            return os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | _NO_LINKS)
        except OSError:
            return None


def _pack(document: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), _LEVEL)


def _secret() -> bytes | None:
    """The key of this user's cache, made on first use; None where none can be kept."""
    if given := os.environ.get(KEY_VARIABLE):
        return given.encode()
    folder = platformdirs.user_config_dir("archguard", appauthor=False)
    path = os.path.join(folder, _KEY_FILE)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        descriptor = os.open(path, os.O_RDONLY | _NO_LINKS)
        with os.fdopen(descriptor, "rb") as file:
            key = file.read(64)
    except OSError:
        return None
    return key if len(key) == 32 else None


def _read(name: str, folder: int) -> bytes:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _NO_LINKS, dir_fd=folder)
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


def _replace(name: str, content: bytes, folder: int) -> None:
    temporary = f".{name}.{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS
    descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _prune(folder: int) -> None:
    with os.scandir(folder) as found:
        files = [(e.stat(follow_symlinks=False).st_mtime, e.name) for e in found if _is_ours(e)]
    for _, name in sorted(files)[:-_KEPT_FILES]:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".json.z") and entry.is_file(follow_symlinks=False)
