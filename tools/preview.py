"""How long it takes from a save until the new page is on the screen, step by step: `python -m tools.preview CV.yaml`.

The CV is copied; a browser shows its preview, and lines of it are changed, as an editor saves them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from tools.bench.watching import edited
from tools.web import browser

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


def _edit(cv: Path, page: object, number: int) -> dict[str, float]:
    from playwright.sync_api import Page

    assert isinstance(page, Page)
    time.sleep(1.0)  # so that the engine for the next run is there, as it is for people
    page.evaluate("() => { window.seen = {}; }")
    scratch = cv.with_suffix(".new")
    scratch.write_text(edited(cv.read_text(encoding="utf-8"), number), encoding="utf-8")
    begin = time.time()
    scratch.replace(cv)
    page.wait_for_function("() => seen.painted")
    seen: dict[str, float] = page.evaluate("() => seen")
    return {step: seen[step] - begin for step in STEPS}


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("cv", type=Path, nargs="+")
    options.add_argument("--edits", type=int, default=15)
    given = options.parse_args()
    print("| CV | " + " | ".join(STEPS.values()) + " |\n|---|" + "--:|" * len(STEPS))
    for cv in given.cv:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copytree(cv.parent, Path(folder) / "cv")) / cv.name
            found = measure(copy, given.edits)
        print(f"| {cv.stem} | " + " | ".join(f"{median(f[s] for f in found) * 1000:.0f} ms" for s in STEPS) + " |")


if __name__ == "__main__":
    main()
