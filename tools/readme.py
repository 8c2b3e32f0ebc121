"""The pictures at the top of the README, in docs/pictures: `python -m tools.readme`.

`readme.png` is an example in three themes, `webpage.png` its web page, and `preview.png` what a browser shows beside the editor
while it is being written.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, ViewportSize

from cvbuild.engine import Typesetter
from tools.pictures import DOCS, README
from tools.themes import pages, small, typeset
from tools.web import browser

FOLDER: Final = DOCS / "pictures"
EXAMPLE: Final = DOCS.parent / "examples" / "lei-wu.yaml"
THEMES: Final = ("noether", "curie", "mirzakhani")
_WIDTH: Final = 1600
_GAP: Final = 40
_SCREEN: Final[ViewportSize] = {"width": 1100, "height": 720}


def beside(sheets: list[Image.Image], width: int = _WIDTH, gap: int = _GAP) -> Image.Image:
    """Pages side by side on white, each with a soft shadow."""
    each = (width - gap * (len(sheets) + 1)) // len(sheets)
    scaled = [page.resize((each, page.height * each // page.width), Image.Resampling.LANCZOS) for page in sheets]
    shadow = Image.new("L", (width, max(page.height for page in scaled) + 2 * gap), 0)
    places = [(gap + number * (each + gap), gap) for number in range(len(scaled))]
    for page, (x, y) in zip(scaled, places, strict=True):
        shadow.paste(90, (x, y + 4, x + page.width, y + 4 + page.height))
    made = Image.new("RGB", shadow.size, "#FFFFFF")
    made.paste("#000000", mask=shadow.filter(ImageFilter.GaussianBlur(10)))
    for page, place in zip(scaled, places, strict=True):
        made.paste(page, place)
    return made


def first_pages() -> Image.Image:
    """The first page of the example in each theme."""
    found = []
    with Typesetter() as typesetter:
        for theme in THEMES:
            pdf = typeset(EXAMPLE, theme, typesetter).pdf
            assert pdf is not None, theme
            found.append(pages(pdf, 144)[0])
    return beside(found)


def webpage(running: Browser, folder: Path) -> Image.Image:
    """The top of the example's web page, on a wide screen."""
    html = folder / "page.html"
    command = [sys.executable, "-m", "cvbuild", "render", str(EXAMPLE), "--theme", "curie", "-q", "-o", str(html)]
    subprocess.run(command, check=True)
    shown = running.new_page(viewport=_SCREEN)
    shown.goto(html.as_uri())
    return Image.open(BytesIO(shown.screenshot())).convert("RGB")


def preview(running: Browser, folder: Path) -> Image.Image:
    """The preview of the example. Raises `RuntimeError` if there is none."""
    cv = shutil.copy(EXAMPLE, folder)
    command = [sys.executable, "-m", "cvbuild", "watch", str(cv), "--preview"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as watch:
        try:
            assert watch.stderr is not None
            found = re.search(r"http://\S+", watch.stderr.readline())
            if found is None:
                raise RuntimeError(watch.stderr.read())
            shown = running.new_page(viewport=_SCREEN)
            shown.goto(found[0])
            shown.locator(".page img").first.wait_for()
            shown.wait_for_timeout(500)  # until the picture has been painted
            return Image.open(BytesIO(shown.screenshot())).convert("RGB")
        finally:
            watch.terminate()


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        made = (first_pages(), webpage(running, Path(folder)), preview(running, Path(folder)))
    for name, picture in zip(README, made, strict=True):
        target = FOLDER / name
        target.write_bytes(small(picture, 192))
        print(
            f"{target.relative_to(DOCS.parent)} ({picture.width} × {picture.height}, {target.stat().st_size / 1000:.0f} kB)"
        )


if __name__ == "__main__":
    main()
