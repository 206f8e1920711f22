"""zizmor, which finds what is unsafe in GitHub's actions and workflows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = Path(sys.executable).with_name("zizmor")
_OPTIONS = ("--offline", "--no-config", "--persona=pedantic", "--quiet", "--format=plain")


def run_zizmor(file: Path) -> subprocess.CompletedProcess[str]:
    """Run all audits that need no network on the file of an action or of a workflow."""
    return subprocess.run([_PROGRAM, *_OPTIONS, file], capture_output=True, text=True, check=False)
