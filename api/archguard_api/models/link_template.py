"""Check the template of links to source lines at a project's forge."""

from __future__ import annotations

import re

PLACEHOLDERS = ("commit", "path", "line")
_TEMPLATE = re.compile(
    rf"https?://[^\s/?#{{}}@\\]+/(?:[^\s{{}}]|\{{(?:{'|'.join(PLACEHOLDERS)})\}})*", re.ASCII
)


def is_link_template(text: str) -> bool:
    """Return whether a text is a link template: an http(s) URL with a literal host and a `{path}`.

    The dashboard shows it as a link on every page, so scripts, passwords and placeholders in the host
    are refused.
    """
    return "{path}" in text and text.isprintable() and _TEMPLATE.fullmatch(text) is not None
