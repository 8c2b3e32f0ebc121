"""The same CV gives the same bytes; `tools/reproduce.py` varies much more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tools.reproduce import Way, typeset

_NOTHING = dict.fromkeys(("HOME", "XDG_CACHE_HOME"), "/no/such")

pytestmark = pytest.mark.engine


def test_what_is_around_a_cv_has_no_part_in_its_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first = typeset(Way("first"), "tectonic", tmp_path)
    assert first
    far = {**_NOTHING, "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    for way in (
        Way("far", "Bücher & b'c\n%", "-y.yaml", ("--", "-y.yaml"), "-y.pdf", far, before=lambda: os.umask(0o077)),
        Way("streams", args=("-", "-o", "-"), stdin=True, stdout=True, mtime=631152000),
    ):
        assert typeset(way, "tectonic", tmp_path) == first, way.name
