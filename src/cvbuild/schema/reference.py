"""docs/reference.md, made from the same shapes that read the file."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.model import Author, Document, Entry, Record, Section
from cvbuild.schema.shapes import (
    AuthorShape,
    AuthorsShape,
    ChoiceShape,
    EntryShape,
    FieldShape,
    ListShape,
    NameShape,
    ProseShape,
    RecordShape,
    ScalarShape,
    Shape,
    entry_shape,
    record_shape,
)
from cvbuild.words import ENGLISH

_INTRO = """\
# The YAML of a CV

This page is made from `src/cvbuild/model.py` by `make docs`; do not edit it.

Texts may hold `**bold**`, `*italic*`, `` `code` ``, `[words](https://…)`, `$math$` and `[@key]`, a citation.
Where several values are expected, one alone needs no list. A key with nothing behind it is the same as no key.
In every mapping, `include: parts.yaml` puts what is in another file in its place ([how](variants.md#parts-in-files-of-their-own)).
"""


def reference_page() -> str:
    """The page, as Markdown."""
    parts = [_INTRO]
    for shape in _records():
        parts.append("\n".join(_section(shape)))
    words = ", ".join(f"`{word}`" for word in ENGLISH)
    parts.append(f"## The words that `words` may replace\n\n{words}.\n")
    return "\n".join(parts)


def _records() -> list[RecordShape]:
    """Every record that can be reached from the document, in order of first mention."""
    found: dict[type[Record], RecordShape] = {}

    def visit(shape: Shape) -> None:
        match shape:
            case RecordShape() if shape.cls not in found:
                found[shape.cls] = shape
                for f in shape.fields.values():
                    visit(f.shape)
            case ListShape(item=item):
                visit(item)
            case EntryShape():
                for kind in shape.kinds.values():
                    visit(kind)
            case AuthorsShape():
                visit(record_shape(Author))
            case _:
                pass

    visit(record_shape(Document))
    visit(entry_shape())
    return list(found.values())


def _section(shape: RecordShape) -> Iterator[str]:
    name = shape.cls.__name__
    yield f"## {name}"
    yield ""
    yield (shape.cls.__doc__ or "").strip()
    if issubclass(shape.cls, Entry):
        yield ""
        yield "Seen from the key " + " or ".join(f"`{key}`" for key in shape.cls.NAMED_BY) + "."
    for line in _shorthands(shape):
        yield ""
        yield line
    yield ""
    yield "| key | value | meaning | example |"
    yield "|---|---|---|---|"
    for f in shape.fields.values():
        example = f"`{f.doc.example}`" if f.doc.example else ""
        needed = " **(needed)**" if f.required else ""
        yield f"| `{f.key}`{needed} | {_cell(f)} | {_escape(f.doc.about)} | {_escape(example)} |"
    yield ""


def _shorthands(shape: RecordShape) -> Iterator[str]:
    short = shape.cls.SHORT
    if short.scalar is not None:
        inside = f"; in a list, for `{short.item}`" if short.item is not None else ""
        yield f"A bare text stands for `{short.scalar.replace('_', '-')}`{inside}."
    if short.sequence is not None:
        yield f"A bare list stands for `{short.sequence.replace('_', '-')}`."
    if short.null and issubclass(shape.cls, Section):
        yield "Nothing at all gives only the heading."
    if shape.cls.REST is not None:
        yield f"Every key that is not in the table is one of `{shape.cls.REST}`."


def _cell(f: FieldShape) -> str:
    return _escape(_describe(f.shape))


def _describe(shape: Shape) -> str:
    match shape:
        case ScalarShape(type=kind):
            return kind.name
        case ChoiceShape(choices=choices):
            return " \\| ".join(f"`{c}`" for c in choices)
        case ProseShape(name=name):
            return name
        case NameShape() | AuthorShape():
            return "a name"
        case AuthorsShape():
            return "names"
        case EntryShape():
            return "an entry"
        case RecordShape():
            return f"[{shape.cls.__name__}](#{shape.cls.__name__.lower()})"
        case ListShape(item=item, keyed=keyed):
            inner = _describe(item)
            return f"{inner}, one or several" if keyed is None else f"mapping of `{keyed.by}` to {inner}"
        case _:
            return "?"


def _escape(cell: str) -> str:
    return cell.replace("\n", " ").replace("|", "\\|").replace("\\\\|", "\\|")
