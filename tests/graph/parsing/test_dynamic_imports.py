"""What calls of `import_module` and `__import__` name, as Python would resolve it."""

from __future__ import annotations

import pytest

from archguard.graph.parsing.dynamic_imports import find_dynamic_imports


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import_module('.old', package='a')", ["a.old"]),
        ("import_module('.old', 'a')", ["a.old"]),
        ("importlib.import_module('.old.x', __package__)", ["a.old.x"]),
        ("importlib.import_module('.old', package=__spec__.parent)", ["a.old"]),
        ("import_module(\n  package='a',  # here\n  name='.' 'old')", ["a.old"]),
        ("import_module('..old', 'a.pkg')", ["a.old"]),
        ("import_module(f'.old', package=f'a')", ["a.old"]),
        ("from importlib import import_module as im\nim('.old', 'a')", ["a.old"]),
        ("load = importlib.import_module\nload('.old', 'a')", ["a.old"]),
        ("import_module('.old', __name__)", ["a.b.old"]),
        ("import_module('.old', 'b')", ["b.old"]),
        ("import_module('.old')", []),
        ("import_module('..old', 'a')", []),
        ("import_module('.old', package=f'{a}')", []),
        ("import_module(*names, 'a')", []),
        ("# import_module('.old', 'a')", []),
        ("'''import_module('.old', 'a')'''", []),
        ("import_module('.old', 'a'", []),
        ("join('.old', 'a')", []),
        ("__import__('a', fromlist=['old'])", ["a.old"]),
        ("__import__('a', globals(), locals(), ('new', 'old'), 0)", ["a.new", "a.old"]),
        ("__import__('old', globals(), level=1)", ["a.old"]),
        ("__import__('', globals(), None, ['old'], 1)", ["a", "a.old"]),
        ("__import__('a.old', fromlist=['x'])", ["a.old.x"]),
        ("__import__('old', level=2)", []),
        ("__import__(name, fromlist=['old'])", []),
    ],
)
def test_a_call_imports_what_its_literals_tell(text: str, names: list[str]) -> None:
    imported = find_dynamic_imports(text, "a.b", is_package=False)

    assert [name for name, _ in imported] == names


def test_a_package_is_the_base_of_its_relative_names() -> None:
    text = "x = 1\nimport_module('.old', __name__)\nimport_module('.old', __package__)\n"
    assert list(find_dynamic_imports(text, "a.b", is_package=True)) == [("a.b.old", 2), ("a.b.old", 3)]
    assert list(find_dynamic_imports(text, "a.b", is_package=False)) == [("a.b.old", 2), ("a.old", 3)]
