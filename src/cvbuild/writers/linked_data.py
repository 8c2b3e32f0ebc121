"""What a page says to programs: schema.org's words, as JSON-LD.

It says what the page shows, and nothing else. So it is made from the outline, and what is known of a work is only told as
far as its item in the list shows it: a DOI that a style leaves out, or an author behind "et al.", is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from cvbuild.dates import PRESENT, PartialDate, latest
from cvbuild.model import AnyEntry, Award, Degree, Position, Work
from cvbuild.names import fold
from cvbuild.outline import Block, Outline, OutSection, Run
from cvbuild.publications import Listing, ListItem, date_of
from cvbuild.publications.database import arxiv_url, doi_url, kind_of, url_of
from cvbuild.text import Date, Inline, Link, Role, Text, Url, children, plain, walk

_ME: Final = "#me"
_NETWORKS_APART: Final = frozenset(("phone", "email", "website"))
# https://schema.org/CreativeWork and what is below it. There is no type for patents and talks.
_TYPES: Final = {
    "article": "ScholarlyArticle", "conference": "ScholarlyArticle", "workshop": "ScholarlyArticle",
    "preprint": "ScholarlyArticle", "chapter": "Chapter", "book": "Book", "thesis": "Thesis", "report": "Report",
    "software": "SoftwareSourceCode", "dataset": "Dataset",
}  # fmt: skip
# What a work is a part of, by the field that names it.
_WHOLES: Final = (
    ("journal", "Periodical"), ("conference", "Book"), ("workshop", "Book"), ("book", "Book"),
    ("venue", "CreativeWork"),
)  # fmt: skip
_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def linked_data(outline: Outline, ids: Mapping[str, str], *, photo: bool) -> str:
    """The JSON for a ``<script>``. `ids` are those of the page, by the anchors of the outline; `photo` tells if it is shown."""
    items: dict[str, ListItem] = {}
    for item in _items(outline.blocks):  # of a work that stands in several lists, the first
        items.setdefault(item.work.key, item)
    works = [_work(item, ids[item.anchor]) for item in items.values()]
    page = {"@type": "ProfilePage", "mainEntity": {"@id": _ME}, "inLanguage": outline.language}
    if outline.updated is not None:
        page["dateModified"] = _date(outline.updated)
    graph = [page, _person(outline, items.values(), photo), *works]
    said = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, indent=1)
    return re.sub("[<>&\u2028\u2029]", lambda found: _UNSAFE[found[0]], said)


def _said(**properties: Any) -> dict[str, Any]:
    """Properties that have a value; a list of one is that one."""
    shorter = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in properties.items()
    }
    return {name.replace("at_", "@", 1): value for name, value in shorter.items() if value}


def _person(outline: Outline, items: Iterable[ListItem], photo: bool) -> dict[str, Any]:
    by_kind: dict[str, list[str]] = {}
    for contact in outline.contacts:
        href = contact.url.href if contact.url is not None else ""
        by_kind.setdefault(contact.kind, []).append(contact.words if contact.kind in ("phone", "email") else href)
    accounts = [href for kind, hrefs in by_kind.items() if kind not in _NETWORKS_APART for href in hrefs if href]
    entries = list(_entries(outline.blocks))
    present = [e for e in entries if isinstance(e, Position) and e.date is not None and latest(e.date) is PRESENT]
    schools = [e.at for e in entries if isinstance(e, Degree) and e.at and not (e.date and latest(e.date) is PRESENT)]
    return _said(
        at_type="Person",
        at_id=_ME,
        name=outline.name,
        alternateName=_distinct(name for item in items for name in _own_names(item) if name != outline.name),
        description=_words(outline.headline),
        image=_said(at_type="ImageObject", at_id="#photo", caption=outline.photo.alt)
        if outline.photo is not None and photo
        else None,
        jobTitle=_distinct(_words(entry.position) for entry in present),
        affiliation=[
            {"@type": "Organization", "name": name} for name in _distinct(_words(e.at) for e in present if e.at)
        ],
        alumniOf=[{"@type": "EducationalOrganization", "name": name} for name in _distinct(map(_words, schools))],
        award=_distinct(_words(entry.award) for entry in entries if isinstance(entry, Award)),
        address=", ".join(_words(line) for line in outline.address),
        telephone=by_kind.get("phone"),
        email=by_kind.get("email"),
        url=by_kind.get("website"),
        sameAs=accounts,
    )


def _work(item: ListItem, anchor: str) -> dict[str, Any]:
    work, body = item.work, item.body
    shown = _Shown(item)
    doi, address = doi_url(work), url_of(work)
    date = date_of(work)
    kind = kind_of(work)
    identifiers = [f"doi:{work.doi}"] if work.doi and shown.leads(doi, work.doi) else []
    if work.arxiv and shown.leads(arxiv_url(work), work.arxiv):
        identifiers.append(f"arXiv:{work.arxiv}")
    said = _said(
        at_type=_TYPES.get(kind, "CreativeWork"),
        at_id=f"#{anchor}",
        name=shown.text(work.title),
        author=_authors(body.body),
        datePublished=shown.date(date) if date is not None else None,
        isPartOf=_whole(work, shown),
        pagination=work.pages if shown.has(work.pages) else None,
        publisher=_organization(shown.text(work.publisher)),
        sourceOrganization=_organization(shown.text(work.institution)),
        version=work.version if shown.has(work.version) else None,
        isbn=work.isbn if shown.has(work.isbn) else None,
        creativeWorkStatus=work.status.capitalize() if work.status != "published" and shown.has(work.status) else None,
        award=[words for badge in work.badges if (words := shown.text(badge))],
        identifier=identifiers,
        url=address.href if address is not None and shown.leads(address) else None,
        sameAs=[
            link.href for link in (doi, arxiv_url(work)) if link is not None and shown.leads(link) and link != address
        ],
    )
    if kind == "software" and (
        code := next((link.url for link in work.links if link.label.lower() in ("code", "github")), None)
    ):
        said |= {"codeRepository": code.href} if shown.leads(code) else {}
    return said


class _Shown:
    """What the item of a work shows: words, and where they lead."""

    def __init__(self, item: ListItem) -> None:
        self.words = _single(f"{plain(item.body.body)} {item.margin}")
        inlines = list(walk(item.body.body))
        self.hrefs = {node.url.href for node in inlines if isinstance(node, Link)}
        self.dates = {node.value for node in inlines if isinstance(node, Date)}

    def has(self, words: str | None) -> bool:
        return bool(words) and _single(words or "") in self.words

    def text(self, value: Text | None) -> str | None:
        words = _words(value)
        return words if self.has(words) else None

    def leads(self, url: Url | None, words: str | None = None) -> bool:
        return (url is not None and url.href in self.hrefs) or self.has(words)

    def date(self, date: PartialDate) -> str | None:
        """As much of a date as is shown."""
        if date in self.dates:
            return _date(date)
        return f"{date.year:04}" if self.has(str(date.year)) else None


def _whole(work: Work, shown: _Shown) -> dict[str, Any] | None:
    """The journal, the proceedings or the book that a work is a part of, with its volume and issue."""
    field, kind = next(((field, kind) for field, kind in _WHOLES if getattr(work, field) is not None), ("", ""))
    name = shown.text(getattr(work, field)) or shown.text(work.short) if field else None
    if name is None:
        return None
    whole: dict[str, Any] = {"@type": kind, "name": name}
    if work.volume and shown.has(work.volume):
        whole = {"@type": "PublicationVolume", "volumeNumber": work.volume, "isPartOf": whole}
    if kind == "Periodical" and work.issue and shown.has(work.issue):
        whole = {"@type": "PublicationIssue", "issueNumber": work.issue, "isPartOf": whole}
    return whole


def _organization(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def _authors(body: Iterable[Inline]) -> list[dict[str, str]]:
    """The authors that an item prints, in its order and its form."""

    def inside(nodes: Iterable[Inline], mine: bool, url: Url | None) -> Iterator[dict[str, str]]:
        for node in nodes:
            match node:
                case Role("author", name):
                    person = {"@type": "Person", "@id": _ME if mine else "", "name": plain(name)}
                    person["url"] = url.href if url is not None else ""
                    yield {key: value for key, value in person.items() if value}
                case Role("self", name):
                    yield from inside(name, True, url)
                case Link(leads, name):
                    yield from inside(name, mine, leads)
                case _:
                    yield from inside(children(node), mine, url)

    return list(inside(body, False, None))


def _own_names(item: ListItem) -> Iterator[str]:
    return (author["name"] for author in _authors(item.body.body) if "@id" in author)


def _entries(blocks: Iterable[Block]) -> Iterator[AnyEntry]:
    for block in blocks:
        if isinstance(block, Run):
            yield from block.entries
        elif isinstance(block, OutSection):
            yield from _entries(block.blocks)


def _items(blocks: Iterable[Block]) -> Iterator[ListItem]:
    for block in blocks:
        if isinstance(block, Listing):
            yield from block.items
        elif isinstance(block, OutSection):
            yield from _items(block.blocks)


def _date(date: PartialDate) -> str:
    parts = [f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part is not None)]
    return "-".join(parts)


def _words(value: Text | None) -> str:
    return " ".join(plain(value.body).split()) if value is not None else ""


def _distinct(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]


def _single(words: str) -> str:
    """Words one by one, whatever stands between them: a volume 10 is not shown by the year 2010."""
    return " ".join(["", *re.findall(r"[^\W_]+", fold(words)), ""])
