"""From a tree to definitions, the ways to them and their importers, in a folder and in a commit."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from archguard.definitions.class_search import find_files_with_class
from archguard.definitions.file_roles import is_test_path
from archguard.definitions.importers import FromImports, find_paths
from archguard.definitions.resolver import Resolver
from archguard.definitions.symbol_scan import SymbolScan
from archguard.graph.analysis import analyse
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = "shop.engine:PaymentEngine"
TREE: dict[str | bytes, str | bytes] = {
    "shop/__init__.py": "from shop.engine import PaymentEngine\n",
    "shop/engine.py": "class PaymentEngine:\n    def pay(self): return f'{self!r}'\n",
    "shop/legacy.py": (
        "try:\n    from shop.engine import PaymentEngine\nexcept ImportError:\n"
        "    class PaymentEngine: ...\nLegacyPaymentEngine = PaymentEngine\n"
    ),
    "shop/fork.py": "class PaymentEngine:\n    pass\n",
    "shop/newer.py": (
        'from shop.legacy import LegacyPaymentEngine\nname = f"{"a"}"\nclass New[T]: pass\n'
    ),
    "shop/broken.py": "class PaymentEngine(:\n",
    "tests/conftest.py": "from shop import PaymentEngine\n",
    "tests/test_engine.py": "from shop.legacy import *\nclass FakePaymentEngine(PaymentEngine): pass\n",
    "tests/test_fork.py": "def test():\n    from shop.fork import PaymentEngine\n",
    "tests/test_other.py": "class Other: pass\n",
}


@pytest.mark.parametrize("rev", [None, "HEAD"], ids=["folder", "commit"])
def test_definitions_of_a_family_and_their_importers_are_found(rev: str | None, tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    commit_all(tmp_path)
    source = open_source(str(tmp_path), rev)
    analysis = analyse(source, AnalysisOptions(("shop", "tests")), cache=Cache(None), jobs=1).result()

    with SymbolScan(source, analysis.modules, cache=Cache(None), jobs=1) as scan:
        resolver = Resolver(analysis, scan)
        production = [one.name for one in analysis.modules.values() if not is_test_path(one.path)]
        tests = [one for one in analysis.modules.values() if is_test_path(one.path)]
        found = find_files_with_class(source, tests, ["*PaymentEngine"])
        symbols = scan.read([*production, *(one.name for one in found)])
        paths = find_paths([ENGINE], FromImports(analysis.raw_imports), resolver, scan, production)
        (base,) = resolver.resolve_bases(symbols["tests.test_engine"].definitions[0])

    family = {
        (one.statement, one.is_fallback)
        for module in symbols.values()
        for one in module.definitions
        if fnmatchcase(one.name, "*PaymentEngine")
    }
    assert family == {
        (ENGINE, False),
        ("shop.legacy:PaymentEngine", True),
        ("shop.fork:PaymentEngine", False),
        ("tests.test_engine:FakePaymentEngine", False),
    }
    assert "tests.test_other" not in symbols
    assert Counter(one.path for one in paths[ENGINE].importers) == {
        ENGINE: 2,
        "shop:PaymentEngine": 1,
        "shop.legacy:LegacyPaymentEngine": 1,
    }
    assert [home for home, _ in paths[ENGINE].homes] == [
        "shop.legacy:LegacyPaymentEngine",
        "shop.legacy:PaymentEngine",
        "shop.newer:LegacyPaymentEngine",
        "shop:PaymentEngine",
    ]
    assert base.definition == ENGINE
    assert [(one.path, one.reason, one.line) for one in scan.unread] == [
        ("shop/broken.py", "a syntax error", 1)
    ]
