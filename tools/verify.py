"""Reads the PDF of each example back, in each theme and engine that is installed, and counts what was found in it.

python -m tools.verify [--write] [--random 200]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.support import EXAMPLES, ROOT, THEMES
from tests.test_publication_properties import CV

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.pipeline import render
from cvbuild.reading import read_input
from cvbuild.report import human
from cvbuild.source import Source
from cvbuild.verify import verify
from tools.reliability import parser, table, write_section

ENGINES = ("xelatex", "lualatex", "pdflatex")


def read_back(source: Source, files: Files, typesetter: Typesetter, theme: str) -> Counter[str]:
    """Render a CV, and count what is in its PDF, and what is reported; what is reported is also printed."""
    outcome = render(source, files, typesetter, choices=Choices(theme=theme))
    cv, sink = outcome.checked, Sink()
    if outcome.pdf is None or cv is None:
        print(human(outcome.sink.sorted()), file=sys.stderr)
        return Counter(PDFs=1, reported=1)
    found = verify(
        outcome.pdf, cv.document, cv.outline, cv.theme, files, sink, loaded=cv.loaded, missing=outcome.missing
    )
    print(human(sink.sorted()), end="", file=sys.stderr)
    return Counter(
        PDFs=1,
        words=found.words,
        links=found.links,
        marks=found.marks,
        numbers=found.numbers,
        reported=len(sink.diagnostics),
    )


def files_of(paths: list[Path], engine: str | None) -> Counter[str]:
    """All these CVs in all themes."""
    total: Counter[str] = Counter()
    with Typesetter(engine) as typesetter:
        for path in paths:
            for theme in THEMES:
                files = Files()
                source = read_input(path, files, Sink())
                if source is None:
                    raise FileNotFoundError(path)
                total += read_back(source, files, typesetter, theme)
    return total


def random_cvs(count: int) -> Counter[str]:
    """As many CVs as hypothesis makes, each in one theme."""
    total: Counter[str] = Counter()

    @seed(2026)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(CV, st.sampled_from(THEMES))
    def run(cv: dict[str, object], theme: str) -> None:
        nonlocal total
        source = Source("cv.yaml", json.dumps(cv, ensure_ascii=False, indent=1), ROOT)
        total += read_back(source, Files(), typesetter, theme)

    with Typesetter() as typesetter:
        run()
    return total


def main() -> None:
    """Count, and print the table."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--random", type=int, default=200, help="how many random CVs (200)")
    chosen = arguments.parse_args()
    gallery = sorted((ROOT / "docs" / "gallery").glob("*.yaml"))
    rows = [("examples", "embedded", files_of(EXAMPLES, None))]
    rows += [("examples", engine, files_of(EXAMPLES, engine)) for engine in ENGINES if shutil.which(engine)]
    rows += [("CVs of the gallery", "embedded", files_of(gallery, None))]
    rows += [("random CVs", "embedded", random_cvs(chosen.random))]
    names = ("PDFs", "words", "links", "marks", "numbers", "reported")
    text = table(
        ("CVs", "engine", "PDFs", "words", "links", "marks", "numbers of works", "reports"),
        [(what, engine, *(total[name] for name in names)) for what, engine, total in rows],
    )
    print(text)
    if chosen.write:
        write_section("verify", text)


if __name__ == "__main__":
    main()
