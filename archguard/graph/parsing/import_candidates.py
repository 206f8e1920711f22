"""Find all names that a text could import: everything that looks like an import statement.

The result may hold too much (text in strings and comments), but never too little. grimp decides what a
module really imports, but tells only to which known module each name leads. If every candidate is given
to it as a module, it answers with the names as written; they can then be resolved among any set of
modules, also those of another commit.

Texts are UTF-8 bytes here: Python's grammar is ASCII except for names, and bytes are searched faster.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base
from archguard.graph.parsing.lexer import blank_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_NAME_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz") | {
    *range(0x80, 0x100)
}
_FROM = re.compile(rb"(?<![\w\x80-\xff])from(?=[ \t\f.])")
_BRACKETED_LIST = re.compile(rb"[ \t\f]*\(([^()#]*+(?:#[^\n\r]*+[^()#]*+)*)")
_PLAIN_LIST = re.compile(rb"[^\n\r;#]*+")
_COMMENT = re.compile(rb"#[^\n\r]*")
_JOINED_LINE = re.compile(rb"\\(?:\r\n|\n|\r)")
_SPACED_DOT = re.compile(rb"\s*\.\s*")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MAX_WORK = 4  # bytes of lists read, as a multiple of the text's length; only hostile text needs more


def find_candidates(
    text: bytes, module: str, *, is_package: bool, top_level_names: Collection[str] | None = None
) -> dict[str, bool | None]:
    """Return each name that a text could import, in full, and by which kind of statement.

    Args:
        text: the source.
        module: the module's name.
        is_package: whether relative imports start at the module itself.
        top_level_names: the first components of the names to look for; None: look for all names.

    Returns:
        True for `from base import item`, False for `import name`, None where the text holds both.
    """
    candidates: dict[str, bool | None] = {}
    for written, is_from_base, _ in _iterate_candidates(
        text, module, is_package=is_package, top_level_names=top_level_names
    ):
        name = normalize_name(written.decode())
        is_same_kind = candidates.get(name, is_from_base) is is_from_base
        candidates[name] = is_from_base if is_same_kind else None
    return candidates


def is_from_import(text: bytes, name: str, line: int, module: str, *, is_package: bool) -> bool:
    """Return whether the import of a name by the statement on this line is a `from` import."""
    for written, is_from_base, start in _iterate_candidates(text, module, is_package=is_package):
        if (
            normalize_name(written.decode()) == name
            and len(_LINE_END.findall(text, 0, start)) + 1 == line
        ):
            return is_from_base
    return False


def _iterate_candidates(
    text: bytes, module: str, *, is_package: bool, top_level_names: Collection[str] | None = None
) -> Iterator[tuple[bytes, bool, int]]:
    """Yield (name in full, whether it is from a base, start of its statement) for each candidate."""
    # The first component of a relative base is empty.
    heads = None if top_level_names is None else {b"", *(name.encode() for name in top_level_names)}
    for base, items, start in _iterate_statements(text, heads):
        if base is None:
            for name in _split_items(items):
                if heads is None or name.partition(b".")[0] in heads:
                    yield name, False, start
            continue
        prefix = base if base[:1] != b"." else _resolve(base, module, is_package=is_package)
        if prefix:
            for name in _split_items(items):
                yield b"%b.%b" % (prefix, name), True, start


def _iterate_statements(
    text: bytes, heads: Collection[bytes] | None
) -> Iterator[tuple[bytes | None, bytes, int]]:
    """Yield (base or None, list of items, start) of each statement, except for bases outside `heads`."""
    if b"\\" in text:
        text = _JOINED_LINE.sub(lambda joint: b" " * len(joint[0]), text)
    position = last_end = work = 0
    while (position := text.find(b"import", position)) >= 0:
        end = position + len(b"import")
        if not _is_word(text, position, end):
            position = end
            continue
        line_start = text.rfind(b"\n", last_end, position) + 1 or last_end
        position = last_end = end
        start, base = _find_from(text, line_start, end - len(b"import"))
        items = _read_plain_list(text, end)
        if bracketed := _BRACKETED_LIST.match(text, end):
            items = _COMMENT.sub(b"", bracketed[1])
            work += len(bracketed[1])
            if work > _MAX_WORK * len(text) and b"#" in text:
                # Lists that begin in comments of other lists: without comments no two lists overlap.
                yield from _iterate_statements(blank_text(text.decode()).encode(), heads)
                return
        if base is None or heads is None or base.partition(b".")[0] in heads:
            yield base, items, start


def _is_word(text: bytes, start: int, end: int) -> bool:
    return not (start and text[start - 1] in _NAME_BYTES) and not (
        end < len(text) and text[end] in _NAME_BYTES
    )


def _find_from(text: bytes, line_start: int, end: int) -> tuple[int, bytes | None]:
    """Return where the statement of the `import` at `end` starts, and its base, if it has one."""
    before = text[line_start:end]
    start = len(before)
    while (start := before.rfind(b"from", 0, start)) >= 0:
        if _FROM.match(before, start):
            base = before[start + len(b"from") :]
            return line_start + start, None if b"\r" in base else b"".join(base.split())
    return end, None


def _read_plain_list(text: bytes, start: int) -> bytes:
    """Return a list without brackets: it ends before the next `import` at the latest."""
    end = start
    while (end := text.find(b"import", end)) >= 0 and not _is_word(text, end, end + len(b"import")):
        end += len(b"import")
    line_end = text.find(b"\n", start, end if end >= 0 else len(text))
    match = _PLAIN_LIST.match(
        text[start : line_end if line_end >= 0 else end if end >= 0 else len(text)]
    )
    return match[0] if match else b""


def _split_items(items: bytes) -> list[bytes]:
    """Return the names in a list of items, without their `as` names."""
    if b"." in items:
        items = _SPACED_DOT.sub(b".", items)
    if b"," not in items:
        return items.split(None, 1)[:1]
    return [words[0] for item in items.split(b",") if (words := item.split(None, 1))]


def _resolve(base: bytes, module: str, *, is_package: bool) -> bytes:
    """Return the module that a relative base means, or nothing if there is none."""
    return (resolve_relative_base(base.decode(), module, is_package=is_package) or "").encode()
