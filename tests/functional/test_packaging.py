"""What the wheel carries, and that it works without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


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
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} <= {"archguard", "archguard_api"}
    assert not (REPOSITORY / "api" / "__init__.py").exists()


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


def test_the_versions_agree() -> None:
    import tomllib  # noqa: PLC0415

    from archguard import __version__  # noqa: PLC0415

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
