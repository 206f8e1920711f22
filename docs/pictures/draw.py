"""Draws the pictures of README.md: the real dashboard in a real Chromium, over `archguard demo`.

make pictures
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))
from tests.browser.visitor import chromium

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1280, 800


def main() -> None:
    """One picture for light pages and one for dark ones."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "archguard", "demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    try:
        address = next(line.strip() for line in demo.stdout if "/p/" in line)
        with chromium() as browser:
            for scheme in ("light", "dark"):
                page = browser.new_page(
                    viewport={"width": WIDTH, "height": HEIGHT},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page.goto(address)
                page.get_by_text("Who is next").wait_for()
                page.wait_for_load_state("networkidle")
                page.screenshot(path=HERE / f"burn-down-{scheme}.png")
    finally:
        demo.terminate()
        demo.wait()


if __name__ == "__main__":
    main()
