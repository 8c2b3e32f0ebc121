"""Looks at web pages of CVs as a reader might: valid, accessible, on screens of all sizes, in the light and in the dark.

    python -m tools.webpages [--theme NAME]… OUT CV.yaml…

writes each page, pictures of it at several widths, and its print as PDF into the folder OUT, and tells what the Nu HTML
checker and axe-core say against it, and where it is wider than its screen.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Literal

from tools.web import axe, browser, nu

WIDTHS = (320, 390, 800, 1280, 1600)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> int:
    """The exit status: how many complaints there are."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--theme", action="append", help="instead of the CV's own theme; may be repeated")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("cv", type=Path, nargs="+")
    chosen = arguments.parse_args()
    out, complaints = chosen.out, 0
    out.mkdir(parents=True, exist_ok=True)
    pages = []
    for cv in chosen.cv:
        for theme in chosen.theme or (None,):
            pages.append(out / (f"{theme}-{cv.stem}.html" if theme else f"{cv.stem}.html"))
            command = [sys.executable, "-m", "cvbuild", "render", str(cv), "-q", "-o", str(pages[-1])]
            subprocess.run(command + (["--theme", theme] if theme else []), check=True)
    for message in nu(*pages):
        if "image “data:" not in message["message"]:  # its own mistake: see tests/test_html.py
            complaints += 1
            print(f"{Path(message['url']).name}:{message.get('lastLine')}: {message['message']}")
    with browser() as running:
        shown = running.new_page()
        for page in pages:
            shown.goto(page.absolute().as_uri())
            for scheme in SCHEMES:
                shown.emulate_media(color_scheme=scheme)
                for width in WIDTHS:
                    shown.set_viewport_size({"width": width, "height": 900})
                    shown.screenshot(path=out / f"{page.stem}-{width}-{scheme}.png", full_page=True)
                    said = [found["help"] for found in axe(shown)]
                    if shown.evaluate("document.documentElement.scrollWidth") > width:
                        said.append("wider than the screen")
                    complaints += len(said)
                    print(f"{page.name}, {width}, {scheme}: {'; '.join(said) or 'fine'}", flush=True)
            shown.pdf(path=out / f"{page.stem}.pdf", prefer_css_page_size=True)
    return min(complaints, 1)


if __name__ == "__main__":
    sys.exit(main())
