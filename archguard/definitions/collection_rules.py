"""Which files pytest collects, as its configuration says, and what the project's entry points run."""

from __future__ import annotations

import configparser
import posixpath
import re
import shlex
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.sources.source import Source

_MAX_BYTES = 1 << 20
_FILES = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Where pytest looks for its options, in this order; the first with its section counts."""
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}
_DEFAULT_FILES = ("test_*.py", "*_test.py")
_DEFAULT_IGNORED = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")
_ENTRY_POINT = re.compile(r"""["']\s*([\w.-]+)\s*=\s*([\w.]+(?::[\w.]+)?)[^"'\n]*["']""")
_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_MAX_DEPTH = 3


class CollectionRules(NamedTuple):
    """What pytest collects, by its options."""

    python_files: tuple[str, ...] = _DEFAULT_FILES
    testpaths: tuple[str, ...] = ()
    """Folders or files, globs included; empty: everything."""
    ignored: tuple[str, ...] = _DEFAULT_IGNORED
    """Globs of folders that it does not look into."""
    plugins: tuple[str, ...] = ()
    """The modules that `-p` loads."""
    python_path: tuple[str, ...] = ()
    """Folders that it puts on Python's path."""

    def collects(self, path: str) -> bool:
        """Return whether pytest collects a file, given its path relative to the root folder."""
        *folders, name = path.split("/")
        if not any(
            fnmatchcase(f"/{path}" if "/" in pattern else name, _complete(pattern))
            for pattern in self.python_files
        ):
            return False
        if any(fnmatchcase(folder, pattern) for folder in folders for pattern in self.ignored):
            return False
        return not self.testpaths or any(_is_below(path, one) for one in self.testpaths)


def read_collection_rules(source: Source, paths: Iterable[str] | None = None) -> CollectionRules:
    """Return the rules of the configuration in a tree's top folder.

    Args:
        source: the tree.
        paths: the paths of its Python files, to see whether `testpaths` names any; None: all are kept.
    """
    texts = dict(zip(_FILES, _read_texts(source, _FILES), strict=True))
    for file, text in texts.items():
        options = _read_options(file, text)
        if options is not None:
            rules = _make_rules(options)
            if paths is None:
                return rules
            known = [one for one in rules.testpaths if any(_is_below(path, one) for path in paths)]
            return rules._replace(testpaths=tuple(known))
    return CollectionRules()


def _make_rules(options: Mapping[str, Any]) -> CollectionRules:
    arguments = _split(options.get("addopts", ""))
    plugins = [value for option, value in pairwise(arguments) if option == "-p"]
    plugins += [one[2:] for one in arguments if one.startswith("-p") and len(one) > len("-p")]
    clean = [posixpath.normpath(path) for path in _split(options.get("testpaths", ""))]
    return CollectionRules(
        python_files=tuple(_split(options.get("python_files", ""))) or _DEFAULT_FILES,
        testpaths=tuple(path for path in clean if path != "."),
        ignored=tuple(_split(options.get("norecursedirs", ""))) or _DEFAULT_IGNORED,
        plugins=tuple(name for name in plugins if not name.startswith("no:")),
        python_path=tuple(posixpath.normpath(path) for path in _split(options.get("pythonpath", ""))),
    )


def _read_options(file: str, text: str | None) -> Mapping[str, Any] | None:
    """Return pytest's options in a file; None if it has none."""
    if text is None:
        return None
    if file == "pyproject.toml":
        tables = _read_toml(text).get("tool")
        pytest = tables.get("pytest") if isinstance(tables, dict) else None
        if not isinstance(pytest, dict):
            return None
        options = pytest.get("ini_options", pytest)
        return options if isinstance(options, dict) else None
    parser = _read_ini(text)
    section = _SECTIONS.get(file, "pytest")
    if not parser.has_section(section):
        # An empty pytest.ini counts, too.
        return {} if file in _FILES[:2] else None
    return dict(parser.items(section))


def read_entry_points(source: Source) -> dict[str, tuple[str, ...]]:
    """Return what the project's entry points run: group or console script -> `module:Name` of each.

    Those of pyproject.toml and setup.cfg, and those that the text of setup.py spells out.
    """
    folders = {
        posixpath.dirname(path)
        for path in source.list_configuration_files()
        if posixpath.basename(path) in _PROJECT_FILES and path.count("/") <= _MAX_DEPTH
    }
    paths = [
        posixpath.join(folder, name) for folder in sorted({"", *folders}) for name in _PROJECT_FILES
    ]
    points: defaultdict[str, set[str]] = defaultdict(set)
    for path, text in zip(paths, _read_texts(source, paths), strict=True):
        for group, name, target in _list_entry_points(posixpath.basename(path), text or ""):
            written = target.partition("[")[0].strip()
            points[group].add(written if ":" in written else f"{written}:")
            points[name].add(written if ":" in written else f"{written}:")
    return {name: tuple(sorted(targets)) for name, targets in sorted(points.items()) if name}


def _list_entry_points(file: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield group (empty if it is not known), name (empty if it is no script) and target."""
    if file == "setup.py":
        yield from (("", name, target) for name, target in _ENTRY_POINT.findall(text))
        return
    if file == "setup.cfg":
        parser = _read_ini(text)
        groups = (
            parser.items("options.entry_points") if parser.has_section("options.entry_points") else ()
        )
        for group, lines in groups:
            for line in lines.splitlines():
                name, equals, target = line.partition("=")
                if equals:
                    yield group, name.strip() if group.endswith("_scripts") else "", target.strip()
        return
    document = _read_toml(text)
    for keys in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        yield from (("", name, target) for name, target in _list_items(document, *keys))
    for keys in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        table: Any = document
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        for group in table if isinstance(table, dict) else ():
            yield from ((group, "", target) for _, target in _list_items(table, group))


def _list_items(table: Any, *keys: str) -> Iterator[tuple[str, str]]:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    for name, target in table.items() if isinstance(table, dict) else ():
        if isinstance(target, str):
            yield name, target


def _read_texts(source: Source, paths: Sequence[str]) -> Iterator[str | None]:
    for content in source.read(paths, _MAX_BYTES):
        yield content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else None


def _read_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _read_ini(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return configparser.RawConfigParser()
    return parser


def _split(value: object) -> list[str]:
    """Return the words of an option that is a text or a list of texts."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    if not isinstance(value, str):
        return []
    try:
        return shlex.split(value, comments=False)
    except ValueError:
        return value.split()


def _complete(pattern: str) -> str:
    return f"*/{pattern}" if "/" in pattern and not pattern.startswith("*") else pattern


def _is_below(path: str, pattern: str) -> bool:
    """Return whether a path is that of a folder or file, or below it; the pattern may be a glob."""
    if any(letter in pattern for letter in "*?["):
        parts = path.split("/")
        return any(fnmatchcase("/".join(parts[:length]), pattern) for length in range(1, len(parts) + 1))
    return path == pattern or path.startswith(f"{pattern}/")
