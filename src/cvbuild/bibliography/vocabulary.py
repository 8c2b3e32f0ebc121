"""The fields that are read, and the keys of a work that they may fill."""

from __future__ import annotations

from typing import Final

from cvbuild.diagnostics import closest

TEXTS: Final = frozenset(
    ("title", "type", "journal", "conference", "workshop", "book", "venue", "short", "series", "publisher",
     "institution", "location", "edition", "note")
)  # fmt: skip
"""Keys of a work that hold formatted text."""
PLAINS: Final = frozenset(("version", "volume", "issue", "number", "chapter", "pages", "isbn", "topic"))
"""Keys of a work that hold characters."""
ADDRESSES: Final = frozenset(("doi", "arxiv", "url"))
WORDS: Final = frozenset(("kind", "status", "date", "year", "rank"))
FLAGS: Final = frozenset(("selected", "alphabetical", "private"))
LISTS: Final = frozenset(("tags", "badges"))
PEOPLE: Final = frozenset(("authors", "editors"))
TARGETS: Final = TEXTS | PLAINS | ADDRESSES | WORDS | FLAGS | LISTS | PEOPLE
"""What a field of one's own may be mapped to, besides `links.…` and `ignore`."""

VENUES: Final = ("journal", "conference", "workshop", "book", "venue")
LINKS: Final = (
    "pdf", "code", "slides", "video", "poster", "html", "website", "blog", "supp",
)  # fmt: skip
"""Fields that hold an address, printed under their own name."""
OWN: Final = ("topic", "status", "rank", "tags", "badges", "short", "selected", "alphabetical", "private", "kind",
              "workshop", "conference")  # fmt: skip
"""Keys of a work that may also be the name of a field."""

FIELDS: Final = frozenset(
    (*LINKS, *OWN, "abbr", "addendum", "address", "archive", "archiveprefix", "article-number", "articleno", "arxiv",
     "arxiv_id", "arxivid", "author", "author+an", "award", "award_name", "booksubtitle", "booktitle", "chapter",
     "collaboration", "crossref", "date", "day", "doi", "edition", "editor", "eid", "eprint", "eprinttype", "eventdate", "eventtitle",
     "holder", "howpublished", "institution", "isbn", "issue", "journal", "journalsubtitle", "journaltitle", "keyword",
     "keywords", "location", "maintitle", "month", "note", "number", "organization", "pages", "publisher", "pubstate",
     "school", "series", "shortbooktitle", "shortjournal", "subtitle", "title", "titleaddon", "type", "url", "venue",
     "version", "volume", "xdata", "year")
)  # fmt: skip
"""All fields that are read; others are left out in silence."""

ORDER: Final = (
    "title", "authors", "alphabetical", "kind", "type", "status", "date", "year", "journal", "conference", "workshop",
    "book", "venue", "short", "series", "publisher", "institution", "location", "editors", "edition", "version",
    "volume", "issue", "number", "chapter", "pages", "isbn", "doi", "arxiv", "url", "links", "note", "badges",
    "selected", "rank", "topic", "tags", "private", "lint",
)  # fmt: skip
"""The order in which people write the keys of a work."""


def known_target(target: str) -> str | None:
    """None if fields may be mapped to `target`; otherwise a hint."""
    if target in TARGETS or target == "ignore" or (target.startswith("links.") and target[6:].strip()):
        return None
    near = closest(target, [*sorted(TARGETS), "ignore"])
    return f"did you mean `{near}`?" if near else "write a key of a work, `links.` and a label, or `ignore`"


OWN_PREFIX: Final = "cv-"
"""Begins the name of a field that holds what stands under the rest of its name in YAML, or nothing if that is not there."""
PERSON: Final = "author+an:person"
"""The field that holds the keys in `people:` of some authors."""
