"""Import statements and literals that name a deprecated module, found in text alone.

grimp decides what a module imports. Text is searched for two things that grimp cannot tell: which
modules that do not exist are named at all (so that the scanner can be asked for them), and whether a
file that cannot be parsed might import a deprecated one (so that the count is called a lower bound).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from archguard.graph.literals import string_literals, without_text
from archguard.graph.names import literal_parts, pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_IMPORT = re.compile(r"import\b")
_BASE = re.compile(r"\bfrom(?=[ \t\f.])(?P<base>[\w. \t\f]*)\Z")
_ITEMS = re.compile(r"[ \t\f]*(?:\((?P<many>[\w\s,.*]*+)|(?P<few>[^\n\r;\#]*+))")
_LONGEST_NAME = 1000  # a limit only so that hostile input costs no time
_OPENED = re.compile(rb"import\s*\(")
_COMMENT = re.compile(rb"#[^\n\r]*")
# Beyond these the text is not looked at but taken to be worth reading: hostile input costs no more time.
_MANY_PLACES, _FAR = 1000, 20_000
_JOINED = re.compile(r"\\(?:\r\n|\n|\r)")
_NOT_DOTTED = re.compile(r"[^\w.]")
_AROUND_DOT = re.compile(r"\s*\.\s*")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[\w.]+)?")


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one file's text says of the deprecated modules."""

    named: tuple[str, ...] = ()
    """Every deprecated name that an import statement gives in full, sorted; it need not exist."""
    references: tuple[tuple[str, int], ...] = ()
    """(dotted name, line) of each string literal that names a deprecated module."""


class Search:
    """Looks for what a set of module expressions names."""

    def __init__(self, expressions: Sequence[str], modules: Collection[str] = ()) -> None:
        """Look for these expressions.

        Args:
            expressions: the deprecated modules.
            modules: every module that exists.
        """
        self._expressions = tuple(sorted(set(expressions)))
        self._pattern = pattern(self._expressions)
        self._modules = frozenset(modules)
        # No import of a module can avoid its name's last literal part, be it relative or renamed.
        tails = {_tail(e) for e in self._expressions}
        self._tails = tuple(sorted(tail.encode() for tail in tails))
        # But `from . import x` in a package `old` does, where the expression is `old.*`.
        self._open_tails = frozenset(_tail(e) for e in self._expressions if e.endswith("*"))
        self._within_tails = _shortest(tails)
        # A literal names it from its first part on.
        heads = [_head(e) for e in self._expressions]
        self._heads = _shortest(quote + head for head in heads for quote in "'\"")

    def mentions(self, content: bytes, text: str, module: str, *, is_package: bool) -> Mentions:
        """What a file that Python can read says."""
        inside = not self._open_tails.isdisjoint(module.split("."))
        # The first look is fast and finds most files to say nothing; the next ones are exact.
        if not inside and not any(part in content for part in self._within_tails):
            return Mentions()
        named: set[str] = set()
        if inside or self._may_import(content, text, module, is_package=is_package):
            named = self._imported(without_text(text), module, is_package=is_package)
        references: tuple[tuple[str, int], ...] = ()
        if any(head in content for head in self._heads):
            references = tuple(self._references(text))
        return Mentions(tuple(sorted(named)), references)

    def names_in(self, text: str, module: str, *, is_package: bool) -> tuple[str, ...]:
        """The deprecated modules that a text names, in a statement or in full, sorted.

        For a text that Python cannot read: whatever it says, it might import.
        """
        inside = not self._open_tails.isdisjoint(module.split("."))
        if not inside and not any(part.decode() in text for part in self._within_tails):
            return ()
        # A quote that nothing closes hides code from one, a bracket in a comment from the other.
        names = self._imported(text, module, is_package=is_package)
        names |= self._imported(without_text(text), module, is_package=is_package)
        names |= {word for tail in self._tails for word in _dotted_words(text, tail.decode())}
        found = (self._pattern.match(name) for name in names)
        return tuple(sorted({match[1] for match in found if match}))

    def deprecated(self, name: str) -> bool:
        """Whether a name is a deprecated module's, or a descendant's."""
        return self._pattern.match(name) is not None

    def _may_import(self, content: bytes, text: str, module: str, *, is_package: bool) -> bool:
        """Whether it is worth the time to tell strings and comments from code."""
        found = (place for tail in self._tails for place in _places(content, tail))
        places = list(islice(found, _MANY_PLACES))
        if len(places) == _MANY_PLACES or any(_is_in_list(content, place) for place in places):
            return True
        if not any(_is_in_statement(content, place) for place in places):
            return False
        return bool(self._imported(text, module, is_package=is_package))

    def _imported(self, text: str, module: str, *, is_package: bool) -> set[str]:
        named: set[str] = set()
        for base, items in _statements(text, module, is_package=is_package):
            named |= self._named(base, items)
        return named

    def _named(self, base: str, items: Sequence[str]) -> set[str]:
        wholes = {item: f"{base}.{item}" for item in items if item != "*"}
        named = {whole for whole in wholes.values() if self._makes_module(whole, base)}
        if self.deprecated(base) and (len(named) < len(wholes) or not wholes):
            named.add(base)
        return named

    def _makes_module(self, whole: str, base: str) -> bool:
        """Whether `from base import name` means a module because an expression says so.

        One that names it does. One with wildcards does where `base` is not there to define the name.
        """
        if whole in self._expressions:
            return True
        if base in self._modules or not self.deprecated(whole):
            return False
        return any(
            (match := pattern((expression,)).match(whole)) is not None
            and match[1] == whole
            and not pattern((expression,)).match(base)
            for expression in self._expressions
        )

    def _references(self, text: str) -> Iterator[tuple[str, int]]:
        for literal in string_literals(text):
            if _DOTTED.fullmatch(literal.value):
                name = literal.value.partition(":")[0]
                if self.deprecated(name):
                    yield name, literal.line


def _places(content: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands on its own."""
    at = content.find(word)
    while at >= 0:
        end = at + len(word)
        if not _is_word(content[at - 1 : at]) and not _is_word(content[end : end + 1]):
            yield at
        at = content.find(word, end)


def _dotted_words(text: str, word: str) -> Iterator[str]:
    """The dotted names that a word is a part of."""
    at = text.find(word)
    while at >= 0:
        before = _NOT_DOTTED.split(text[max(0, at - _LONGEST_NAME) : at])[-1]
        behind = _NOT_DOTTED.split(text[at : at + _LONGEST_NAME], maxsplit=1)[0]
        yield before + behind
        at = text.find(word, at + len(word))


def _is_in_statement(content: bytes, at: int) -> bool:
    """Whether the line at a place has the look of an import statement."""
    start = content.rfind(b"\n", max(0, at - _FAR), at) + 1
    end = content.find(b"\n", at, at + _FAR)
    line = content[start or max(0, at - _FAR) : end if end >= 0 else at + _FAR]
    return b"import" in line or b"from" in line or len(line) > _FAR


def _is_in_list(content: bytes, at: int) -> bool:
    """Whether a place may be in an import's list, on another line than the word `import`."""
    first = max(0, at - _FAR)
    start = content.rfind(b"\n", first, at) + 1
    if b"\\" in content[max(0, start - 3) : start]:
        return True
    keyword = content.rfind(b"import", first, start)
    while keyword >= 0:
        if opened := _OPENED.match(content, keyword):
            return b")" not in _COMMENT.sub(b"", content[opened.end() : at])
        keyword = content.rfind(b"import", first, keyword)
    return first > 0


def _is_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_"


def _shortest(words: Iterable[str]) -> tuple[bytes, ...]:
    """The words that hold no other of them: looking for these finds all."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(word.encode() for word in kept)


def _tail(expression: str) -> str:
    parts = literal_parts(expression)
    return parts[-1] if parts else "import"


def _head(expression: str) -> str:
    return expression.partition("*")[0].rstrip(".")


def _statements(text: str, module: str, *, is_package: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(module path in full, names imported from it) of whatever looks like an import statement."""
    text = _JOINED.sub(lambda joined: " " * len(joined[0]), text)
    last = read = 0
    for keyword in _IMPORT.finditer(text):
        if keyword.start() < read:
            continue
        items = _ITEMS.match(text, keyword.end())
        words = _words((items["many"] or items["few"] or "") if items else "")
        before = _from(text, last, keyword.start())
        last = keyword.end()
        # Nothing starts inside a list on one line; a bracket may never be closed in broken code.
        read = items.end("few") if items else last
        if before is None:
            for word in words:
                yield word.strip("."), ()
            continue
        base = _absolute("".join(before.split()), module, is_package=is_package)
        if base is not None:
            yield base, tuple(words)


def _words(listed: str) -> list[str]:
    """The names in an import's list, without what they are renamed to."""
    words = (item.split() for item in _AROUND_DOT.sub(".", listed).split(","))
    return [word[0] for word in words if word and len(word[0]) <= _LONGEST_NAME]


def _from(text: str, last: int, end: int) -> str | None:
    """What stands between `from` and the `import` at `end`, no further back than the `import` before."""
    first = max(last, end - _LONGEST_NAME)
    start = end
    while (start := text.rfind("from", first, start)) >= 0:
        if found := _BASE.match(text, start, end):
            return found["base"]
    return None


def _absolute(base: str, module: str, *, is_package: bool) -> str | None:
    name = base.lstrip(".")
    dots = len(base) - len(name)
    if not dots:
        return name or None
    up = dots - 1 if is_package else dots
    parts = module.split(".")
    if up >= len(parts):
        return None
    return ".".join([*parts[: len(parts) - up], *([name] if name else [])])
