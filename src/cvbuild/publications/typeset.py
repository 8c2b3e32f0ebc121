"""A work and a style -> the text of its item in a list."""

from __future__ import annotations

from dataclasses import dataclass

from cvbuild.diagnostics import Sink
from cvbuild.model import Work
from cvbuild.publications.bylines import make_byline
from cvbuild.publications.database import arxiv_url, date_of, kind_of, url_of, venue_of
from cvbuild.publications.marks import Marks
from cvbuild.publications.patterns import set_pattern
from cvbuild.publications.styles import Style
from cvbuild.publications.who import Who
from cvbuild.text import Date, Inline, Link, Role, Str, Text, Url
from cvbuild.words import Words

Inlines = tuple[Inline, ...]

_TO = {
    "accepted": "To appear in",
    "in press": "To appear in",
    "submitted": "Submitted to",
    "under review": "Under review at",
    "in preparation": "In preparation for",
}


@dataclass(slots=True)
class Typesetter:
    """Sets works; knows who the authors are."""

    who: Who
    marks: Marks
    words: Words
    sink: Sink

    def body(self, work: Work, style: Style) -> Text:
        """The text of one item."""
        return Text(set_pattern(style.pattern(kind_of(work)), self._fields(work, style)), work.span)

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
            "authors": make_byline(work, style, self.who, self.marks, self.words),
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
