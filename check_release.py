"""Checks the files of a release before anybody may publish them: `make release`. It uploads nothing."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent
PACKAGES = ("archguard", "archguard_api")
WEB = "archguard_api/web"
_METADATA = {
    "Name": "archguard",
    "Requires-Python": ">=3.11",
    "License-Expression": "MIT",
    "License-File": "LICENSE",
    "Description-Content-Type": "text/markdown",
}
_NEVER = ("node_modules", "__pycache__", ".ci", "benchmarks")


def version() -> str:
    """Return the version, which stands in `archguard/__init__.py` alone.

    Raises:
        ValueError: it does not stand there.
    """
    found = re.search(
        r'^__version__ = "(.+)"$', (ROOT / "archguard/__init__.py").read_text(), re.MULTILINE
    )
    if found is None:
        raise ValueError('archguard/__init__.py has no line __version__ = "…".')
    return found[1]


def wheel_faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a wheel's contents, a sentence each."""
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        information = f"archguard-{version()}.dist-info"
        tops = {name.partition("/")[0] for name in names}
        if tops != {*PACKAGES, information}:
            yield f"at its top are {', '.join(sorted(tops))}."
        wanted = {f"{package}/{name}" for package in PACKAGES for name in ("__init__.py", "py.typed")}
        wanted |= {f"{WEB}/index.html", f"{WEB}/third-party.md"}
        wanted |= {
            f"{information}/{name}" for name in ("METADATA", "entry_points.txt", "licenses/LICENSE")
        }
        if f"{WEB}/index.html" in names:
            page = wheel.read(f"{WEB}/index.html").decode()
            wanted |= {f"{WEB}/{name}" for name in re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)}
        yield from (f"{name} is missing." for name in sorted(wanted - names))
        yield from (f"{name} does not belong in it." for name in sorted(names) if _is_foreign(name))
        if f"{information}/METADATA" in names:
            yield from _metadata_faults(wheel.read(f"{information}/METADATA").decode())


def sdist_faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with an sdist's contents, a sentence each."""
    top = f"archguard-{version()}"
    with tarfile.open(path) as sdist:
        names = set(sdist.getnames())
        wanted = ["PKG-INFO", "LICENSE", "README.md", "pyproject.toml", "hatch_build.py"]
        wanted += [f"api/{WEB}/index.html", *(f"{package}/__init__.py" for package in PACKAGES[:1])]
        yield from (f"{name} is missing." for name in wanted if f"{top}/{name}" not in names)
        yield from (f"{name} does not belong in it." for name in sorted(names) if _is_foreign(name))
        if f"{top}/PKG-INFO" in names:
            file = sdist.extractfile(f"{top}/PKG-INFO")
            assert file is not None  # a link or a folder of this name
            yield from _metadata_faults(file.read().decode())


def installation_faults(path: Path) -> Iterator[str]:
    """Yield what goes wrong where a wheel is installed into a new environment, with its dependencies."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder, "bin")
        options = [
            "--quiet",
            "--disable-pip-version-check",
            "--constraint",
            str(ROOT / "requirements.lock"),
        ]
        command = [str(programs / "python"), "-m", "pip", "install", *options, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            yield f"it cannot be installed:\n{done.stderr}"
            return
        command = [str(programs / "archguard"), "--version"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.stdout != f"archguard {version()}\n":
            yield f"archguard --version prints {done.stdout + done.stderr!r}."


def _metadata_faults(text: str) -> Iterator[str]:
    metadata = HeaderParser().parsestr(text)
    for name, value in {**_METADATA, "Version": version()}.items():
        if metadata[name] != value:
            yield f"its metadata say {name}: {metadata[name]}; {value} is right."
    if not metadata.get_payload():
        yield "its metadata have no description."


def _is_foreign(name: str) -> bool:
    return not set(_NEVER).isdisjoint(name.split("/"))


def main(folder: str) -> int:
    """Check the wheel and the sdist in `folder`, list what would be published, return the exit code."""
    (wheel,) = Path(folder).glob("*.whl")
    (sdist,) = Path(folder).glob("*.tar.gz")
    faults = [
        f"{wheel}: {fault}" for check in (wheel_faults, installation_faults) for fault in check(wheel)
    ]
    faults += [f"{sdist}: {fault}" for fault in sdist_faults(sdist)]
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    print(f"archguard {version()} is ready; nothing was uploaded. To be published:")
    for path in (sdist, wheel):
        content = path.read_bytes()
        print(f"  {path}  {len(content):,} bytes  sha256:{hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
