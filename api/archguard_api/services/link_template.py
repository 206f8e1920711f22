"""Where people read a line of a file: a template of an address at their forge."""

from __future__ import annotations

import re

PLACEHOLDERS = ("commit", "path", "line")
_TEMPLATE = re.compile(
    rf"https?://[^\s/?#{{}}@\\]+/(?:[^\s{{}}]|\{{(?:{'|'.join(PLACEHOLDERS)})\}})*", re.ASCII
)


def is_link_template(text: str) -> bool:
    """Whether it leads to a file at a host that is written out: no file's name may choose the host.

    It becomes a link on every page, so no script may stand there, no password, and no other address.
    """
    return "{path}" in text and text.isprintable() and _TEMPLATE.fullmatch(text) is not None
