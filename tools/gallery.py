"""Turn docs/gallery/*.yaml into docs/gallery.md: what each feature looks like in YAML, and on the page.

    python -m tools.gallery

Each file is a small CV. Its first comment line is a title, the comment lines after it say what it shows. Lines from
one `# …` to the next are not shown on the page; if the name at the top is among them, the picture begins with the
first heading. What stands in a file `NAME.bib` or `NAME.json` beside `NAME.yaml` is shown too.

The page also has the SHA-256 of each PDF, in a comment: a test renders all and compares.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.pipeline import Outcome, render
from cvbuild.reading import read_file

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "gallery"
# What shows features that are not there yet.
PENDING = frozenset[str]()
CHAPTERS: dict[str, tuple[str, ...]] = {
    "Which works, in which order": ("keys", "query", "rank", "groups", "years", "status", "venue-groups", "topics"),
    "Numbers and citations": ("down", "resume", "labels", "margin", "citations", "ranges", "apart", "counts"),
    "Authors": (
        "owner",
        "equal",
        "several-equals",
        "marks",
        "legend",
        "alphabetical",
        "et-al",
        "position",
        "advisees",
        "co-authors",
        "mentoring",
    ),
    "Styles": ("initials", "apa", "ieee", "ams", "with", "own-style", "venues", "links", "icons", "badges", "kinds"),
    "Databases": ("bib", "fields", "csl"),
    "The header": ("photo", "photo-circle"),
}

HEAD = """\
# Gallery

What cvbuild can do, most of it with publications, each as YAML beside a picture of what it prints. Made by `make gallery` from
`docs/gallery/*.yaml`; the tests render them all and compare. `# …` stands for lines that are not shown; click a title
for the whole file.
"""
_CUT = "# …"
_MARGIN = 10  # pixels around what is printed
_DOTS_PER_INCH = 110
_COLOURS = 24
_FOOT = 70  # points at the end of the page, where its number stands
_SIDES = 50  # points of white on the left and on the right


@dataclass(frozen=True)
class Exhibit:
    """One file of the gallery: what it is called, what it shows, and which lines of it are shown on the page."""

    name: str
    title: str
    about: str
    shown: str
    others: tuple[tuple[str, str], ...]

    @property
    def headed(self) -> bool:
        """Whether the head of the CV is part of what is shown."""
        return any(line.startswith("name:") for line in self.shown.splitlines())


def names() -> list[str]:
    """The exhibits that can be shown, in the order of the page."""
    return [name for chapter in CHAPTERS.values() for name in chapter if name not in PENDING]


def exhibit(name: str) -> Exhibit:
    """What a file of the gallery says."""
    lines = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("# ") or line == _CUT)
    title, *about = (line.removeprefix("# ") for line in lines[:end])
    beside = (FOLDER / f"{name}{suffix}" for suffix in (".bib", ".json"))
    others = tuple((path.name, path.read_text(encoding="utf-8").strip()) for path in beside if path.exists())
    return Exhibit(name, title, " ".join(about), _shown(lines[end:]), others)


def _shown(lines: list[str]) -> str:
    """The lines that are not between two `# …`, with one such line in place of those left out behind the first."""
    out: list[str] = []
    hidden = False
    for line in lines:
        if line.strip() == _CUT:
            hidden = not hidden
            if hidden and out:
                out.append(line)
        elif not hidden:
            out.append(line)
    return "\n".join(out).strip("\n")


def typeset(name: str) -> Outcome:
    """The PDF of an exhibit. What is wrong with it is in the outcome."""
    sink = Sink()
    files = Files()
    source = read_file(FOLDER / f"{name}.yaml", f"{name}.yaml", files, sink)
    assert source is not None, name
    return render(source, files)


def picture(pdf: bytes, *, headed: bool) -> Image.Image:
    """What is printed on the page, without its number and the white around it; from the first heading on unless `headed`."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    scale = _DOTS_PER_INCH / 72
    image = page.render(scale=scale).to_pil().convert("RGB")
    image = image.crop((0, 0, image.width, image.height - round(_FOOT * scale)))
    if not headed:
        for item in document.get_toc(max_depth=1):
            _, position = item.get_dest().get_view()
            top = page.get_height() - position[1]
            image = image.crop((0, round(top * scale), image.width, image.height))
            break
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    assert box is not None, "nothing is printed"
    # All have the same left and right edges, so that they stand as on one page.
    edge = round(_SIDES * scale)
    cut = Image.new("RGB", (image.width - 2 * edge, box[3] - box[1] + 2 * _MARGIN), "white")
    cut.paste(image.crop((edge, box[1], image.width - edge, box[3])), (0, _MARGIN))
    return cut.quantize(_COLOURS, Image.Quantize.MEDIANCUT)


def part(shown: Exhibit, digest: str) -> str:
    """The part of the page about one exhibit."""
    blocks = [f"```yaml\n{shown.shown}\n```"]
    kinds = {".bib": "bibtex", ".json": "json"}
    blocks += [f"`{name}`:\n\n```{kinds[Path(name).suffix]}\n{text}\n```" for name, text in shown.others]
    head = f"### [{shown.title}](gallery/{shown.name}.yaml)\n\n<!-- {digest} -->\n\n{shown.about}"
    return "\n\n".join([head, *blocks, f"![{shown.title}](gallery/{shown.name}.png)"]) + "\n"


def page(digests: dict[str, str]) -> str:
    """docs/gallery.md, for the SHA-256 of each PDF."""
    parts = [HEAD]
    for chapter, inside in CHAPTERS.items():
        shown = [name for name in inside if name in digests]
        if shown:
            parts += [f"## {chapter}\n", *(part(exhibit(name), digests[name]) for name in shown)]
    return "\n".join(parts)


def main() -> None:
    """Typeset all, and write the pictures and the page."""
    digests: dict[str, str] = {}
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name in names():
        outcome = typeset(name)
        assert outcome.pdf is not None, (name, outcome.sink.diagnostics)
        for finding in outcome.sink.diagnostics:
            print(f"{name}: {finding.code.number} {finding.message}")
        digests[name] = hashlib.sha256(outcome.pdf).hexdigest()
        path = FOLDER / f"{name}.png"
        picture(outcome.pdf, headed=exhibit(name).headed).save(path, optimize=True)
        print(f"{path.relative_to(DOCS.parent)} ({path.stat().st_size / 1000:.0f} kB)")
    (DOCS / "gallery.md").write_text(page(digests), encoding="utf-8")


if __name__ == "__main__":
    main()
