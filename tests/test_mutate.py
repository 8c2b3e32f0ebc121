"""A sample of the mistakes that `tools.mutate` makes in valid CVs: each is found, and at its line."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from tools import mutate

from cvbuild.source import Source
from tests.support import ROOT, load

FILES = [ROOT / "docs" / "gallery" / f"{name}.yaml" for name in ("query", "marks", "kinds", "own-style")]
FILES += [ROOT / "examples" / "jjzhu.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_of_mistakes(path: Path) -> None:
    results = mutate.run(path, every=23)
    assert len(results) > 10
    assert not [r for r in results if r[1] in ("SILENT", "an error elsewhere")]


def test_each_kind_of_mistake_is_made_and_judged() -> None:
    source = Source("cv.yaml", "name: Ada\nsections:\n  Work:\n    - position: Analyst\n      date: 1842\n", ROOT)
    made = list(mutate.mistakes(source, Random(1)))
    assert len({mistake.kind for mistake in made}) >= 15
    before = mutate.load(source.text)
    found = {(m.kind, m.word): mutate.verdict(m, "cv.yaml", ROOT, before)[0] for m in made}
    assert found["key dropped", "name"] == found["key written twice", "name"] == "an error at its line"
    assert found["key misspelt", "position"] == found["value becomes no date", "some day"] == "an error at its line"
    assert found["key dropped", "date"] == "valid: the key is optional"
    assert found["key misspelt", "Work"] == "valid: a word of one's own"


def test_a_mistake_that_is_told_at_another_line_is_seen() -> None:
    mistake = mutate.Mistake("colon lost", "name: Ada\nsections: {}\nnam: x\n", (1, 2))
    assert mutate.verdict(mistake, "cv.yaml", ROOT, {})[0] == "an error elsewhere"
    unseen = mutate.Mistake("colon lost", "name: Ada\nheadline: x\n", (2,))
    assert mutate.verdict(unseen, "cv.yaml", ROOT, {"name": "Ada"})[0] == "SILENT"


@pytest.mark.parametrize(
    ("yaml", "place", "message"),
    [
        (" name: Ada\nsections: {}\n", "1:2", "the first line of the file is indented"),
        ("name Ada\n# of London\nsections: {}\n", "1:1", "this line has no colon"),
        ("name Ada\nsections: {}\n", "1:1", "this line has no colon"),
        ("name:Ada\n# of London\nsections: {}\n", "1:1", "a space is missing behind the colon"),
        ("name: Ada\n...\nsections: {}\n", "2:1", "`...` ends the document, but it goes on"),
        ("name: A\nsections:\n   B:\n    - x\n  C:\n    - y\n  D:\n    - z\n", "3:4", "this line begins in column 4, and those that follow it in column 3"),
        ("name: A\nsections:\n  B:\n    - x\n  C:\n    - y\n D:\n    - z\n", "7:2", "this line begins in column 2, which fits no line above"),
        ("name: A\nsections:\n  B: |\n    x\n C: y\n", "5:2", "this line begins in column 2, which fits no line above"),
        ("sections:\n  B:\n   title: On engines\n      and looms\n    at: London\n", "5:5", "this line stands further in than `title` above, as if it went on with the value of that"),
        ("sections:\n  B:\n    position Analyst\n    at: London\n", "3:5", "this line has no colon"),
        ("name: A\naliases: [B, #C]\nsections: {}\n", "2:10", "this `[` is not closed"),
        ("name: A\nheadline: &c\n", "2:11", "a text that begins with `&` must stand in quotes"),
        ("name: A\nsections:\n  B:\n    -x\n    - y\n", "4:5", "a space is missing behind this `-`"),
        ("sections: {}\nname:\n", "2:1", "`name` is missing: your name, as it is printed"),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(yaml: str, place: str, message: str) -> None:
    span, said = next((d.span, d.message) for d in load(yaml)[1])
    assert span is not None
    assert (f"{span.line}:{span.column}", said) == (place, message)


def test_the_other_place_is_told_too() -> None:
    labels = {
        "name: A\naliases: [B, #C]\nsections: {}\n": "2:14 from here to the end of the line is a comment",
        "aliases: ['B #C', D #E,\n  F]\n": "1:21 from here to the end of the line is a comment",
        " name: Ada\nsections: {}\n": "2:1 this is not",
        "sections:\n   B: x\n  C: y\n  D: z\n": "3:3 what follows",
        "title: On engines\n  and looms\n at: London\n": "1:1 this begins in column 1",
        "sections:\n   B: x\n   C: y\nD:\n  - x\n - y\n": "5:3 this begins in column 3",
    }
    for text, wanted in labels.items():
        told = [f"{label.span.line}:{label.span.column} {label.message}" for d in load(text)[1] for label in d.labels]
        assert wanted in told, (text, told)
