"""Works as .bib files that read back as they are."""

from __future__ import annotations

from hypothesis import given, settings

from cvbuild.bibliography import read_entries, to_model
from cvbuild.bibliography.export import same, write_bib
from cvbuild.diagnostics import Sink
from cvbuild.model import Work
from cvbuild.source import Source
from tests.hostile import databases, differences


def read(bib: str) -> tuple[Work, ...]:
    sink = Sink()
    return to_model(read_entries(Source("refs.bib", bib), {}, sink).entries, sink)


@settings(max_examples=4000, deadline=None)
@given(databases)
def test_every_work_reads_back(works: tuple[Work, ...]) -> None:
    bib = write_bib(works, "from x\ny.yaml")
    back = read(bib)
    assert len(works) == len(back)
    for work, again in zip(works, back, strict=True):
        assert same(work, again), (differences((work,), (again,)), bib)
