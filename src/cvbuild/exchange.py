"""Works in and out: files of other programs -> YAML, and the works of a CV -> a .bib file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cvbuild.checked import AS_WRITTEN, Choices
from cvbuild.choosing import choose, leave_out, read_tree
from cvbuild.databases import load_database
from cvbuild.diagnostics import BAD_ENTRY, Sink
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.schema import load_document
from cvbuild.source import Source


@frozen
class Exchanged:
    """A text to be written, and how many works are in it."""

    text: str
    works: int


def import_works(sources: Iterable[Source], sink: Sink) -> Exchanged:
    """The works of .bib files and of CSL-JSON files as `publications:` in YAML, in their order.

    What is wrong is reported; broken entries are left out. Entries that only lend fields to others are no works.
    """
    from cvbuild.bibliography import to_model
    from cvbuild.bibliography.load import Opened, merge_files
    from cvbuild.bibliography.tidy import write_works

    sources = tuple(sources)
    names = [_called(source) for source in sources]
    found = merge_files(map(Opened, sources), sink)
    works = to_model((e for e in found.entries if not e.parent or e.work.get("authors") is not None), sink)
    for work in works:
        if not work.title:
            sink.add(BAD_ENTRY, f"`{work.key}` has no title, without which no work stands in YAML", work.span)
    works = tuple(work for work in works if work.title)
    return Exchanged(write_works(works, f"From {_listed(names)}, by `cvbuild import`."), len(works))


def export_bib(source: Source, files: Files, sink: Sink, choices: Choices = AS_WRITTEN) -> Exchanged | None:
    """The works of a CV, and of the files that it names, as a .bib file; None if there are errors."""
    from cvbuild.bibliography.export import write_bib

    root = read_tree(source, files, sink, choices)
    written = load_document(root, sink) if root is not None else None
    if written is None:
        return None
    apart, document = choose(written, choices, sink)
    database = load_database(root, written, source, files, sink)
    if database is None or sink.failed:
        return None
    _, database = leave_out(written, document, database, apart, choices, sink)
    works = database.works
    return Exchanged(write_bib(works, f"From {_called(source)}, by `cvbuild export --bib`."), len(works))


def _called(source: Source) -> str:
    """The name of a file, in characters that can be written."""
    return "".join(c if c.isprintable() else "?" for c in Path(source.name).name)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
