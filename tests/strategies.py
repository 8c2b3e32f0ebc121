"""Strategies for whole CVs, walked from the shapes that read them: a key that is new in the model occurs by itself.

`records` draws plain data, `yaml_of` writes such data as YAML in one of the many ways in which people do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import strategies as st

from cvbuild.dates import PartialDate, Today, When
from cvbuild.model import (
    ArxivId,
    Document,
    Doi,
    Email,
    Entry,
    Length,
    Lines,
    Orcid,
    Profile,
    Prose,
    Publications,
    Record,
    ThemeChoice,
    Verbatim,
)
from cvbuild.names.writing import write_name
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
from cvbuild.schema.values import READERS
from cvbuild.text import Text, Url
from cvbuild.tree.signs import strange
from tests import hostile

DEEPEST = 4
Scalars = Mapping[str, st.SearchStrategy[str]]


def scalars(texts: st.SearchStrategy[str]) -> Scalars:
    """What may stand for each type of the model, as it is written; `texts` where formatted text is read."""
    found: dict[Any, st.SearchStrategy[str]] = {
        str: hostile.plain,
        Verbatim: hostile.plain,
        Text: texts,
        Prose: texts,
        Lines: texts,
        bool: st.sampled_from(["true", "false", "yes"]),
        int: st.integers(1, 99).map(str),
        When: st.sampled_from(["2018.7 - Present", "2020", "Summer 2020, 2021-03-04", "2019 – 2020"]),
        PartialDate: st.sampled_from(["2020", "2020-07", "2020-07-31", "July 2020", "Fall 2021"]),
        PartialDate | Today: st.sampled_from(["2020-07-31", "July 2020"]),  # `today` is another day each time
        Url: st.sampled_from(["https://x.org/a_b?c=d&e#f", "mailto:a@b.org", "http://x.org/%7E(1)"]),
        Length: st.sampled_from(["3cm", "24 mm", "1.2in"]),
        Email: st.sampled_from(["a@b.org", "x_y+z@sub.b-c.org"]),
        Orcid: st.just("0000-0002-1825-0097"),
        Doi: st.sampled_from(["10.1000/a_b(c)", "https://doi.org/10.1234/x"]),
        ArxivId: st.sampled_from(["2009.06125", "math.PR/0211159v2"]),
    }
    return {reader.read.__name__ + reader.name: found[kind] for kind, reader in READERS.items()}


HOSTILE = scalars(hostile.written)
# What a class takes is decided elsewhere than in the model: by a theme.
_MEANT: dict[tuple[type[Record], str], st.SearchStrategy[Any]] = {
    (ThemeChoice, "name"): st.sampled_from(["noether", "turing"]),
    (ThemeChoice, "options"): st.just([]),
    (Profile, "network"): st.sampled_from(["github", "linkedin"]),
    (Publications, "files"): st.just([]),
    (Document, "photo"): st.none(),  # there is no file
}


def values(shape: Shape, draw: st.DrawFn, types: Scalars, depth: int = 0) -> Any:
    """A value that `shape` accepts, as plain data of texts, lists and mappings; None is nothing."""
    match shape:
        case ScalarShape(type=kind):
            return draw(types[kind.read.__name__ + kind.name])
        case ChoiceShape(choices=choices):
            return draw(st.sampled_from(choices))
        case ProseShape(type=kind):
            return draw(_one_or_list(types[kind.read.__name__ + kind.name]))
        case AuthorsShape():
            return [values(AuthorShape(), draw, types, depth) for _ in range(draw(st.integers(0, 3)))]
        case AuthorShape() | NameShape():
            return write_name(draw(hostile.names))
        case EntryShape(kinds=kinds):
            return values(kinds[draw(st.sampled_from(list(kinds)))], draw, types, depth)
        case ListShape(item=item, keyed=keyed):
            many = [values(item, draw, types, depth + 1) for _ in range(draw(st.integers(1, 2)))]
            if keyed is None:
                alone = isinstance(many[0], str) and draw(st.booleans())
                return many[0] if alone else many
            assert isinstance(item, RecordShape)
            names = draw(st.lists(_key(item, keyed.by, types), min_size=1, max_size=len(many), unique=True))
            if draw(st.booleans()):
                return {name: record(item, draw, types, depth + 1, without=keyed.by) for name in names}
            return [{keyed.by: name, **_mapping(item, draw, types, depth + 1, keyed.by)} for name in names]
        case RecordShape():
            return record(shape, draw, types, depth)
        case _:
            raise TypeError(shape)


def record(shape: RecordShape, draw: st.DrawFn, types: Scalars, depth: int, without: str = "") -> Any:
    """A record as a mapping, or by one of its shorthands; `without` is the field that the key above fills."""
    short = shape.cls.SHORT
    needed = {f.attribute for f in shape.fields.values() if f.required} - {without}
    ways = ["mapping"] * 2 + ["null"] * short.null
    ways += [name for name in (short.scalar, short.sequence) if name not in (None, without) and needed <= {name}]
    way = draw(st.sampled_from(ways))
    if way == "null" or way == "mapping":
        return None if way == "null" else _mapping(shape, draw, types, depth, without)
    inner = _field(shape, way, draw, types, depth)
    if way == short.sequence and not isinstance(inner, list):
        inner = [inner] if not isinstance(inner, dict) else _mapping(shape, draw, types, depth, without)
    if way == short.scalar and way != short.sequence and not isinstance(inner, str):
        inner = _mapping(shape, draw, types, depth, without)
    return inner


def _mapping(shape: RecordShape, draw: st.DrawFn, types: Scalars, depth: int, without: str) -> dict[str, Any]:
    fields = {key: f for key, f in shape.fields.items() if f.attribute not in (without, shape.cls.REST)}
    flat = {key for key, f in fields.items() if isinstance(f.shape, ScalarShape | ChoiceShape | ProseShape)}
    names = [key for key, f in fields.items() if not f.required and (depth < DEEPEST or key in flat)]
    least = min(len(names), max(0, 6 - 2 * depth))  # more at the top, or there is nothing below
    chosen = (
        set(draw(st.lists(st.sampled_from(names), min_size=least, max_size=least + 2, unique=True))) if names else set()
    )
    naming = shape.cls.NAMED_BY if issubclass(shape.cls, Entry) else ()
    if naming and not chosen & set(naming):
        chosen.add(draw(st.sampled_from([key for key in naming if key in flat])))
    out = {
        key: _field(shape, f.attribute, draw, types, depth) for key, f in fields.items() if f.required or key in chosen
    }
    if shape.cls.REST is not None and draw(st.booleans()):
        rest = _field(shape, shape.cls.REST, draw, types, depth)
        out |= {key: value for key, value in rest.items() if key not in shape.fields} if isinstance(rest, dict) else {}
    return out


def _field(shape: RecordShape, name: str, draw: st.DrawFn, types: Scalars, depth: int) -> Any:
    meant = _MEANT.get((shape.cls, name))
    key = name.replace("_", "-")
    return draw(meant) if meant is not None else values(shape.fields[key].shape, draw, types, depth + 1)


def _key(item: RecordShape, by: str, types: Scalars) -> st.SearchStrategy[str]:
    shape = item.fields[by].shape
    if (item.cls, by) in _MEANT:
        return _MEANT[item.cls, by]
    if isinstance(shape, ChoiceShape):
        return st.sampled_from(shape.choices)
    assert isinstance(shape, ScalarShape)
    return types[shape.type.read.__name__ + shape.type.name]


def _one_or_list(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return texts | st.lists(texts, min_size=1, max_size=3)


@st.composite
def records(draw: st.DrawFn, cls: type[Record] = Document, types: Scalars = HOSTILE) -> dict[str, Any]:
    """A whole CV, or another record, as plain data."""
    return _mapping(record_shape(cls), draw, types, 0, "")


_serialize: Any = yaml.serialize


# --- as YAML -----------------------------------------------------------------


@st.composite
def yaml_of(draw: st.DrawFn, data: Any) -> bytes:
    """Data as YAML: block or flow, in any quotes, with aliases, a merge key, comments, ends of lines, and a byte order mark."""
    width, unicode = draw(st.sampled_from([20, 80, 9999])), draw(st.booleans())
    text: str = _serialize(_node(data, draw, {}), Dumper=yaml.Dumper, allow_unicode=unicode, width=width)
    if draw(st.booleans()):
        text = f"# a comment: [\n---\n{text}# and one more\n"
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def _node(data: Any, draw: st.DrawFn, seen: dict[str, yaml.Node]) -> yaml.Node:
    if repr(data) in seen and draw(st.booleans()):
        return seen[repr(data)]  # PyYAML writes an anchor and an alias
    flow = draw(st.booleans())
    node: yaml.Node
    match data:
        case None:
            node = yaml.ScalarNode("tag:yaml.org,2002:null", draw(st.sampled_from(["null", "~"])))
        case str():
            style = draw(st.sampled_from([None, None, "'", '"', "|", ">"]))
            node = yaml.ScalarNode("tag:yaml.org,2002:str", data, style=style)
        case list():
            node = yaml.SequenceNode(
                "tag:yaml.org,2002:seq", [_node(item, draw, seen) for item in data], flow_style=flow
            )
        case _:
            pairs = [(_key_node(key), _node(value, draw, seen)) for key, value in data.items()]
            merged = yaml.MappingNode("tag:yaml.org,2002:map", pairs[1:], flow_style=flow)
            if len(pairs) > 1 and "<<" not in data and draw(st.sampled_from([True, False, False])):
                pairs = [pairs[0], (yaml.ScalarNode("tag:yaml.org,2002:merge", "<<"), merged)]
            node = yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)
    seen[repr(data)] = node
    return node


def _key_node(key: str) -> yaml.Node:
    """A key; in quotes, if it would look mistyped without them (CV112, CV115)."""
    quoted = strange(key[:1]) or strange(key[-1:]) or re.match(r"-[^\W\d_]", key)
    return yaml.ScalarNode("tag:yaml.org,2002:str", key, style='"' if quoted else None)
