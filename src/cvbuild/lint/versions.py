"""The rule about one work that stands in the database twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cvbuild.diagnostics import SAME_WORK, Label
from cvbuild.lint.findings import Cv, Finding, characters, people
from cvbuild.model import Work
from cvbuild.names.folding import letters_of
from cvbuild.publications.database import kind_of

# Of these there may be many with one title.
_REPEATED = ("talk",)
_PUBLISHED = ("article", "conference", "workshop", "chapter", "book")
# Works of one title and kind that differ in one of these are several works.
_TELLS_APART = ("edition", "version", "number", "chapter", "institution", "type")


def same_work(cv: Cv) -> Iterator[Finding]:
    """A preprint beside the published work, or the same work under two keys.

    Two works are the same if they have one DOI, one arXiv number (and one of them is a preprint, or both are of a
    kind), or one title, and most authors of the one are authors of the other.
    """
    reported: set[frozenset[str]] = set()
    for why, works in _groups(cv.works):
        for i, later in enumerate(works):
            for first in works[:i]:
                pair = frozenset((first.key, later.key))
                if pair not in reported and _same(first, later, why):
                    reported.add(pair)
                    yield _finding(first, later, why)
                    break


def _groups(works: Iterable[Work]) -> Iterator[tuple[str, list[Work]]]:
    groups: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        if kind_of(work) in _REPEATED:
            continue
        if work.doi is not None:
            groups.setdefault(("DOI", work.doi.lower()), []).append(work)
        if work.arxiv is not None:
            groups.setdefault(("arXiv number", re.sub(r"v[0-9]+$", "", work.arxiv.lower())), []).append(work)
        title = letters_of(characters(work.title))
        if title:
            groups.setdefault(("title", title), []).append(work)
    for (why, _), found in groups.items():
        if len(found) > 1:
            yield why, found


def _same(first: Work, second: Work, why: str) -> bool:
    if why == "DOI":
        return True
    kinds = {kind_of(first), kind_of(second)}
    versions = len(kinds) == 2 and "preprint" in kinds and not kinds.isdisjoint(_PUBLISHED)
    if len(kinds) != 1 and not versions:
        return False
    if why == "arXiv number":
        return True
    if not versions and (
        (first.doi and second.doi)
        or (first.arxiv and second.arxiv)
        or any(getattr(first, name) != getattr(second, name) for name in _TELLS_APART)
    ):
        return False
    return _share_authors(first, second)


def _share_authors(first: Work, second: Work) -> bool:
    """Whether most of the authors of the one are also authors of the other; true where none are named."""
    one, other = ({letters_of(author.name.family) for author in people(work)} for work in (first, second))
    fewer = min(len(one), len(other))
    return fewer == 0 or 2 * len(one & other) > fewer


def _finding(first: Work, later: Work, why: str) -> Finding:
    # The preprint is the one to be given up.
    if kind_of(first) == "preprint" != kind_of(later):
        first, later = later, first
    alike = {"title": "have the same title and authors"}.get(why, f"have the same {why}")
    message = f"`{later.key}` and `{first.key}` {alike}"
    hint = "keep one of them"
    if kind_of(later) == "preprint" != kind_of(first):
        hint = "keep the published one" + (f", with `arxiv: {later.arxiv}`" if later.arxiv else "")
    labels = (Label(first.span, "the other one"),) if first.span is not None else ()
    return Finding(SAME_WORK, message, later.span, (later.key, first.key), hint, labels)
