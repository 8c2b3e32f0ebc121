"""Turn PDFs into PNG pages, to be looked at: ``python -m tools.pictures OUT FILE.pdf …``."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2


def main(out: Path, files: list[Path], dots_per_inch: int = 100) -> None:
    """One PNG for each page, in the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        for number, page in enumerate(pypdfium2.PdfDocument(file), start=1):
            picture = out / f"{file.stem}-{number}.png"
            page.render(scale=dots_per_inch / 72).to_pil().save(picture)
            print(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
