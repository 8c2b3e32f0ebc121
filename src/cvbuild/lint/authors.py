"""Rules about authors: the owner, marks, the order of the alphabet, spellings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cvbuild.diagnostics import AUTHOR_TWICE, LONE_MARK, NO_OWNER, NOT_ALPHABETICAL, Label
from cvbuild.lint.findings import Cv, Finding, characters, people
from cvbuild.model import Author, Legend, Section, Work
from cvbuild.names import Name, fold
from cvbuild.names.folding import letters_of, spell_out
from cvbuild.names.name import has_cjk
from cvbuild.publications.database import kind_of
from cvbuild.publications.marks import ALPHABETICAL, EQUAL

# Kinds of which lists often name no authors.
_UNSIGNED = ("talk", "software", "dataset", "patent", "other")
_EQUAL = (EQUAL, "equal-2", "equal-3", "equal-last")
_ALPHABETICAL_WORDS = re.compile("alphabet", re.IGNORECASE)
_EQUAL_WORDS = re.compile(r"equal|joint|shared|contribut|co-?first", re.IGNORECASE)


def owner_missing(cv: Cv) -> Iterator[Finding]:
    """The owner is not among the authors of a printed work.

    Nothing is said where an organisation is an author, a file names only the first authors (“and others”), or the owner is an
    editor.
    """
    owner = cv.document.name
    works = [work for work in cv.works if work.key in cv.printed]
    missing = [work for work in works if not cv.by_owner(work) and not _stands_for_others(cv, work)]
    if len(missing) > 2 and len(missing) == len(works):
        message = f"“{owner}” is among the authors of none of the {len(works)} works printed"
        hint = "if your name is written otherwise there, add that form to `aliases:`"
        yield Finding(NO_OWNER, message, missing[0].span, tuple(work.key for work in missing), hint)
        return
    for work in missing:
        if not work.authors:
            message, hint = f"`{work.key}` has no authors", "write `authors:`"
        else:
            message = f"“{owner}” is not among the authors of `{work.key}`"
            hint = "is a name misspelt? Another form of yours belongs to `aliases:`"
        place = cv.place(work, "authors") if not work.authors else work.authors[0].span or work.span
        yield Finding(NO_OWNER, message, place, (work.key,), hint)


def _stands_for_others(cv: Cv, work: Work) -> bool:
    if not work.authors:
        return kind_of(work) in _UNSIGNED or work.editors is not None
    if len(people(work)) < len(work.authors) and not cv.is_own(work):
        return True  # the owner may be among those not named
    if any(author.name.literal and not has_cjk(author.name.family) for author in work.authors):
        return True
    family = letters_of(cv.owner.name.family)
    return family in map(letters_of, characters(work.editors).replace(",", " ").split())


def lone_mark(cv: Cv) -> Iterator[Finding]:
    """A mark of equal contribution behind one author only."""
    equal = _marks_that_mean(cv, set(_EQUAL), _EQUAL_WORDS)
    for work in cv.works:
        named = people(work)
        if len(named) < len(work.authors):
            continue  # the other one may be among those not named
        counts = Counter(mark for author in named for mark in cv.marks_of(author))
        for author in named:
            for mark in cv.marks_of(author):
                if mark in equal and counts[mark] == 1:
                    sign = cv.marks[mark].symbol or mark
                    message = (
                        f"of the authors of `{work.key}` only “{author.name}” has the mark {sign} of equal contribution"
                    )
                    hint = "mark the others too, or nobody"
                    yield Finding(LONE_MARK, message, author.span or work.span, (work.key,), hint)


def _marks_that_mean(cv: Cv, names: set[str], meaning: re.Pattern[str]) -> set[str]:
    """`names`, without the marks to which the CV gives another meaning, and with those to which it gives this one."""
    out = set(names)
    for mark in cv.document.marks:
        means = mark.name in names or meaning.search(characters(mark.legend)) is not None
        (out.add if means else out.discard)(mark.name)
    for legend in _legends(cv):
        for words in legend.words:
            for name in cv.marks.names((words.mark,)):
                (out.add if meaning.search(characters(words.text)) else out.discard)(name)
    return out


def _legends(cv: Cv) -> Iterator[Legend]:
    def inside(sections: tuple[Section, ...]) -> Iterator[Legend | None]:
        for section in sections:
            yield section.legend
            yield section.publications.legend if section.publications else None
            yield from inside(section.sections)

    document = cv.document
    common = document.lists.legend if document.lists else None
    yield from filter(None, (document.legend, common, *inside(document.sections)))


def not_alphabetical(cv: Cv) -> Iterator[Finding]:
    """The alphabet is claimed as the order of the authors, and it is not.

    Claimed by `alphabetical: true` of a work, by the mark `alphabetical` or one with this meaning, or by a star behind every author in a list
    whose legend says “or alphabetical author order”.
    """
    claiming = _marks_that_mean(cv, {ALPHABETICAL}, _ALPHABETICAL_WORDS)
    claiming -= _marks_that_mean(cv, set(_EQUAL), _EQUAL_WORDS)
    starred = {key for one in cv.lists if one.legend is not None and one.legend.alphabetical for key in one.keys}
    for work in cv.works:
        named = people(work)
        if not (
            work.alphabetical
            or any(claiming.intersection(cv.marks_of(author)) for author in named)
            or (work.key in starred and all(EQUAL in cv.marks_of(author) for author in named))
        ):
            continue
        wrong = _first_out_of_order(named)
        if wrong is not None:
            before, author = wrong
            message = (
                f"the authors of `{work.key}` are said to stand in alphabetical order, "
                f"but “{before.name}” stands before “{author.name}”"
            )
            hint = "the legend says so of a star behind every author" if not work.alphabetical else None
            yield Finding(NOT_ALPHABETICAL, message, author.span or work.span, (work.key,), hint)


def _first_out_of_order(authors: tuple[Author, ...]) -> tuple[Author, Author] | None:
    """Two neighbours who stand in another order than the alphabet's, however it is read; None if none do."""
    if any(has_cjk(author.name.family) for author in authors):
        return None  # strokes, sounds or Latin letters: we cannot know
    last = ""
    for i, author in enumerate(authors):
        possible = [key for key in _sort_keys(author.name) if key >= last]
        if not possible:
            return authors[i - 1], author
        chosen = min(possible)
        before = authors[i - 1].name if i else author.name
        if i and chosen == last and _initial(author.name) < _initial(before):
            return authors[i - 1], author
        last = chosen
    return None


def _sort_keys(name: Name) -> set[str]:
    """Everything under which a name may be sorted.

    With or without a particle; by letters or by words; ü as u or as ue; and under the first of two family names.
    """
    families = [name.family, f"{name.particle} {name.family}"]
    given = name.given.split()
    if len(given) > 1 and len(letters_of(given[-1])) > 1:
        families.append(f"{given[-1]} {name.family}")
    return {
        key
        for family in families
        for spelled in (family, spell_out(family))
        for key in (fold(spelled), letters_of(spelled))
    }


def _initial(name: Name) -> str:
    return letters_of(name.given)[:1] or "\uffff"


def two_spellings(cv: Cv) -> Iterator[Finding]:
    """One author, spelt in two ways: by accents, hyphens, capitals and points, ü and ue, or a middle initial."""
    forms: dict[str, tuple[Author, Work]] = {}
    counts: Counter[str] = Counter()
    for work in cv.works:
        for author in people(work):
            form = str(author.name)
            forms.setdefault(form, (author, work))
            counts[form] += 1
    same: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    for form in forms:
        letters = letters_of(form)
        same.setdefault(letters, []).append(form)
        if not form.isascii() and (other := letters_of(spell_out(form))) != letters:
            spelled[other] = letters
    for other, letters in spelled.items():
        if other in same:
            same[letters] += same.pop(other)
    for plain, initial in _middle_initials({group[0]: forms[group[0]][0].name for group in same.values()}):
        same[letters_of(initial)] += same.pop(letters_of(plain), [])
    for group in same.values():
        usual = max(group, key=lambda form: counts[form])
        for form in group:
            if form != usual:
                author, work = forms[form]
                other_author, other_work = forms[usual]
                place, there = author.span or work.span, other_author.span or other_work.span
                message = f"“{form}” and “{usual}” look like one author, spelt in two ways"
                labels = (Label(there, "spelt like this here"),) if there is not None else ()
                yield Finding(AUTHOR_TWICE, message, place, (form, usual, work.key), "write both alike", labels)


def _middle_initials(names: dict[str, Name]) -> Iterator[tuple[str, str]]:
    """Pairs such as “Emily Fox” and “Emily B. Fox”, where there is no other Emily Fox."""
    by_first: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for form, name in names.items():
        given = name.given.split()
        if given and len(letters_of(given[0])) > 2:
            key = (letters_of(given[0]), letters_of(f"{name.particle}{name.family}{name.suffix}"))
            by_first.setdefault(key, []).append((form, " ".join(given[1:])))
    for found in by_first.values():
        plain = [form for form, middle in found if not middle]
        others = [(form, middle) for form, middle in found if middle]
        if len(plain) == 1 and len(others) == 1 and len(letters_of(others[0][1])) == 1:
            yield plain[0], others[0][0]
