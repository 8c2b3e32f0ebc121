"""The authors of a work as a line of text."""

from __future__ import annotations

from cvbuild.model import Author, Work
from cvbuild.names import ET_AL, format_name
from cvbuild.publications.styles import Style
from cvbuild.publications.who import Who
from cvbuild.text import Inline, Mark, Role, Str
from cvbuild.words import Words


def make_byline(work: Work, style: Style, who: Who, words: Words) -> tuple[Inline, ...]:
    """The authors in the form of `style`, the owner marked as such, each with the marks behind the name."""
    authors = [a for a in work.authors if not _is_et_al(a)]
    cut = len(authors) < len(work.authors)
    mine = [who.is_owner(a, work.authors) for a in authors]
    shown = [i for i in range(len(authors)) if style.owner == "show" or not mine[i]]
    if style.max_authors is not None and len(shown) > style.max_authors:
        kept = shown[: style.min_authors]
        # "et al." never hides the owner
        kept += [i for i in shown[style.min_authors :] if mine[i]]
        cut, shown = True, kept
    out: list[Inline] = []
    for position, i in enumerate(shown):
        if position:
            last = position == len(shown) - 1 and not cut
            separator = (
                style.separator if not last else style.last_separator if len(shown) > 2 else style.pair_separator
            )
            out.append(Str(separator))
        name: Inline = Role("author", (Str(format_name(authors[i].name, style.names)),))
        out.append(Role("self", (name,)) if mine[i] else name)
        if style.marks:
            out.extend(Mark(symbol) for signs in authors[i].marks for symbol in signs)
    if cut and shown:
        out.append(Str((style.separator if len(shown) > 1 else " ") + words(ET_AL)))
    return (Role("authors", tuple(out)),) if out else ()


def _is_et_al(author: Author) -> bool:
    return str(author.name) in (ET_AL, "et al", "others")
