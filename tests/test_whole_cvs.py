"""CVs in which any key and any shorthand occurs, with hostile text, in YAML of any style."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools.fuzz.targets import whole

from cvbuild import tree
from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import Section
from cvbuild.pipeline import check, write_latex
from cvbuild.reading import decode
from cvbuild.schema import load_document
from cvbuild.tree import Mapping, Node, Scalar
from tests.strategies import records, scalars, yaml_of
from tests.support import ROOT

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return None if node.null else node.text
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    return [plain(item) for item in node.items]


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_valid_by_construction_is_valid_and_reads_as_written(data: st.DataObject) -> None:
    cv = data.draw(records())
    written = data.draw(yaml_of(cv))
    sink = Sink()
    source = decode(written, "cv.yaml", ROOT, sink)
    assert source is not None
    root = tree.parse(source, sink)
    assert root is not None, list(sink.sorted())
    assert plain(root) == cv
    load_document(root, sink)
    assert not [d for d in sink.sorted() if d.is_error], written
    whole(written)


def untag(entry: Any) -> None:
    """Take away the tags of an entry, which are printed nowhere, and those of its bullets."""
    if isinstance(entry, dict):
        entry.pop("tags", None)
        bullets = entry.get("bullets", ())
        for bullet in bullets if isinstance(bullets, list) else (bullets,):
            untag(bullet)


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_text_is_printed(data: st.DataObject) -> None:
    count = iter(range(10_000))
    words = st.builds(lambda: f"Quax{next(count)}ly")
    section = data.draw(records(Section, scalars(words)))
    for key in ("publications", "people", "legend", "sections", "tags"):
        section.pop(key, None)
    for entry in section.get("entries", ()):
        untag(entry)
        if isinstance(entry, dict) and "venues" in entry and "talk" not in entry:
            for key in (
                "location",
                "note",
                "event",
            ):  # said of several occasions without a title, where would they stand?
                entry.pop(key, None)
    cv = {"name": "Ada", "sections": [section]}
    sink = Sink()
    source = decode(data.draw(yaml_of(cv)), "cv.yaml", ROOT, sink)
    assert source is not None
    checked = check(source, Files(), sink, Choices(private=True))
    assert checked is not None, list(sink.sorted())
    tex = write_latex(checked, sink)
    assert tex is not None
    said = " ".join(d.message for d in sink.sorted())
    for word in re.findall("Quax[0-9]+ly", str(cv)):
        assert word in tex.written.text or word in said, (word, cv)
