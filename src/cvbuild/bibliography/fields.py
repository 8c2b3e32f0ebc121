"""Type and fields of an entry -> the keys of a work, as a node of a CV: what people would write by hand.

The result is read by the schema like the works of a CV, so that all its checks hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from cvbuild.bibliography.draft import Draft, joined
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.people import read_annotations
from cvbuild.bibliography.raw import Raw, Value
from cvbuild.bibliography.types import CALLED, TYPES, Type
from cvbuild.bibliography.vocabulary import (
    ADDRESSES,
    FLAGS,
    LINKS,
    LISTS,
    ORDER,
    OWN,
    PERSON,
    TEXTS,
    VENUES,
)
from cvbuild.bibliography.when import from_edtf, status_in, with_month, year_in
from cvbuild.markup.writing import escape
from cvbuild.model import Status
from cvbuild.source import Span
from cvbuild.tree import Mapping as MappingNode
from cvbuild.tree import Scalar

_ARXIV: Final = re.compile(
    r"(?:arxiv\s*[:.]\s*|abs/|arxiv\.org/(?:abs|pdf)/|^)"
    r"((?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/[0-9]{7})(?:v[0-9]+)?)\b(?:\.pdf)?",
    re.IGNORECASE,
)
_ARXIV_VENUE: Final = re.compile(
    r"(?:(?:the|e-?print|pre-?print)[,:;]?\s+(?:at\s+)?)?(?:arxiv(?:\.org)?|corr|computing research repository)\b"
    r"(?=\W*(?:$|e-?prints?|pre-?prints?|abs/|arxiv|cornell|preprint|\(|\[|[0-9]|[a-z-]+(?:\.[a-z]{2})?/[0-9]))",
    re.IGNORECASE,
)
_SERVER: Final = re.compile(
    r"\w*(?:rxiv|arxiv)|ssrn(?: electronic journal)?|preprints(?:\.org)?|research square|"
    r"(?:iacr )?(?:cryptology )?eprint(?: archive)?|zenodo preprint|hal",
    re.IGNORECASE,
)
WORKSHOP: Final = re.compile(r"\bwork-?shops?\b", re.IGNORECASE)
_ACRONYM: Final = re.compile(r"[A-Z][\w&/+-]*(?: [A-Z][\w&/+-]*)?\s*['’](?:[0-9]{2}|[0-9]{4})")
_DASHES: Final = re.compile(r"\s*(?:--+|–|—|‐|‑|−)\s*")
_URL: Final = re.compile(r"https?://\S+")
_FILE: Final = re.compile(
    r"(?!\w+:)\S+\.(?:pdf|ps|html?|zip|pptx?|key|mp4|mov|bib|md|txt|png|jpe?g|gif|gz|tgz|tex|py|ipynb|docx?|svg|odp)",
    re.IGNORECASE,
)
_COLLABORATION: Final = re.compile(r"\b(?:collaborations?|consortium|team|group)\b", re.IGNORECASE)
_ORDINAL: Final = {1: "st", 2: "nd", 3: "rd"}


def to_work(raw: Raw, own: Mapping[str, str], notes: Notes) -> MappingNode:
    """The work as a mapping with the keys of `model.Work`, without its key.

    `own` says where fields of one's own belong: a key of a work, `links.LABEL` or `ignore`. Every
    scalar has the place of the field that it came from.
    """
    return _Converter(raw, own, notes).work()


class _Converter(Draft):
    """A draft that knows the type of its entry."""

    def __init__(self, raw: Raw, own: Mapping[str, str], notes: Notes) -> None:
        super().__init__(raw.values, notes)
        self.raw = raw
        self.own = {name: target for name, target in own.items() if name in raw.values}
        self.links: list[tuple[Scalar, Scalar]] = []
        self.remarks: list[tuple[str, Span]] = []
        self.type: Type = TYPES.get(raw.type, TYPES["misc"])

    def work(self) -> MappingNode:
        """All keys, in the order in which people write them."""
        for name, target in self.own.items():
            if target != "ignore":
                self.target(target, self.values[name])
        self.values = {name: value for name, value in self.values.items() if name not in self.own}
        for name in OWN:
            if name in self.values and not self.contested(name):
                self.target(name, self.values[name])
        self.title()
        self.authors()
        self.numbers()
        self.place()
        self.status()
        self.date()
        self.addresses()
        self.kind()
        self.extras()
        if self.links:
            self.out["links"] = MappingNode(tuple(self.links), self.links[0][1].span)
        self.exactly()
        pairs = [(Scalar(key, self.out[key].span), self.out[key]) for key in ORDER if key in self.out]
        return MappingNode(tuple(pairs), self.raw.span)

    def contested(self, name: str) -> bool:
        """Whether a field `conference` stands beside another venue: where an article was presented, which is a remark."""
        own = self.markdown(name) if name == "conference" else None
        found = [text[0] for text in map(self.markdown, self.type.venues) if text is not None]
        if own is None or not found or own[0] in found:
            return False
        self.remarks.append(own)
        return True

    def target(self, target: str, value: Value) -> None:
        """A field of one's own, where the CV says it belongs."""
        self.notes.here = value.span
        if target.startswith("links."):
            self.link(target[6:].strip(), value)
        elif target in ADDRESSES:
            self.put(target, (value.address(), value.span))
        elif target == "authors":
            self.put_people(value.people(self.notes), value.span, {})
        elif target == "editors":
            self.put(target, self.names(value))
        elif target in LISTS:
            self.put_list(target, value)
        elif target in FLAGS:
            self.flag(target, value)
        else:
            text = value.markdown(self.notes) if target in TEXTS else value.plain(self.notes)
            taken = target in VENUES and any(key in self.out for key in VENUES)
            if text and (taken or target == "note"):
                self.remarks.append((text, value.span))  # a work appears in one place
            else:
                self.put(target, (text, value.span))

    # --- who and what ---

    def title(self) -> None:
        found = self.with_rest("title", "subtitle")
        if found is None and not self.type.where:
            found = self.with_rest("booktitle", "booksubtitle")
        addition = self.markdown("titleaddon")
        if found is not None and addition is not None:
            found = (joined(found[0], addition[0], ". "), found[1])
        self.put("title", found)

    def authors(self) -> None:
        value = self.first("author")
        if value is None:
            value = self.first("holder") if self.type.kind == "patent" else None
        if value is not None:
            self.notes.here = value.span
            people = value.people(self.notes)
            count = len(people)
            self.put_people(people, value.span, self.annotations(count), self.persons(count))
        editor = self.first("editor")
        if editor is not None:
            self.put("editors", self.names(editor))

    def annotations(self, count: int) -> dict[int, list[str]]:
        """What `author+an` and its named variants say, but for `author+an:person`."""
        out: dict[int, list[str]] = {}
        for name, value in self.values.items():
            if name == "author+an" or (name.startswith("author+an:") and name != PERSON):
                self.notes.here = value.span
                for at, words in read_annotations(value.plain(self.notes), count, self.notes).items():
                    out.setdefault(at, []).extend(words)
        return out

    def persons(self, count: int) -> dict[int, str]:
        """What `author+an:person` says: the keys in `people:` of some authors."""
        value = self.values.get(PERSON)
        if value is None:
            return {}
        self.notes.here = value.span
        found = read_annotations(value.plain(self.notes), count, self.notes)
        return {at: words[0] for at, words in found.items() if words}

    # --- where ---

    def place(self) -> None:
        kind = self.type
        if not any(key in self.out for key in VENUES):
            self.venue(kind)
        self.put("short", self.markdown("abbr", "shortjournal", "shortbooktitle"))
        if (
            kind.where in ("conference", "workshop", "book")
            and "booktitle" in self.values
            and "series" not in self.values
        ):
            self.put("series", self.markdown("journaltitle", "journal"))  # proceedings that are an issue of a journal
        series = self.markdown("series", "maintitle")
        if series is not None and kind.kind == "conference" and _ACRONYM.fullmatch(series[0]):
            self.put("short", series)
        elif series is not None:
            word = series[0]
            if word in ("newseries", "oldseries"):
                word = word.removesuffix("series").capitalize() + " series"
            elif word.isdecimal():
                word = f"{_ordinal(int(word[:6]))} series"
            self.put("series", (word, series[1]))
        if kind.kind in ("thesis", "report"):
            if not self.put("institution", self.markdown("school", "institution", "organization")):
                self.put("institution", self.markdown("publisher"))
            else:
                self.put("publisher", self.markdown("publisher"))
            self.put("type", self.called())
        elif kind.kind == "patent":
            self.put("publisher", self.markdown("publisher"))
            self.put("type", self.called())
            if "author" in self.values:
                holder = self.first("holder")
                self.put("institution", self.names(holder) if holder is not None else None)
        else:
            self.put("publisher", self.markdown("publisher"))
        if kind.kind not in ("thesis", "report", "patent") and ("venue" not in self.out or kind.where != "venue"):
            self.put("publisher", self.markdown("organization", "institution", "school"))
        if kind.kind in ("book", "other") and "publisher" not in self.out and "venue" not in self.out:
            found = self.markdown("howpublished")
            self.put("publisher", found if found and not _URL.search(found[0]) else None)
        self.put("location", self.markdown("location", "address", "venue"))
        edition = self.markdown("edition")
        if edition is not None and edition[0].isdecimal():
            edition = (_ordinal(int(edition[0][:6])), edition[1])
        self.put("edition", edition)
        self.other_venues()

    def other_venues(self) -> None:
        """A journal or a booktitle for which there is no key: a remark."""
        for name in ("journaltitle", "journal", "booktitle"):
            found, words = self.markdown(name), self.plain(name)
            if found is None or words is None:
                continue
            shown = any(found[0] in node.text for node in self.out.values() if isinstance(node, Scalar))
            told = status_in(words[0])[0] or _ARXIV_VENUE.match(words[0]) or _URL.search(words[0])
            if not shown and not told:
                self.remarks.append(found)

    def venue(self, kind: Type) -> None:
        """The journal, conference, book or other place that the type asks for."""
        if kind.where is None:
            return
        for name in kind.venues:
            rest = {"journaltitle": "journalsubtitle", "journal": "journalsubtitle", "booktitle": "booksubtitle"}
            found = self.with_rest(name, rest.get(name, "")) if name in self.values else None
            if found is None:
                continue
            plain = self.plain(name)
            words = plain[0] if plain is not None else found[0]
            if _URL.fullmatch(words) or words.startswith("\\url"):
                continue
            status, where = status_in(words)
            if status is not None:
                self.put("status", (status, found[1]))
                if not where:
                    continue
                found = (escape(where), found[1])
            if arxiv := _ARXIV_VENUE.match(words):
                self.arxiv(words[arxiv.end() :], found[1])
                self.put("kind", ("preprint", found[1]))
                if "arxiv" not in self.out and not self.arxiv_elsewhere():
                    self.put("venue", found)
                return
            where_key = kind.where
            if _SERVER.fullmatch(words):
                self.put("kind", ("preprint", found[1]))
                where_key = "venue"
            elif where_key == "conference" and WORKSHOP.search(words):
                where_key = "workshop"
            self.put(where_key, found)
            return

    def called(self) -> tuple[str, Span] | None:
        """What a thesis, a report or a patent is called."""
        found = self.markdown("type")
        if found is not None:
            return CALLED.get(found[0].lower(), found[0]), found[1]
        return (self.type.called, self.raw.kind) if self.type.called else None

    def kind(self) -> None:
        """What the work is, where its fields don't tell."""
        kind = self.type.kind
        nowhere = not any(key in self.out for key in VENUES)
        publisher = self.text_of("publisher")
        if kind in ("other", "article", "preprint") and nowhere and (
            "arxiv" in self.out or _SERVER.fullmatch(publisher)
        ):  # fmt: skip
            kind = "preprint"
            if publisher.lower() in ("arxiv", "arxiv.org"):
                del self.out["publisher"]
            elif _SERVER.fullmatch(publisher):
                self.out["venue"] = self.out.pop("publisher")
        if self.type.where is None or self.type.where not in self.out or kind not in ("article", "conference"):
            named = any(key in self.out for key in ("journal", "conference", "workshop", "book"))
            if not (named and kind in ("article", "conference", "workshop", "chapter")):
                self.put("kind", (kind, self.raw.kind))

    # --- numbers and dates ---

    def numbers(self) -> None:
        self.put("volume", self.plain("volume"))
        issue = self.type.kind == "article"
        self.put("issue" if issue else "number", self.plain("number"))
        if issue:
            self.put("issue", self.plain("issue"))
        self.put("chapter", self.plain("chapter"))
        self.put("version", self.plain("version"))
        self.put("isbn", self.plain("isbn"))
        pages = self.plain("pages", "eid", "articleno", "article-number")
        if pages is not None:
            dash = "-" if pages[0][0].isdigit() else "–"  # of digits, styles make a dash themselves
            ranges = _DASHES.sub(dash, pages[0]) if "--" in pages[0] or not pages[0].isascii() else pages[0]
            self.put("pages", (ranges, pages[1]))
        # "in press" and an arXiv number are often found in the place of numbers
        for key in ("volume", "issue", "number", "pages"):
            if key in self.out:
                status, where = status_in(self.text_of(key))
                found = _ARXIV.search(self.text_of(key))
                if status is not None and not where:
                    self.put("status", (status, self.out[key].span))
                    del self.out[key]
                elif found is not None and ("abs/" in found[0] or "arxiv" in found[0].lower()):
                    self.put("arxiv", (found[1], self.out[key].span))
                    del self.out[key]

    def date(self) -> None:
        if "date" in self.out or "year" in self.out:
            return
        for name in ("date", "eventdate"):
            found = self.plain(name)
            if found is not None and (name == "date" or "year" not in self.values):
                date = from_edtf(found[0])
                if date is not None:
                    self.put("date" if len(date) > 4 else "year", (date, found[1]))
                    return
                self.year(found)
                return
        found = self.plain("year")
        if found is not None:
            self.year(found)

    def year(self, found: tuple[str, Span]) -> None:
        """A year, and the month beside it; what is no year is kept as a remark."""
        if re.fullmatch(r"n\. ?d\.|no date|undated|s\. ?d\.|\?+", found[0], re.IGNORECASE):
            return
        year, rest = year_in(found[0])
        if rest:
            status, _ = status_in(rest)
            if status is not None:
                self.put("status", (status, found[1]))
            elif year is None or not re.fullmatch(r"[0-9]{2,4}|[a-z?~]|ca?\.?|circa|about", rest):
                self.notes.here = found[1]
                what = f"`{found[0]}` is not a year" if year is None else f"only `{year}` of `{found[0]}` is a year"
                self.notes.problem(f"{what}; `{rest}` is printed as a remark", "write a year such as 2020")
                self.remarks.append((escape(rest), found[1]))
        if year is None:
            return
        month = self.plain("month")
        if month is not None:
            day = self.plain("day")
            date = with_month(year, month[0], day[0] if day else "")
            if date is not None:
                self.put("date", (date, month[1]))
                return
            self.notes.here = month[1]
            self.notes.problem(f"`{month[0]}` is not a month, and is left out", "write `month = jul`")
        self.put("year", (year, found[1]))

    def status(self) -> None:
        """From `pubstate`, or from a remark that says nothing else; other remarks are notes."""
        found = self.plain("pubstate")
        if found is not None:
            word = found[0].lower()
            status = word if word in get_args(Status) else status_in(word)[0]
            if word in ("preprint", "prepublished") and not any(key in self.out for key in VENUES):
                found, status = ("published", found[1]), None  # Zotero says so of what is on arXiv
            if status is not None:
                self.put("status", (status, found[1]))
            elif found[0].lower() != "published":
                self.remarks.append((escape(found[0]), found[1]))
        if (collaboration := self.plain("collaboration")) is not None:
            self.collaboration(*collaboration)
        for name in ("note", "addendum"):
            found = self.markdown(name)
            if found is None:
                continue
            plain = self.plain(name)
            status, where = status_in(plain[0]) if plain is not None else (None, "")
            venues = [key for key in VENUES if key in self.out]
            if status is not None and (not where or not venues):
                self.put("status", (status, found[1]))
                if where:
                    self.put(self.type.where or "venue", (escape(where), found[1]))
                continue
            number = _ARXIV.search(found[0])
            if number is not None and "arxiv" in number[0].lower() and len(found[0]) - len(number[0]) < 12:
                self.put("arxiv", (number[1], found[1]))
                continue
            if _URL.fullmatch(found[0].strip("<>")) and "url" not in self.values:
                self.put("url", (found[0].strip("<>"), found[1]))
                continue
            self.remarks.append(found)

    def collaboration(self, text: str, span: Span) -> None:
        """INSPIRE's "ATLAS" or "LIGO Scientific, Virgo", said as a remark unless it stands among the authors."""
        authors = self.out.get("authors")
        written = authors.span.text.lower() if authors is not None else ""
        names = [name for name in re.split(r"\s*(?:,|\band\b)\s*", text) if name and name.lower() not in written]
        if names:
            listed = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
            if not _COLLABORATION.search(listed):
                listed += " Collaborations" if len(names) > 1 else " Collaboration"
            self.remarks.append((escape(listed), span))

    # --- identifiers and links ---

    def arxiv(self, text: str, span: Span) -> None:
        """An arXiv number, wherever it stands in a text."""
        found = _ARXIV.search(text.strip(" :,([")) or _ARXIV.search(text)
        if found is not None:
            self.put("arxiv", (found[1], span))

    def arxiv_elsewhere(self) -> bool:
        """Whether another field holds the arXiv number."""
        texts = [self.values[name].address() for name in ("eprint", "arxiv", "arxivid", "url", "doi", "eid", "pages", "volume")
                 if name in self.values]  # fmt: skip
        return any(_ARXIV.search(text) for text in texts)

    def addresses(self) -> None:
        value = self.first("arxiv", "arxivid", "arxiv_id")
        if value is not None:
            self.put("arxiv", (value.address(), value.span))
        eprint = self.first("eprint")
        if eprint is not None:
            self.eprint(eprint)
        doi = self.first("doi")
        if doi is not None and (text := doi.address().rstrip(".,; ")):
            number = re.search(r"10\.48550/arxiv\.(\S+)", text, re.IGNORECASE)
            if number is not None:
                self.put("arxiv", (number[1], doi.span))
            else:
                self.put("doi", (text, doi.span))
        url = self.first("url", "howpublished") if "url" in self.values else self.url_in("howpublished")
        if url is not None and (address := url.address()):
            found = _URL.search(address)
            address = found[0].rstrip(".,;") if found and "url" not in self.values else address
            number = re.search(r"arxiv\.org/(?:abs|pdf)/(\S+)", address)
            if number is not None and "arxiv" in self.out:
                return
            if number is not None and _ARXIV.fullmatch(number[1].removesuffix(".pdf")):
                self.put("arxiv", (number[1].removesuffix(".pdf"), url.span))
            elif not (re.match(r"https?://(?:dx\.)?doi\.org/10\.", address) and "doi" in self.out):
                self.put("url", (address, url.span))

    def url_in(self, name: str) -> Value | None:
        value = self.values.get(name)
        return value if value is not None and _URL.search(value.address()) else None

    def eprint(self, eprint: Value) -> None:
        kind = self.first("eprinttype", "archiveprefix", "archive")
        name = kind.address().lower() if kind is not None else ""
        text = eprint.address()
        if name == "arxiv" or (not name and _ARXIV.fullmatch(text)):
            self.put("arxiv", (text, eprint.span))
        elif re.match(r"https?://", text):
            self.put("url", (text, eprint.span))
        elif name in _RESOLVERS and "url" not in self.values and "doi" not in self.values:
            self.put("url", (_RESOLVERS[name] + text, eprint.span))

    def link(self, label: str, value: Value) -> None:
        """An address under a label; the name of a file leads nowhere in a PDF."""
        address = value.address()
        if not address:
            return
        self.notes.here = value.span
        if _FILE.fullmatch(address) and "//" not in address and not _URL.match(address):
            self.notes.problem(
                f"`{address}` is the name of a file, not a web address; it is left out",
                f"write where the file lies in the web: https://…/{address.lstrip('/')}"
                + (
                    f"; or, for all works, `fields: {{{label}: ignore}}` below `publications:`"
                    if label in LINKS
                    else ""
                ),
            )
        else:
            self.links.append((Scalar(label, value.span), Scalar(address, value.span)))

    def extras(self) -> None:
        for name, value in self.values.items():
            if name in LINKS:
                self.link(name, value)
        for name in ("award_name", "award"):
            if name in self.values and "badges" not in self.out:
                self.put_list("badges", self.values[name])
        for name in ("keywords", "keyword"):
            if name in self.values:
                self.put_list("tags", self.values[name])
        if self.remarks:
            self.put("note", ("; ".join(text.rstrip(".") if i + 1 < len(self.remarks) else text
                                        for i, (text, _) in enumerate(self.remarks)), self.remarks[0][1]))  # fmt: skip


_RESOLVERS: Final = {
    "jstor": "https://www.jstor.org/stable/",
    "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
    "hdl": "https://hdl.handle.net/",
    "googlebooks": "https://books.google.com/books?id=",
    "hal": "https://hal.science/",
}


def _ordinal(number: int) -> str:
    sign = "th" if 10 <= number % 100 <= 20 else _ORDINAL.get(number % 10, "th")
    return f"{number}{sign}"
