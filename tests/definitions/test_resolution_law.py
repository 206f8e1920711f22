"""What a name leads to is what Python binds when the package is really imported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archguard.definitions.model import Outcome
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("A", "B", "_C")
MODULES = ("p.a", "p.b", "p.q", "p.c", "p.d")
"""Each of them imports those before it only. `p.q` is a package with the submodule `p.q.A`."""
IMPORTER = """
import importlib, json, sys
for line in sys.stdin:
    folder, modules, names = json.loads(line)
    for name in [name for name in sys.modules if name.partition(".")[0] == "p"]:
        del sys.modules[name]
    sys.path[0] = folder
    importlib.invalidate_caches()
    for module in modules:
        importlib.import_module(module)
    answer = {}
    for module in modules:
        for name in names:
            scope = {}
            try:
                exec(f"from {module} import {name} as value", scope)
            except ImportError:
                answer[f"{module}:{name}"] = None
                continue
            value = scope["value"]
            is_class = isinstance(value, type)
            answer[f"{module}:{name}"] = [value.__module__, value.line] if is_class else value.__name__
    print(json.dumps(answer), flush=True)
"""


class Importer:
    """A process that imports packages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packages = 0
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-c", IMPORTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def import_package(self, files: dict[str, str]) -> dict[str, list[object] | str | None]:
        """Return module and line of the class, or the module, that each `module:Name` is."""
        self._packages += 1
        folder = self._folder / str(self._packages)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([str(folder), MODULES, NAMES]) + "\n")
        self.process.stdin.flush()
        answer: dict[str, list[object] | str | None] = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importer]:
    importer = Importer(tmp_path_factory.mktemp("packages"))
    yield importer
    importer.process.communicate()


@st.composite
def modules(draw: st.DrawFn, number: int) -> str:
    """Draw the text of a module that can be imported."""
    earlier = MODULES[:number]
    bound: set[str] = set()
    lines: list[str] = []
    has_exports: bool = draw(st.booleans())
    for _ in range(draw(st.integers(0, 6))):
        kinds = ["class", "typed"]
        kinds += ["alias", "del"] if bound else []
        kinds += ["from", "star", "import", "maybe"] if earlier else []
        kind, name, asked = draw(st.sampled_from(kinds)), draw(names), draw(names)
        base = draw(st.sampled_from(earlier)) if earlier else ""
        line = f"line = {len(lines) + 1}"
        if kind == "class":
            lines += [f"class {name}: {line}"]
        elif kind == "typed":
            lines += ["TYPE_CHECKING = False", f"if TYPE_CHECKING: {name} = 1"]
            continue
        elif kind == "alias":
            lines += [f"{name} = {draw(st.sampled_from(sorted(bound)))}"]
        elif kind == "del":
            name = draw(st.sampled_from(sorted(bound)))
            lines += [f"del {name}"]
            bound.discard(name)
            continue
        elif kind == "star":
            # Of `p.q` a star takes the submodule, too, once any module has imported it.
            sources = [module for module in earlier if module != "p.q"]
            lines += [f"from {draw(st.sampled_from(sources))} import *"]
            continue
        elif kind == "import":
            lines += [f"import {base} as {name}"]
        else:
            lines += ["try:", f"    from {base} import {asked} as {name}", "except ImportError:"]
            lines += ["    pass" if kind == "maybe" else f"    class {name}: line = {len(lines) + 1}"]
            if kind == "maybe":
                continue
        bound.add(name)
    if bound and has_exports:
        exported: list[str] = draw(st.lists(st.sampled_from(sorted(bound)), unique=True))
        lines.append(f"__all__ = {exported}")
    return "".join(f"{line}\n" for line in lines)


names = st.sampled_from(NAMES)
packages = st.tuples(*(modules(number) for number in range(len(MODULES))))


@given(texts=packages)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_name_leads_to_what_python_binds(texts: tuple[str, ...], importer: Importer) -> None:
    files = {
        f"{module.replace('.', '/')}{'/__init__' if module == 'p.q' else ''}.py": text
        for module, text in zip(MODULES, texts, strict=True)
    }
    files |= {"p/__init__.py": "", "p/q/A.py": "class A: line = 1\n"}
    tree = MemoryTree(files)

    expected = importer.import_package(files)

    assert {place: _find(tree, place) for place in expected} == expected


def _find(tree: MemoryTree, place: str) -> list[object] | str | None:
    resolution = tree.resolver.resolve(*place.split(":"))
    if resolution.needs_type_checking or resolution.outcome is Outcome.MISSING:
        return None
    if resolution.outcome is Outcome.MODULE:
        return resolution.target
    assert resolution.outcome is Outcome.DEFINITION, resolution
    module = resolution.target.partition(":")[0]
    symbols = tree.symbols.get(module)
    assert symbols is not None
    (line,) = [one.line for one in symbols.definitions if one.statement == resolution.target]
    return [module, line]
