"""What becomes of .bib files that others have written: python -m tools.foreign_bib FOLDER > table.md

Every .bib file below FOLDER (once, if it is there several times) is loaded. An independent reading by bibtexparser and
pylatexenc (install bibtexparser 2 first; it is no dependency of cvbuild) says how many entries there are and which
letters their titles, authors and venues have. All works are then written as LaTeX by a CV with one list, exported,
and read again. The result is a table in Markdown.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import time
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cvbuild.bibliography import read_entries, to_model
from cvbuild.bibliography.export import same, write_bib
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Work
from cvbuild.outline import make_outline
from cvbuild.pipeline import check, write_latex
from cvbuild.publications import make_database
from cvbuild.source import CONTROL, Source

FIELDS = ("title", "booktitle", "journal", "journaltitle", "author")
NO_WORKS = ("xdata", "set", "bstctl", "ieeetranbstctl", "control", "comment", "string", "preamble", "jabref-meta")
TOLD = re.compile(r"arxiv|corr\b|in prep|submitted|to appear|in press|under review|https?:", re.IGNORECASE)
"""Venues that say something else: an arXiv number, a status, an address. They become that."""
SHOWN = 40
"""Files with as many entries have a row of their own even if nothing is lost."""


@dataclass
class Row:
    """One file, and what became of it."""

    name: str
    entries: int = 0
    loaded: int = 0
    lending: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    carried: int = 0
    seconds: float = 0.0


def files_in(folder: Path) -> Iterator[Path]:
    """Every .bib file below a folder, once."""
    seen: set[bytes] = set()
    for path in sorted(folder.rglob("*.bib")):
        digest = hashlib.sha256(path.read_bytes()).digest()
        if path.is_file() and digest not in seen:
            seen.add(digest)
            yield path


def text_of(path: Path, row: Row) -> str:
    """Its text, as cvbuild would take it: what is not UTF-8 is converted from Latin-1, control characters are deleted."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        row.name += " (converted from Latin-1)"
        text = data.decode("latin-1")
    if CONTROL.search(text):
        row.name += " (control characters deleted)"
    return CONTROL.sub("", text)


def try_file(path: Path) -> Row:
    """Everything that is tried with one file."""
    row = Row("/".join((path.parent.name, path.name)))
    text = text_of(path, row).replace("\r\n", "\n").replace("\r", "\n")
    sink = Sink()
    source = Source(path.name, text)
    start = time.perf_counter()
    entries = read_entries(source, {}, sink)
    works = to_model((e for e in entries.entries if not e.parent or e.work.get("authors") is not None), sink)
    row.seconds = time.perf_counter() - start
    row.loaded = len(works)
    row.lending = parents = sum(e.parent and e.work.get("authors") is None for e in entries.entries)
    for found in sink.diagnostics:
        (row.errors if found.is_error else row.warnings)[found.code.number] += 1
        row.details.append(f"{row.name}:{found.span.line if found.span else 0}: {found.code.number} {found.message}")
    compare(text, works, parents, row)
    row.lost += rendered(works, text)
    bib = write_bib(works)
    row.carried = len(re.findall(r"^  cv-", bib, re.MULTILINE))
    row.details += [f"{row.name}: carried {line.strip()}" for line in re.findall(r"^  cv-.*", bib, re.MULTILINE)]
    row.lost += exported(works, bib, row)
    return row


def compare(text: str, works: tuple[Work, ...], parents: int, row: Row) -> None:
    """Count entries and letters by an independent reading."""
    library = parsed(text)
    keys = {work.key: work for work in works}
    seen: set[str] = set()
    letters = titles = missing = 0
    for entry in library:
        if entry.entry_type.lower() in NO_WORKS:
            continue
        row.entries += 1
        work = keys.get(entry.key)
        if work is None or entry.key in seen:
            continue
        seen.add(entry.key)
        have = [Counter(letters_of(words)) for words in words_of(work)]
        fields = {f.key.lower(): str(f.value) for f in entry.fields}
        bad = 0
        for name in FIELDS:
            text = decoded(fields[name]) if name in fields else ""
            wanted = Counter(letters_of(text))
            if name not in ("title", "author") and TOLD.search(text):
                continue
            short = min((wanted - words).total() for words in have)
            if short:
                bad += short
                flat = " ".join(fields[name].split())
                row.details.append(f"{row.name}: {entry.key} {name}: `{flat[:300]}` lacks {short}")
        letters += bad
        titles += bool(bad)
    missing = row.entries - len(seen) - parents
    if missing > 0:
        row.lost.append(f"{missing} entries")
    if letters:
        row.lost.append(f"{letters} letters in {titles} entries")


def parsed(text: str) -> list[Any]:
    """The entries, as bibtexparser reads them."""
    import bibtexparser

    logging.disable(logging.CRITICAL)
    return list(bibtexparser.parse_string(text).entries)


def decoded(text: str) -> str:
    """LaTeX as characters, as pylatexenc has it."""
    from pylatexenc.latex2text import LatexNodes2Text

    text = re.sub(r"(?:\s+and)+\s+others\s*$|(?:\s+and)+\s+", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\\noopsort\s*\{[^{}]*\}|\\foreignlanguage\s*\{[^{}]*\}", "", text)
    text = re.sub(r"\b(?:(?:family|given|prefix|suffix)|useprefix)\s*=|\b\w+-i\s*=\s*\w+", "", text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return str(LatexNodes2Text(math_mode="text").latex_to_text(text))
        except Exception:  # what it cannot read is no measure
            return ""


def letters_of(text: str) -> str:
    """Letters and digits without case and accents."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in flat if c.isalnum() and not unicodedata.combining(c))


def words_of(work: Work) -> Iterator[str]:
    """Every text of a work as plain characters."""
    from dataclasses import fields

    for f in fields(work):
        value = getattr(work, f.name)
        if f.name == "authors":
            yield " ".join(str(author.name) for author in value)
        elif f.name == "links":
            yield from (link.url.href for link in value)
        elif isinstance(value, tuple):
            yield from map(str, value)
        elif value is not None and f.name not in ("key", "span", "written"):
            yield str(value)


def rendered(works: tuple[Work, ...], text: str) -> list[str]:
    """A CV with one list of all."""
    from cvbuild.bibliography.tidy import write_works

    head = "name: Nobody Else\nsections:\n  All:\n    publications: all\n"
    sink = Sink()
    bare = check(Source("cv.yaml", head), Files(), sink)
    assert bare is not None
    database = make_database((), works, sink)
    whole = replace(bare, database=database, outline=make_outline(bare.document, database, sink))
    tex = write_latex(whole, sink) if not sink.failed else None
    if tex is None:
        return [
            "not rendered: " + "; ".join(f"{d.code.number} {d.message}" for d in sink.diagnostics if d.is_error)[:200]
        ]
    checked = check(Source("cv.yaml", head + write_works(work for work in works if work.title)), Files(), sink)
    if checked is None:
        return [
            "import is not valid: "
            + "; ".join(f"{d.code.number} {d.message}" for d in sink.diagnostics if d.is_error)[:200]
        ]
    imported = {work.key: work for work in checked.document.publications.works}
    wrong = [work.key for work in works if work.title and imported.get(work.key) != work]
    return [f"{len(wrong)} imported otherwise ({', '.join(wrong[:3])})"] if wrong else []


def exported(works: tuple[Work, ...], bib: str, row: Row) -> list[str]:
    """Whether the works come back from their .bib file."""
    sink = Sink()
    back = to_model(read_entries(Source("export.bib", bib), {}, sink).entries, sink)
    row.details += [f"{row.name}: export: {d.code.number} {d.message}" for d in sink.diagnostics]
    if len(back) != len(works):
        return [f"{len(works) - len(back)} not exported"]
    wrong = [a.key for a, b in zip(works, back, strict=True) if not same(a, b)]
    return [f"{len(wrong)} exported otherwise ({', '.join(wrong[:3])})"] if wrong else []


def table(rows: list[Row]) -> Iterator[str]:
    """A row for each file in which something is lost or that is large, one for the others, and one for all."""
    yield "| file | entries | works | lenders | warnings | errors | lost | `cv-` | seconds |"
    yield "|---|--:|--:|--:|--:|---|---|--:|--:|"
    quiet = [row for row in rows if not row.lost and not row.errors and row.entries < SHOWN]
    for row in rows:
        if row not in quiet:
            yield line(row, row.name)
    whole = Row(f"{len(quiet)} other files")
    every = Row("**all**")
    for row in rows:
        for total in (every, *([whole] if row in quiet else [])):
            total.entries += row.entries
            total.loaded += row.loaded
            total.lending += row.lending
            total.carried += row.carried
            total.warnings += row.warnings
            total.errors += row.errors
            total.seconds += row.seconds
    yield line(whole, whole.name)
    yield line(every, every.name)


def line(row: Row, name: str) -> str:
    """A row in Markdown."""
    errors = ", ".join(f"{number} {code}" for code, number in sorted(row.errors.items()))
    lost = "; ".join(row.lost).replace("|", "\\|")
    numbers = [row.entries, row.loaded, row.lending or "", row.warnings.total() or "", errors, lost, row.carried or ""]
    return f"| {name} | {' | '.join(map(str, numbers))} | {row.seconds:.2f} |"


def main() -> None:
    """Print the table, and what stands behind it to standard error."""
    folder = Path(sys.argv[1])
    paths = list(files_in(folder))
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(try_file, paths))
    rows = [row for row in rows if row.entries or row.errors]
    print("\n".join(table(rows)))
    for row in rows:
        print("\n".join(row.details), file=sys.stderr)


if __name__ == "__main__":
    main()
