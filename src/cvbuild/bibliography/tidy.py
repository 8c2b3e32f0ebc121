"""Works -> tidy YAML, to be edited by hand: every value reads back as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from cvbuild.bibliography.yaml_scalars import scalar
from cvbuild.dates import PartialDate
from cvbuild.markup.spelling import spell
from cvbuild.model import Author, AuthorIs, AuthorMarks, Lint, NamedLink, Record, Work
from cvbuild.names import MARKS, AuthorsError, parse_name, split_authors
from cvbuild.names.writing import write_name
from cvbuild.text import Text, Url

_STEP: Final = 2
_RESERVED: Final = frozenset(("files", "fields", "works"))

Plain = str | list[Any] | dict[str, Any]
"""A scalar, a list or a mapping of YAML."""


def write_works(works: Iterable[Work], comment: str = "") -> str:
    """The works as `publications:` of a CV file, keys and fields in order, behind a line of comment."""
    works = tuple(works)
    lines = [f"# {' '.join(comment.split())}"] if comment else []
    if not works:
        return "\n".join([*lines, "publications: {}", ""])
    lines.append("publications:")
    depth = _STEP
    if any(work.key in _RESERVED for work in works):
        lines.append(" " * depth + "works:")
        depth += _STEP
    for work in works:
        lines.extend(_pair(work.key, _fields(work), depth))
        lines.append("")
    return "\n".join(lines)


def flow_value(work: Work, name: str, text: Callable[[str], str] = lambda text: scalar(text, flow=True)) -> str:
    """One field of a work as YAML on one line, each text in it written by `text`; "" if it says nothing."""
    value = getattr(work, name)
    return _flow(_value(value), text) if value not in (None, "", ()) else ""


# --- values ---


def _fields(record: Record, without: frozenset[str] = frozenset(("key",))) -> dict[str, Any]:
    """All that differs from what it is without being written, in the order of the model."""
    return {
        f.name.replace("_", "-"): _value(value)
        for f in dataclasses.fields(record)
        if f.name not in ("span", "written") and f.name not in without
        if (value := getattr(record, f.name)) != f.default
    }


def _value(value: Any) -> Plain:
    match value:
        case Text():
            return spell(value)
        case bool():
            return _Bare("true" if value else "false")
        case Url(href):
            return href
        case PartialDate():
            return _Bare(_date(value))
        case tuple() if value and isinstance(value[0], Author):
            return _authors(value)
        case tuple() if value and isinstance(value[0], NamedLink):
            return {link.label: link.url.href for link in value}
        case tuple() if value and isinstance(value[0], AuthorMarks):
            return {given.author: _one_or_list(given.marks) for given in value}
        case tuple() if value and isinstance(value[0], AuthorIs):
            return {given.author: _fields(given, without=frozenset(("author",))) for given in value}
        case Lint(ignore=findings):
            return _one_or_list(tuple(finding.what for finding in findings))
        case tuple():
            return _one_or_list(value)
        case _:
            return str(value)


class _Bare(str):
    """A word of YAML, which stands without quotes."""

    __slots__ = ()


def _one_or_list(values: tuple[Any, ...]) -> Plain:
    return _value(values[0]) if len(values) == 1 else [_value(value) for value in values]


def _date(date: PartialDate) -> str:
    if date.season is not None:
        return f"{date.season.value} {date.year:04}"
    return "-".join(f"{part:0{width}}" for part, width in ((date.year, 4), (date.month, 2), (date.day, 2)) if part)


def _authors(authors: tuple[Author, ...]) -> Plain:
    """One line if it is read as these authors, else a list with one author each."""
    if all(_is_simple(author) for author in authors):
        names = [write_name(author.name) + "".join(author.marks) for author in authors]
        turned = [write_name(author.name, inverted=True) + "".join(author.marks) for author in authors]
        for line in (", ".join(names), "; ".join(names), "; ".join(turned)):
            if _reads_as(line, authors):
                return line
    return [_author(author) for author in authors]


def _reads_as(line: str, authors: tuple[Author, ...]) -> bool:
    try:
        pieces = split_authors(line)
    except AuthorsError:
        return False
    read = [(parse_name(piece.name), (piece.marks,) if piece.marks else ()) for piece in pieces]
    return read == [(author.name, author.marks) for author in authors]


def _author(author: Author) -> Plain:
    name = write_name(author.name)
    if _is_simple(author):
        return name + "".join(author.marks)
    marks = author.marks
    if marks and _are_signs(marks[0]):
        name, marks = name + marks[0], marks[1:]
    rest = _fields(dataclasses.replace(author, marks=marks), without=frozenset(("name",)))
    return {"name": name, **rest}


def _is_simple(author: Author) -> bool:
    """Whether a name with signs behind it says all."""
    signs = not author.marks or (len(author.marks) == 1 and _are_signs(author.marks[0]))
    return signs and not author.me and author.person is None


def _are_signs(mark: str) -> bool:
    return bool(mark) and all(sign in MARKS for sign in mark)


# --- lines ---


def _pair(key: str, value: Plain, depth: int) -> Iterator[str]:
    """A key and its value, indented by `depth`."""
    blank = " " * depth
    name = f"{blank}{scalar(key, width=None)}:"
    if len(name) > 1000:  # more than YAML allows a key on one line
        name = f"{blank}? {scalar(key, width=None)}\n{blank}:"
    if isinstance(value, str):
        yield f"{name} {value if isinstance(value, _Bare) else scalar(value, depth + _STEP, len(name) + 1)}"
    elif isinstance(value, list):
        flow = f"{name} {_flow(value)}" if all(isinstance(item, str) for item in value) else ""
        if flow and len(flow) <= 100:
            yield flow
        else:
            yield name
            for item in value:
                yield from _item(item, depth + _STEP)
    elif value:
        yield name
        for inner, item in value.items():
            yield from _pair(inner, item, depth + _STEP)
    else:
        yield f"{name} {{}}"


def _item(item: Plain, depth: int) -> Iterator[str]:
    blank = " " * depth
    if isinstance(item, str):
        yield f"{blank}- {scalar(item, depth + _STEP, depth + 2)}"
    elif isinstance(item, dict) and item:
        lines = [line for key, value in item.items() for line in _pair(key, value, depth + _STEP)]
        yield f"{blank}- {lines[0].lstrip(' ')}"
        yield from lines[1:]
    else:
        yield f"{blank}- {_flow(item)}"


def _flow(item: Plain, text: Callable[[str], str] = lambda text: scalar(text, flow=True)) -> str:
    match item:
        case _Bare():
            return item
        case str():
            return text(item)
        case list():
            return "[" + ", ".join(_flow(inner, text) for inner in item) + "]"
        case _:
            return "{" + ", ".join(f"{text(key)}: {_flow(inner, text)}" for key, inner in item.items()) + "}"
