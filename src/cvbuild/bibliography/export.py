"""Works -> a .bib file, for BibTeX and for biblatex, that reads back to the same works.

Each work is written as people write it, and read back. Fields of a work that come back otherwise, because a
.bib file has no place for them or because a reader may take them for something else, are written once more, as
`cv-…` fields: what would stand under that key in YAML. BibTeX and biblatex pass over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Final

from cvbuild.bibliography.fields import WORKSHOP
from cvbuild.bibliography.latex import to_plain
from cvbuild.bibliography.load import read_entries, to_model
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.tex import address_to_tex, plain_to_tex, text_to_tex
from cvbuild.bibliography.tidy import flow_value
from cvbuild.bibliography.vocabulary import LINKS, OWN_PREFIX, PERSON
from cvbuild.bibliography.yaml_scalars import exact
from cvbuild.diagnostics import Sink
from cvbuild.model import Work, WorkKind
from cvbuild.names import AuthorsError, Name, is_et_al, parse_name, split_authors
from cvbuild.names.writing import write_name
from cvbuild.publications.database import kind_of
from cvbuild.source import Source
from cvbuild.text import Text

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TYPES: Final[dict[WorkKind, str]] = {
    "article": "article",
    "conference": "inproceedings",
    "workshop": "inproceedings",
    "preprint": "unpublished",
    "chapter": "incollection",
    "book": "book",
    "thesis": "phdthesis",
    "report": "techreport",
    "patent": "patent",
    "software": "software",
    "dataset": "dataset",
    "talk": "misc",
    "other": "misc",
}
_PUBSTATES: Final = {
    "accepted": "accepted",
    "in press": "inpress",
    "submitted": "submitted",
    "under review": "under review",
    "in preparation": "inpreparation",
}
_HARD_IN_KEY: Final = re.compile(r"[\s,{}=%\"#\\~]+")
_DASH: Final = re.compile(r"(?<=\d)-(?=\d)")
_DASHES: Final = re.compile(r"\s*(?:--+|–|—|‐|‑|−)\s*")

Fields = dict[str, str]
"""Fields of an entry, in order; values with their braces, or macros."""


def write_bib(works: Iterable[Work], comment: str = "") -> str:
    """The works as a .bib file in their order, behind a line of comment.

    It reads back to the same works in the sense of `same`. Signs that a key cannot have in a .bib file become `_`.
    """
    keys: set[str] = set()
    entries = [_entry(work, _key(work.key, keys)) for work in works]
    head = [f"% {' '.join(comment.split()).replace('@', ' at ')}\n"] if comment else []  # `@` begins an entry anywhere
    return "\n".join([*head, *entries])


def same(one: Work, other: Work) -> bool:
    """Whether two works say the same, wherever they were written."""
    return not list(_differences(one, other))


def _key(key: str, taken: set[str]) -> str:
    """The key, with `_` for signs that it cannot have, and unlike all before it."""
    key = base = _HARD_IN_KEY.sub("_", key) or "_"
    number = 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def _entry(work: Work, key: str) -> str:
    kind, found = _type(work), _fields(work)
    while True:
        written = _laid_out(kind, key, found)
        read = to_model(read_entries(Source("export.bib", written), {}, Sink()).entries, Sink())
        lost = [name for name in _differences(work, read[0]) if OWN_PREFIX + name not in found]
        if not lost:
            return written
        for name in lost:
            found[OWN_PREFIX + name] = _braced(_carried(work, name))


def _carried(work: Work, name: str) -> str:
    """A field of a work as YAML on one line, such that the reader of .bib files gets every character."""
    written = flow_value(work, name)
    tex = plain_to_tex(written)
    return tex if to_plain(tex, Notes()) == written else plain_to_tex(flow_value(work, name, text=exact))


def _differences(one: Work, other: Work) -> Iterator[str]:
    """The fields in which two works differ. What their fields tell need not be written."""
    for f in fields(Work):
        if f.name in ("key", "span", "written", "marks", "people"):  # the last two are told of the authors
            continue
        a, b = (_meaning(work, f.name) for work in (one, other))
        if a != b:
            yield f.name


def _meaning(work: Work, name: str) -> object:
    match name:
        case "kind":
            return kind_of(work)
        case "date":
            return work.date or work.year
        case "year":
            return None
        case "pages":
            return _DASHES.sub("-", work.pages) if work.pages is not None else None
        case _:
            return getattr(work, name)


def _laid_out(kind: str, key: str, found: Fields) -> str:
    width = max(map(len, found), default=0)
    lines = [f"  {name:{width}} = {value},\n" for name, value in found.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _braced(tex: str) -> str:
    return f"{{{tex}}}"


# --- types and fields ---


def _kind_by_venue(work: Work) -> WorkKind | None:
    """What a work is by where it appears, in the narrower sense."""
    found = [field for field in ("journal", "conference", "workshop", "book") if getattr(work, field) is not None]
    return kind_of(replace(work, kind=None)) if found else None


def _type(work: Work) -> str:
    kind = _kind_by_venue(work) or kind_of(work)
    called = str(work.type or "").lower()
    if kind == "thesis" and work.type is None:
        return "thesis"
    if kind == "thesis" and ("master" in called or "m.s" in called):
        return "mastersthesis"
    if kind == "report" and work.type is None:
        return "report"
    if kind == "preprint" and work.arxiv is not None and work.venue is None:
        return "misc"
    return _TYPES[kind]


def _fields(work: Work) -> Fields:
    """The fields of a work, as people write them."""
    kind = kind_of(work)
    out: Fields = {}

    def put(name: str, value: Text | str | None) -> None:
        if value:
            out[name] = _braced(plain_to_tex(value) if isinstance(value, str) else text_to_tex(value))

    if work.authors:
        out["author"] = _braced(" and ".join(_name(author.name) for author in work.authors))
        out.update(_annotations(work))
    out["title"] = _braced(text_to_tex(work.title, title=True))
    put("journal", work.journal)
    put("booktitle", work.conference or work.workshop or work.book)
    for name, venue in (("conference", work.conference), ("workshop", work.workshop)):
        if venue and (name == "workshop") != (WORKSHOP.search(str(venue)) is not None):
            put(name, venue)  # the name of it tells otherwise
    put("howpublished", work.venue)
    put("shortjournal" if kind == "article" else "abbr", work.short)
    put("series", work.series)
    if work.editors is not None:
        out["editor"] = _braced(_editors(work.editors))
    put("edition", work.edition)
    put("publisher", work.publisher)
    put({"thesis": "school", "patent": "holder"}.get(kind, "institution"), work.institution)
    if kind == "patent" and work.institution:
        out["holder"] = _braced(out["holder"])
    put("address", work.location)
    put("type", work.type)
    put("volume", work.volume)
    put("number", work.issue if _type(work) == "article" else work.number)
    put("version", work.version)
    put("chapter", work.chapter)
    put("pages", work.pages and _DASH.sub("–", work.pages))
    if "pages" in out:
        out["pages"] = out["pages"].replace("–", "--")
    out.update(_date(work))
    put("isbn", work.isbn)
    for name, address in (("doi", work.doi), ("url", work.url.href if work.url else None)):
        if address is not None:
            out[name] = _braced(address_to_tex(address))
    if work.arxiv is not None:
        out |= {"eprint": _braced(work.arxiv), "archiveprefix": "{arXiv}"}
    for link in work.links:
        if link.label in LINKS:
            out[link.label] = _braced(address_to_tex(link.url.href))
    put("note", work.note)
    put("pubstate", _PUBSTATES.get(work.status))
    if work.badges:
        out["award"] = _braced("; ".join(text_to_tex(badge) for badge in work.badges))
    put("keywords", ", ".join(work.tags))
    if kind == "talk" or kind != (_kind_by_venue(work) or kind):
        put("kind", kind)
    put("topic", work.topic)
    put("rank", str(work.rank) if work.rank is not None else None)
    for name in ("selected", "alphabetical", "private"):
        put(name, "true" if getattr(work, name) else None)
    return out


def _date(work: Work) -> Fields:
    date = work.date or work.year
    if date is None:
        return {}
    out = {"year": _braced(f"{date.year:04}")}
    if date.season is not None:
        out["month"] = _braced(date.season.value)
    elif date.month is not None:
        out["month"] = _MONTHS[date.month - 1]
    if date.day is not None:
        out["day"] = _braced(str(date.day))
    return out


# --- people ---


def _name(name: Name) -> str:
    if is_et_al(name):
        return "others"
    written = write_name(name, inverted=True)
    return "".join(part if part in ("{", "}") else plain_to_tex(part) for part in re.split(r"([{}])", written))


def _annotations(work: Work) -> Fields:
    """`author+an`: marks, and who is the owner; and who is who in `people:`."""
    marks = []
    people = []
    for number, author in enumerate(work.authors, 1):
        said = [*author.marks, *(["me"] if author.me else [])]
        if said:
            marks.append(f"{number}=" + ",".join(plain_to_tex(word) for word in said))
        if author.person is not None:
            people.append(f'{number}="{plain_to_tex(author.person)}"')
    out = {"author+an": _braced("; ".join(marks)), PERSON: _braced("; ".join(people))}
    return {name: value for name, value in out.items() if value != "{}"}


def _editors(editors: Text) -> str:
    """Names joined by "and" if it is a list of names; else what is printed, in braces."""
    words = str(editors)
    try:
        names = [parse_name(piece.name) for piece in split_authors(words)]
    except AuthorsError:
        names = []
    *front, last = map(str, names) if names else [""]
    joined = ", ".join(front) + (", and " if len(front) > 1 else " and " if front else "") + last
    if joined == words and all(name.given or name.literal for name in names):
        return " and ".join(map(_name, names))
    return _braced(text_to_tex(editors))
