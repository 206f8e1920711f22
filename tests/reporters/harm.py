"""What an output must not hold: what a terminal, a browser or a CI service would obey."""

from __future__ import annotations

import re
import unicodedata

_OWN_COLORS = re.compile(r"\x1b\[(?:0|(?:[12]|3[1236])(?:;3[1236])?)m")
_IN_LINE = re.compile(r"##\w*\[")
_DOES_NOT_SHOW = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def without_own_colors(output: str) -> str:
    """The output without the codes that `Style` paints with."""
    return _OWN_COLORS.sub("", output)


def invisible(output: str) -> set[str]:
    """Characters, line ends aside, that do not show: control codes, overrides, lone surrogates."""
    return {one for one in output if one != "\n" and unicodedata.category(one) in _DOES_NOT_SHOW}


def commands(output: str) -> list[str]:
    """The lines that a CI service obeys.

    GitHub's runner trims a line before it looks for `::`, and finds `##[` anywhere in it; Azure and
    TeamCity find theirs anywhere as well.
    """
    lines = output.splitlines()
    return [one for one in lines if one.lstrip().startswith("::") or _IN_LINE.search(one)]


def forged(output: str, own: tuple[str, ...] = ()) -> list[str]:
    """The commands that are none of our own, which start so and hold no second one."""
    return [one for one in commands(output) if not one.startswith(own or "\n") or _IN_LINE.search(one)]
