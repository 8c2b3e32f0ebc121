"""`cvbuild new`: a first CV for any name, and from any file of works; and what is said about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cvbuild.build import check, write_latex
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.lint import lint
from cvbuild.source import Source
from cvbuild.starter import Found, Unwritable, Wish, clean_name, look, starter
from tests import hostile
from tests.support import TODAY


def findings(text: str, folder: Path = Path("/nowhere")) -> list[Diagnostic]:
    """What is said of a CV, by lint too."""
    sink, files = Sink(), Files()
    checked = check(Source("cv.yaml", text, folder), files, sink)
    if checked is not None:
        assert write_latex(checked, sink) is not None
        lint(checked.document, checked.database, checked.outline, TODAY, sink)
    return list(sink.sorted())


def owners(text: str) -> list[bool]:
    """For each work of the list, in order, whether the owner is one of its authors."""
    sink = Sink()
    checked = check(Source("cv.yaml", text, Path("/nowhere")), Files(), sink)
    assert checked is not None
    from cvbuild.names import Identity
    from cvbuild.publications import Who

    who = Who(Identity.of(checked.document.name, checked.document.aliases), (), Sink(), checked.database.works)
    return [any(who.is_owner(author) for author in work.authors) for work in checked.database.works]


NAMES = st.one_of(
    st.text(min_size=1, max_size=60),
    hostile.plain,
    st.lists(
        st.sampled_from(
            [
                "Wei",
                "Lei",
                "van",
                "der",
                "O'Brien",
                "吴磊",
                "E",
                "Jr.",
                "and",
                "et al.",
                "{x}",
                "#",
                ":",
                "*",
                "a,b",
                "\\",
                '"',
                "'",
                "@owner@",
                "😀",
            ]
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join),
)


@settings(max_examples=25)
@given(NAMES)
@example("O'Brien")
@example("吴磊")
@example('"Weird: {name}"')
@example("Weinan E")
@example('Ada "Countess" Lovelace')
@example("back\\slash")
@example("😀")
@example("Dr. " + "Very " * 60 + "Long")
@example("@first@ @owner@")
@example("Grace Sample")
@example("C. Instance")
@example("- # [x]")
@example("null")
@example("2020")
@example("others")
@example("Lei Wu*")
@example("Tom and Jerry")
@example("Wu, Lei")
@example("{Ada Lovelace}")
def test_any_name_gives_a_cv_without_a_finding(given_name: str) -> None:
    try:
        name = clean_name(given_name)
    except Unwritable:
        return
    text = starter(Wish(name))["cv.yaml"]
    assert str(yaml.load(text, yaml.BaseLoader)["name"]) == name
    assert findings(text) == []
    assert owners(text) == [True, True, True]
