"""What looks like an import statement, found in text alone: never less than there is.

grimp decides what a module imports, but says only to which known module each name leads. Given every
name that the text could import as if it were a module, it answers with the names themselves, and what
they mean can be told for any set of modules: of today, of yesterday, with those that are gone.

Texts are UTF-8 here, not decoded: Python's grammar is ASCII but for names, and bytes are fastest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base
from archguard.graph.parsing.lexer import blank_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LETTERS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz") | {
    *range(0x80, 0x100)
}
_FROM = re.compile(rb"(?<![\w\x80-\xff])from(?=[ \t\f.])")
_MANY = re.compile(rb"[ \t\f]*\(([^()#]*+(?:#[^\n\r]*+[^()#]*+)*)")
_FEW = re.compile(rb"[^\n\r;#]*+")
_COMMENT = re.compile(rb"#[^\n\r]*")
_JOINED = re.compile(rb"\\(?:\r\n|\n|\r)")
_AROUND_DOT = re.compile(rb"\s*\.\s*")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MOST_WORK = 4  # times the text's length; only hostile text takes more


def find_candidates(
    text: bytes, module: str, *, is_package: bool, top_level_names: Collection[str] | None = None
) -> dict[str, bool | None]:
    """Each name that the text could import, `base.item` or `base`, and whether it is `from` a base.

    Args:
        text: the source.
        module: the name of the module that it is.
        is_package: whether relative imports start at the module itself.
        top_level_names: only names that begin with one of these components; None: all.

    Returns:
        True for `from base import item`, False for `import name`, None where the text holds both.
    """
    found: dict[str, bool | None] = {}
    for written, is_from_base, _ in _names(
        text, module, is_package=is_package, top_level_names=top_level_names
    ):
        name = normalize_name(written.decode())
        found[name] = is_from_base if found.get(name, is_from_base) is is_from_base else None
    return found


def is_from_import(text: bytes, name: str, line: int, module: str, *, is_package: bool) -> bool:
    """Whether it is a `from` statement that imports a name on a line where grimp saw it begin."""
    for written, is_from_base, start in _names(text, module, is_package=is_package):
        if (
            normalize_name(written.decode()) == name
            and len(_LINE_END.findall(text, 0, start)) + 1 == line
        ):
            return is_from_base
    return False


def _names(
    text: bytes, module: str, *, is_package: bool, top_level_names: Collection[str] | None = None
) -> Iterator[tuple[bytes, bool, int]]:
    """(name in full, whether from a base, where its statement begins) of whatever looks imported."""
    wanted = None if top_level_names is None else {b"", *(head.encode() for head in top_level_names)}
    for base, listed, start in _written(text, wanted):
        if base is None:
            for word in _words(listed):
                if wanted is None or word.partition(b".")[0] in wanted:
                    yield word, False, start
            continue
        prefix = base if base[:1] != b"." else _absolute(base, module, is_package=is_package)
        if prefix:
            for word in _words(listed):
                yield b"%b.%b" % (prefix, word), True, start


def _written(text: bytes, wanted: Collection[bytes] | None) -> Iterator[tuple[bytes | None, bytes, int]]:
    """(base or None, list, place) of each statement as written, without bases that nobody wants."""
    if b"\\" in text:
        text = _JOINED.sub(lambda joined: b" " * len(joined[0]), text)
    at = last = work = 0
    while (at := text.find(b"import", at)) >= 0:
        end = at + len(b"import")
        if not _is_word(text, at, end):
            at = end
            continue
        first = text.rfind(b"\n", last, at) + 1 or last
        at = last = end
        start, base = _from(text, first, end - len(b"import"))
        listed = _few(text, last)
        if many := _MANY.match(text, last):
            listed = _COMMENT.sub(b"", many[1])
            work += len(many[1])
            if work > _MOST_WORK * len(text) and b"#" in text:
                # Comments within comments: without them no list holds another one's beginning.
                yield from _written(blank_text(text.decode()).encode(), wanted)
                return
        if base is None or wanted is None or base.partition(b".")[0] in wanted:
            yield base, listed, start


def _is_word(text: bytes, start: int, end: int) -> bool:
    return not (start and text[start - 1] in _LETTERS) and not (
        end < len(text) and text[end] in _LETTERS
    )


def _from(text: bytes, first: int, end: int) -> tuple[int, bytes | None]:
    """Where the `from` of the `import` at `end` stands, and the base as written; none: (end, None)."""
    before = text[first:end]
    start = len(before)
    while (start := before.rfind(b"from", 0, start)) >= 0:
        if _FROM.match(before, start):
            written = before[start + len(b"from") :]
            return first + start, None if b"\r" in written else b"".join(written.split())
    return end, None


def _few(text: bytes, start: int) -> bytes:
    """The list of an import without brackets: it ends before the next `import` at the latest."""
    end = start
    while (end := text.find(b"import", end)) >= 0 and not _is_word(text, end, end + len(b"import")):
        end += len(b"import")
    line = text.find(b"\n", start, end if end >= 0 else len(text))
    listed = _FEW.match(text[start : line if line >= 0 else end if end >= 0 else len(text)])
    return listed[0] if listed else b""


def _words(listed: bytes) -> list[bytes]:
    """The names in an import's list, without what they are renamed to."""
    if b"." in listed:
        listed = _AROUND_DOT.sub(b".", listed)
    if b"," not in listed:
        return listed.split(None, 1)[:1]
    return [words[0] for item in listed.split(b",") if (words := item.split(None, 1))]


def _absolute(base: bytes, module: str, *, is_package: bool) -> bytes:
    return (resolve_relative_base(base.decode(), module, is_package=is_package) or "").encode()
