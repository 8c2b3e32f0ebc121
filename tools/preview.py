"""How long it takes from a save until the new page is on the screen, step by step: `python -m tools.preview`.

The CV is copied; a browser shows its preview, and lines of it are changed, as an editor saves them.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Page

from tools.bench.watching import edited
from tools.reliability import table
from tools.web import browser

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = ROOT / "examples"
PAGE: Final = ROOT / "docs" / "watch.md"
STEPS: Final = {
    "noticed": "the save is seen",
    "written": "the PDF is written, and the page knows",
    "fetched": "its picture is there",
    "painted": "it is on the screen",
}
_WATCH: Final = """
() => {
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  window.seen = {};
  const before = take;
  take = (news) => {
    const old = state && state.key;
    before(news);
    if (!news.state) return;
    if (news.state.building) seen.noticed ??= now();
    else if (news.state.key !== old) seen.written ??= now();
  };
  new MutationObserver((changes) => {
    if (!seen.written || !changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.tagName === "IMG"))) return;
    seen.fetched ??= now();
    requestAnimationFrame(() => setTimeout(() => (seen.painted ??= now())));
  }).observe(at("pages"), { childList: true, subtree: true });
}
"""


def measure(cv: Path, edits: int) -> list[dict[str, float]]:
    """For each edit, the seconds from the save until each step was done. Raises `RuntimeError` if there is no preview."""
    command = [sys.executable, "-m", "cvbuild", "watch", str(cv), "--preview"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watch:
        try:
            assert watch.stderr is not None
            found = re.search(r"http://\S+", watch.stderr.readline())
            if found is None:
                raise RuntimeError(watch.stderr.read())
            with browser() as chromium:
                page = chromium.new_page(viewport={"width": 1000, "height": 900}, device_scale_factor=2)
                page.goto(found[0])
                page.locator(".page img").first.wait_for()
                page.evaluate(_WATCH)
                return [_edit(cv, page, number) for number in range(edits)]
        finally:
            watch.terminate()


def _edit(cv: Path, page: Page, number: int) -> dict[str, float]:
    time.sleep(1.0)  # so that the engine for the next run is there, as it is for people
    page.evaluate("() => { window.seen = {}; }")
    scratch = cv.with_suffix(".new")
    scratch.write_text(edited(cv.read_text(encoding="utf-8"), number), encoding="utf-8")
    begin = time.time()
    scratch.replace(cv)
    page.wait_for_function("() => seen.painted")
    seen: dict[str, float] = page.evaluate("() => seen")
    return {step: seen[step] - begin for step in STEPS}


def section(found: dict[str, list[dict[str, float]]]) -> str:
    """The table of these CVs, in Markdown, with a line about where it was measured."""
    edits = len(next(iter(found.values())))
    rows: list[tuple[object, ...]] = [
        (name, *(f"{median(edit[step] for edit in measured) * 1000:.0f} ms" for step in STEPS))
        for name, measured in found.items()
    ]
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"From a save to the screen, as the median of {edits} edits in a headless Chromium without a graphics processor, at two pixels to the point,"
        f" on {cores} cores (load when it ended: {load:.1f}). `python -m tools.preview --write` measures it.\n\n"
        + table(("CV", *STEPS.values()), rows)
        + "\n"
    )


def main() -> None:
    """Measure, and print a table, or write it into the page."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("cv", type=Path, nargs="*", default=[EXAMPLES / "jjzhu.yaml", EXAMPLES / "libin-zhu.yaml"])
    options.add_argument("--edits", type=int, default=15)
    options.add_argument("--write", action="store_true", help="write it into docs/watch.md")
    given = options.parse_args()
    found = {}
    for cv in given.cv:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copytree(cv.parent, Path(folder) / "cv")) / cv.name
            found[cv.stem] = measure(copy, given.edits)
    text = section(found)
    if given.write:
        before, heading, _ = PAGE.read_text(encoding="utf-8").partition("## How fast\n\n")
        PAGE.write_text(before + heading + text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
