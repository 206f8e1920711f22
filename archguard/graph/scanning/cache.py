"""A cache of JSON documents in a folder, kept between runs.

Whoever else can write to the folder must not be able to change a verdict. Each file carries an HMAC made
with a key that lies outside the folder, and a file whose HMAC does not match counts as absent. Symbolic
links are never followed.
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
_MAX_FILES = 64
_FORMAT = 5
_COMPRESSION_LEVEL = 1  # the fastest
_MAC_BYTES = hashlib.sha256().digest_size
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def find_default_folder() -> str:
    """Return the user's cache folder, which is never a folder of the analysed repository."""
    return platformdirs.user_cache_dir("archguard", appauthor=False)


def make_key(parts: Iterable[object]) -> str:
    """Return a document's name: a hash of all that its content depends on, besides files' contents."""
    text = json.dumps([_FORMAT, *parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


class CompressedDocument:
    """The JSON document `{"parts": [...]}`, compressed part by part as it grows."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(_COMPRESSION_LEVEL)
        self._compressed: list[bytes] = []
        self._separator = b'{"parts":['

    def add(self, part: bytes) -> None:
        """Append a part, given as encoded JSON."""
        self._compressed += [self._deflate.compress(self._separator), self._deflate.compress(part)]
        self._separator = b","

    def finish(self) -> bytes:
        """Return the compressed document; no part can be added after this."""
        end = b"]}" if self._compressed else self._separator + b"]}"
        return b"".join([*self._compressed, self._deflate.compress(end), self._deflate.flush()])


class Cache:
    """Named JSON documents in a folder.

    A document that cannot be read counts as absent, and one that cannot be written is dropped.
    """

    def __init__(self, folder: str | None) -> None:
        """Open a cache in a folder, which is made when a document is stored; None: store nothing."""
        self.folder = folder
        self._key = _load_key() if folder is not None else None

    @property
    def usable(self) -> bool:
        """Whether documents can be stored at all: there is a folder, and a key to sign them with."""
        return self.folder is not None and self._key is not None

    def as_read_only(self) -> Cache:
        """Return the same documents, of which none is stored or removed: for a tree that never was."""
        return _ReadOnlyCache(self.folder)

    def is_empty(self) -> bool:
        """Return whether the cache certainly holds no document."""
        folder = self._open_folder(create=False)
        if folder is None:
            return True
        try:
            return not os.listdir(folder)
        finally:
            os.close(folder)

    def load(self, name: str) -> dict[str, Any]:
        """Return the document of this name, or an empty one."""
        folder = self._open_folder(create=False)
        if folder is None:
            return {}
        try:
            content = _read(f"{name}.json.z", folder)
        finally:
            os.close(folder)
        mac, compressed = content[:_MAC_BYTES], content[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._compute_mac(name, compressed)):
            return {}
        document: dict[str, Any] = json.loads(zlib.decompress(compressed))
        return document

    def store(
        self,
        name: str,
        document: CompressedDocument | Mapping[str, Any],
        *,
        is_compressible: bool = True,
    ) -> None:
        """Store a document, in place of an older one of this name.

        Args:
            name: its name.
            document: the document.
            is_compressible: whether compressing it is worth the time; hashes hardly get smaller.
        """
        folder = self._open_folder(create=True)
        if folder is None:
            return
        if isinstance(document, CompressedDocument):
            compressed = document.finish()
        else:
            compressed = _compress(document, _COMPRESSION_LEVEL if is_compressible else 0)
        try:
            _replace(f"{name}.json.z", self._compute_mac(name, compressed) + compressed, folder)
            _prune(folder)
        except OSError:
            return  # a full or read-only disk costs the next run time, and changes no verdict
        finally:
            os.close(folder)

    def remove(self, name: str) -> None:
        """Delete a document, if there is one of this name."""
        folder = self._open_folder(create=False)
        if folder is not None:
            with suppress(OSError):
                os.unlink(f"{name}.json.z", dir_fd=folder)
            os.close(folder)

    def _compute_mac(self, name: str, compressed: bytes) -> bytes:
        return hmac.digest(self._key or b"", name.encode() + b"\0" + compressed, "sha256")

    def _open_folder(self, *, create: bool) -> int | None:
        if self.folder is None or self._key is None:
            return None
        try:
            if create:
                os.makedirs(self.folder, mode=0o700, exist_ok=True)
            return os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW)
        except OSError:
            return None


class _ReadOnlyCache(Cache):
    def store(
        self,
        name: str,
        document: CompressedDocument | Mapping[str, Any],
        *,
        is_compressible: bool = True,
    ) -> None:
        """Do nothing."""

    def remove(self, name: str) -> None:
        """Do nothing."""


def _compress(document: Mapping[str, Any], level: int) -> bytes:
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), level)


def _load_key() -> bytes | None:
    """Return the key of this user's cache, made on first use; None if none can be stored."""
    if key_in_environment := os.environ.get(KEY_VARIABLE):
        return key_in_environment.encode()
    folder = platformdirs.user_config_dir("archguard", appauthor=False)
    path = os.path.join(folder, _KEY_FILE)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            key = file.read(64)
    except OSError:
        return None
    return key if len(key) == 32 else None


def _read(name: str, folder: int) -> bytes:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _NO_FOLLOW, dir_fd=folder)
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


def _replace(name: str, content: bytes, folder: int) -> None:
    temporary = f".{name}.{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
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
    """Delete the oldest documents where there are more than `_MAX_FILES`."""
    with os.scandir(folder) as entries:
        files = [(e.stat(follow_symlinks=False).st_mtime, e.name) for e in entries if _is_document(e)]
    for _, name in sorted(files)[:-_MAX_FILES]:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _is_document(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".json.z") and entry.is_file(follow_symlinks=False)
