"""Finds text in an output that a terminal, a browser or a CI service would obey."""

from __future__ import annotations

import re
import unicodedata

_OWN_COLORS = re.compile(r"\x1b\[(?:0|(?:[12]|3[1236])(?:;3[1236])?)m")
_IN_LINE = re.compile(r"##\w*\[")
_DOES_NOT_SHOW = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def without_own_colors(output: str) -> str:
    """Return the output without the colour codes of `Style`."""
    return _OWN_COLORS.sub("", output)


def invisible(output: str) -> set[str]:
    """Return invisible characters except line ends: control codes, overrides, lone surrogates."""
    return {one for one in output if one != "\n" and unicodedata.category(one) in _DOES_NOT_SHOW}


def commands(output: str) -> list[str]:
    """Return the lines that a CI service would obey.

    GitHub's runner trims a line before it looks for `::`, and finds `##[` anywhere in it; Azure and
    TeamCity find theirs anywhere as well.
    """
    lines = output.splitlines()
    return [one for one in lines if one.lstrip().startswith("::") or _IN_LINE.search(one)]


def forged(output: str, own: tuple[str, ...] = ()) -> list[str]:
    """Return the commands that are not ours: ours start with `own` and contain no second one."""
    return [one for one in commands(output) if not one.startswith(own or "\n") or _IN_LINE.search(one)]
