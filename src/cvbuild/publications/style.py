"""What a style is: how names look, words of its own, and a pattern for each kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache

from cvbuild.frozen import frozen
from cvbuild.model import NameForm
from cvbuild.publications.patterns import Pattern, parse_pattern
from cvbuild.words import ENGLISH, Words

FIELDS = frozenset(
    ("authors", "title", "type", "venue", "short", "to", "status", "year", "month", "mon", "day",
     "date", "volume", "issue", "number", "series", "chapter", "pages", "pp", "eid", "edition", "version", "editors",
     "eds", "publisher", "institution", "location", "isbn", "doi", "arxiv", "arxiv-name", "url", "address", "links",
     "badges", "note", "kind", "rest")
)  # fmt: skip
WORDS = frozenset(ENGLISH)


@frozen(kw_only=True)
class Style:
    """A complete style. The fields are those of `model.StyleSpec`, all filled in."""

    names: NameForm = "full"
    separator: str = ", "
    last_separator: str = ", "
    pair_separator: str = ", "
    gap_separator: str = ", …, "
    max_authors: int | None = None
    min_authors: int = 1
    keep_last: bool = False
    position: bool = False
    owner: str = "show"
    marks: bool = True
    venue: str = "long"
    link: str = "title"
    links: str = "labels"
    show_links: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str]

    def pattern(self, kind: str, unpublished: bool = False) -> Pattern:
        """The pattern for a kind of work; of an unpublished one, if the style has one for these."""
        first = self.patterns.get("unpublished") if unpublished else None
        return pattern_of(first or self.patterns.get(kind) or self.patterns["default"])

    def worded(self, words: Words) -> Words:
        """The words of a document with those that the style prints instead; what the document itself replaces stays."""
        if not self.words:
            return words
        return Words({**{english: words(mine) for english, mine in self.words.items()}, **words.own})


@cache
def pattern_of(source: str) -> Pattern:
    """A pattern with the fields and words that there are for works. Raises `PatternError`."""
    return parse_pattern(source, FIELDS, WORDS)


# What `{rest}` prints, as far as the pattern around it does not.
REST = (
    '<{type}>, <{venue}>< ({short})>, <{editors}< ({eds})>>, <{edition} {"edition"}>, <{series}>,'
    ' <{"vol."}~{volume}>, <{"no."}~{issue}>, <{"no."}~{number}>, <{"chap."}~{chapter}>, <{version}>,'
    ' <{"Article"}~{eid}|{pp}|{pages}>, <{institution}>, <{publisher}>, <{location}>'
)
