"""A CV for each field of the model: the smallest one in which the field holds a text of one's choice."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Author, Document, Work
from cvbuild.pipeline import check, write_latex
from cvbuild.schema.shapes import (
    AuthorShape,
    AuthorsShape,
    ChoiceShape,
    EntryShape,
    ListShape,
    NameShape,
    ProseShape,
    RecordShape,
    ScalarShape,
    Shape,
    record_shape,
)
from cvbuild.source import Source
from cvbuild.writers.latex import SPECIAL

Make = Callable[[str], Any]
Path = tuple[str, ...]
_TEXTS = ("a text",)
_SAMPLES = {
    "a whole number": "1",
    "a date": "2020",
    "a date or a range of dates": "2020",
    "`true` or `false`": "true",
    "a web address": "https://example.org",
}
# The keys of some mappings are words of cvbuild's own.
_KNOWN = {"profiles": "github", "words": "and", "legend.words": "equal", "marks": "equal", "patterns": "article"}
_WORK = {"title": "T", "authors": "A. Bcd*, B. Cde", "year": "2020"}


def fields() -> Iterator[tuple[str, Make]]:
    """The dotted name of each field that takes a text, and what makes a CV (as plain data) of a text."""
    for path, make in _inside(record_shape(Document), ()):
        yield ".".join(path), lambda text, make=make: _printed(make(text))  # type: ignore[misc]


def _printed(cv: dict[str, Any]) -> dict[str, Any]:
    """A CV with works, and a list of them."""
    return {"publications": {"w": _WORK}, "sections": {"Works": {"publications": "all"}}, **cv}


def _inside(shape: Shape, above: tuple[type, ...], key: str = "", of: str = "") -> Iterator[tuple[Path, Make]]:
    match shape:
        case ScalarShape(type=kind) | ProseShape(type=kind):
            if kind.name in _TEXTS:
                yield (), lambda text: text
        case NameShape():
            yield (), lambda text: text
        case AuthorsShape() | AuthorShape():
            yield (), lambda text: [text]
            for path, make in _inside(record_shape(Author), above):
                yield path, lambda text, make=make: [make(text)]  # type: ignore[misc]
        case ListShape(item=item, keyed=keyed):
            for path, make in _inside(item, above, key, of):
                if keyed is None:
                    yield ("0", *path), lambda text, make=make: [make(text)]  # type: ignore[misc]
                elif path == (keyed.by,):
                    yield ("KEY",), lambda text, item=item, by=keyed.by: {text: _without(_sample(item), by)}  # type: ignore[misc]
                else:
                    name = next((_KNOWN[end] for end in (f"{of}.{key}", key) if end in _KNOWN), "key")
                    yield (name, *path), partial(_under, name, keyed.by, make)
        case EntryShape(kinds=kinds):
            for cls, record in kinds.items():
                for path, make in _inside(record, above, key, of):
                    yield (f"<{cls.NAMED_BY[0]}>", *path), make
        case RecordShape(cls=cls) if cls not in above:
            for field in shape.fields.values():
                for path, make in _inside(field.shape, (*above, cls), field.key, key):
                    yield (
                        (field.key, *path),
                        lambda text, make=make, key=field.key, shape=shape: {**_rest(shape, key), key: make(text)},  # type: ignore[misc]
                    )


def _under(name: str, by: str, make: Make, text: str) -> dict[str, Any]:
    """A mapping of one item, whose key is what the item has under `by`."""
    return {name: _without(make(text), by)}


def _without(value: Any, key: str) -> Any:
    return {name: inner for name, inner in value.items() if name != key} if isinstance(value, dict) else value


def _rest(shape: RecordShape, key: str) -> dict[str, Any]:
    """What a mapping must have beside this key."""
    named = getattr(shape.cls, "NAMED_BY", ())
    rest = {name: _sample(field.shape) for name, field in shape.fields.items() if field.required and name != key}
    if named and key not in named and not rest.keys() & set(named):
        rest = {named[0]: _sample(shape.fields[named[0]].shape), **rest}
    if shape.cls is Work:
        rest |= {name: value for name, value in _WORK.items() if name != key}
    return rest


def _sample(shape: Shape) -> Any:
    """Some value of a shape."""
    match shape:
        case ChoiceShape(choices=choices):
            return choices[0]
        case AuthorsShape() | AuthorShape():
            return "A. Bcd"
        case ListShape(item=item, keyed=keyed):
            return {"key": _without(_sample(item), keyed.by)} if keyed else [_sample(item)]
        case EntryShape():
            return "words"
        case RecordShape():
            return _rest(shape, "")
        case ScalarShape(type=kind):
            return _SAMPLES.get(kind.name, "words")
    return "words"


# --- Hard texts in each of them ---

HARD = {
    "TeX's and Markdown's signs": "Wqzx\\\\{}#%&_^~$+=<>|@!?/()[]-,.;:",
    "many scripts, marks, spaces, private use": (
        "Wqzxé漢אبก🎓𝔄ﬁⅣ½²€\u0301\u030c\u200d\u200c\u00ad\u2011—–“”„«»‹›…\u2003\u2009\u202f\u00a0\ue000\ue123"
        "\U000e0041\u0378\ufdd0\ufffd\ufff9"
    ),
    "ends of lines": "Wqzxa\u2028b\u2029c\u0085d\re\nf\tg",
    "a word of 214 letters": "Wqzx" + "x" * 70 + "é" * 70 + "漢" * 70,
}


def latex_of(cv: dict[str, Any]) -> str | None:
    """The document of a CV in LaTeX; None if the CV is not valid."""
    sink = Sink()
    checked = check(Source("cv.yaml", _yaml(cv)), Files(), sink)
    tex = write_latex(checked, sink) if checked is not None else None
    return tex.written.text if tex is not None else None


def _yaml(cv: dict[str, Any]) -> str:
    text = json.dumps(cv, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in text)


def read_back(latex: str) -> str:
    """The characters of LaTeX that the writer made: its table, the other way round."""
    latex = latex.replace(r"\string~", "\0").replace("~", " ")
    for character, command in sorted(SPECIAL.items(), key=lambda item: -len(item[1])):
        if command.startswith("\\") and not character.isspace():
            latex = latex.replace(command, character)
    return latex.replace(r"\cvsplit{}", "").replace("\0", "~")


def lost_from(latex: str, text: str) -> set[str]:
    """The characters of a text that do not come in LaTeX as often as in it; brackets may be mirrored."""
    typed = (c for c in _counted(text) if not c.isspace() and SPECIAL.get(c) != "")
    return set(Counter(typed) - Counter(_counted(read_back(latex))))


def _counted(text: str) -> str:
    return unicodedata.normalize("NFD", text).translate(str.maketrans("()[]{}<>«»‹›", "((((((((««‹‹"))


def lost_in_fields(kind: str) -> tuple[int, int, list[str]]:
    """How many fields that are printed were tried, how many of them refused the text, and what was lost in which."""
    tried = refused = 0
    lost = []
    for name, make in fields():
        if "Wqzx" not in (latex_of(make("Wqzx")) or ""):
            continue  # not printed, such as a tag, or not any text, such as a key
        tried += 1
        latex = latex_of(make(HARD[kind]))
        if latex is None:
            refused += 1
        elif found := lost_from(latex, HARD[kind].replace("\\\\", "\\")):
            lost.append(f"{name}: {' '.join(sorted(found))}")
    return tried, refused, lost
