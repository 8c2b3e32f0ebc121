"""What whoever calls chose of a CV: values set in its tree, a variant, a day; and what is private is left out.

Most CVs have none of that, and pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cvbuild import tree
from cvbuild.checked import AS_WRITTEN, Choices
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Document, Section
from cvbuild.outline import Block, Outline, OutSection
from cvbuild.publications import Database
from cvbuild.schema import load_document
from cvbuild.source import Source, Span

if TYPE_CHECKING:
    from cvbuild.variants import Apart


def read_tree(source: Source, files: Files, sink: Sink, choices: Choices = AS_WRITTEN) -> tree.Node | None:
    """The tree of a CV, with what it includes, and with what was set; None, and diagnostics, if it is no YAML."""
    source.joined.clear()  # it may be read more than once, for several variants
    root = tree.parse(source, sink)
    if root is None:
        return None
    if "include" in source.text:
        from cvbuild.includes import resolve

        root = resolve(root, source, files, sink)
    if choices.settings:
        from cvbuild.settings import put

        root = put(root, choices.settings, source, choices.variant, sink)
    return root


def choose(written: Document, choices: Choices, sink: Sink) -> tuple[Apart | None, Document]:
    """The document that was asked for, with its works still to be looked at, and what it leaves out; None if nothing."""
    if not (written.variants or choices.variant or choices.as_of or _has_private(written)):
        return None, written
    from cvbuild.publications.select import without_case
    from cvbuild.variants import Apart, check_variants, variant_of, varied, without

    check_variants(written, sink)
    private, tags, document = not choices.private, frozenset[str](), written
    variant = variant_of(written, choices.variant, sink) if choices.variant is not None else None
    if variant is not None:
        document = varied(written, variant)
        private = private and variant.private is None
        tags = frozenset(map(without_case, variant.without))
    apart = Apart(private=private, without=tags, day=choices.as_of)
    return apart, without(document, apart)


def leave_out(
    written: Document, document: Document, database: Database, apart: Apart | None, choices: Choices, sink: Sink
) -> tuple[Document, Database]:
    """The document and its database without works that are left out. `written` is all that the file says."""
    if apart is None:
        if choices.private or not any(work.private for work in database.works):
            return document, database
        from cvbuild.variants import Apart

        apart = Apart()
    from cvbuild.variants import check_tags, published, works_without

    check_tags(written, database.works, sink)
    left = works_without(database, written, apart)
    return published(document, left), left


def without_emptied(document: Document, outline: Outline) -> Document:
    """The document without sections that are not printed, because all works of their lists are left out."""

    def spans(blocks: Iterable[Block]) -> Iterator[Span | None]:
        for block in blocks:
            if isinstance(block, OutSection):
                yield block.span
                yield from spans(block.blocks)

    def kept(sections: Iterable[Section]) -> Iterator[Section]:
        for section in sections:
            if section.span in printed:
                yield replace(section, sections=tuple(kept(section.sections)))

    printed = frozenset(spans(outline.blocks))
    return replace(document, sections=tuple(kept(document.sections)))


def variants_in(source: Source, files: Files, choices: Choices = AS_WRITTEN) -> dict[str, str | None]:
    """The variants of a CV, each with the name of its files if it says one; what is wrong is told when it is checked."""
    sink = Sink()
    root = read_tree(source, files, sink, choices)
    document = load_document(root, sink) if root is not None else None
    if document is None or not document.variants:
        return {}
    from cvbuild.variants import check_variants, files_of

    own = Sink()
    check_variants(document, own)
    return files_of(document) if not own.failed else dict.fromkeys(files_of(document))


def _has_private(document: Document) -> bool:
    return (
        bool(document.private)
        or any(person.private for person in document.people)
        or any(map(_is_private, document.sections))
    )


def _is_private(section: Section) -> bool:
    return section.private or _any_private(section.entries) or any(map(_is_private, section.sections))


def _any_private(entries: Iterable[object]) -> bool:
    return any(getattr(entry, "private", False) or _any_private(getattr(entry, "bullets", ())) for entry in entries)
