"""The database of works: what each is, where it leads, and what contradicts itself."""

from __future__ import annotations

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import TWO_KINDS, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import Work, WorkKind
from cvbuild.text import Text, Url

# The field that says where a work appeared also says what it is; the first that is there decides.
_KIND_BY_VENUE: tuple[tuple[str, WorkKind], ...] = (
    ("journal", "article"),
    ("conference", "conference"),
    ("workshop", "workshop"),
    ("book", "chapter"),
)


@frozen
class Database:
    """All works, in the order written, and by key. `broken` works were reported as wrong, and left out."""

    works: tuple[Work, ...]
    by_key: dict[str, Work]
    broken: frozenset[str] = frozenset()

    def hint(self, key: str) -> str:
        """What to say to somebody who named a work that is not there."""
        near = closest(key, list(self.by_key))
        return (
            f"did you mean `{near}`?" if near else "the keys are those of `publications:` at the top level of the file"
        )


def make_database(works: tuple[Work, ...], sink: Sink, broken: frozenset[str] = frozenset()) -> Database:
    """The database of a document. A work that says twice where it appeared is an error."""
    for work in works:
        named = [name for name, _ in _KIND_BY_VENUE if getattr(work, name) is not None]
        if work.venue is not None:
            named.append("venue")
        if len(named) > 1:
            places = " and ".join(f"`{name}`" for name in named)
            hint = "keep one of them; make two works if there are two versions"
            sink.add(TWO_KINDS, f"a work appears in one place, but `{work.key}` has {places}", work.span, hint=hint)
    return Database(works, {work.key: work for work in works}, broken)


def kind_of(work: Work) -> WorkKind:
    """What a work is: as it says itself, or as its fields tell."""
    if work.kind is not None:
        return work.kind
    for name, kind in _KIND_BY_VENUE:
        if getattr(work, name) is not None:
            return kind
    if work.publisher is not None:
        return "book"
    return "other" if work.venue is not None and work.arxiv is None else "preprint"


def venue_of(work: Work) -> Text | None:
    """Where a work appeared, or is to appear."""
    return work.journal or work.conference or work.workshop or work.book or work.venue or work.institution


def date_of(work: Work) -> PartialDate | None:
    """When a work appeared, as precisely as it is known."""
    return work.date or work.year


def url_of(work: Work) -> Url | None:
    """Where a work leads: its own address, else its DOI, else arXiv."""
    if work.url is not None:
        return work.url
    if work.doi is not None:
        return Url(f"https://doi.org/{work.doi}")
    return arxiv_url(work)


def arxiv_url(work: Work) -> Url | None:
    """The page of a work on arXiv."""
    return Url(f"https://arxiv.org/abs/{work.arxiv}") if work.arxiv is not None else None
