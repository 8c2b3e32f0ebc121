"""Scalars -> values: one small reader for each type that a single text can stand for.

A reader takes a `Scalar` and a `Sink` and gives a value, or `INVALID` after
reporting why. `READERS` maps the types that occur in `cvbuild.model` to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from cvbuild.dates import TODAY, DateError, PartialDate, ReversedRange, Today, When, parse_when
from cvbuild.diagnostics import (
    BAD_DATE,
    BAD_EMAIL,
    BAD_IDENTIFIER,
    BAD_LENGTH,
    BAD_NUMBER,
    BAD_URL,
    REVERSED_RANGE,
    Sink,
)
from cvbuild.frozen import frozen
from cvbuild.lengths import points
from cvbuild.markup import paragraphs, parse, to_url
from cvbuild.model import ArxivId, Doi, Email, Length, Lines, Orcid, Prose, Verbatim
from cvbuild.source import Span
from cvbuild.text import Text, Url
from cvbuild.tree import Scalar


class Invalid:
    """The value of something that was reported as wrong."""


INVALID: Final = Invalid()
Value = Any
Reader = Callable[[Scalar, Sink], Value]


@frozen
class ScalarType:
    """How one type is read, named in messages, and described in JSON Schema."""

    name: str
    read: Reader
    json: dict[str, Any]


def _inside(scalar: Scalar, start: int, end: int) -> Span:
    """Part of a scalar as a span; the whole scalar where quotes or folding moved the characters."""
    at = scalar.span.text.find(scalar.text)
    if at < 0 or not scalar.text:
        return scalar.span
    return scalar.span.part(at + start, at + max(end, start + 1))


def read_str(scalar: Scalar, sink: Sink) -> Value:
    """White space folded; otherwise just what was written."""
    return (
        " ".join(scalar.text.split()) if scalar.text.strip(" ") != scalar.text or "\n" in scalar.text else scalar.text
    )


def read_literal(scalar: Scalar, sink: Sink) -> Value:
    """Exactly what was written, white space included."""
    return scalar.text


def read_text(scalar: Scalar, sink: Sink) -> Value:
    """One paragraph of formatted text."""
    return parse(scalar.text, sink, scalar.span)


def read_prose(scalar: Scalar, sink: Sink) -> Value:
    """Paragraphs of formatted text, parted by empty lines."""
    return paragraphs(scalar.text, sink, scalar.span)


def read_lines(scalar: Scalar, sink: Sink) -> Value:
    """One paragraph of formatted text for each line that is written."""
    lines = [line.strip() for line in scalar.text.split("\n")]
    return Lines(tuple(parse(line, sink, scalar.span) for line in lines if line))


def read_bool(scalar: Scalar, sink: Sink) -> Value:
    """`true` or `false`; also `yes`, `no`, `on`, `off` as YAML 1.1 had it."""
    word = scalar.text.strip().lower()
    if word in ("true", "yes", "on"):
        return True
    if word in ("false", "no", "off"):
        return False
    sink.add(BAD_NUMBER, f"`{scalar.text}` is neither `true` nor `false`", scalar.span)
    return INVALID


def read_int(scalar: Scalar, sink: Sink) -> Value:
    """A whole number above zero."""
    if re.fullmatch(r"[1-9][0-9]{0,8}", digits := scalar.text.strip()):
        return int(digits)
    sink.add(BAD_NUMBER, f"`{scalar.text}` is not a whole number above zero", scalar.span)
    return INVALID


def read_length(scalar: Scalar, sink: Sink) -> Value:
    """A length with its unit, in points."""
    try:
        return Length(points(scalar.text.strip()))
    except ValueError as error:
        number = scalar.text.strip()
        hint = f"write its unit, for example `{number}mm`" if number.isdecimal() else "for example `30mm` or `3cm`"
        sink.add(BAD_LENGTH, str(error), scalar.span, hint=hint)
        return INVALID


# What people write for the year of a work that has none yet, and the status that it has.
_NOT_YET = {
    "accepted": "accepted", "forthcoming": "accepted", "in press": "in press", "in preparation": "in preparation",
    "in review": "under review", "submitted": "submitted", "to appear": "accepted", "under review": "under review",
}  # fmt: skip


def read_when(scalar: Scalar, sink: Sink) -> Value:
    """Dates and ranges of dates."""
    if status := _NOT_YET.get(scalar.text.strip().lower()):
        hint = f"of a work, that is written `status: {status}`; a year is not needed then"
        sink.add(BAD_DATE, f"`{scalar.text}` is not a date", scalar.span, hint=hint)
        return INVALID
    try:
        return parse_when(scalar.text)
    except DateError as error:
        code = REVERSED_RANGE if isinstance(error, ReversedRange) else BAD_DATE
        sink.add(code, str(error), _inside(scalar, error.start, error.end), hint=error.hint)
        return INVALID


def read_date(scalar: Scalar, sink: Sink) -> Value:
    """A single date."""
    when = read_when(scalar, sink)
    if isinstance(when, When):
        if len(when.parts) == 1 and isinstance(when.parts[0], PartialDate):
            return when.parts[0]
        sink.add(BAD_DATE, f"`{scalar.text}` is not a single date", scalar.span, hint="write one date, such as 2020-07")
    return INVALID


_NEARLY_TODAY = frozenset(("auto", "automatic", "now", "present", "true", "yes", r"\today", "{today}"))


def read_day(scalar: Scalar, sink: Sink) -> Value:
    """A single date, or ``today``."""
    text = scalar.text.strip().lower()
    if text in _NEARLY_TODAY:
        sink.add(BAD_DATE, f"`{scalar.text}` is not a date", scalar.span, hint=f"write `{TODAY.value}`, or a date")
        return INVALID
    return TODAY if text == TODAY.value else read_date(scalar, sink)


def read_url(scalar: Scalar, sink: Sink) -> Value:
    """An address; a bare host such as ``example.org/me`` is taken as https."""
    address = scalar.text.strip()
    bare = re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:[/?#]\S*)?", address, re.IGNORECASE)
    href = "https://" + address if bare else address
    url = to_url(href)
    if url is None:
        sink.add(BAD_URL, f"`{address}` is not a web address", scalar.span, hint="for example https://example.org/")
        return INVALID
    return url


def read_email(scalar: Scalar, sink: Sink) -> Value:
    """An e-mail address."""
    address = scalar.text.strip()
    if re.fullmatch(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]+", address):
        return Email(address)
    sink.add(BAD_EMAIL, f"`{address}` is not an e-mail address", scalar.span, hint="for example name@example.org")
    return INVALID


def orcid_checksum(digits: str) -> str:
    """The check character of an ORCID's first 15 digits (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def read_orcid(scalar: Scalar, sink: Sink) -> Value:
    """An ORCID, with or without its address in front."""
    bare = re.sub(r"^(https?://)?(www\.)?orcid\.org/", "", scalar.text.strip())
    digits = bare.replace("-", "").upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits):
        problem = "it has 16 digits"
    elif orcid_checksum(digits[:15]) != digits[15]:
        problem = "the checksum does not agree, so a digit is wrong"
    else:
        return Orcid("-".join(digits[i : i + 4] for i in range(0, 16, 4)))
    sink.add(
        BAD_IDENTIFIER, f"`{bare}` is not an ORCID: {problem}", scalar.span, hint="for example 0000-0002-1825-0097"
    )
    return INVALID


def read_doi(scalar: Scalar, sink: Sink) -> Value:
    """A DOI, with or without its address or ``doi:`` in front."""
    bare = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", scalar.text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+", bare):
        return Doi(bare)
    arxiv = _ARXIV.search(bare) if "arxiv" in bare.lower() or _ARXIV.fullmatch(bare) else None
    hint = f"write `arxiv: {arxiv[0]}`" if arxiv else "for example 10.1103/PhysRevE.102.043309"
    sink.add(BAD_IDENTIFIER, f"`{bare}` is not a DOI", scalar.span, hint=hint)
    return INVALID


_ARXIV = re.compile(r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?")


def read_arxiv(scalar: Scalar, sink: Sink) -> Value:
    """An arXiv number, new or old, with or without its address or ``arXiv:`` in front."""
    bare = re.sub(r"^(https?://arxiv\.org/(abs|pdf)/|arxiv:\s*)", "", scalar.text.strip(), flags=re.IGNORECASE)
    bare = bare.removesuffix(".pdf")
    if _ARXIV.fullmatch(bare):
        return ArxivId(bare)
    doi = re.search(r"10\.[0-9]{4,9}/\S+", bare)
    inside = _ARXIV.search(bare, doi.start() + 3) if doi and "arxiv" in bare.lower() else None
    hint = f"write `{inside[0]}`" if inside else f"write `doi: {doi[0]}`" if doi else "for example 2009.06125"
    sink.add(BAD_IDENTIFIER, f"`{bare}` is not an arXiv number", scalar.span, hint=hint)
    return INVALID


def _cased(words: str) -> str:
    """A pattern for words in capitals or not: those of JSON Schema have no switch for that."""
    return r"^\s*(" + re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", words) + r")\s*$"


_STRING: Final[dict[str, Any]] = {"type": ["string", "number"]}
_DATE: Final[dict[str, Any]] = {"type": ["string", "integer", "number"]}

_BOOL: Final[dict[str, Any]] = {  # `yes` is a text in YAML 1.2
    "anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _cased("true|false|yes|no|on|off")}]
}

READERS: Final[dict[Any, ScalarType]] = {
    str: ScalarType("a text", read_str, _STRING),
    Verbatim: ScalarType("a text", read_literal, _STRING),
    Text: ScalarType("a text", read_text, _STRING),
    Prose: ScalarType("a text", read_prose, _STRING),
    Lines: ScalarType("a text", read_lines, _STRING),
    bool: ScalarType("`true` or `false`", read_bool, _BOOL),
    int: ScalarType("a whole number", read_int, {"type": "integer", "minimum": 1}),
    Length: ScalarType("a length", read_length, {"type": "string", "pattern": "(pt|pc|in|bp|cm|mm)\\s*$"}),
    When: ScalarType("a date or a range of dates", read_when, _DATE),
    PartialDate: ScalarType("a date", read_date, _DATE),
    PartialDate | Today: ScalarType("a date, or `today`", read_day, _DATE),
    Url: ScalarType("a web address", read_url, {"type": "string"}),
    Email: ScalarType("an e-mail address", read_email, {"type": "string", "pattern": "@"}),
    Orcid: ScalarType("an ORCID", read_orcid, {"type": "string"}),
    Doi: ScalarType("a DOI", read_doi, {"type": "string"}),
    ArxivId: ScalarType("an arXiv number", read_arxiv, {"type": ["string", "number"]}),
}
