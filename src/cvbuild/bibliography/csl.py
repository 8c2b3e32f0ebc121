"""CSL-JSON, as Zotero, Crossref, pandoc and citeproc write it -> raw entries with the names of biblatex.

Its texts may hold a little HTML: `<i>`, `<b>`, `<sup>`, `<sub>`, `<span>`, and entities.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Final

from cvbuild.bibliography.bibtex import Field
from cvbuild.bibliography.commands import raised
from cvbuild.bibliography.json import read_json
from cvbuild.bibliography.latex import fold
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.people import inverted, read_people
from cvbuild.bibliography.raw import Person, Raw, Value
from cvbuild.diagnostics import BAD_ENTRY, Sink
from cvbuild.frozen import frozen
from cvbuild.markup.writing import escape, write
from cvbuild.source import Source, Span
from cvbuild.text import Code, Emph, Inline, Str, Strong, plain
from cvbuild.tree import Mapping, Node, Scalar, Sequence

# The types of CSL 1.0.2, and those that Crossref and DataCite use in their place.
TYPES: Final = {
    **dict.fromkeys(("article-journal", "article-magazine", "article-newspaper", "journal-article", "review",
                     "review-book"), "article"),
    **dict.fromkeys(("paper-conference", "proceedings-article"), "inproceedings"),
    **dict.fromkeys(("chapter", "entry", "entry-dictionary", "entry-encyclopedia", "book-chapter", "book-section",
                     "book-part", "reference-entry"), "incollection"),
    **dict.fromkeys(("book", "monograph", "edited-book", "reference-book", "classic", "pamphlet", "periodical",
                     "collection", "proceedings", "book-set", "book-series"), "book"),
    **dict.fromkeys(("thesis", "dissertation"), "thesis"),
    **dict.fromkeys(("report", "report-component", "report-series", "standard"), "report"),
    **dict.fromkeys(("article", "posted-content", "manuscript", "preprint"), "preprint"),
    "patent": "patent",
    **dict.fromkeys(("software", "computer_program"), "software"),
    **dict.fromkeys(("dataset", "database"), "dataset"),
    **dict.fromkeys(("speech", "event", "presentation"), "talk"),
    **dict.fromkeys(
        ("webpage", "post", "post-weblog", "document", "bill", "broadcast", "collection", "figure", "graphic", "hearing",
         "interview", "legal_case", "legislation", "map", "motion_picture", "musical_score", "performance",
         "personal_communication", "regulation", "song", "treaty", "other", "peer-review", "component", "grant"),
        "misc",
    ),
}  # fmt: skip

# Variables of CSL, and Crossref's, by the field of biblatex that holds the same.
_FIELDS: Final = {
    "title": "title", "subtitle": "subtitle", "container-title-short": "shortjournal",
    "short-container-title": "shortjournal", "journalAbbreviation": "shortjournal", "collection-title": "series",
    "collection-number": "number", "publisher": "publisher", "publisher-place": "location", "event-title": "eventtitle",
    "event": "eventtitle", "event-place": "venue", "edition": "edition", "version": "version", "volume": "volume",
    "issue": "number", "number": "number", "chapter-number": "chapter", "page": "pages", "article-number": "eid",
    "ISBN": "isbn", "DOI": "doi", "URL": "url", "genre": "type", "status": "pubstate", "keyword": "keywords",
    "number-of-volumes": "volumes", "archive_location": "eprint",
}  # fmt: skip
_DATES: Final = ("issued", "published", "published-print", "published-online", "event-date", "submitted", "posted")
_SEASONS: Final = {"1": "21", "2": "22", "3": "23", "4": "24"}
_TEXT_TYPES: Final = {"thesis", "report"}


def field_of(variable: str) -> str:
    """The field that holds a variable of CSL, whose name may be in lower case."""
    return next((field for name, field in _FIELDS.items() if name.lower() == variable.lower()), variable.lower())


def read_csl(source: Source, sink: Sink) -> list[Raw] | None:
    """The works of a file: a list of items, one item, or a mapping that holds such a list. None if it is no JSON."""
    root = read_json(source, sink)
    if root is None:
        return None
    return [raw for item in _items(root, sink) if (raw := _raw(item, sink)) is not None]


def _items(root: Node, sink: Sink) -> Iterator[Mapping]:
    if isinstance(root, Sequence):
        for item in root.items:
            if isinstance(item, Mapping):
                yield from _items(item, sink) if item.get("message") is not None else (item,)
            else:
                sink.add(BAD_ENTRY, "a work is a mapping in braces", item.span)
    elif isinstance(root, Mapping):
        for key in ("items", "references", "message"):
            inner = root.get(key)
            if isinstance(inner, Sequence if key != "message" else Mapping):
                yield from _items(inner, sink)
                return
        if root.get("title") is not None or root.get("type") is not None:
            yield root
            return
        if root.pairs and all(isinstance(value, Mapping) for _, value in root.pairs):
            for name, value in root.pairs:  # keys that lead to items
                if isinstance(value, Mapping):
                    has = value.get("id") is not None
                    yield value if has else Mapping((*value.pairs, (Scalar("id", name.span), name)), value.span)
            return
        if root.pairs:
            sink.add(
                BAD_ENTRY, "these are no works of CSL-JSON", root.span.part(0, 1), hint="CSL-JSON is a list of works"
            )
    else:
        sink.add(BAD_ENTRY, "CSL-JSON is a list of works", root.span)


def _raw(item: Mapping, sink: Sink) -> Raw | None:
    key = _scalar(item.get("citation-key")) or _scalar(item.get("id")) or _scalar(item.get("DOI"))
    if key is None or not key.text.strip():
        sink.add(BAD_ENTRY, "the work has no `id`", item.span.part(0, 1), hint="a CV calls works by their `id`")
        return None
    written = _scalar(item.get("type"))
    kind = written or Scalar("document", item.span.part(0, 1))
    name = TYPES.get(kind.text, kind.text)
    values: dict[str, Value] = {}
    for variable, node in item.pairs:
        field = _FIELDS.get(variable.text)
        if field is None and variable.text not in _TAKEN:
            field = variable.text.lower()
        value = _text(node)
        if field is not None and value is not None:
            values.setdefault(field, value)
    for role, field in (("author", "author"), ("editor", "editor")):
        people = item.get(role)
        if isinstance(people, Sequence) and people.items:
            values[field] = _People(people, people.span)
        elif people is not None and (line := _text(people)) is not None:  # not CSL, but clear
            values[field] = line
    _dates(item, values)
    _container(item, name, values)
    _remarks(item, values)
    return Raw(name, key.text.strip(), key.span, kind.span, values)


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and not node.null else None


def _text(node: Node) -> _Html | None:
    """A text; of several, as Crossref has them, the first."""
    if isinstance(node, Sequence) and node.items:
        node = node.items[0]
    found = _scalar(node)
    return _Html(found.text, found.span) if found is not None and found.text.strip() else None


def _container(item: Mapping, name: str, values: dict[str, Value]) -> None:
    """Where it appeared: a journal, a book, a conference, or the place of what has no container."""
    node = item.get("container-title")
    container = _text(node) if node is not None else None
    if container is not None:
        values.setdefault("journaltitle" if name in ("article", "preprint") else "booktitle", container)
    if name == "preprint" and container is None:
        place = next((values[field] for field in ("archive", "publisher", "group-title") if field in values), None)
        if place is not None:
            values.setdefault("howpublished", place)
            values.pop("publisher", None)
    if name not in _TEXT_TYPES and name != "patent":
        values.pop("type", None)
    if name == "preprint" and isinstance(values.get("number"), _Html):
        number = values["number"].address()
        if re.match(r"arxiv:", number, re.IGNORECASE):
            values["arxiv"] = values.pop("number")
    values.pop("archive", None)
    if "arxiv" not in str(getattr(values.get("eprint"), "text", "")).lower():
        values.pop("eprint", None)


def _dates(item: Mapping, values: dict[str, Value]) -> None:
    for name in _DATES:
        node = item.get(name)
        value = _date(node) if isinstance(node, Mapping) else _text(node) if node is not None else None
        if value is not None:
            values["date" if re.match(r"[0-9]{4}(?:-|/|$)", value.text) else "year"] = value
            if value.text[4:5] != "-" and "year" in values:
                _split(value, values)
            return


def _split(value: _Html, values: dict[str, Value]) -> None:
    """``July 2020``, as free text: the words beside the year are a month."""
    found = re.fullmatch(r"([^\W\d_]+\.?(?: [0-9]{1,2})?),? ([0-9]{4})", value.text.strip())
    if found:
        values["month"], values["year"] = _Html(found[1], value.span), _Html(found[2], value.span)


def _date(node: Mapping) -> _Html | None:
    """``{"date-parts": [[2020, 7, 31]]}``, of a range the start; or `raw`, or `literal`."""
    parts = node.get("date-parts")
    if isinstance(parts, Sequence) and parts.items and isinstance(parts.items[0], Sequence):
        numbers = [n.text for n in parts.items[0].items if isinstance(n, Scalar) and not n.null and n.text.strip()]
        if numbers:
            season = _scalar(node.get("season"))
            if len(numbers) == 1 and season is not None and season.text in _SEASONS:
                numbers.append(_SEASONS[season.text])
            return _Html("-".join(number.zfill(2) for number in numbers[:3]), parts.span)
    for name in ("raw", "literal", "string"):
        found = _scalar(node.get(name))
        if found is not None:
            return _Html(found.text, found.span)
    return None


_EXTRA: Final = re.compile(r"^\s*(?:tex\.)?([A-Za-z][\w -]{1,24}):\s*(\S.*)$", re.MULTILINE)


def _remarks(item: Mapping, values: dict[str, Value]) -> None:
    """`note` holds Zotero's "Extra": lines such as ``arXiv: 2009.06125`` and remarks."""
    note = _scalar(item.get("note"))
    if note is None:
        return
    rest = note.text
    for found in _EXTRA.finditer(note.text):
        name = found[1].strip().lower().replace(" ", "-")
        field = {"arxiv": "arxiv", "arxiv-id": "arxiv", "citation-key": "", "citation-count": "", "status": "pubstate",
                 "pmid": "", "pmcid": "", "type": "", "_eprint": "", "doi": "doi", "isbn": "isbn", "original-date": "",
                 "page-version-id": "", "mag-id": "", "s2id": "", "zsccs": "", "zsccount": "", "adsurl": "",
                 "adsnote": "", "eprint": "arxiv", "titletranslation": "", "gscc": "", "read_status": "",
                 "event-place": "venue", "event-title": "eventtitle", "version": "version", "award": "award",
                 "selected": "selected"}.get(name)  # fmt: skip
        if field is None and not found[0].lstrip().startswith("tex."):
            continue
        rest = rest.replace(found[0], "", 1)
        if field is None:
            field = name
        if field:
            text = re.sub(r"\s*\[[^\]]*\]\s*$", "", found[2]) if field == "arxiv" else found[2]
            values.setdefault(field, _Html(text.strip(), note.span))
    if rest.strip():
        values["note"] = _Html(rest.strip(), note.span)


_TAKEN: Final = frozenset(
    (*_FIELDS, *_DATES, "id", "citation-key", "type", "author", "editor", "container-title", "note", "abstract", "language",
     "date", "year", "month", "accessed", "source", "journal", "name", "custom", "annote", "ISSN", "title-short",
     "categories", "link", "license", "number", "relation", "resource", "institution", "assertion", "prefix", "member",
     "reference", "score", "subject", "issn-type", "content-domain", "created", "deposited", "indexed", "funder",
     "call-number", "page-first", "number-of-pages", "dimensions", "medium", "section", "part-title", "part-number")
)  # fmt: skip


# --- texts ---

_TAG: Final = re.compile(
    r"<(/?)(i|em|b|strong|sup|sub|inf|sc|span|code|tt|u|scp|math|m(?:i|n|o|row|text|sub|sup|subsup|over|under|frac|sqrt|space"
    r"|style|fenced)|(?:jats|mml):[a-z-]+)\b[^<>]*>",
    re.IGNORECASE,
)
_SET: Final[dict[str, Callable[[tuple[Inline, ...]], tuple[Inline, ...]]]] = {
    **dict.fromkeys(("i", "em"), lambda body: (Emph(body),) if body else ()),
    **dict.fromkeys(("b", "strong"), lambda body: (Strong(body),) if body else ()),
    **dict.fromkeys(("code", "tt"), lambda body: (Code(plain(body)),) if plain(body).strip() else body),
    "sup": raised("^"),
    "sub": raised("_"),
}


@frozen
class _Html:
    """A text with a little HTML."""

    text: str
    span: Span

    def inlines(self) -> tuple[Inline, ...]:
        """The text as formatted."""
        out: list[list[Inline]] = [[]]
        names: list[str] = []
        at = 0
        for tag in _TAG.finditer(self.text):
            out[-1].extend(_words(self.text[at : tag.start()]))
            at = tag.end()
            name = tag[2].lower().removeprefix("jats:").removeprefix("mml:")
            name = {"italic": "i", "bold": "b", "inf": "sub"}.get(name, name)
            if not tag[1]:
                names.append(name)
                out.append([])
            elif name in names:
                while names:
                    last = names.pop()
                    body = tuple(out.pop())
                    out[-1].extend(_SET[last](body) if last in _SET else body)
                    if last == name:
                        break
        out[-1].extend(_words(self.text[at:]))
        return tuple(node for level in out for node in level)

    def markdown(self, notes: Notes) -> str:
        """In the dialect of a CV."""
        text = self.text
        if "<" not in text and "&" not in text:
            return escape(fold(text))
        return fold(write(self.inlines()))

    def plain(self, notes: Notes) -> str:
        """The characters alone."""
        text = self.text
        return fold(plain(self.inlines()) if "<" in text or "&" in text else text)

    def address(self) -> str:
        """Every character."""
        return fold(html.unescape(self.text) if "&amp;" in self.text else self.text)

    def people(self, notes: Notes) -> tuple[Person, ...]:
        """The names in a line."""
        return read_people(Field(self.plain(notes), self.span), notes)


def _words(text: str) -> tuple[Inline, ...]:
    return (Str(html.unescape(text)),) if text else ()


@frozen
class _People:
    """A list of names in parts."""

    node: Sequence
    span: Span

    def people(self, notes: Notes) -> tuple[Person, ...]:
        """The names."""
        out = []
        for item in self.node.items:
            name = _name(item)
            if name:
                out.append(Person(name, item.span))
            else:
                notes.here = item.span
                notes.problem("a name has neither `family` nor `literal`; it is left out", None)
        return tuple(out)

    def plain(self, notes: Notes) -> str:
        """The names in one line."""
        return ", ".join(person.name for person in self.people(notes))

    def markdown(self, notes: Notes) -> str:
        """The same, in the dialect of a CV."""
        return escape(self.plain(notes))

    def address(self) -> str:
        """Nothing: names are no address."""
        return ""


def _name(item: Node) -> str:
    if isinstance(item, Scalar):
        return fold(html.unescape(item.text))
    if not isinstance(item, Mapping):
        return ""

    def part(name: str) -> str:
        found = _scalar(item.get(name))
        return html.unescape(found.text) if found is not None else ""

    literal = part("literal") or part("name")
    if literal and not part("family"):
        return f"{{{fold(literal)}}}" if " " in literal.strip() else fold(literal)
    particle = f"{part('dropping-particle')} {part('non-dropping-particle')}".strip()
    return inverted(part("given"), particle, part("family"), part("suffix"))
