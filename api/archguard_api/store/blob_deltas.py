"""Compress a blob with zstd, alone or as a delta: with another blob's bytes as the prefix."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_DELTA_LEVEL = 3
_ALONE_LEVEL = 9
_MIN_GAIN = 4
"""Use a delta if it is this many times smaller than the data, or than the data compressed alone."""
_WINDOW = zstd.CompressionParameter.window_log
_MAX_WINDOW = 27
_MIN_BASE = 8
"""The shortest prefix, in bytes, that zstd accepts."""


def compress(data: bytes) -> bytes:
    """Compress a blob on its own."""
    return zstd.compress(data, _ALONE_LEVEL)


def compress_quickly(data: bytes) -> bytes:
    """Compress what is read seldom and replaced soon."""
    return zstd.compress(data, _DELTA_LEVEL)


def compress_delta(data: bytes, base: bytes) -> bytes | None:
    """Compress a blob as a delta to a base; None if that is not much smaller than without a base."""
    if len(base) < _MIN_BASE:
        return None
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _DELTA_LEVEL,
        _WINDOW: _choose_window(data, base),
    }
    packed = zstd.compress(data, options=options, zstd_dict=_make_prefix(base))
    if len(packed) * _MIN_GAIN > len(data) and len(packed) * _MIN_GAIN > len(compress(data)):
        return None
    return packed


def decompress(packed: bytes, base: bytes | None) -> bytes:
    """Decompress a blob; `base` is the one that it is a delta to, or None."""
    prefix = None if base is None else _make_prefix(base)
    return zstd.ZstdDecompressor(zstd_dict=prefix).decompress(
        packed
    )  # `decompress` takes half as long again


def _choose_window(data: bytes, base: bytes) -> int:
    """Return the binary logarithm of the window size that spans both blobs, within zstd's limits."""
    return max(10, min(_MAX_WINDOW, (len(data) + len(base)).bit_length()))


def _make_prefix(base: bytes) -> tuple[zstd.ZstdDict, int]:
    return zstd.ZstdDict(base, is_raw=True).as_prefix
