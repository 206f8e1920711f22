"""docs/ as a site: it is built as `make docs` does it, and a link that leads nowhere fails."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ZENSICAL = Path(sys.executable).with_name("zensical")
_LOADED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(https?:)?//', re.IGNORECASE)


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    (command,) = re.findall(r"^\t\$\(DOCS_VENV\)/bin/(zensical .+)$", _makefile(), re.MULTILINE)
    words = [ZENSICAL, *command.split()[1:]]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def _makefile() -> str:
    return (REPOSITORY / "Makefile").read_text()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(REPOSITORY / "docs", folder / "docs")
    shutil.copy(REPOSITORY / "mkdocs.yml", folder)
    return folder


@pytest.fixture(scope="module")
def site(source: Path) -> Path:
    done = _build(source)
    assert done.returncode == 0, done.stdout + done.stderr
    return source / "build" / "site"


def test_every_page_is_built_and_stands_in_the_navigation(site: Path, source: Path) -> None:
    pages = {path.relative_to(source / "docs") for path in (source / "docs").rglob("*.md")}
    links = re.findall(
        r'<a href="(?:\./)?([^"#]*)" class="md-nav__link', (site / "index.html").read_text()
    )

    for page in pages:
        assert (site / page.with_suffix(".html")).is_file(), page
        assert page.with_suffix(".html").as_posix() in links, page


def test_the_site_can_be_searched(site: Path) -> None:
    found = json.loads((site / "search.json").read_text())

    assert "violations already there" in json.dumps(found)


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))

    assert pages
    assert [page for page in pages if _LOADED.search(page.read_text())] == []


@pytest.mark.parametrize("link", ["guide/nothing.md", "guide/ci.md#nothing"])
def test_a_link_that_leads_nowhere_fails(link: str, tmp_path: Path) -> None:
    (tmp_path / "docs" / "guide").mkdir(parents=True)
    (tmp_path / "docs" / "guide" / "ci.md").write_text("# In CI\n")
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n[a link]({link})\n")
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)

    done = _build(tmp_path)

    assert done.returncode != 0
    assert "index.md:3" in done.stdout + done.stderr
