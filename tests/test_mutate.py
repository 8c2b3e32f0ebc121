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
        (" name: Ada\nsections: {}\n", "1:2", "the first line of the file is indented, or lacks its colon"),
        ("name Ada\n# of London\nsections: {}\n", "1:1", "the first line of the file is indented, or lacks its colon"),
        ("name: A\nsections:\n   B:\n    - x\n  C:\n    - y\n  D:\n    - z\n", "3:4", "this begins in another column than what follows"),
        ("name: A\nsections:\n  B:\n    - x\n  C:\n    - y\n D:\n    - z\n", "7:2", "this begins in another column than what stands above"),
        ("sections: {}\nname:\n", "2:1", "`name` is missing: your name, as it is printed"),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(yaml: str, place: str, message: str) -> None:
    span, said = next((d.span, d.message) for d in load(yaml)[1])
    assert span is not None
    assert (f"{span.line}:{span.column}", said) == (place, message)
