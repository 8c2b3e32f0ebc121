"""YAML -> nodes: what is kept, and what is refused, at which place."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.diagnostics import Sink
from cvbuild.reading import decode
from cvbuild.source import Source
from cvbuild.tree import Mapping, Node, Scalar, Sequence, parse
from cvbuild.tree.syntax import sound_part
from tests.support import problems


def load(text: str | bytes) -> tuple[Node | None, Sink]:
    sink = Sink()
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    source = decode(data, "cv.yaml", Path(), sink)
    return (parse(source, sink) if source is not None else None), sink


def values(node: Node) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [values(item) for item in node.items]
        case Mapping():
            return {key.text: values(value) for key, value in node.pairs}


@pytest.mark.parametrize("text", ["010", "no", "12:30", "1e3", "0x10", "2018.10", "2020-01-01", "1_000", "=", "<<x"])
def test_scalars_stay_as_they_were_written(text: str) -> None:
    node, sink = load(f"key: {text}\n")
    assert node is not None
    assert values(node) == {"key": text}
    assert not sink.diagnostics


def test_places_count_characters_not_bytes() -> None:
    node, _ = load("naïve: é😀 x\nzwei: 2\n")
    assert isinstance(node, Mapping)
    (first, value), (second, _) = node.pairs
    assert (value.span.text, second.span.line, second.span.column) == ("é😀 x", 2, 1)
    assert first.span.text == "naïve"


def test_crlf_and_byte_order_mark_change_nothing() -> None:
    plain, _ = load("a: 1\nb:\n  - x\n")
    dos, _ = load(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n")
    assert plain is not None
    assert dos is not None
    assert values(plain) == values(dos)


def test_merge_keys_give_what_is_not_there_yet() -> None:
    node, _ = load("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n")
    assert node is not None
    assert values(node) == {"base": {"x": "1", "y": "2"}, "use": {"y": "3", "x": "1"}}


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "CV102", 3, 1),
        ("a: `x`\n", "CV113", 1, 4),
        ("a: b: c\n", "CV108", 1, 4),
        ("a:\n\t- x\n", "CV107", 2, 1),
        ("a: !!python/object:os.system x\n", "CV103", 1, 4),
        ("a: !custom x\n", "CV103", 1, 4),
        ("a: &x [*x]\n", "CV104", 1, 4),
        ("? [a]\n: b\n", "CV106", 1, 3),
        ("", "CV005", 1, 1),
        ("# only a comment\n", "CV005", 1, 1),
        ("[" * 100_000, "CV004", 1, 41),
        ("- " * 100_000, "CV004", 1, 81),
        ("a: 1\n---\nb: 2\n", "CV114", 2, 1),
        (b"name: Andr\xe9\n", "CV002", 1, 11),
        (b"\xff\xfea\x00", "CV002", None, None),
        ("a: \x07\n", "CV003", 1, 4),
    ],
)
def test_refused_at_its_place(text: str | bytes, code: str, line: int | None, column: int | None) -> None:
    _, sink = load(text)
    (found,) = sink.diagnostics
    assert found.code.number == code
    place = (found.span.line, found.span.column) if found.span is not None else (None, None)
    assert place == (line, column)


def test_both_places_of_a_duplicate_are_told() -> None:
    _, sink = load("a: 1\nb: 2\na: 3\n")
    assert [label.span.line for label in sink.diagnostics[0].labels] == [1]


def test_alias_bomb_is_refused_quickly() -> None:
    names = "abcdefghij"
    text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, name in itertools.pairwise(names):
        text += f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    _, sink = load(text)
    assert {d.code.number for d in sink.diagnostics} == {"CV104"}


def test_a_value_cut_by_a_comment_is_a_warning() -> None:
    node, sink = load("lab: Lab #3\nfine: text # a comment\n")
    assert node is not None
    assert [(d.code.number, d.span and d.span.text) for d in sink.diagnostics] == [("CV105", "#3")]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_an_error(data: bytes) -> None:
    node, sink = load(data)
    assert node is not None or sink.failed


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"\n \t?,<%@`0~é", max_size=120))
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    node, sink = load(text)
    assert node is not None or sink.failed


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"\n \t?,<%@`0~é：\u00a0", max_size=120))
def test_mistakes_in_yaml_lie_in_the_text_and_have_words_of_ours(text: str) -> None:
    _, sink = load(text)
    for found in sink.diagnostics:
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(found.span.source.text) + 1
        assert not re.search("flow|block|scalar|token|indicator|stream", found.message) or found.code.number == "CV101"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("name: A\nemail: b\nphone: 'c\n", "name: A\nemail: b\n"),
        ("name: A\nsections:\n  B:\n    - c\n   - d\n", "name: A\n"),
        ("name: A\nemail:b\nphone: c\n", "name: A\n"),
        ("name: 'A\nemail: b\n", None),
        ("- a\n- 'b\n", None),
    ],
)
def test_what_stands_before_a_mistake_is_sound(text: str, sound: str | None) -> None:
    source = Source("cv.yaml", text)
    sink = Sink()
    assert parse(source, sink) is None
    part = sound_part(source, sink)
    assert (part and part.text) == sound


def test_one_mistake_does_not_hide_the_others() -> None:
    """Neither a key that is there twice, nor YAML that is broken further down."""
    assert problems("name: A\nemail: b\nname: C\nemial: d\n") == ["2:8 CV208", "3:1 CV102", "4:1 CV201"]
    assert problems("name: A\nemail: b\nphone: 'c\n") == ["2:8 CV208", "3:8 CV109"]
    assert problems("email: a@example.org\nname: 'c\n") == ["2:7 CV109"], "the name may stand behind the mistake"


def test_a_file_of_one_word_takes_no_time() -> None:
    start = time.process_time()
    sink = Sink()
    parse(Source("cv.yaml", "w" * 400_000, Path()), sink)
    assert time.process_time() - start < 2
    assert sink.diagnostics == []
