"""Which classes are interfaces."""

from __future__ import annotations

import pytest

from archguard.definitions.interfaces import is_interface
from tests.definitions.memory_symbols import MemoryTree

_TREE = {
    "p/compat.py": "from typing import Protocol\nfrom abc import ABC as Base\nclass Real: ...",
    "p/open.py": "def __getattr__(name): ...",
}
_HEAD = """
import abc
import typing as t
from abc import ABC, ABCMeta, abstractmethod
from p.open import Protocol as Lost, Protocol
from p.compat import Base, Real
from p import compat
"""


@pytest.mark.parametrize(
    "text",
    [
        "class X(t.Protocol):\n    def total(self): return 1",
        "class X(t.Protocol[int]): ...",
        "class X(compat.Protocol):\n    total: int = 0",
        "class X(Protocol):\n    def total(self): return 1",
        "class X(ABC):\n    def total(self): ...",
        "class X(Base):\n    def total(self): raise NotImplementedError",
        "class X(metaclass=ABCMeta):\n    def total(self): 'Documented.'",
        "class X:\n    @abc.abstractmethod\n    def total(self): pass",
        "class X(Real):\n    @abstractmethod\n    def total(self): pass\n    def add(self): return 1",
        "class X:\n    @abc.abstractproperty\n    def total(self): ...",
        "class X(ABC): pass",
        "class X(ABC):\n    if t:\n        def total(self): ...\n    def add(self): return 1",
    ],
)
def test_a_protocol_and_an_abstract_class_without_bodies_are_interfaces(text: str) -> None:
    assert _is_interface(text)


@pytest.mark.parametrize(
    "text",
    [
        "class X: ...",
        "class X:\n    def total(self): ...",
        "class X(Real): ...",
        "class X(ABC):\n    def total(self): return 1\n    def add(self): return 1\n    def x(self): 0",
        "class X(ABC):\n    def __init__(self): self.total = 1\n    def total(self): ...",
        "class X(ABC):\n    def total(self): ...\n    @classmethod\n    def make(cls): cls.n: int = 1",
        "class X(Lost): ...",
        "def X(): ...",
    ],
)
def test_a_class_with_bodies_or_state_or_none_of_both_is_no_interface(text: str) -> None:
    assert not _is_interface(text)


def _is_interface(text: str) -> bool:
    tree = MemoryTree({**_TREE, "p/m.py": _HEAD + text})
    symbols = tree.symbols.get("p.m")
    assert symbols is not None
    return is_interface(symbols.definitions[-1], tree.resolver)
