"""One content in terms of another: zstd, with the other's bytes as its prefix."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3
_KEY_LEVEL = 9
_WORTH = 4
"""A difference is kept when it is this many times smaller than the content alone would be."""
_WINDOW = zstd.CompressionParameter.window_log
_LARGEST_WINDOW = 27
_SHORTEST_BASE = 8
"""zstd's own limit."""


def compress(data: bytes) -> bytes:
    """The content, whole."""
    return zstd.compress(data, _KEY_LEVEL)


def compress_delta(data: bytes, base: bytes) -> bytes | None:
    """The content in terms of its base; None where that is not much smaller than the content alone."""
    if len(base) < _SHORTEST_BASE:
        return None
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        _WINDOW: _window(data, base),
    }
    packed = zstd.compress(data, options=options, zstd_dict=_prefix(base))
    if len(packed) * _WORTH > len(data) and len(packed) * _WORTH > len(compress(data)):
        return None
    return packed


def decompress(packed: bytes, base: bytes | None) -> bytes:
    """The content again."""
    if base is None:
        return zstd.decompress(packed)
    return zstd.decompress(packed, zstd_dict=_prefix(base))


def _window(data: bytes, base: bytes) -> int:
    return max(10, min(_LARGEST_WINDOW, (len(data) + len(base)).bit_length()))


def _prefix(base: bytes) -> tuple[zstd.ZstdDict, int]:
    return zstd.ZstdDict(base, is_raw=True).as_prefix
