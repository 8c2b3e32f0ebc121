"""A CV as RenderCV 2.8 takes it: the same sections, entries, publications and words, in its YAML.

RenderCV has no database of publications, so the lists are written out, as its users do. What is
converted is the outline, that is, what cvbuild itself is about to print. RenderCV has one level of
sections, each with one kind of entry: sections inside sections, and lists of publications that
share a section with something else, become sections of their own; other things that share one
become texts.

Publications are written in one of two ways: `entries`, RenderCV's own kind of entry for them, with
title, authors, venue and date; or `texts`, where each is a text made ready in Markdown, of which
RenderCV knows nothing. The second is quicker, and no user would write it by hand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeGuard

import yaml

from cvbuild.checked import Checked
from cvbuild.dates import When
from cvbuild.model import Award, Bullet, Course, Degree, Entry, Item, Person, Position, Talk, Venue
from cvbuild.outline import Block, Outline, OutSection, Paragraphs, Run
from cvbuild.publications import LegendLine, Listing, ListItem
from cvbuild.text import (
    Break,
    Code,
    Date,
    Emph,
    Inline,
    Link,
    Mark,
    Math,
    Role,
    Str,
    Strong,
    Text,
    children,
    plain,
    walk,
)
from tools.bench.ours import dates

_SPECIAL = re.compile(r"([\\`*_\[\]#])")
_ICONS = {"orcid": "orcid", "github": "github", "linkedin": "linkedin", "phone": "phone"}


Works = Literal["entries", "texts"]


def to_rendercv(checked: Checked, works: Works = "entries") -> str:
    """The YAML file for RenderCV, with publications written in one of two ways."""
    # Without `allow_page_break`, a list that is longer than a page runs over its foot.
    design = {"theme": "classic", "page": {"show_top_note": False}, "entries": {"allow_page_break": True}}
    document = {"cv": _Converter(checked, works).cv(), "design": design}
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


class _Converter:
    def __init__(self, checked: Checked, works: Works) -> None:
        self.works = works
        self.outline: Outline = checked.outline
        self.word = checked.outline.words
        # The dates are printed in the form that the theme gives them.
        self.date = dates(checked)
        self.sections: dict[str, list[Any]] = {}

    def cv(self) -> dict[str, Any]:
        outline = self.outline
        if outline.summary:
            self.add(None, [Paragraphs(paragraphs=outline.summary)])
        for block in outline.blocks:
            if isinstance(block, OutSection):
                self.section(block)
            else:
                self.add(None, [block])
        contacts = {kind: [c.words for c in outline.contacts if c.kind == kind] for kind in ("email", "website")}
        others = [
            {
                "fontawesome_icon": _ICONS.get(c.kind, "user"),
                "placeholder": c.words,
                "url": c.url.href if c.url is not None and c.url.href.startswith("http") else None,
            }
            for c in outline.contacts
            if c.kind not in contacts
        ]
        headline = [self.markdown(text.body) for text in (outline.title, outline.headline) if text]
        head = {
            "name": outline.name,
            "headline": " · ".join(headline),
            "location": ", ".join(plain(line.body) for line in outline.address),
            "email": contacts["email"],
            "website": ["https://" + words for words in contacts["website"]],
            "custom_connections": others,
        }
        return {key: value for key, value in head.items() if value} | {"sections": self.sections}

    # --- sections ---

    def section(self, section: OutSection) -> None:
        own = [block for block in section.blocks if not isinstance(block, OutSection)]
        inner = [block for block in section.blocks if isinstance(block, OutSection)]
        if own or not inner or section.title:
            self.add(section.title, own)
        for block in inner:
            self.section(block)

    def add(self, title: Text | None, blocks: Sequence[Block]) -> None:
        """A section of RenderCV; more of them if it holds lists of publications and something else."""
        lists = [block for block in blocks if isinstance(block, Listing)]
        if self.works == "entries" and lists:
            others = [block for block in blocks if not isinstance(block, Listing)]
            headings = [group.heading for listing in lists for group in listing.groups]
            if others or headings[0] is not None:
                self.add(title, others)
                title = None
            for listing in lists:
                for group in listing.groups:
                    self.entries(group.heading or title).extend(map(self.publication, group.items))
                    title = None
            return
        entries = self.entries(title)
        runs = [block for block in blocks if isinstance(block, Run) and block.kind != "bullet"]
        match blocks:
            case [Run() as run]:
                entries.extend(self.run(run))
            case _ if len(runs) == len(blocks):
                entries.extend(named for run in runs for entry in run.entries for named in self.normal(entry))
            case [Listing(groups=(group,)) as listing] if group.heading is None:
                kind = "number" if listing.widest else "bullet"
                entries.extend({kind: self.markdown(item.body.body)} for item in listing.items)
            case _:
                for block in blocks:
                    entries.extend(self.texts(block))

    def entries(self, title: Text | None) -> list[Any]:
        """The entries of a new section."""
        name = plain(title.body) if title else " "
        while name in self.sections:
            name += " "
        return self.sections.setdefault(name, [])

    def texts(self, block: Block) -> Iterable[str]:
        """A block as texts of RenderCV, where it shares its section with others."""
        match block:
            case Paragraphs(paragraphs=paragraphs):
                yield from (self.markdown(text.body) for text in paragraphs)
            case LegendLine(text=text):
                yield self.markdown(text.body)
            case Listing(groups=groups, widest=widest):
                for group in groups:
                    if group.heading is not None:
                        yield f"**{self.markdown(group.heading.body)}**"
                    yield from (("+ " if widest else "- ") + self.markdown(item.body.body) for item in group.items)
            case Run():
                for entry in self.run(block):
                    yield "- " + ", ".join(_strings(entry)).replace("\n", " ")

    # --- publications ---

    def publication(self, item: ListItem) -> dict[str, Any]:
        """A work as an entry: its authors, its title and its year, and all else as the name of the journal."""
        body = item.body.body
        label = f"[{item.label}] " if item.label is not None else ""
        venue = self.markdown(_without(body, {"authors", "title", "year"}))
        found = {
            "title": _escape(label) + self.markdown(_only(body, "title")),
            "authors": self.authors(body),
            "journal": _tidy(venue),
            "date": _number("".join(plain(node.body) for node in walk(body) if _is(node, "year"))),
        }
        return {key: value for key, value in found.items() if value or key == "authors"}

    def authors(self, body: Iterable[Inline]) -> list[str]:
        names = next((node.body for node in walk(body) if isinstance(node, Role) and node.name == "authors"), ())
        parts: list[str] = []
        for node in names:
            if isinstance(node, Mark) and parts:
                parts[-1] += self.inline(node)
            elif isinstance(node, Str):  # what stands between two names, and perhaps "et al." behind the last
                parts.extend(word for word in [node.text.strip(" ,&")] if word not in ("", "and"))
            else:
                parts.append(self.inline(node))
        return parts

    # --- entries ---

    def run(self, run: Run) -> Iterable[dict[str, Any]]:
        """Entries of one kind, which RenderCV tells by their keys."""
        entries = run.entries
        points = [e for e in entries if isinstance(e, Bullet)]
        if points and all(p.label and p.text and not p.bullets for p in points):
            return [
                {"label": self.markdown(p.label.body if p.label else ()), "details": self.prose(p.text)} for p in points
            ]
        if points:
            return [{"bullet": line} for point in points for line in self.point(point)]
        if all(isinstance(e, Degree) and e.at for e in entries):
            return [self.named(e, "institution", "area") for e in entries]
        if all(isinstance(e, Position) and e.at for e in entries):
            return [self.named(e, "company", "position") for e in entries]
        return [named for e in entries for named in self.normal(e)]

    def point(self, point: Bullet) -> Iterable[str]:
        """A point, and those below it, each as a line."""
        label = f"**{self.markdown(point.label.body)}:** " if point.label else ""
        yield label + self.prose(point.text)
        for inner in point.bullets:
            yield from self.point(inner)

    def named(self, entry: Any, place: str, what: str) -> dict[str, Any]:
        """An entry with an institution and a name."""
        subject = entry.degree if isinstance(entry, Degree) else entry.position
        note = f" ({self.markdown(entry.note.body)})" if entry.note else ""
        return {place: self.markdown(entry.at.body), what: self.markdown(subject.body) + note, **self.details(entry)}

    def normal(self, entry: Entry) -> Iterable[dict[str, Any]]:
        """Any other entry, as one that has a name and a summary; a talk with no title as one for each occasion."""
        match entry:
            case Degree(degree=subject) | Position(position=subject):
                yield self.item((subject,), (entry.at,), entry)
            case Course(course=subject) | Item(title=subject):
                yield self.item((entry.role, subject), (entry.at,), entry)
            case Award(award=subject):
                yield self.item((subject,), (entry.amount, entry.at), entry)
            case Person(person=subject):
                email = Text((Str(entry.email),)) if entry.email else None
                yield self.item((subject,), (entry.role, *entry.affiliations, email), entry)
            case Talk(talk=None):
                for occasion in entry.occasions:
                    yield self.item((occasion.event,), (), occasion)
            case Talk(talk=subject):
                lines = [self.occasion(occasion) for occasion in entry.occasions]
                found = self.item((subject,), (), entry) if entry.event is None else {"name": self.words((subject,))}
                yield found | {"summary": "\n".join([*lines, *found.get("summary", "").split("\n")]).strip()}
            case _:
                raise TypeError(f"no conversion of {type(entry).__name__}")

    def occasion(self, venue: Venue) -> str:
        parts = [self.words((venue.event, venue.location)), self.when(venue.date), self.note(venue)]
        return ", ".join(part for part in parts if part)

    def item(self, name: Iterable[Text | None], about: Iterable[Text | None], entry: Any) -> dict[str, Any]:
        details = self.details(entry)
        summary = [" ".join(part for part in (self.words(about), self.note(entry)) if part), details.pop("summary", "")]
        text = "\n".join(part for part in summary if part)
        return {"name": self.words(name)} | ({"summary": text} if text else {}) | details

    def details(self, entry: Any) -> dict[str, Any]:
        """The place, the date, and what stands below the head of an entry."""
        facts = [
            f"{label}: {self.people(getattr(entry, attribute))}"
            for attribute, label in (("advisor", "Advisor"), ("mentor", "Mentor"))
            if getattr(entry, attribute, ())
        ]
        if getattr(entry, "thesis", None):
            facts.append(f"{self.word('Thesis')}: {self.markdown(entry.thesis.body)}")
        facts += [f"{fact.label}: {self.markdown(fact.text.body)}" for fact in getattr(entry, "facts", ())]
        facts += [self.markdown(text.body) for text in getattr(entry, "text", ())]
        found = {
            "location": self.words((getattr(entry, "location", None),)),
            "date": self.words((getattr(entry, "when", None),)) or _number(self.when(entry.date)),
            "summary": "\n".join(facts),
            "highlights": [line for point in getattr(entry, "bullets", ()) for line in self.point(point)],
        }
        return {key: value for key, value in found.items() if value}

    def people(self, names: Sequence[Text]) -> str:
        return f" {self.word('and')} ".join(self.markdown(name.body) for name in names)

    def note(self, entry: Any) -> str:
        return f"({self.markdown(entry.note.body)})" if entry.note else ""

    def when(self, date: When | None) -> str:
        return self.date(date) if date is not None else ""

    def words(self, texts: Iterable[Text | None]) -> str:
        return ", ".join(self.markdown(text.body) for text in texts if text)

    def prose(self, paragraphs: Iterable[Text]) -> str:
        return " ".join(self.markdown(text.body) for text in paragraphs)

    # --- text ---

    def markdown(self, body: Iterable[Inline]) -> str:
        """Formatted text in RenderCV's Markdown."""
        return "".join(map(self.inline, body))

    def inline(self, node: Inline) -> str:
        match node:
            case Str(text):
                return _escape(text.replace("\u00a0", " "))
            case Strong(body) | Role("self", body):
                return f"**{self.markdown(body)}**"
            case Emph(body):
                return f"*{self.markdown(body)}*"
            case Code(text):
                return f"`{text}`"
            case Link(url, body):
                return f"[{self.markdown(body)}]({url.href})"
            case Mark(symbol):
                return _escape(symbol)
            case Date(value):
                return self.when(value if isinstance(value, When) else When((value,)))
            case Break() | Math():
                return plain((node,))
            case _:
                return self.markdown(children(node))


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _number(date: str) -> str | int:
    """A year as a number: RenderCV would print January before it if it were a text."""
    return int(date) if date.isdigit() else date


def _is(node: Inline, role: str) -> TypeGuard[Role]:
    return isinstance(node, Role) and node.name == role


def _without(body: Iterable[Inline], roles: Collection[str]) -> tuple[Inline, ...]:
    """`body` with what has one of these roles left out."""
    out: list[Inline] = []
    for node in body:
        if isinstance(node, Role) and node.name in roles:
            continue
        if isinstance(node, Strong | Emph | Link | Role):
            inner = _without(node.body, roles)
            if inner:
                out.append(replace(node, body=inner))
        else:
            out.append(node)
    return tuple(out)


def _only(body: Iterable[Inline], role: str) -> tuple[Inline, ...]:
    """What has this role in `body`, with the links and emphasis around it."""
    out: list[Inline] = []
    for node in body:
        if _is(node, role):
            out.append(node)
        elif isinstance(node, Strong | Emph | Link | Role):
            inner = _only(node.body, role)
            if inner:
                out.append(replace(node, body=inner))
    return tuple(out)


def _tidy(venue: str) -> str:
    """What stood around authors, title and year, without the punctuation that led to them."""
    venue = re.sub(r"\(\s*\)", "", venue)
    venue = re.sub(r"([.,;])(\s*[.,;])+", r"\1", venue)
    return venue.strip(' .,“”"')


def _strings(entry: dict[str, Any]) -> Iterable[str]:
    for value in entry.values():
        yield from map(str, value) if isinstance(value, list) else (str(value),)
