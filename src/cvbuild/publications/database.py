"""The database of works: what the files bring and what the CV says of it, in one; what each work is, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field, replace

from cvbuild.dates import PartialDate
from cvbuild.diagnostics import BAD_AUTHORS, MISSING_KEY, TWO_KINDS, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import Author, AuthorIs, AuthorMarks, Work, WorkKind
from cvbuild.names import fold, parse_name
from cvbuild.publications.place import place_of
from cvbuild.text import Text, Url

# The field that says where a work appeared also says what it is; the first that is there decides.
_KIND_BY_VENUE: tuple[tuple[str, WorkKind], ...] = (
    ("journal", "article"),
    ("conference", "conference"),
    ("workshop", "workshop"),
    ("book", "chapter"),
)
# Fields of which a work has one: to write one of them is to replace the others.
_ONE_OF = (("journal", "conference", "workshop", "book", "venue"), ("date", "year"))
_ADDED = ("tags", "badges")


@frozen
class Database:
    """All works, in the order written, and by key. `broken` works were reported as wrong, and left out.

    `left_out` are those that this document does not have, though its file does: lists pass over their keys, and nothing is
    said of tags, venues and authors that only these have.
    """

    works: tuple[Work, ...]
    by_key: dict[str, Work]
    broken: frozenset[str] = frozenset()
    left_out: dict[str, Work] = field(default_factory=dict)

    @property
    def known(self) -> tuple[Work, ...]:
        """All works of the file."""
        return (*self.works, *self.left_out.values())

    def without(self, leaves_out: Callable[[Work], bool]) -> Database:
        """The database without the works of which `leaves_out` says so."""
        left = {work.key: work for work in self.works if leaves_out(work)}
        if not left:
            return self
        works = tuple(work for work in self.works if work.key not in left)
        return Database(works, {work.key: work for work in works}, self.broken, {**self.left_out, **left})

    def hint(self, key: str) -> str:
        """What to say to somebody who named a work that is not there."""
        near = closest(key, list(self.by_key))
        return (
            f"did you mean `{near}`?" if near else "the keys are those of `publications:` at the top level of the file"
        )


def make_database(
    written: Iterable[Work], brought: Iterable[Work], sink: Sink, broken: frozenset[str] = frozenset()
) -> Database:
    """The database of a document: the works that files brought, in their order, then those `written` in the CV.

    A written work with the key of one that was brought replaces what it says otherwise: links by their labels;
    tags and badges are added. A work without a title, and one that says twice where it appeared, is an error.
    """
    works = {work.key: work for work in brought}
    wrong = set(broken)
    for own in written:
        known = works.get(own.key)
        if known is None and not own.title:
            if own.key not in broken:
                _report_untitled(own, works, sink)
                wrong.add(own.key)
            continue
        works[own.key] = own if known is None else _overridden(known, own)
    for work in works.values():
        _check_venue(work, sink)
    done = tuple(_identified(_marked(work, sink), sink) for work in works.values())
    return Database(done, {work.key: work for work in done}, frozenset(wrong))


def _report_untitled(own: Work, works: dict[str, Work], sink: Sink) -> None:
    near = closest(own.key, list(works))
    hint = f"did you mean `{near}`, which a file brings?" if near else "only a work that a file brings needs no title"
    sink.add(
        MISSING_KEY, f"`title` is missing: there is no other work `{own.key}`", place_of("title:", own.span), hint=hint
    )


def _overridden(known: Work, own: Work) -> Work:
    changes = {name: getattr(own, name) for name in own.written if name != "key"}
    for group in _ONE_OF:
        if not changes.keys().isdisjoint(group):
            changes = {**dict.fromkeys(group), **changes}
    for name in _ADDED:
        if name in changes:
            changes[name] = tuple(dict.fromkeys((*getattr(known, name), *changes[name])))
    if "links" in changes:
        labels = {link.label for link in own.links}
        changes["links"] = (*(link for link in known.links if link.label not in labels), *own.links)
    return replace(known, **changes)


def _check_venue(work: Work, sink: Sink) -> None:
    named = [name for name, _ in _KIND_BY_VENUE if getattr(work, name) is not None]
    if work.venue is not None:
        named.append("venue")
    if len(named) > 1:
        places = " and ".join(f"`{name}`" for name in named)
        hint = "keep one of them; make two works if there are two versions"
        sink.add(TWO_KINDS, f"a work appears in one place, but `{work.key}` has {places}", work.span, hint=hint)


def _marked(work: Work, sink: Sink) -> Work:
    """The work with the marks that its `marks:` gives to its authors."""
    authors = list(work.authors)
    for given in work.marks:
        at = _find_author(given, work, sink)
        if at is not None:
            authors[at] = replace(authors[at], marks=(*authors[at].marks, *given.marks))
    return replace(work, authors=tuple(authors)) if work.marks else work


def _identified(work: Work, sink: Sink) -> Work:
    """The work with its authors as those who they are by its `people:`."""
    authors = list(work.authors)
    for given in work.people:
        at = _find_author(given, work, sink)
        if at is not None:
            authors[at] = replace(authors[at], person=given.person, me=given.me, span=given.span)
    return replace(work, authors=tuple(authors)) if work.people else work


def _find_author(given: AuthorMarks | AuthorIs, work: Work, sink: Sink) -> int | None:
    at = _author_at(given, work.authors)
    if at is None:
        hint = "name one as it is listed, or by its number: " + ", ".join(str(a.name) for a in work.authors)
        sink.add(BAD_AUTHORS, f"`{given.author}` is not one of the authors of `{work.key}`", given.span, hint=hint)
    return at


def _author_at(given: AuthorMarks | AuthorIs, authors: tuple[Author, ...]) -> int | None:
    """The only author of this number, name, or family name."""
    if given.author.isdecimal():
        return int(given.author) - 1 if 1 <= int(given.author) <= len(authors) else None
    wanted = fold(str(parse_name(given.author)))
    whole = [str(author.name) for author in authors]
    families = [f"{author.name.particle} {author.name.family}" for author in authors]
    for names in (whole, families):
        found = [i for i, name in enumerate(names) if fold(name) == wanted]
        if len(found) == 1:
            return found[0]
    return None


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
    return doi_url(work) or arxiv_url(work)


def doi_url(work: Work) -> Url | None:
    """Where the DOI of a work leads."""
    return Url(f"https://doi.org/{work.doi}") if work.doi is not None else None


def arxiv_url(work: Work) -> Url | None:
    """The page of a work on arXiv."""
    return Url(f"https://arxiv.org/abs/{work.arxiv}") if work.arxiv is not None else None
