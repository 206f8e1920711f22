"""A rewritten program prints what it printed before, without the deprecated module."""

from __future__ import annotations

import importlib.abc
import importlib.util
import io
import os
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archguard.consolidation.rewrite.bound_modules import UseFinder
from archguard.consolidation.rewrite.file_rewrite import RewriteRequest, rewrite_file
from archguard.consolidation.rewrite.import_site import Importer
from archguard.consolidation.rewrite.parsed_file import apply_to_content
from archguard.consolidation.rewrite.targets import TargetFinder
from archguard.graph.module_expressions import make_deprecation
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_EXAMPLES = int(os.environ.get("ARCHGUARD_REWRITE_EXAMPLES", "150"))
_NAMES = ("a", "b", "c", "d")
_HOMES = ("p.new", "p.far.home", "p.other")
_EVERY_LINE = frozenset(range(1, 500))


class _MemoryImporter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the modules of a tree that is only text."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        base = fullname.replace(".", "/")
        for name in (f"{base}/__init__.py", f"{base}.py"):
            if name in self._files:
                spec = importlib.util.spec_from_loader(fullname, self, is_package=name.endswith("__.py"))
                assert spec is not None
                spec.loader_state = name
                return spec
        return None

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        exec(
            compile(self._files[module.__spec__.loader_state], module.__name__, "exec"), module.__dict__
        )


def _run(files: Mapping[str, str]) -> str:
    """Return what `import p.user` prints."""
    finder = _MemoryImporter(files)
    sys.meta_path.insert(0, finder)
    try:
        with redirect_stdout(io.StringIO()) as output:
            importlib.import_module("p.user")
        return output.getvalue()
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name == "p" or name.startswith("p.")]:
            del sys.modules[name]


@st.composite
def _statements(draw: st.DrawFn) -> list[str]:
    """Draw an import of the old module, and lines that print what it brings."""
    name, other = draw(st.sampled_from(_NAMES)), draw(st.sampled_from(_NAMES))
    local = draw(st.sampled_from(["x", "y", "z"]))
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return [f"from p.old import {name}", f"print({name})"]
    if kind == 1:
        return [f"from p.old import {name} as {local}, {other}", f"print({local}, {other})"]
    if kind == 2:
        return ["import p.old", f"print(p.old.{name}, p.old.{other})"]
    if kind == 3:
        return [f"import p.old as {local}m", f"print({local}m.{name}, {local}m.{other})"]
    if kind == 4:
        return [f"from p import old as {local}n, plain", f"print({local}n.{name}, plain.value)"]
    if kind == 5:
        return [f"from .old import ({name}, {other} as {local}_)", f"print({name}, {local}_)"]
    if kind == 6:
        return [
            f"try: from .old import {name}; print({name})",
            "except ImportError: print('gone')",
        ]
    return ["import p.plain; import p.old; print(p.plain.value)", f"print(p.old.{name})"]


@st.composite
def _programs(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """Draw the text of `p.user`, and where each name of the old module went: `module:Name`."""
    lines: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        block = draw(_statements())
        if draw(st.booleans()):
            block = [f"def f{number}():", *(f"    {line}" for line in block), f"f{number}()"]
        lines += block
    renamed = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    homes = [draw(st.sampled_from(_HOMES)) for _ in _NAMES]
    mapping = {
        name: f"{home}:{name}{'_new' if is_new else ''}"
        for name, home, is_new in zip(_NAMES, homes, renamed, strict=True)
    }
    return "\n".join(lines) + "\n", mapping


def _make_tree(mapping: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "p/__init__.py", ""
    yield "p/far/__init__.py", ""
    yield "p/plain.py", "value = 'plain'\n"
    yield "p/old.py", "".join(f"{name} = '{name} of old'\n" for name in mapping)
    for home in _HOMES:
        names = [(old, new) for old, new in mapping.items() if new.startswith(f"{home}:")]
        text = "".join(f"{new.partition(':')[2]} = '{old} of old'\n" for old, new in names)
        yield home.replace(".", "/") + ".py", text


def _rewrite(text: str, files: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    """Return the program without imports of the old module."""
    tree = MemoryTree(files)
    deprecation = make_deprecation(("p.old",))
    replacement = {"p.old": "p.new", **{f"p.old:{old}": new for old, new in mapping.items()}}
    targets = TargetFinder(
        replacement, deprecation, tree.resolver, tree.analysis.importable_names.__contains__
    )
    user = Importer("p.user", is_package=False)
    lines = {"p.old": _EVERY_LINE}
    rewrite = rewrite_file(RewriteRequest(user, text.encode(), lines, deprecation, targets))
    assert rewrite.refusals == ()
    return apply_to_content(text.encode(), rewrite.make_edits()).decode()


@settings(max_examples=_EXAMPLES, derandomize=_EXAMPLES == 150, database=None)
@given(program=_programs())
def test_a_program_prints_the_same_without_the_old_module(program: tuple[str, dict[str, str]]) -> None:
    text, mapping = program
    files = dict(_make_tree(mapping))
    expected = _run({**files, "p/user.py": text})

    after = _rewrite(text, files, mapping)

    without = {path: content for path, content in files.items() if path != "p/old.py"}
    assert _run({**without, "p/user.py": after}) == expected


def test_a_forgotten_use_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    text, mapping = "import p.old\nprint(p.old.a)\n", {"a": "p.new:a_new"}
    files = dict(_make_tree(mapping))
    assert _run({**files, "p/user.py": _rewrite(text, files, mapping)}) == "a of old\n"
    monkeypatch.setattr(UseFinder, "find", lambda _: iter(()))

    with pytest.raises(AttributeError):
        _run({**files, "p/user.py": _rewrite(text, files, mapping)})
