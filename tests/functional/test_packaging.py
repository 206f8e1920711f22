"""What the wheel carries, and that it works without the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder

import archguard
import check_release
import hatch_build

REPOSITORY = Path(__file__).parents[2]
WEB = "archguard_api/web"
# Python 3.11.0 to 3.11.3 know no filter, and later ones want one.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
_PACKAGE = re.compile(r'(?:from|import\()\s*"((?:@[\w-]+/)?[a-z][\w-]*)')


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the back end that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
    ]
    subprocess.run([*command, "--wheel-dir", folder, REPOSITORY], check=True, capture_output=True)
    (built,) = folder.glob("archguard-*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_has_our_two_packages_and_nothing_else_at_its_top(wheel: Path) -> None:
    assert list(check_release.wheel_faults(wheel)) == []
    assert not (REPOSITORY / "api" / "__init__.py").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("tests/__init__.py", "at its top are archguard, archguard-"),
        ("archguard/__pycache__/a.pyc", "archguard/__pycache__/a.pyc does not belong in it."),
    ],
)
def test_the_control_with_a_file_too_many_is_found_out(
    name: str, fault: str, wheel: Path, tmp_path: Path
) -> None:
    shutil.copy(wheel, tmp_path / wheel.name)
    with zipfile.ZipFile(tmp_path / wheel.name, "a") as packed:
        packed.writestr(name, "")

    (said,) = check_release.wheel_faults(tmp_path / wheel.name)

    assert said.startswith(fault)


@pytest.mark.slow
def test_the_wheel_runs_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); "
    script += "import archguard; assert archguard.__file__.startswith(sys.path[0]); "
    script += "from archguard.cli import main; main(['check', '--root', sys.argv[1]])"

    sample = REPOSITORY / "tests" / "samples" / "shop_broken"
    done = subprocess.run(
        [sys.executable, "-c", script, sample], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done.stderr
    assert "shop/order.py:2" in done.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_dashboard_and_the_licences_of_what_is_in_it(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel)
    page = packed.read(f"{WEB}/index.html").decode()
    licences = packed.read(f"{WEB}/third-party.md").decode()
    sources = (REPOSITORY / "api/dashboard/src").rglob("*.ts*")
    imported = {name for one in sources for name in _PACKAGE.findall(one.read_text())}

    loaded = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)
    assert {f"{WEB}/{name}" for name in loaded} < set(packed.namelist())
    assert "Apache ECharts\nCopyright 2017" in licences  # its notice, which its licence wants
    assert imported <= set(re.findall(r"^## (\S+) - ", licences, re.MULTILINE))
    assert not [name for name in packed.namelist() if "node_modules" in name or "dashboard/" in name]


@pytest.mark.slow
def test_a_wheel_from_the_sdist_needs_no_node(tmp_path: Path) -> None:
    (packed,) = SdistBuilder(str(REPOSITORY)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, **SAFELY)  # type: ignore[arg-type]
    root = Path(packed.removesuffix(".tar.gz"))

    assert list(check_release.sdist_faults(Path(packed))) == []
    assert hatch_build.is_current(root)

    (root / hatch_build.SOURCE / "index.html").write_text("another")
    assert not hatch_build.is_current(root)


@pytest.mark.parametrize(
    ("npm", "said"), [("echo why; exit 1", r"npm ci .* failed:\nwhy"), ("exit 0", r"left no")]
)
def test_a_dashboard_that_cannot_be_built_fails_the_build(
    npm: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, source = tmp_path / "bin", tmp_path / hatch_build.SOURCE
    programs.mkdir()
    source.mkdir(parents=True)
    (source / "package-lock.json").write_text("{}")
    for name, script in (("node", "echo v22.0.0"), ("npm", npm)):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))

    with pytest.raises(hatch_build.DashboardError, match=said):
        hatch_build.build(tmp_path)


@pytest.mark.parametrize(("version", "whose"), [("v20.19.0", "machine"), ("v18.20.0", "environment")])
def test_the_machine_s_npm_is_taken_if_its_node_is_new_enough(
    version: str, whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, said in (("machine", version), ("environment", "v24.0.0")):
        (tmp_path / place).mkdir()
        for name, script in (("node", f"echo {said}"), ("npm", f"echo {place} > ../../../told")):
            (tmp_path / place / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / place / name).chmod(0o755)
    (tmp_path / "a" / hatch_build.SOURCE).mkdir(parents=True)
    (tmp_path / "a" / hatch_build.SOURCE / "package-lock.json").write_text("{}")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "environment" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "machine"))

    with pytest.raises(hatch_build.DashboardError, match="left no"):
        hatch_build.build(tmp_path / "a")

    assert (tmp_path / "told").read_text() == f"{whose}\n"


def test_node_is_fetched_only_where_it_is_missing_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / hatch_build.SOURCE).mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert hatch_build.needed(tmp_path) == [hatch_build.NODE]
    assert hatch_build.needed(REPOSITORY) == []


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]

    assert project["dynamic"] == ["version"]
    assert check_release.version() == archguard.__version__


def test_our_own_hooks_run_the_tools_of_make_lint_and_the_hook_that_we_offer() -> None:
    ours = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    offered, _ = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    entries = {hook["id"]: hook["entry"] for hook in ours}

    assert entries["archguard"] == f".venv/bin/{offered['entry']}"
    makefile = (REPOSITORY / "Makefile").read_text()
    (lint,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    tools = set(re.findall(r"\$\(BIN\)/(ruff \w+|\w+)", lint))
    assert tools <= {
        entry.removeprefix(".venv/bin/").removesuffix(" --force-exclude") for entry in entries.values()
    }
