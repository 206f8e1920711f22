"""What could replace the names of deprecated modules is proposed, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation.audit_report import MappingProposal
from archguard.consolidation.audit_request import AuditedTree, AuditRequest
from archguard.consolidation.mapping_search import propose_mappings
from archguard.definitions.resolver import Resolver
from archguard.definitions.symbol_scan import SymbolScan
from archguard.graph.analysis import analyse
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

_BODY = "".join(
    f"    def step_{number}(self, order, amount):\n"
    f"        total = order.price * amount + {number} * self.rate - order.discount\n"
    f"        return total if total > order.minimum else order.minimum\n"
    for number in range(3)
)
_FILES: dict[str | bytes, str | bytes] = {
    "shop/__init__.py": "",
    "shop/old.py": (
        "from shop.home import moved\nfrom shop.base import Base\n"
        f"class CartEngine:\n{_BODY}\nclass Till: pass\nclass Purse(Base): pass\ndef alone(): pass\n"
    ),
    "shop/base.py": "class Base: pass\n",
    "shop/home.py": "def moved(): pass\n",
    "shop/new.py": (
        f"from shop.old import Till\nclass NewCartEngine:\n{_BODY}\n"
        "class Counter(Till): pass\nclass Wallet: pass\nPurse = Wallet\n"
    ),
    "shop/other.py": "class CartEngine: pass\ndef total(): pass\n",
    "shop/user.py": "from shop.old import CartEngine, Purse, alone, moved\nfrom shop.gone import total",
    "shop/users.py": "from shop.old import CartEngine, Till\n",
}


def _propose(root: Path, *deprecated: str) -> list[MappingProposal]:
    write_files(root, _FILES)
    source = open_source(str(root))
    options = AnalysisOptions(("shop",), deprecated=deprecated)
    analysis = analyse(source, options, cache=Cache(None), jobs=1).result()
    with SymbolScan(source, analysis.modules, cache=Cache(None), jobs=1) as scan:
        tree = AuditedTree(source, options)
        return propose_mappings(AuditRequest(tree, analysis, scan, Resolver(analysis, scan), 1))


def test_each_reason_is_given_and_a_re_export_needs_none(tmp_path: Path) -> None:
    assert _propose(tmp_path, "shop.gone", "shop.old") == [
        MappingProposal("shop.gone:total", 1, "shop.other:total", "same name"),
        MappingProposal("shop.old:CartEngine", 2, "shop.new:NewCartEngine", "clone"),
        MappingProposal("shop.old:CartEngine", 2, "shop.other:CartEngine", "same name"),
        MappingProposal("shop.old:Purse", 1, "shop.new:Wallet", "alias"),
        MappingProposal("shop.old:Purse", 1, "shop.base:Base", "base class"),
        MappingProposal("shop.old:Till", 2, "shop.new:Counter", "subclass"),
    ]


def test_without_deprecated_modules_nothing_is_proposed(tmp_path: Path) -> None:
    assert _propose(tmp_path) == []
