"""Files that are replaced as a whole: whoever reads one sees the old content or the new one."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress


def replace_file(path: str, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file, or leave the old one as it is.

    Args:
        path: the file; a link is replaced, not followed.
        content: what it is to hold.
        mode: who may read, write and run it.

    Raises:
        OSError: it cannot be written.
    """
    folder = os.path.dirname(path) or os.curdir
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".archguard-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C, too
        with suppress(OSError):
            os.unlink(temporary)
        raise
