"""Outline -> JSON Resume: https://jsonresume.org/schema (https://github.com/jsonresume/resume-schema), version 1.

The schema knows jobs, studies, awards, publications and few things more, and no order between them. So each entry
that it knows goes where it belongs there, in plain words; and the whole CV, as it is printed, stands in `x-sections`, where its
texts are Markdown. Nothing is lost then, and whoever reads only what the schema knows finds it.

What a section holds that is no job, study, award or work (skills, say) is seen from its English title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, Final

from cvbuild.checked import Checked
from cvbuild.dates import PRESENT, DateRange, PartialDate, When
from cvbuild.diagnostics import Sink
from cvbuild.model import Award, Bullet, Degree, Fact, Item, Person, Position, Prose, Record, Work
from cvbuild.outline import Block, Contact, OutSection, Paragraphs, Run
from cvbuild.publications import LegendLine, Listing, ListItem, date_of
from cvbuild.publications.database import arxiv_url, doi_url
from cvbuild.text import Date, Inline, Raw, Str, Text, Url, plain, rewrite
from cvbuild.writers.md import Markdown
from cvbuild.writers.prose import Body

SCHEMA: Final = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_ORDER: Final = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects",
)  # fmt: skip
_SCORE: Final = re.compile(r"gpa|grade|score|result|mark", re.IGNORECASE)
_COURSES: Final = re.compile(r"(?:relevant )?(?:courses|coursework)", re.IGNORECASE)
_DEGREE: Final = re.compile(r"(.+?)(?: in |, )(.+)", re.DOTALL)
_FLUENCY: Final = re.compile(r"(.+?)\s*(?:[:–—]\s*(.+)|\((.+)\))", re.DOTALL)

Json = dict[str, Any]


def write(checked: Checked, sink: Sink) -> bytes:
    """The CV as JSON Resume."""
    return (json.dumps(_Resume(checked, sink).whole(), ensure_ascii=False, indent=2) + "\n").encode()


_CHOOSING: Final = frozenset({"private", "tags"})
"""Fields that say what is in which CV, and nothing of what is there."""


class _Resume:
    def __init__(self, checked: Checked, sink: Sink) -> None:
        self.outline = checked.outline
        self.markdown = Markdown(checked, sink)
        self.lists: dict[str, list[Json]] = {name: [] for name in _ORDER}
        self.known: set[str] = set()  # works

    def whole(self) -> Json:
        outline = self.outline
        sections = [self.block(block, "") for block in outline.blocks]
        updated = _iso(outline.updated) if outline.updated is not None else None
        return _said({
            "$schema": SCHEMA,
            "basics": self.basics(),
            **self.lists,
            "meta": {"version": "v1.0.0", "lastModified": updated},
            "x-title": self.plain(outline.title),
            "x-language": outline.language,
            "x-updated": self.markdown.date(outline.updated) if outline.updated is not None else None,
            "x-sections": sections,
        })  # fmt: skip

    def basics(self) -> Json:
        outline = self.outline
        ways: dict[str, list[str]] = {"email": [], "phone": [], "website": []}
        profiles = []
        for contact in outline.contacts:
            if contact.kind in ways:
                ways[contact.kind].append(_address(contact))
            else:
                user = contact.words if contact.words != contact.label else None
                url = contact.url.href if contact.url is not None else None
                profiles.append(_said({"network": contact.label, "username": user, "url": url}))
        email, phone, website = ([*found, None][0] for found in ways.values())
        return {
            "name": outline.name,
            "label": self.plain(outline.headline),
            "email": email,
            "phone": phone,
            "url": website,
            "summary": "\n\n".join(self.plain(paragraph) or "" for paragraph in outline.summary),
            "location": {"address": "\n".join(self.plain(line) or "" for line in outline.address)},
            "profiles": profiles,
            **{f"x-other-{kind}": found[1:] for kind, found in ways.items()},
            "x-summary": [self.text(paragraph) for paragraph in outline.summary],
        }

    # --- everything, as it is printed ---

    def block(self, block: Block, title: str) -> Json:
        """A block; `title` is that of the sections around it."""
        match block:
            case OutSection():
                inside = f"{title} {self.plain(block.title) or ''}".strip()
                content = [self.block(inner, inside) for inner in block.blocks]
                return _said({"kind": "section", "title": self.text(block.title), "content": content})
            case Paragraphs(paragraphs=paragraphs):
                self.recognise(title, [Bullet(text=Prose((paragraph,))) for paragraph in paragraphs], prose=True)
                return {"kind": "paragraphs", "content": [self.text(paragraph) for paragraph in paragraphs]}
            case LegendLine(text=text):
                return {"kind": "legend", "text": self.text(text)}
            case Listing():
                groups = [self.group(group.heading, group.items) for group in block.groups]
                return {"kind": "publications", "content": groups}
            case Run():
                self.recognise(title, block.entries)
                return {"kind": f"{block.kind}s", "content": [self.record(entry) for entry in block.entries]}

    def group(self, heading: Text | None, items: Iterable[ListItem]) -> Json:
        return _said({"title": self.text(heading), "content": [self.item(item) for item in items]})

    def item(self, item: ListItem) -> Json:
        work = item.work
        if work.key not in self.known:
            self.known.add(work.key)
            self.lists["publications"].append(self.publication(work, item.body))
        label = item.own if item.own is not None else f"[{item.label}]" if item.label is not None else None
        return _said(
            {"key": work.key, "id": item.anchor, "label": label, "year": item.margin, "text": self.text(item.body)}
        )

    def record(self, record: Record) -> Json:
        """All that a record says, under the keys that it has in the YAML."""
        own = {
            f.name.replace("_", "-"): getattr(record, f.name)
            for f in fields(record)
            if f.compare and f.name not in _CHOOSING
        }
        return _said({key: self.value(value) for key, value in own.items()})

    def value(self, value: object) -> object:
        match value:
            case Text():
                return self.text(value)
            case Url(href):
                return href
            case When() | PartialDate():
                return self.when(value)
            case Record():
                return self.record(value)
            case tuple():
                return [self.value(inner) for inner in value]
        return value

    def when(self, value: When | PartialDate) -> Json:
        """A date as it is printed, and as ISO dates."""
        when = value if isinstance(value, When) else When((value,))
        return {"printed": self.markdown.date(value), "parts": [_part(part) for part in when.parts]}

    # --- what the schema knows ---

    def recognise(self, title: str, entries: Iterable[Record], *, prose: bool = False) -> None:
        """Put entries where the schema has a place for them."""
        said = title.casefold()
        for entry in entries:
            match entry:
                case Position():
                    self.lists["volunteer" if "volunteer" in said else "work"].append(self.position(entry, said))
                case Degree():
                    self.lists["education"].append(self.degree(entry))
                case Award() if "certif" in said:
                    self.lists["certificates"].append(self.certificate(entry, entry.award))
                case Award():
                    self.lists["awards"].append(self.award(entry))
                case Item() if "certif" in said:
                    self.lists["certificates"].append(self.certificate(entry, entry.title))
                case Item() if "project" in said:
                    self.lists["projects"].append(self.project(entry))
                case Person() if "reference" in said:
                    self.lists["references"].append(self.reference(entry))
                case Bullet() if "skill" in said and not prose:
                    name, rest = self.labelled(entry)
                    self.lists["skills"].append(
                        _said({"name": name or rest, "keywords": _listed(rest) if name else None})
                    )
                case Bullet() if said.endswith("languages"):
                    self.lists["languages"] += self.languages(entry)
                case Bullet() if said.endswith("interests"):
                    name, rest = self.labelled(entry)
                    self.lists["interests"].append(
                        _said({"name": name or rest, "keywords": _listed(rest) if name else None})
                    )

    def position(self, entry: Position, title: str) -> Json:
        start, end = _ends(entry.date)
        return _said({
            "organization" if "volunteer" in title else "name": self.plain(entry.at),
            "position": self.plain(entry.position),
            "location": self.plain(entry.location),
            "url": _href(entry.url),
            "startDate": start,
            "endDate": end,
            "description": self.plain(entry.note),
            **self.about(entry.text, entry.bullets),
        })  # fmt: skip

    def degree(self, entry: Degree) -> Json:
        name = self.plain(entry.degree) or ""
        parts = _DEGREE.fullmatch(name)
        start, end = _ends(entry.date)
        alone = entry.date is not None and not isinstance(entry.date.parts[0], DateRange) and len(entry.date.parts) == 1
        return _said({
            "institution": self.plain(entry.at),
            "url": _href(entry.url),
            "studyType": parts[1] if parts else name,
            "area": parts[2] if parts else None,
            "startDate": None if alone else start,
            "endDate": end,
            "score": next(self.facts(entry.facts, _SCORE), None),
            "courses": [course for found in self.facts(entry.facts, _COURSES) for course in _listed(found)],
            "x-location": self.plain(entry.location),
            "x-thesis": self.plain(entry.thesis),
        })  # fmt: skip

    def award(self, entry: Award) -> Json:
        below = self.about(entry.text, entry.bullets)
        said = [self.plain(entry.amount), self.plain(entry.note), below["summary"], *below["highlights"]]
        return _said({
            "title": self.plain(entry.award),
            "date": _ends(entry.date)[1] or _ends(entry.date)[0],
            "awarder": self.plain(entry.at),
            "summary": "; ".join(filter(None, said)),
        })  # fmt: skip

    def certificate(self, entry: Award | Item, name: Text) -> Json:
        date = _ends(entry.date)[0]
        return _said({
            "name": self.plain(name), "date": date, "issuer": self.plain(entry.at), "url": _href(entry.url)
        })  # fmt: skip

    def project(self, entry: Item) -> Json:
        start, end = _ends(entry.date)
        about = self.about(entry.text, entry.bullets)
        role = self.plain(entry.role)
        return _said({
            "name": self.plain(entry.title),
            "description": about["summary"] or self.plain(entry.note),
            "highlights": about["highlights"],
            "startDate": start,
            "endDate": end,
            "url": _href(entry.url),
            "roles": [role] if role else None,
            "entity": self.plain(entry.at),
        })  # fmt: skip

    def reference(self, entry: Person) -> Json:
        said = [self.plain(entry.role), *map(self.plain, entry.affiliations), entry.email, self.plain(entry.note)]
        return _said({"name": self.plain(entry.person), "reference": ", ".join(filter(None, said))})

    def publication(self, work: Work, printed: Text) -> Json:
        venues = (work.journal, work.conference, work.workshop, work.book, work.venue, work.institution, work.publisher)
        date = date_of(work)
        return _said({
            "name": self.plain(work.title),
            "publisher": next((self.plain(venue) for venue in venues if venue is not None), None),
            "releaseDate": _iso(date) if date is not None else None,
            "url": _href(doi_url(work) or work.url or arxiv_url(work)),
            "summary": self.plain(printed),
        })  # fmt: skip

    def languages(self, entry: Bullet) -> Iterator[Json]:
        name, rest = self.labelled(entry)
        if name:
            yield _said({"language": name, "fluency": rest})
            return
        for said in _listed(rest):
            found = _FLUENCY.fullmatch(said)
            yield _said({"language": found[1] if found else said, "fluency": (found[2] or found[3]) if found else None})

    def about(self, text: tuple[Text, ...], bullets: tuple[Bullet, ...]) -> Json:
        return {"summary": "\n\n".join(self.plain(p) or "" for p in text), "highlights": list(self.points(bullets))}

    def points(self, bullets: tuple[Bullet, ...]) -> Iterator[str]:
        """All points, and those below them, one after the other."""
        for bullet in bullets:
            yield ": ".join(filter(None, self.labelled(bullet)))
            yield from self.points(bullet.bullets)

    def labelled(self, bullet: Bullet) -> tuple[str, str]:
        """The label of a point, without its colon, and its words."""
        label = (self.plain(bullet.label) or "").removesuffix(":")
        return label, "\n\n".join(self.plain(paragraph) or "" for paragraph in bullet.text)

    def facts(self, facts: tuple[Fact, ...], label: re.Pattern[str]) -> Iterator[str]:
        for fact in facts:
            if label.fullmatch(self.plain(fact.label) or ""):
                yield self.plain(fact.text) or ""

    # --- texts ---

    def text(self, text: Text | None) -> str | None:
        """A text as Markdown."""
        return self.markdown.inlines(text.body) if text is not None else None

    def plain(self, text: Text | None) -> str | None:
        """A text in characters."""
        return " ".join(plain(rewrite(text.body, self._dated)).split()) if text is not None else None

    def _dated(self, node: Inline) -> Body:
        return (
            (Str(self.markdown.date(node.value)),)
            if isinstance(node, Date)
            else ()
            if isinstance(node, Raw)
            else (node,)
        )


def _said(values: Json) -> Json:
    """Without what is not said; deep inside too."""
    cleaned = {key: _said(value) if isinstance(value, dict) else value for key, value in values.items()}
    return {key: value for key, value in cleaned.items() if value not in (None, "", [], {}, ())}


def _address(contact: Contact) -> str:
    return contact.url.href if contact.kind == "website" and contact.url is not None else contact.words


def _href(url: Url | None) -> str | None:
    return url.href if url is not None else None


def _listed(text: str) -> list[str]:
    """The items of a list in words; a comma in brackets separates none."""
    return [part for item in re.split(r"[,;](?![^()]*\))", text) if (part := item.strip().removesuffix("."))]


def _iso(date: PartialDate) -> str | None:
    """As precise as it was written; the schema knows the years from 1000 to 2999."""
    if not 1000 <= date.year <= 2999:
        return None
    parts = [f"{date.year}", *(f"{part:02}" for part in (date.month, date.day) if part is not None)]
    return "-".join(parts)


def _ends(when: When | None) -> tuple[str | None, str | None]:
    """When something began and when it ended; what lasts has no end."""
    if when is None:
        return None, None
    starts = [part.start if isinstance(part, DateRange) else part for part in when.parts]
    ends = [part.end if isinstance(part, DateRange) else part for part in when.parts]
    known = [start for start in starts if start is not None]
    last = [end for end in ends if isinstance(end, PartialDate)]
    first = min(known, key=lambda date: date.first) if known and len(known) == len(starts) else None
    return _iso(first) if first else None, _iso(max(last)) if last and len(last) == len(ends) else None


def _part(part: PartialDate | DateRange) -> Json:
    if isinstance(part, PartialDate):
        return _said({"date": _iso(part), "season": part.season.value if part.season else None})
    end = "present" if part.end is PRESENT else _iso(part.end) if isinstance(part.end, PartialDate) else None
    return _said({"start": _iso(part.start) if part.start is not None else None, "end": end})
