"""The authors of a work as a line of text."""

from __future__ import annotations

from dataclasses import dataclass

from cvbuild.model import Author, MarkSpec, Work
from cvbuild.names import ET_AL, format_name, is_et_al, printed
from cvbuild.publications.marks import ADVISEE, ALPHABETICAL, EQUAL, Marks
from cvbuild.publications.styles import Style
from cvbuild.publications.who import Who
from cvbuild.text import Inline, Link, Mark, Role, Str, Url
from cvbuild.words import Words, ordinal

# As typed in O'Neill, D'Alembert, 't Hooft; texts of the user have it curled by the markup.


@dataclass(slots=True)
class _Listed:
    """An author, and what is known of the person in this work."""

    author: Author
    mine: bool
    url: Url | None
    marks: tuple[MarkSpec, ...]
    first: bool  # whether an equal first author

    @property
    def stays(self) -> bool:
        """Whether "et al." must not hide this one."""
        return self.mine or self.first or any(mark.show != "none" for mark in self.marks)


def make_byline(work: Work, style: Style, who: Who, marks: Marks, words: Words) -> tuple[Inline, ...]:
    """The authors in the form of `style`, the owner and those with a page as such, each with the marks behind the name.

    If there are more than the style wants, the first few are printed, and all who must not be hidden: the
    owner, equal first authors, and everybody with a printed mark. Where others are left out between two, the
    style's `gap_separator` stands; where they are left out at the end, "et al."
    """
    listed = _listed(work, style, who, marks)
    unknown = len(listed) < len(work.authors)  # the source itself says "and others"
    shown = [i for i, one in enumerate(listed) if style.owner == "show" or not one.mine]
    kept = _kept(shown, listed, style, unknown)
    if not kept:
        return ()
    cut = unknown or kept[-1] != shown[-1]
    out: list[Inline] = []
    printed = set(kept)
    before: int | None = None
    for at, i in enumerate(shown):
        if i not in printed:
            continue
        if before is not None:
            last = i == kept[-1] and not cut
            if before != at - 1:
                separator = style.gap_separator
            elif not last:
                separator = style.separator
            else:
                separator = style.last_separator if len(kept) > 2 else style.pair_separator
            out.append(Str(separator))
        out.extend(_author(listed[i], style))
        before = at
    if cut:
        said = words(ET_AL)  # a document may replace it by nothing
        out.append(Str((style.separator if len(kept) > 1 else " ") + said if said else ""))
        if style.marks:
            rest = (mark for author in work.authors if is_et_al(author.name) for mark in marks.names(author.marks))
            out.extend(_behind(tuple(marks[name] for name in rest)))
    if style.position and len(kept) < len(shown):
        out.extend(_position(listed, unknown, style, words))
    if style.marks and work.alphabetical:
        out.extend(_behind((marks[ALPHABETICAL],), "\u202f"))
    return (Role("authors", tuple(out)),)


def _listed(work: Work, style: Style, who: Who, marks: Marks) -> list[_Listed]:
    out: list[_Listed] = []
    shared = False
    for author in work.authors:
        if is_et_al(author.name):
            continue
        mine = who.is_owner(author, work.authors)
        person = None if mine else who.person(author)
        written = author.marks
        if person is not None and ADVISEE in person.role:
            written = (*written, ADVISEE)
        names = marks.names(written)
        if not out:
            shared = EQUAL in names
        specs = tuple(marks[name] for name in names) if style.marks else ()
        url = person.url if person is not None else None
        out.append(_Listed(author, mine, url, specs, first=shared and EQUAL in names))
    return out


def _kept(shown: list[int], listed: list[_Listed], style: Style, unknown: bool) -> list[int]:
    """Those of the authors `shown` who are printed."""
    if style.max_authors is None or len(shown) <= style.max_authors:
        return shown
    few = set(shown[: style.min_authors])
    if style.keep_last and not unknown:
        few.add(shown[-1])
    return [i for i in shown if i in few or listed[i].stays]


def _author(one: _Listed, style: Style) -> tuple[Inline, ...]:
    name: Inline = Str(printed(format_name(one.author.name, style.names)))
    for mark in one.marks:
        if mark.show == "underline":
            name = underlined(mark.name, (name,))
    name = Role("author", (name,))
    if one.url is not None:
        name = Link(one.url, (name,))
    if one.mine:
        name = Role("self", (name,))
    return (name, *_behind(one.marks))


def underlined(mark: str, body: tuple[Inline, ...]) -> Role:
    """Words that are underlined because of a mark. Advisees have a look of their own, which a theme may change."""
    return Role(ADVISEE if mark == ADVISEE else "underlined", body, mark)


def _behind(marks: tuple[MarkSpec, ...], space: str = "") -> tuple[Inline, ...]:
    """Signs, and words in parentheses."""
    out: list[Inline] = [Mark(mark.symbol, mark.name) for mark in marks if mark.show == "symbol" and mark.symbol]
    if out and space:
        out.insert(0, Str(space))
    said: list[Inline] = []
    for mark in marks:
        if mark.show == "words" and mark.words:
            said.extend((Str(", " if said else " ("), *mark.words.body))
    if said:
        out.append(Role("capacity", (*said, Str(")"))))
    return tuple(out)


def _position(listed: list[_Listed], unknown: bool, style: Style, words: Words) -> tuple[Inline, ...]:
    """Which author the owner is, as in "(4th of 23)"; how many there are is not told where it is not known."""
    place = next((n for n, one in enumerate(listed, start=1) if one.mine), None)
    if place is None or style.owner != "show":
        return ()
    total = "" if unknown else f" {words('of')} {len(listed)}"
    return (Str(" "), Role("position", (Str(f"({ordinal(place, words)}{total})"),)))
