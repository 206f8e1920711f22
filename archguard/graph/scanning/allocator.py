"""The memory allocator that child processes parse with, where the system has a faster one than libc's.

A third of the parser's time goes into asking for memory and giving it back. To have the loader bring
another allocator is how anybody changes it in a program that was built elsewhere: see ADR-0019.
"""

from __future__ import annotations

import os

# Not jemalloc: a process with it ends at once where memory pages are larger than its builder's.
_LIBRARIES = ("libtcmalloc_minimal.so.4", "libmimalloc.so.2")
_PRELOAD = "LD_PRELOAD"


def make_environment() -> dict[str, str]:
    """What has a new process load it: nothing where there is none, or the user's own choice stands."""
    found = None if os.environ.get(_PRELOAD) else find_library()
    return {_PRELOAD: found} if found else {}


def describe() -> str:
    """What children work with, for people."""
    if chosen := os.environ.get(_PRELOAD):
        return f"{chosen}, by {_PRELOAD}"
    return find_library() or "the system's own; reading is faster where libtcmalloc_minimal is installed"


def find_library() -> str | None:
    """The path of a faster allocator, if one stands where the system's libraries do."""
    # Never by its name alone: LD_LIBRARY_PATH may lead into the analysed repository.
    paths = (f"{folder}/{library}" for library in _LIBRARIES for folder in _folders())
    return next(filter(os.path.exists, paths), None)


def _folders() -> tuple[str, ...]:
    if not hasattr(os, "uname"):  # Windows
        return ()
    return (f"/usr/lib/{os.uname().machine}-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")
