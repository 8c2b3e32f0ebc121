"""A work and a style -> the text of its item in a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from cvbuild.dates import ENGLISH as MONTHS
from cvbuild.dates import PartialDate
from cvbuild.diagnostics import NOTHING_PRINTED, Sink
from cvbuild.model import Work
from cvbuild.names import AuthorsError, split_authors
from cvbuild.publications.bylines import make_byline
from cvbuild.publications.database import arxiv_url, date_of, doi_url, kind_of, url_of, venue_of
from cvbuild.publications.links import links_of
from cvbuild.publications.marks import Marks
from cvbuild.publications.patterns import printed_fields, set_pattern
from cvbuild.publications.style import REST, Style, pattern_of
from cvbuild.publications.who import Who
from cvbuild.text import Date, Inline, Link, Role, Str, Text, Url
from cvbuild.words import Words, ordinal

Inlines = tuple[Inline, ...]

_TO = {
    "accepted": "To appear in",
    "in press": "To appear in",
    "submitted": "Submitted to",
    "under review": "Under review at",
    "in preparation": "In preparation for",
}
_UNPUBLISHED = ("submitted", "under review", "in preparation")
# What a work is called that does not say it.
_TYPES = {
    "thesis": "Thesis",
    "report": "Technical report",
    "patent": "Patent",
    "software": "Computer software",
    "dataset": "Data set",
    "talk": "Talk",
}
_REST = frozenset(re.findall(r"\{([a-z]+)\}", REST))
# Fields that say the same in other words: if one is printed, `{rest}` need not print the others.
_SAME = (frozenset(("pages", "pp", "eid")), frozenset(("editors", "eds")))


@dataclass(slots=True)
class Typesetter:
    """Sets works; knows who the authors are."""

    who: Who
    marks: Marks
    words: Words
    sink: Sink

    def body(self, work: Work, style: Style) -> Text:
        """The text of one item."""
        words = style.worded(self.words)
        fields = self._fields(work, style, words)
        pattern = style.pattern(kind_of(work), work.status in _UNPUBLISHED)
        fields["rest"] = _rest(work, fields, printed_fields(pattern, fields), words)
        body = set_pattern(pattern, fields, words)
        if not body:
            hint = f"write `{{title}}` into the pattern for `{kind_of(work)}`"
            self.sink.add(NOTHING_PRINTED, f"the style prints nothing of `{work.key}`", work.span, hint=hint)
        return Text(body, work.span)

    def _fields(self, work: Work, style: Style, words: Words) -> dict[str, Inlines]:
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
        status = "" if work.status == "published" else words(work.status.capitalize())
        # A book is submitted to its publisher; a thesis, a report or software to nobody.
        somewhere = kind_of(work) not in _TYPES and (venue or (kind_of(work) == "book" and work.publisher))
        date = date_of(work)
        pages = _pages(work.pages)
        authors = make_byline(work, style, self.who, self.marks, words)
        editors, eds = _role("editors", work.editors), _string(_eds(work.editors, words))
        if not work.authors and kind_of(work) == "book" and editors:  # who edited a book is its author
            authors, editors, eds = (*editors, *((Str(" ("), *eds, Str(")")) if eds else ())), (), ()
        return {
            "authors": authors,
            "title": title,
            "type": _role("type", work.type) or _string(words(_TYPES.get(kind_of(work), ""))),
            "venue": venue,
            "short": brief,
            "to": _string(words(_TO[work.status]) if status and somewhere else ""),
            "status": _string(status),
            **_date_fields(date, words),
            "volume": _string(work.volume),
            "issue": _string(work.issue),
            "number": _string(work.number),
            "series": _role("series", work.series),
            "chapter": _string(work.chapter),
            "pages": _string(pages),
            **_page_fields(pages, words),
            "edition": _edition(work.edition, words),
            "version": _version(work.version, words),
            "editors": editors,
            "eds": eds,
            "publisher": _role("publisher", work.publisher),
            "institution": _role("venue", work.institution),
            "location": _role("location", work.location),
            "isbn": _string(work.isbn),
            "doi": _link(doi_url(work), _string(work.doi)),
            "arxiv": _link(arxiv_url(work), _string(f"arXiv:{work.arxiv}")) if work.arxiv else (),
            "arxiv-name": _link(arxiv_url(work), _string("arXiv")) if work.arxiv else (),
            "url": _address(work.url),
            "address": _address(doi_url(work) or address),
            "links": links_of(work, style),
            "badges": _badges(work),
            "note": _role("note", _without_parentheses(work.note)),
            "kind": _string(kind_of(work)),
        }


def _rest(work: Work, fields: dict[str, Inlines], printed: frozenset[str], words: Words) -> Inlines:
    """What the work says that is not among the `printed` fields."""
    done = set(printed)
    for same in _SAME:
        if not done.isdisjoint(same):
            done |= same
    if not work.type:
        done.add("type")  # nobody said it
    if venue_of(work) is work.institution:
        done.add("venue" if "institution" in done else "institution")
    left = {name: fields[name] for name in _REST - done if fields.get(name)}
    return set_pattern(pattern_of(REST), left, words) if left else ()


def _string(value: str | None) -> Inlines:
    return (Str(value),) if value else ()


def _role(name: str, value: Text | None) -> Inlines:
    return (Role(name, value.body),) if value else ()


def _link(url: Url | None, body: Inlines) -> Inlines:
    return (Link(url, body),) if url is not None and body else body


def _address(url: Url | None) -> Inlines:
    return _link(url, _string(url.href)) if url is not None else ()


def _badges(work: Work) -> Inlines:
    out: list[Inline] = []
    for badge in work.badges:
        out += (Str(" " if out else ""), Role("badge", badge.body))
    return tuple(out)


def _date_fields(date: PartialDate | None, words: Words) -> dict[str, Inlines]:
    if date is None:
        return {}
    month, short = "", ""
    if date.season is not None:
        month = short = words(date.season.value)
    elif date.month is not None:
        month, short = words(MONTHS.long[date.month - 1]), words(MONTHS.short[date.month - 1])
        short = short if month == short or short.endswith(".") else f"{short}."
    return {
        "year": (Role("year", (Str(str(date.year)),)),),
        "date": (Role("year", (Date(date),)),),
        "month": _string(month),
        "mon": _string(short),
        "day": _string(str(date.day) if date.day is not None else ""),
    }


def _pages(pages: str | None) -> str:
    """Page ranges are set with an en dash (Chicago Manual of Style, 6.78)."""
    return ",".join(
        re.sub(r"^([^-]*\d[^-]*?)\s*(?:--?-?)\s*([^-]+)$", r"\1–\2", part) for part in (pages or "").split(",")
    )


def _page_fields(pages: str, words: Words) -> dict[str, Inlines]:
    """`pp`: pages with a word before them; `eid`: the number of an article, if it looks like one."""
    if pages and re.fullmatch(r"0\w*|\d{5,}|[^\W\d]+\.?\s?\d\w*", pages):
        return {"eid": _string(pages)}
    word = "pp." if re.search("[-–,]", pages) else "p."
    return {"pp": _string(f"{words(word)}\u00a0{pages}" if pages else "")}


def _edition(edition: Text | None, words: Words) -> Inlines:
    """An edition without the word: "2" is "2nd", and so is "2nd edition"."""
    said = re.sub(r"\s+(edition|edn\.?|ed\.?)$", "", str(edition or ""), flags=re.IGNORECASE)
    if edition is None or len(edition.body) != 1 or not isinstance(edition.body[0], Str):
        return _role("edition", edition)
    return (Role("edition", (Str(ordinal(int(said), words) if said.isdecimal() and len(said) < 5 else said),)),)


def _version(version: str | None, words: Words) -> Inlines:
    return _string(f"{words('Version')} {version}" if version and version[0].isdigit() else version)


def _without_parentheses(note: Text | None) -> Text | None:
    """A note without those around the whole of it, which every style has by itself."""
    match note.body if note is not None else ():
        case (Str(only),):
            body: Inlines = (Str(only[1:-1]),)
            first, last = only, only
        case (Str(first), *inner, Str(last)):
            body = (Str(first[1:]), *inner, Str(last[:-1]))
        case _:
            return note
    said = str(note)
    depths = list(accumulate((c == "(") - (c == ")") for c in said))
    whole = first.startswith("(") and last.endswith(")") and len(said) > 2 and 0 not in depths[:-1]
    return Text(tuple(node for node in body if node != Str("")), note.span if note else None) if whole else note


def _eds(editors: Text | None, words: Words) -> str:
    """Whether there is one editor or several; nothing if the text tells it by itself."""
    said = str(editors or "")
    if not said or re.search(r"\b([Ee]ds?\.|[Ee]ds|[Ee]ditors?)\W*$", said):
        return ""
    try:
        return words("eds." if len(split_authors(said)) > 1 else "ed.")
    except AuthorsError:
        return words("eds.")
