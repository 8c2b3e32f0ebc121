"""Formatted text as a tree, in no output language yet.

A theme arranges blocks; a writer turns these inlines into LaTeX (or, later,
HTML). Nothing in this tree is ever escaped: that is the writer's one job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import cache

from cvbuild.dates import PartialDate, When, format_when
from cvbuild.frozen import frozen
from cvbuild.source import Span


@frozen
class Str:
    """Literal characters."""

    text: str


@frozen
class Strong:
    """Important words; bold in most themes."""

    body: tuple[Inline, ...]


@frozen
class Emph:
    """Emphasised words; italic in most themes."""

    body: tuple[Inline, ...]


@frozen
class Code:
    """Verbatim characters."""

    text: str


@frozen
class Math:
    """A formula in TeX's notation, already checked against the allow-list of `markup`."""

    tex: str


@frozen
class Raw:
    """LaTeX that is passed on as it is, unread: its writer is trusted, and no other format prints it."""

    tex: str
    span: Span | None = field(default=None, compare=False, repr=False)


@frozen
class Break:
    """A line break that the user asked for."""


@frozen
class Url:
    """An address whose scheme was checked."""

    href: str


@frozen
class Link:
    """Words that lead to an address."""

    url: Url
    body: tuple[Inline, ...]


@frozen
class Cite:
    """A citation of works by key, to be resolved against the document's lists.

    `before` and `after` are the words around each key, as in “see [@key], p. 3”; both are empty if no key has any.
    """

    keys: tuple[str, ...]
    spans: tuple[Span | None, ...] = field(default=(), compare=False, repr=False)
    before: tuple[tuple[Inline, ...], ...] = ()
    after: tuple[tuple[Inline, ...], ...] = ()


@frozen
class Count:
    """A number of works, by the name that the document gives to it."""

    name: str
    span: Span | None = field(default=None, compare=False, repr=False)


@frozen
class Ref:
    """Words that lead to a place inside the document (a resolved citation)."""

    target: str
    body: tuple[Inline, ...]


@frozen
class Role:
    """Words with a meaning (``self``, ``title``, ``venue``, …) whose look the theme decides.

    `mark` is the name of the mark that the look stands for, if it does.
    """

    name: str
    body: tuple[Inline, ...]
    mark: str = ""


@frozen
class Mark:
    """A sign behind an author's name, such as the star of an equal contributor; `name` is what it is called."""

    symbol: str
    name: str = ""


@frozen
class Date:
    """A date, or several of them, whose form the theme decides."""

    value: PartialDate | When


@frozen
class Icon:
    """A picture for a word, such as `pdf`; where it cannot be printed, and where it is copied, `label` stands."""

    kind: str
    label: str


Inline = Str | Strong | Emph | Code | Math | Raw | Break | Link | Cite | Count | Ref | Role | Mark | Date | Icon


@frozen
class Text:
    """One paragraph of formatted text, and where it was written. Empty text is false."""

    body: tuple[Inline, ...]
    span: Span | None = field(default=None, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.body)

    def __str__(self) -> str:
        return plain(self.body)


def text(*parts: Inline | str | Text, span: Span | None = None) -> Text:
    """Join strings, inlines and texts into one `Text`."""
    body: list[Inline] = []
    for part in parts:
        if isinstance(part, Text):
            body.extend(part.body)
        elif isinstance(part, str):
            if part:
                body.append(Str(part))
        else:
            body.append(part)
    return Text(tuple(body), span)


def children(node: Inline) -> tuple[Inline, ...]:
    """The inlines inside an inline (none for a leaf)."""
    match node:
        case Strong(body) | Emph(body) | Link(body=body) | Ref(body=body) | Role(body=body):
            return body
        case Cite(before=before, after=after):
            return tuple(inner for words in (*before, *after) for inner in words)
        case _:
            return ()


def walk(body: Iterable[Inline]) -> Iterator[Inline]:
    """Every inline in reading order, parents before their children."""
    for node in body:
        yield node
        yield from walk(children(node))


def rewrite(body: tuple[Inline, ...], leaf: Callable[[Inline], Iterable[Inline]]) -> tuple[Inline, ...]:
    """Replace every leaf by what `leaf` returns for it, keeping the structure around it."""
    out: list[Inline] = []
    for node in body:
        match node:
            case Strong(inner):
                out.append(Strong(rewrite(inner, leaf)))
            case Emph(inner):
                out.append(Emph(rewrite(inner, leaf)))
            case Link(url, inner):
                out.append(Link(url, rewrite(inner, leaf)))
            case Ref(target, inner):
                out.append(Ref(target, rewrite(inner, leaf)))
            case Role(name, inner, mark):
                out.append(Role(name, rewrite(inner, leaf), mark))
            case _:
                out.extend(leaf(node))
    return tuple(out)


def plain(body: Iterable[Inline]) -> str:
    """The characters alone, as for a bookmark or the information about a PDF."""
    parts: list[str] = []
    for node in body:
        match node:
            case Str(value) | Code(value):
                parts.append(value)
            case Math(tex):
                parts.append(_formula(tex))
            case Break():
                parts.append(" ")
            case Mark(symbol):
                parts.append(symbol)
            case Icon(label=label):
                parts.append(label)
            case Date(value):
                parts.append(format_when(value if isinstance(value, When) else When((value,))))
            case Cite() | Count() | Raw():
                pass
            case _:
                parts.append(plain(children(node)))
    return "".join(parts)


@cache
def _formulas() -> Callable[[str], str]:
    from pylatexenc.latex2text import LatexNodes2Text  # slow to import and to make, and rarely needed

    converter: Callable[[str], str] = LatexNodes2Text(math_mode="text").latex_to_text
    return converter


@cache
def _formula(tex: str) -> str:
    """A formula in plain characters, as well as can be: ``\\alpha^2`` is α^2."""
    try:
        return _formulas()(f"${tex}$")
    except Exception:  # the library fails at some formulas that were refused: too deep, or with \href
        return tex
