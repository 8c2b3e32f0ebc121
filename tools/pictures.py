"""Turn PDFs into PNG pages, to be looked at.

    python -m tools.pictures OUT FILE.pdf …     one PNG a page in the folder OUT
    python -m tools.pictures --docs FILE.pdf …  the pages of docs/examples.md, and that page

docs/examples.md also tells the SHA-256 of each PDF: a test renders the examples and
compares, so that the pictures are those of today, and the same on every machine.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

DOCS = Path(__file__).parents[1] / "docs"
README = ("readme.png", "webpage.png", "preview.png")
"""Pictures in the same folder that `tools.readme` makes."""
HEAD = """\
# The examples, as the embedded engine sets them

Made by `make pictures` from `examples/*.yaml`. The SHA-256 of each PDF is the same on every machine; the tests render
the examples and compare.
"""


def pages(file: Path, out: Path, dots_per_inch: int = 100) -> Iterator[tuple[Path, Image.Image]]:
    """Each page of a PDF as a picture, and where in `out` it belongs."""
    for number, page in enumerate(pypdfium2.PdfDocument(file), start=1):
        yield out / f"{file.stem}-{number}.png", page.render(scale=dots_per_inch / 72).to_pil()


def draw(out: Path, files: list[Path]) -> None:
    """One PNG for each page, in the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        for path, picture in pages(file, out):
            picture.save(path)
            print(path)


def document(files: list[Path]) -> None:
    """Small pictures in docs/pictures, and docs/examples.md."""
    out = DOCS / "pictures"
    out.mkdir(exist_ok=True)
    for old in out.glob("*.png"):
        if old.name not in README:
            old.unlink()
    text = HEAD
    for file in sorted(files):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        text += f"\n## [{file.stem}](../examples/{file.stem}.yaml)\n\n`{digest}`\n\n"
        for path, picture in pages(file, out, dots_per_inch=80):
            picture.convert("RGB").quantize(128, Image.Quantize.FASTOCTREE).save(path, optimize=True)
            text += f"![{file.stem}, page {path.stem.rpartition('-')[2]}](pictures/{path.name})\n"
    (DOCS / "examples.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    first, *names = sys.argv[1:]
    chosen = [Path(name) for name in names]
    document(chosen) if first == "--docs" else draw(Path(first), chosen)
