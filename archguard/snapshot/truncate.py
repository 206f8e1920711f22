"""Text from a tree, as the schema takes it: made visible, and never too long; nothing is left out."""

from __future__ import annotations

import hashlib

from archguard.text import escape

_MARK = 16  # hexadecimal digits: two long names that begin alike stay two


def truncate(text: str, limit: int) -> str:
    """The text in at most `limit` characters, every one of which shows itself.

    One that is longer keeps its beginning, and ends in a digest of the whole.
    """
    shown = escape(text)
    if len(shown) <= limit:
        return shown
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{shown[: limit - _MARK - 1]}~{digest[:_MARK]}"
