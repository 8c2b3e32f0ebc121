"""Typeset each example in each theme, and write docs/themes-gallery.md with pictures of all pages.

    python -m tools.themes            all of them
    python -m tools.themes --look OUT one sheet for each theme and CV, larger, into a folder; writes nothing else

The page also has a digest of the LaTeX of each CV, in a comment: a test writes all and compares, so the pictures are those
of today.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import os
import tomllib
from pathlib import Path

import pypdfium2
from PIL import Image

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.pipeline import Outcome, check, render, write_latex
from cvbuild.places import builtin_themes
from cvbuild.reading import read_file
from cvbuild.source import Source

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FOLDER = DOCS / "themes"
THEMES = ("noether", "turing", "hopper", "curie", "mirzakhani")
"""In the order in which they are shown."""
CVS = (DOCS / "gallery" / "photo-circle.yaml", *sorted((ROOT / "examples").glob("*.yaml")))
HEAD = """\
# The themes, side by side

Each example in each theme, with `--theme`; options that an example sets for a theme of its own, such as the form of dates,
hold here too. Made by `make themes`. [themes.md](themes.md) tells the options of each.

How many pages the examples take:

"""
_DOTS_PER_INCH = 64
_COLOURS = 32
_WHITE = 0xF6  # what is lighter is paper


def source_of(path: Path, files: Files) -> Source:
    """The text of a CV."""
    source = read_file(path, path.name, files, Sink())
    assert source is not None, path
    return source


def digest(path: Path, theme: str) -> str:
    """What tells whether the pictures of a CV are those of today: the SHA-256 of its LaTeX."""
    files, sink = Files(), Sink()
    checked = check(source_of(path, files), files, sink, Choices(theme=theme))
    assert checked is not None, list(sink.sorted())
    tex = write_latex(checked, sink)
    assert tex is not None, list(sink.sorted())
    return hashlib.sha256(tex.text.encode()).hexdigest()


def typeset(path: Path, theme: str, typesetter: Typesetter) -> Outcome:
    """A CV in a theme."""
    files = Files()
    return render(source_of(path, files), files, typesetter, choices=Choices(theme=theme))


def pages(pdf: bytes, dots_per_inch: float = _DOTS_PER_INCH) -> list[Image.Image]:
    """The pages of a PDF."""
    return [page.render(scale=dots_per_inch / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def sheet(images: list[Image.Image], gap: int = 8) -> Image.Image:
    """Pages side by side, with grey between them."""
    width = sum(image.width for image in images) + gap * (len(images) + 1)
    made = Image.new("RGB", (width, max(image.height for image in images) + 2 * gap), "#C8C8C8")
    x = gap
    for image in images:
        made.paste(image, (x, gap))
        x += image.width + gap
    return made


def small(image: Image.Image, colours: int = _COLOURS) -> bytes:
    """A picture as a PNG of few colours. Rare ones count for more than they have pixels, lest the headings lose theirs."""
    found = image.getcolors(image.width * image.height)
    assert found is not None
    pixels = [colour for times, colour in found for _ in range(math.ceil(times**0.7))]
    sample = Image.new("RGB", (len(pixels), 1))
    sample.putdata(pixels)
    palette = sample.quantize(colours, Image.Quantize.MEDIANCUT)
    entries = palette.getpalette() or []
    whites = [min(entries[place : place + 3]) >= _WHITE for place in range(0, len(entries), 3)]
    palette.putpalette([255 if whites[place // 3] else value for place, value in enumerate(entries)])
    out = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    return out.getvalue()


def about(theme: str) -> str:
    """What a theme says of itself."""
    return str(tomllib.loads(Path(builtin_themes(), theme, "theme.toml").read_text(encoding="utf-8"))["description"])


def page(counts: dict[tuple[str, str], int], digests: dict[tuple[str, str], str]) -> str:
    """docs/themes-gallery.md, for the number of pages and the digest of each CV in each theme."""
    names = [path.stem for path in CVS]
    rows = [("", *(f"`{theme}`" for theme in THEMES))]
    rows += [(name, *(str(counts[theme, name]) for theme in THEMES)) for name in names[1:]]
    rows += [("together", *(str(sum(counts[theme, name] for name in names[1:])) for theme in THEMES))]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    text = HEAD + "\n".join([lines[0], "|---" + "|--:" * len(THEMES) + "|", *lines[1:]]) + "\n"
    for theme in THEMES:
        text += f"\n## {theme}\n\n{about(theme)}.\n"
        for path in CVS:
            where = Path(os.path.relpath(path, DOCS)).as_posix()
            text += f"\n<!-- {digests[theme, path.stem]} -->\n"
            text += f"[{path.stem}]({where})\n\n![{path.stem} in {theme}](themes/{theme}-{path.stem}.png)\n"
    return text


def main() -> None:
    """Typeset all, and write what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--look", type=Path, help="a folder for larger pictures")
    look: Path | None = arguments.parse_args().look
    folder = look or FOLDER
    folder.mkdir(exist_ok=True, parents=True)
    counts: dict[tuple[str, str], int] = {}
    for old in folder.glob("*.png"):
        old.unlink()
    with Typesetter() as typesetter:
        for theme in THEMES:
            for path in CVS:
                outcome = typeset(path, theme, typesetter)
                assert outcome.pdf is not None, (theme, path, list(outcome.sink.sorted()))
                for finding in outcome.sink.diagnostics:
                    print(f"{theme}, {path.stem}: {finding.code.number} {finding.message}")
                counts[theme, path.stem] = outcome.pages
                drawn = pages(outcome.pdf, 100 if look else _DOTS_PER_INCH)
                if path.stem.startswith("photo"):
                    drawn = [image.crop((0, 0, image.width, image.width * 2 // 5)) for image in drawn]
                target = folder / f"{theme}-{path.stem}.png"
                target.write_bytes(small(sheet(drawn)))
                print(f"{target} ({target.stat().st_size / 1000:.0f} kB)")
    if look is None:
        digests = {(theme, path.stem): digest(path, theme) for theme in THEMES for path in CVS}
        (DOCS / "themes-gallery.md").write_text(page(counts, digests), encoding="utf-8")


if __name__ == "__main__":
    main()
