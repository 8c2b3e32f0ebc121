"""One CV in several themes, to compare them: a PDF and a picture of each, and a page with all pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cvbuild import raster
from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.pipeline import render
from cvbuild.raster import Page
from cvbuild.reading import read_input
from cvbuild.source import Source

DPI: Final = 110.0
"""Of the pictures."""
SAMPLE: Final = Path(__file__).with_name("sample.yaml")
"""A CV of an invented person, in which there is an entry of each kind."""


@frozen
class Preview:
    """What came of a CV in a theme; no `pdf` if there were errors. `name` is what its files are called."""

    name: str
    description: str
    sink: Sink
    pages: int = 0
    pdf: bytes | None = None
    picture: Page | None = None


def read_cv(
    cv: Path | None, files: Files, sink: Sink, *, raw_latex: bool = False, sample: bool = False
) -> Source | None:
    """The CV in a file, or on standard input; or, if it shall be, the sample."""
    if sample:  # as if it lay here, beside the user's themes
        return Source(SAMPLE.name, files.text(SAMPLE), Path(), raw_latex=False)
    return read_input(cv, files, sink, raw_latex)


def previews(
    source: Source,
    themes: Iterable[str],
    typesetter: Typesetter,
    day: tuple[int, int, int] | None = None,
    timeout: float = 60.0,
) -> Iterator[Preview]:
    """The CV in each theme, by name or folder. What is wrong with one is in its sink, and does not keep others from being made."""
    for theme in themes:
        made = render(source, Files(day), typesetter, choices=Choices(theme=theme), timeout=timeout)
        name = Path(theme).resolve().name
        found = made.checked.theme if made.checked is not None else None
        description = found.description if found is not None else ""
        if made.pdf is None:
            yield Preview(name, description, made.sink)
        else:
            picture = next(raster.pages(made.pdf, DPI))
            yield Preview(name, description, made.sink, made.pages, made.pdf, picture)
