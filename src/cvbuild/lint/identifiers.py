"""Rules about DOIs and arXiv numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cvbuild.diagnostics import BAD_NUMBERING, MISPLACED_IDENTIFIER
from cvbuild.lint.findings import Cv, Finding, characters
from cvbuild.model import Work

_DOI = re.compile(r"\b10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>{}|]*[^\s\"<>{}|.,;:)\]]")
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/(10\..*)", re.IGNORECASE)
_NUMBER = r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?"
_ARXIV = re.compile(rf"\barxiv\s*(?:preprint\s*)?[:.,\s]\s*(?:arxiv\s*:\s*|abs/)?{_NUMBER}", re.IGNORECASE)
_ARXIV_ADDRESS = re.compile(rf"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/{_NUMBER}(?:\.pdf)?/?", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_NUMBER}", re.IGNORECASE)
_TEXTS = ("note", "journal", "conference", "workshop", "book", "venue", "series", "publisher")
_STRINGS = ("pages", "volume", "issue", "number", "version")


def bad_numbering(cv: Cv) -> Iterator[Finding]:
    """A DOI with more than a DOI in it, or an arXiv number that arXiv cannot have given."""
    for work in cv.works:
        if work.doi is not None and (problem := _doi_problem(work.doi)):
            message = f"the DOI of `{work.key}` {problem}"
            yield Finding(BAD_NUMBERING, message, cv.place(work, "doi"), (work.key,))
        if work.arxiv is not None and (problem := _arxiv_problem(work.arxiv, cv)):
            message = f"the arXiv number of `{work.key}` {problem}"
            yield Finding(BAD_NUMBERING, message, cv.place(work, "arxiv"), (work.key,))


def _doi_problem(doi: str) -> str | None:
    if not re.match(r"10\.[0-9]{4,9}(\.[0-9]+)*/\S", doi):
        return "does not begin with `10.`, a number and a slash"
    if doi[-1] in ".,;:" or any(
        doi.endswith(close) and doi.count(close) > doi.count(open) for open, close in ("()", "[]")
    ):
        return f"ends with `{doi[-1]}`, which belongs to the sentence around it"
    if re.search(r"\s|doi\.org|%2F", doi, re.IGNORECASE):
        return "holds something that is no part of a DOI"
    return None


def _arxiv_problem(number: str, cv: Cv) -> str | None:
    """Numbers are YYMM.NNNN from April 2007, YYMM.NNNNN from January 2015, and archive/YYMMNNN before."""
    new = re.match(r"([0-9]{2})([0-9]{2})\.([0-9]+)", number)
    old = re.search(r"/([0-9]{2})([0-9]{2})[0-9]{3}", number)
    found = new or old
    if found is None:
        return "has neither the form 2009.06125 nor the form math/0211159"
    short, month = int(found[1]), int(found[2])
    if not 1 <= month <= 12:
        return f"has no month: there is no {month:02}"
    year = 1900 + short if old and short > 90 else 2000 + short
    if (year, month) > cv.today[:2]:
        return "is of a month that has not come yet"
    if new and (year, month) < (2007, 4):
        return "has a form that arXiv uses from April 2007 on"
    if old and (year, month) > (2007, 3):
        return "has a form that arXiv used until March 2007"
    if new and len(new[3]) != (5 if year >= 2015 else 4):
        return f"has {len(new[3])} digits behind the point; in {year} arXiv gave {5 if year >= 2015 else 4}"
    return None


def misplaced(cv: Cv) -> Iterator[Finding]:
    """A DOI or an arXiv number in a field that is for something else, and missing or another one in its own."""
    for work in cv.works:
        seen: set[str] = set()
        for name, own, found in _elsewhere(work):
            there: str | None = getattr(work, own)
            if (there is not None and _same(there, found)) or own in seen:
                continue
            seen.add(own)
            what = "an arXiv number" if own == "arxiv" else "a DOI"
            message = f"{what} stands in `{name}` of `{work.key}`"
            if there is not None:
                message += f", and another one in `{own}`"
            hint = f"write `{own}: {found}`" if there is None else f"is it {found} or {there}?"
            yield Finding(MISPLACED_IDENTIFIER, message, cv.place(work, name), (work.key,), hint)


def _elsewhere(work: Work) -> Iterator[tuple[str, str, str]]:
    """The field in which an identifier was found, the field to which it belongs, and the identifier."""
    if work.doi is not None and (found := _ARXIV_DOI.fullmatch(work.doi)):
        yield "doi", "arxiv", found[1]
    addresses = [("url", work.url)] if work.url else []
    addresses += [("links", link.url) for link in work.links if link.label.lower() in ("doi", "arxiv")]
    for name, url in addresses:
        if found := _ARXIV_ADDRESS.fullmatch(url.href):
            yield name, "arxiv", found[1]
        elif found := _DOI_ADDRESS.fullmatch(url.href):
            arxiv = _ARXIV_DOI.fullmatch(found[1])
            yield (name, "arxiv", arxiv[1]) if arxiv else (name, "doi", found[1])
    texts = [(name, characters(getattr(work, name))) for name in _TEXTS if getattr(work, name)]
    texts += [(name, getattr(work, name)) for name in _STRINGS if getattr(work, name)]
    for name, value in texts:
        if found := _ARXIV.search(value):
            yield name, "arxiv", found[1]
        elif found := _DOI.search(value):
            yield name, "doi", found[0]


def _same(one: str, other: str) -> bool:
    return re.sub(r"v[0-9]+$", "", one.lower()) == re.sub(r"v[0-9]+$", "", other.lower())
