"""`python -m tools.mutate`: small mistakes, one at a time, in valid CVs; is each one found, and at its line?

In every example and every CV of the gallery, each key at each place is dropped, written twice, misspelt, and given a value of
another type; each line is indented otherwise, gets a tab or a `#`, or loses a quote or its colon.
"""

from __future__ import annotations

import multiprocessing
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from random import Random

import yaml

from cvbuild import tree
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.model import Document, Option, Work
from cvbuild.pipeline import check
from cvbuild.schema import record_shape
from cvbuild.schema.shapes import EntryShape, FieldShape, ListShape, ProseShape, RecordShape, ScalarShape, Shape
from cvbuild.source import Source, Span
from cvbuild.tree import Mapping, Node, Scalar, Sequence
from tools.reliability import parser, table, write_section

ROOT = Path(__file__).parents[1]
CASCADE = 3
"""More errors than so many, for one mistake, are too many."""


@frozen
class Key:
    """One key in a CV: its value, the mapping it stands in, and what the model says of it (None: a word of the user's)."""

    key: Scalar
    value: Node
    place: int
    mapping: Mapping
    above: int
    field: FieldShape | None
    record: RecordShape


@frozen
class Mistake:
    """One change of a CV. `wanted` are the lines of which one must have an error; `word` is what was changed."""

    kind: str
    text: str
    wanted: tuple[int, ...]
    word: str = ""
    key: Key | None = None


def valid_cvs() -> list[Path]:
    """The files that mistakes are made in."""
    return [*sorted((ROOT / "examples").glob("*.yaml")), *sorted((ROOT / "docs" / "gallery").glob("*.yaml"))]


# --- keys --------------------------------------------------------------------


def keys_of(source: Source) -> Iterator[Key]:
    """Every key of a valid CV, with what it means."""
    root = tree.parse(source, Sink())
    assert isinstance(root, Mapping)
    yield from _keys(root, record_shape(Document), 1)


def _keys(node: Node, shape: Shape, above: int) -> Iterator[Key]:
    if isinstance(shape, EntryShape) and isinstance(node, Mapping):
        shape = shape.kinds[shape.tell(node)[0]]
    if isinstance(shape, ListShape):
        if isinstance(node, Sequence):
            yield from chain.from_iterable(_keys(item, shape.item, item.span.line) for item in node.items)
        elif isinstance(node, Mapping) and shape.keyed is not None:
            assert isinstance(shape.item, RecordShape)
            yield from _free(node, range(len(node.pairs)), shape.item, above)
        else:
            yield from _keys(node, shape.item, above)
    elif isinstance(shape, RecordShape) and isinstance(node, Sequence) and shape.cls.SHORT.sequence is not None:
        yield from _keys(node, shape.fields[shape.cls.SHORT.sequence].shape, above)
    elif isinstance(shape, RecordShape) and isinstance(node, Mapping):
        rest = [n for n, (key, _) in enumerate(node.pairs) if key.text not in shape.fields]
        for n, (key, value) in enumerate(node.pairs):
            if n not in rest:
                field = shape.fields[key.text]
                yield Key(key, value, n, node, above, field, shape)
                yield from _keys(value, field.shape, key.span.line)
        if shape.cls.REST is not None:
            inner = shape.fields[shape.cls.REST].shape
            assert isinstance(inner, ListShape)
            assert isinstance(inner.item, RecordShape)
            yield from _free(node, rest, inner.item, above)


def _free(node: Mapping, places: list[int] | range, item: RecordShape, above: int) -> Iterator[Key]:
    for n in places:
        key, value = node.pairs[n]
        yield Key(key, value, n, node, above, None, item)
        yield from _keys(value, item, key.span.line)


# --- mistakes ----------------------------------------------------------------


def mistakes(source: Source, rng: Random) -> Iterator[Mistake]:
    """All mistakes that are made in a CV; `rng` chooses the letters."""
    for key in keys_of(source):
        yield from _dropped(source, key)
        yield from _doubled(source, key)
        yield from _misspelt(source, key, rng)
        yield from _retyped(source, key)
    lines = source.text.split("\n")
    for n, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith("#"):
            for kind, changed in _typed(line, rng):
                yield Mistake(kind, "\n".join([*lines[:n], changed, *lines[n + 1 :]]), (n, n + 1, n + 2))


def _end(node: Node) -> int:
    return node.span.start + len(node.span.text.rstrip())


def _dropped(source: Source, key: Key) -> Iterator[Mistake]:
    text, pairs = source.text, key.mapping.pairs
    if key.place + 1 < len(pairs):
        out = text[: key.key.span.start] + text[pairs[key.place + 1][0].span.start :]
    elif key.place:
        out = text[: _end(pairs[key.place - 1][1])] + text[_end(key.value) :]
    else:
        out = text[: key.key.span.start] + "{}" + text[_end(key.value) :]
    line = key.key.span.line
    wanted = {key.above, key.mapping.span.line, line, line - 1}
    yield Mistake("key dropped", out, tuple(sorted(wanted)), key.key.text, key)


def _doubled(source: Source, key: Key) -> Iterator[Mistake]:
    pair = source.text[key.key.span.start : _end(key.value)]
    flow = key.mapping.span.text.startswith("{")
    end = _end(key.value)
    glue = ", " if flow else "\n" + " " * (key.key.span.column - 1)
    line = source.position(end)[0] + (not flow)
    wanted = tuple(range(key.key.span.line, line + 1)) if flow else (line,)
    yield Mistake("key written twice", source.text[:end] + glue + pair + source.text[end:], wanted, key.key.text, key)


def _misspelt(source: Source, key: Key, rng: Random) -> Iterator[Mistake]:
    word, span = key.key.text, key.key.span
    at = rng.randrange(len(word) - 1) if len(word) > 2 else None
    if at is None or span.text != word:
        return
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for wrong in (word[:at] + word[at + 1 :], swapped, word[:at] + word[at] + word[at:]):
        if wrong != word and wrong.strip() == wrong and wrong[0].isalpha():
            text = source.text[: span.start] + wrong + source.text[span.end :]
            yield Mistake("key misspelt", text, (span.line,), word, key)


def _retyped(source: Source, key: Key) -> Iterator[Mistake]:
    values = {"a list": "[xyz, 7]", "a mapping": "{xyz: 7}", "nothing": "null", "a number": "7", "a bool": "true"}
    if not isinstance(key.value, Scalar):
        values["a text"] = "xyz xyz"
    shape = key.field.shape if key.field is not None else None
    if isinstance(shape, ScalarShape) and "date" in shape.type.name:
        values["no date"] = "some day"
    for name, value in values.items():
        text = source.text[: key.key.span.end] + ": " + value + source.text[_end(key.value) :]
        yield Mistake(f"value becomes {name}", text, (key.key.span.line,), value, key)


def _typed(line: str, rng: Random) -> Iterator[tuple[str, str]]:
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    yield "line indented by one more", " " + line
    if indent:
        yield "line indented by one less", line[1:]
        yield "tab in the indentation", "\t" + bare
    quotes = [n for n, c in enumerate(line) if c in "\"'"]
    if quotes:
        n = rng.choice(quotes)
        yield "quote lost", line[:n] + line[n + 1 :]
    if ": " in line or line.endswith(":"):
        yield "colon lost", line.replace(":", "", 1)
    words = [n + 1 for n, c in enumerate(line) if c == " " and n >= len(indent) and line[n + 1 : n + 2].isalnum()]
    if words:
        n = rng.choice(words)
        yield "`#` before a word", line[:n] + "#" + line[n:]


# --- what is said of them ----------------------------------------------------


def verdict(mistake: Mistake, name: str, folder: Path, before: object) -> tuple[str, list[Diagnostic]]:
    """How a mistake is found, and what is reported; `before` is the CV without it, as plain data."""
    sink = Sink()
    source = Source(name, mistake.text, folder)
    check(source, Files(), sink)
    found = list(sink.sorted())
    errors = [d for d in found if d.is_error]
    here = [d for d in found if any(s.source is source and s.line in mistake.wanted for s in _spans(d))]
    if not errors:
        return ("a warning at its line" if here else _why(mistake, before)), found
    if any(d.is_error for d in here):
        return "an error at its line", found
    if mistake.key is not None and any(_lost(mistake.key) & set(re.findall(r"`([^`]+)`", d.message)) for d in errors):
        return "an error where it is missed", found
    if all(d.is_error is False for d in here) and here:
        return "a warning at its line", found
    return "an error elsewhere", found


def _lost(key: Key) -> set[str]:
    """The words in a key and its value, which other places may call."""
    text = key.key.span.source.text[key.key.span.start : key.value.span.end]
    return {key.key.text, *re.findall(r"[\w-]+", text), *(name.strip() for name in re.split(r"[,:\[\]\n*†]", text))}


def _spans(found: Diagnostic) -> Iterator[Span]:
    yield from (label.span for label in found.labels)
    if found.span is not None:
        yield found.span


def _why(mistake: Mistake, before: object) -> str:
    """Why a CV with a mistake is valid, in a few words."""
    after = load(mistake.text)
    key = mistake.key
    if mistake.kind.startswith("`#`") and re.search(r"^ *(- )*#\w+: ", mistake.text, re.MULTILINE):
        return "valid: the key is commented out"
    if after == before:
        return "valid: it means the same"
    if _outline(after) == _outline(before) and (key is None or mistake.kind.startswith("value")):
        return "valid: another text"
    if key is None:
        return "SILENT"
    field = key.field
    if mistake.kind == "key dropped":
        return "valid: one item less" if field is None else "SILENT" if field.required else "valid: the key is optional"
    if mistake.kind == "key misspelt":
        return "valid: a word of one's own" if field is None else "SILENT"
    if mistake.kind == "value becomes nothing":
        return "valid: the same as no key"
    shape: Shape = key.record if field is None else field.shape
    return "valid: the key takes that too" if _takes(shape, mistake.word) else "SILENT"


def _takes(shape: Shape, value: str) -> bool:
    """Whether the model allows a list, a mapping, or a scalar here at all."""
    if isinstance(shape, ListShape):
        return value.startswith("[") or (value.startswith("{") and shape.keyed is not None) or _takes(shape.item, value)
    if isinstance(shape, RecordShape):
        short = shape.cls.SHORT
        if shape.cls in (Work, Option):
            return False
        inner = short.sequence if value.startswith("[") else short.scalar
        return value.startswith("{") or (inner is not None and _takes(shape.fields[inner].shape, value))
    if isinstance(shape, EntryShape):
        return not value.startswith("[")
    return not value.startswith("{") and (
        not value.startswith("[") or not isinstance(shape, ScalarShape) or isinstance(shape, ProseShape)
    )


def load(text: str) -> object:
    """A CV as plain data, or the error as text."""
    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        return str(error)


def _outline(data: object) -> object:
    """Plain data without its texts: the shape alone."""
    if isinstance(data, dict):
        return [(key, _outline(value)) for key, value in data.items()]
    return [_outline(item) for item in data] if isinstance(data, list) else ""


def run(path: Path, every: int = 1) -> list[tuple[str, str, str, int, bool | None, str]]:
    """Of each mistake in a CV: its kind, the verdict, the place, the number of errors, whether the hint names the key."""
    source = Source(path.name, path.read_text(encoding="utf-8"), path.parent)
    before = load(source.text)
    out = []
    for mistake in islice(mistakes(source, Random(path.name)), len(path.name) % every, None, every):
        what, found = verdict(mistake, path.name, path.parent, before)
        errors = [d for d in found if d.is_error]
        told = None
        if mistake.kind == "key misspelt" and mistake.key is not None and mistake.key.field is not None and errors:
            told = any(f"`{mistake.word}`" in (d.hint or "").split("the keys here")[0] for d in found)
        report = "; ".join(f"{d.span.line if d.span else '-'} {d.code.number} {d.message[:60]}" for d in found[:4])
        place = f"{path.name}:{','.join(map(str, mistake.wanted))} {mistake.word!r}"
        out.append((mistake.kind, what, f"{place}: {report}", len(errors), told, ""))
    return out


def main() -> int:
    """Make all mistakes, and tell what came of them; 1 if one is found elsewhere, or not at all."""
    asked = parser(__doc__ or "")
    asked.add_argument("--show", default="", help="print each mistake with this verdict, as `SILENT`")
    asked.add_argument("--every", type=int, default=1, help="make only one of so many mistakes")
    asked.add_argument("files", nargs="*", type=Path, help="CVs (default: the examples and the gallery)")
    options = asked.parse_args()
    with multiprocessing.Pool() as pool:
        results = list(
            chain.from_iterable(
                pool.imap_unordered(partial(run, every=options.every), options.files or valid_cvs(), chunksize=1)
            )
        )
    for kind, what, report, errors, told, _ in results:
        shown = (what, "cascade" if errors > CASCADE else "", "untold" if told is False else "")
        if options.show and any(s.startswith(options.show) for s in shown):
            print(f"{kind}: {report}", file=sys.stderr)
    text = _told(results, options.every)
    print(text)
    if options.write:
        write_section("mutations", text)
    return int(any(what in ("SILENT", "an error elsewhere") for _, what, *_ in results))


def _told(results: list[tuple[str, str, str, int, bool | None, str]], every: int) -> str:
    kinds = dict.fromkeys(kind for kind, *_ in results)
    counts = Counter((kind, what.split(":")[0]) for kind, what, *_ in results)
    rows: list[tuple[object, ...]] = []
    for kind in kinds:
        mine = [r for r in results if r[0] == kind]
        cascades = sum(r[3] > CASCADE for r in mine)
        verdicts = (
            "an error at its line",
            "a warning at its line",
            "an error where it is missed",
            "an error elsewhere",
            "SILENT",
            "valid",
        )
        rows.append((kind, len(mine), *(counts[kind, v] for v in verdicts), cascades))
    told = [r[4] for r in results if r[4] is not None]
    why = Counter(what for _, what, *_ in results if what.startswith("valid"))
    reasons = "; ".join(f"{what.removeprefix('valid: ')} ({n:,})" for what, n in why.most_common())
    head = (
        "mistake",
        "made",
        "error at its line",
        "warning at its line",
        "error where it is missed",
        "error elsewhere",
        "not found",
        "still valid",
        f"more than {CASCADE} errors",
    )
    return (
        f"{len(results):,} mistakes{f', one of {every} that there are' if every > 1 else ''}. {sum(told):,} of {len(told):,} misspelt keys are named in the hint.\n\n{table(head, rows)}\n\n"
        f"Still valid, because: {reasons}."
    )


if __name__ == "__main__":
    sys.exit(main())
