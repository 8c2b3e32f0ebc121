"""Which sections stand in the side column of a theme that has one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

from cvbuild.diagnostics import NO_SUCH_SECTION, Sink, closest
from cvbuild.model import Entry, ThemeChoice
from cvbuild.outline.blocks import Block, Outline, OutSection, Paragraphs, Run
from cvbuild.publications import LegendLine, Listing
from cvbuild.text import Text, plain
from cvbuild.theme import Theme

SIDE: Final = "side"
"""The option of a theme that tells which sections stand beside the others: titles, or None if it is left to cvbuild."""
WIDE: Final = "wide"
"""The option that tells which ones go across both columns."""
_BESIDE: Final = frozenset(("award", "bullet", "degree", "person"))
_LINES: Final = 24
"""So many lines of the side column a section may take that is put there unasked, …"""
_PAGE: Final = 40
"""… and all of them together: what is left of the first page, below the contacts."""
_LINE: Final = 34
"""Characters of a line there, …"""
_MAIN: Final = 75
"""… and of one in the main column."""
_MANY: Final = 12
"""So many works are a long list, which wants the whole width, …"""
_BEFORE: Final = 0.5
"""… if the main column before it is at least so long, as a share of the side column: what is beside would be empty else."""


def set_aside(outline: Outline, theme: Theme, choice: ThemeChoice, sink: Sink) -> Outline:
    """The outline, with its sections for the side column marked, if the theme has one.

    `choice` is what the document says of its theme: titles that no section has are told there.
    """
    spec = theme.specs.get(SIDE)
    if spec is None or spec.type != "titles":
        return outline
    aside = _short(outline) if theme.values[SIDE] is None else _named(SIDE, outline, theme, choice, sink)
    automatic = WIDE in theme.values and theme.values[WIDE] is None
    wide = _long(outline, aside) if automatic else _named(WIDE, outline, theme, choice, sink)
    blocks = tuple(
        dataclasses.replace(block, aside=block.anchor in aside - wide, wide=block.anchor in wide)
        if isinstance(block, OutSection)
        else block
        for block in outline.blocks
    )
    return dataclasses.replace(outline, blocks=blocks, columns=True)


def _named(option: str, outline: Outline, theme: Theme, choice: ThemeChoice, sink: Sink) -> set[str]:
    """The anchors of the sections that an option names."""
    titles = {_title(section): section.anchor for section in _sections(outline)}
    wanted = theme.values.get(option) or ()
    for title in wanted:
        if _key(title) not in titles:
            _report(option, title, outline, choice, sink)
    return {titles[key] for title in wanted if (key := _key(title)) in titles}


def _report(option: str, title: str, outline: Outline, choice: ThemeChoice, sink: Sink) -> None:
    known = [plain(section.title.body) for section in _sections(outline) if section.title]
    near = closest(title, known)
    hint = f"did you mean `{near}`?" if near else "a title is written as below `sections:`"
    said = next((one for one in choice.options if one.name == option), None)
    span = choice.span
    if said is not None:
        key = said.span.behind(said.value or "") if said.span is not None else None
        span = next((item.span for item in said.items if str(item) == title), key)
    sink.add(NO_SUCH_SECTION, f"no section has the title `{title}`", span, hint=hint)


def _sections(outline: Outline) -> Iterator[OutSection]:
    return (block for block in outline.blocks if isinstance(block, OutSection))


def _title(section: OutSection) -> str:
    return _key(plain(section.title.body)) if section.title else ""


def _key(title: str) -> str:
    return " ".join(title.split()).casefold()


def _short(outline: Outline) -> set[str]:
    """The anchors of sections that are short, of short things, as long as there is room; something stays in the main column."""
    chosen: set[str] = set()
    room = _PAGE
    for section in _sections(outline):
        lines = _lines(section.blocks)
        if section.title and 0 < lines <= min(_LINES, room - 2) and _fits(section.blocks):
            room -= lines + 2
            chosen.add(section.anchor)
    rest = [block for block in outline.blocks if not (isinstance(block, OutSection) and block.anchor in chosen)]
    return chosen if rest or outline.summary else set()


def _long(outline: Outline, aside: set[str]) -> set[str]:
    """The anchor of the first section with a long list of works, if there is enough before it."""
    beside = 2.0 + len(outline.address) + len(outline.contacts)
    beside += sum(2 + _lines(section.blocks) for section in _sections(outline) if section.anchor in aside)
    before = 2.0 + sum(_wrapped(text, _MAIN) for text in outline.summary)
    for section in _sections(outline):
        if section.anchor not in aside:
            if _works(section.blocks) >= _MANY:
                return {section.anchor} if before >= _BEFORE * beside else set()
            before += 2 + _lines(section.blocks, _MAIN)
    return set()


def _works(blocks: tuple[Block, ...]) -> int:
    return sum(
        _works(block.blocks) if isinstance(block, OutSection) else len(tuple(block.items))
        for block in blocks
        if isinstance(block, OutSection | Listing)
    )


def _fits(blocks: tuple[Block, ...]) -> bool:
    """Whether there is nothing but what reads well in a narrow column."""
    return all(
        _fits(block.blocks)
        if isinstance(block, OutSection)
        else isinstance(block, Paragraphs | LegendLine) or (isinstance(block, Run) and block.kind in _BESIDE)
        for block in blocks
    )


def _lines(blocks: tuple[Block, ...], line: int = _LINE) -> int:
    """About how many lines of so many characters blocks take."""
    count = 0
    for block in blocks:
        match block:
            case OutSection():
                count += 2 + _lines(block.blocks, line)
            case Paragraphs():
                count += sum(_wrapped(text, line) for text in block.paragraphs)
            case Listing():
                count += sum(_wrapped(item.body, line) for item in block.items)
            case Run():
                count += sum(_entry(entry, line) for entry in block.entries)
    return count


def _entry(entry: Entry, line: int) -> int:
    """The same for an entry: the texts of its head stand behind each other, all others on lines of their own."""
    head, below = "", 0
    for f in dataclasses.fields(entry):
        match getattr(entry, f.name):
            case Text() as words:
                head += f"{words} "
            case tuple() as several:
                for item in several:
                    below += _entry(item, line) if isinstance(item, Entry) else _wrapped(item, line)
    return _wrapped(head, line) + below


def _wrapped(words: object, line: int) -> int:
    return -(-len(str(words)) // line) if isinstance(words, Text | str) else 1
