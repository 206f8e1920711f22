"""docs/guide/consolidate.md, played from its first command to its last one."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, git, write_files

GUIDE = Path(__file__).parents[2] / "docs/guide/consolidate.md"
TREE: dict[str | bytes, str | bytes] = {
    ".gitignore": "__pycache__/\n",  # the tests run, and a certificate needs a clean tree
    "shop/__init__.py": "",
    "shop/new.py": "class Cart:\n    pass\n\n\ndef total():\n    return 1\n",
    "shop/old.py": (
        "class Cart:\n    pass\n\n\ndef total():\n    return 1\n\n\ndef round_up():\n    return 2\n"
    ),
    "shop/page.py": "from shop.old import total\n\n\ndef show():\n    return total()\n",
    "shop/mail.py": "import shop.old\n\n\ndef send():\n    return shop.old.Cart()\n",
    "tests/test_page.py": (
        "from unittest.mock import patch\n\nfrom shop.old import total\nfrom shop.page import show\n\n\n"
        "def test_page():\n    assert show() == total()\n\n\n"
        "def test_patch():\n    with patch('shop.old.total'):\n        assert show() == 1\n"
    ),
    "tests/test_old.py": (
        "from shop.old import round_up\n\n\ndef test_it():\n    assert round_up() == 2\n"
    ),
}
CODES = {
    "archguard audit --matches '*Cart'": [0],
    "archguard init --deprecated shop.old --replacement shop.new": [0],
    "archguard check": [1, 1, 0],
    "archguard tests shop.old": [0],
    "archguard plan": [0],
    "archguard plan --strings": [0],
    "archguard fix --strings": [1],
    "archguard fix --strings --commit --test 'python -m pytest -q tests/test_page.py'": [1],
    "archguard fix --delete shop.old": [1],
    "archguard fix --delete shop.old --with-tests --commit": [0],
    "archguard certify --output ../certificate.json": [0],
    "archguard verify ../certificate.json": [0],
}


def test_the_guide_goes_from_an_audit_to_a_certificate(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    write_files(shop, {**TREE, "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'})
    commit_all(shop)
    git(shop, "config", "user.name", "Some One")
    git(shop, "config", "user.email", "one@example.org")
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    commands = [line.partition("   #")[0].strip() for block in blocks for line in block.splitlines()]
    codes = {command: list(several) for command, several in CODES.items()}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    for command in commands:
        done = archguard(*shlex.split(command)[1:], cwd=shop, env={**os.environ, "PATH": path})
        assert done.returncode == codes[command].pop(0), (command, done.stdout, done.stderr)
        if command.startswith("archguard init"):
            commit_all(shop)

    assert [several for several in codes.values() if several] == []
    assert not (shop / "shop/old.py").exists()
    assert not (shop / "tests/test_old.py").exists()
    assert "patch('shop.new.total')" in (shop / "tests/test_page.py").read_text()
