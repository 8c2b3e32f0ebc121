"""Works as YAML that reads back as they are."""

from __future__ import annotations

from hypothesis import given, settings

from cvbuild.bibliography.tidy import write_works
from cvbuild.model import Work
from tests.hostile import databases, differences
from tests.support import load


@settings(max_examples=1000, deadline=None)
@given(databases)
def test_every_work_reads_back(works: tuple[Work, ...]) -> None:
    yaml = write_works(works, "from x\ny.bib")
    document, found = load("name: N\n" + yaml)
    assert document is not None
    assert not found, yaml
    assert not differences(works, document.publications.works), yaml
    assert document.publications.works == works
