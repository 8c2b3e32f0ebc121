"""All rules, and what the CV wants to have passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cvbuild.dates import Day
from cvbuild.diagnostics import CODES, IGNORED_IN_VAIN, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.lint import authors, identifiers, lists, venues, versions, works
from cvbuild.lint.findings import Cv, Finding
from cvbuild.model import Document, Ignored
from cvbuild.outline import Outline
from cvbuild.publications import Database

Rule = Callable[[Cv], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    authors.owner_missing,
    authors.lone_mark,
    authors.not_alphabetical,
    authors.two_spellings,
    lists.out_of_order,
    lists.only_selected,
    lists.not_printed,
    versions.same_work,
    venues.two_venues,
    identifiers.bad_numbering,
    identifiers.misplaced,
    works.no_year,
    works.long_under_review,
    works.future_date,
    works.backward_pages,
    works.title_form,
    works.latex_in_text,
    works.status_elsewhere,
)


def lint(document: Document, database: Database, outline: Outline, today: Day, sink: Sink) -> None:
    """Report to `sink` what the rules find in a CV without errors, as it is `today`.

    What `lint:` at the top of the file or in a work says shall be ignored is passed over; what is ignored there
    though nothing is found, or though there is no such code or work, is a finding itself.
    """
    cv = Cv(document, database, outline, today)
    wishes = [_Wish(ignored, None) for ignored in document.lint.ignore]
    for work in database.works:
        if work.lint is not None:
            wishes += [_Wish(ignored, work.key) for ignored in work.lint.ignore]
    used: set[int] = set()
    for finding in (finding for rule in RULES for finding in rule(cv)):
        silencers = [i for i, wish in enumerate(wishes) if wish.silences(finding)]
        used.update(silencers)
        if not silencers:
            _report(finding, sink)
    for i, wish in enumerate(wishes):
        if i not in used:
            _report(_in_vain(wish, database), sink)


@frozen
class _Wish:
    """What shall be ignored; `key` is the work that says so."""

    ignored: Ignored
    key: str | None

    @property
    def code(self) -> str:
        """The code."""
        return self.ignored.what.split(None, 1)[0] if self.ignored.what.strip() else ""

    @property
    def name(self) -> str | None:
        """What the finding must be about; None if that does not matter."""
        rest = self.ignored.what.split(None, 1)[1:]
        return rest[0] if rest else self.key

    def silences(self, finding: Finding) -> bool:
        """Whether this finding shall not be reported."""
        return self.code == finding.code.number and (self.name is None or self.name in finding.about)


def _in_vain(wish: _Wish, database: Database) -> Finding:
    code, name = wish.code, wish.name
    lints = sorted(number for number in CODES if number.startswith("CV7") and number != IGNORED_IN_VAIN.number)
    keys = [work.key for work in database.works]
    hint = "delete it"
    if code not in lints:
        message = f"`{code}` is no code of a finding that can be ignored"
        near = closest(code, lints)
        hint = f"did you mean `{near}`?" if near else f"the codes are {lints[0]} to {lints[-1]}; docs/lint.md has them"
    elif name is None:
        message = f"{code} is ignored, but there is no such finding"
    else:
        message = f"{code} is ignored for `{name}`, but there is no such finding"
        near = closest(name, keys) if name not in keys else None
        hint = f"did you mean `{near}`?" if near else hint
    return Finding(IGNORED_IN_VAIN, message, wish.ignored.span, (), hint)


def _report(finding: Finding, sink: Sink) -> None:
    sink.add(finding.code, finding.message, finding.span, hint=finding.hint, labels=finding.labels)
