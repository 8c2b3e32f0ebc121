"""A work and a style -> the text of its item in a list."""

from __future__ import annotations

from dataclasses import dataclass, field

from cvbuild.diagnostics import DOUBTFUL_OWNER, Sink
from cvbuild.model import Author, Work
from cvbuild.names import Match, Name, Owner, format_name
from cvbuild.publications.database import arxiv_url, date_of, kind_of, url_of, venue_of
from cvbuild.publications.patterns import set_pattern
from cvbuild.publications.styles import Style
from cvbuild.text import Date, Inline, Link, Mark, Role, Str, Text, Url
from cvbuild.words import Words

Inlines = tuple[Inline, ...]
ET_AL = "et al."

_TO = {
    "accepted": "To appear in",
    "in press": "To appear in",
    "submitted": "Submitted to",
    "under review": "Under review at",
    "in preparation": "In preparation for",
}


@dataclass(slots=True)
class Typesetter:
    """Sets works; knows whose CV it is, and asks each name only once whether it is the owner's."""

    owner: Owner
    words: Words
    sink: Sink
    _matches: dict[Name, Match] = field(default_factory=dict)

    def body(self, work: Work, style: Style) -> Text:
        """The text of one item."""
        return Text(set_pattern(style.pattern(kind_of(work)), self._fields(work, style)), work.span)

    def is_owner(self, author: Author, others: tuple[Author, ...] = ()) -> bool:
        """Whether an author is the owner of the CV; a doubtful one is reported unless the owner is among `others`."""
        if author.me:
            return True
        match = self._match(author.name)
        if match is Match.DOUBTFUL and not any(a.me or self._match(a.name) is Match.SURE for a in others):
            self.sink.add(
                DOUBTFUL_OWNER,
                f"is “{author.name}” the owner of this CV, “{self.owner.name}”? Only the initials agree",
                author.span,
                hint=f"if so, add `aliases: [{author.name}]` below `name:`; if not, write the name in full",
            )
        return match is Match.SURE

    def _match(self, name: Name) -> Match:
        known = self._matches.get(name)
        if known is None:
            known = self._matches[name] = self.owner.match(name)
        return known

    def _fields(self, work: Work, style: Style) -> dict[str, Inlines]:
        address = url_of(work)
        long, short = venue_of(work), work.short
        both = style.venue == "both" and long is not None and short is not None
        name = short if style.venue == "short" and short is not None else long or short
        venue = _role("venue", name)
        brief = _role("venue", short) if both else ()
        title = _role("title", work.title)
        if style.link == "title":
            title = _link(address, title)
        elif style.link == "venue" and both:
            brief = _link(address, brief)
        elif style.link == "venue":
            venue = _link(address, venue)
        status = "" if work.status == "published" else self.words(work.status.capitalize())
        to = self.words(_TO[work.status]) if status and venue else ""
        date = date_of(work)
        return {
            "authors": self._authors(work, style),
            "title": title,
            "venue": venue,
            "short": brief,
            "to": _string(to),
            "status": _string(status),
            "year": (Role("year", (Str(str(date.year)),)),) if date is not None else (),
            "date": (Role("year", (Date(date),)),) if date is not None else (),
            "volume": _string(work.volume),
            "issue": _string(work.issue),
            "pages": _string(_pages(work.pages)),
            "publisher": _role("publisher", work.publisher),
            "institution": _role("venue", work.institution),
            "editors": _role("editors", work.editors),
            "edition": _role("edition", work.edition),
            "doi": _link(Url(f"https://doi.org/{work.doi}"), _string(work.doi)) if work.doi else (),
            "arxiv": _link(arxiv_url(work), _string(f"arXiv:{work.arxiv}")) if work.arxiv else (),
            "arxiv-name": _link(arxiv_url(work), _string("arXiv")) if work.arxiv else (),
            "url": _link(work.url, _string(work.url.href)) if work.url else (),
            "links": _links(work),
            "note": _role("note", work.note),
            "kind": _string(kind_of(work)),
        }

    def _authors(self, work: Work, style: Style) -> Inlines:
        authors = [a for a in work.authors if not _is_et_al(a)]
        cut = len(authors) < len(work.authors)
        mine = [self.is_owner(a, work.authors) for a in authors]
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
                out.extend(Mark(symbol) for symbol in authors[i].marks)
        if cut and shown:
            out.append(Str((style.separator if len(shown) > 1 else " ") + self.words(ET_AL)))
        return (Role("authors", tuple(out)),) if out else ()


def _is_et_al(author: Author) -> bool:
    return str(author.name) in (ET_AL, "et al", "others")


def _string(value: str | None) -> Inlines:
    return (Str(value),) if value else ()


def _role(name: str, value: Text | None) -> Inlines:
    return (Role(name, value.body),) if value else ()


def _link(url: Url | None, body: Inlines) -> Inlines:
    return (Link(url, body),) if url is not None and body else body


def _links(work: Work) -> Inlines:
    out: list[Inline] = []
    for link in work.links:
        if out:
            out.append(Str(" "))
        out.extend((Str("["), Link(link.url, (Str(link.label),)), Str("]")))
    return tuple(out)


def _pages(pages: str | None) -> str | None:
    """Page ranges are set with an en dash (Chicago Manual of Style, 6.78)."""
    return pages.replace("--", "–").replace("-", "–") if pages and pages[:1].isdigit() else pages
