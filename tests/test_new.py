"""`cvbuild new`: a first CV for any name, and from any file of works; and what is said about it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cvbuild.checked import Checked
from cvbuild.cli import app
from cvbuild.cli.commands import COMMANDS
from cvbuild.cli.watch import _renew_schema
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.lint import lint
from cvbuild.names import Identity
from cvbuild.pipeline import check
from cvbuild.publications import Who
from cvbuild.source import Source
from cvbuild.starter import SCHEMA, Found, Unwritable, Wish, clean_name, editor_schema, look, starter
from tests import hostile
from tests.support import TODAY


def checked(text: str, folder: Path = Path("/nowhere")) -> tuple[Checked | None, list[Diagnostic]]:
    """A CV, and what is said of it, by lint too."""
    sink, files = Sink(), Files()
    found = check(Source("cv.yaml", text, folder), files, sink)
    if found is not None:
        lint(found.document, found.database, found.outline, TODAY, sink)
    return found, list(sink.sorted())


def by_owner(cv: Checked) -> list[bool]:
    """For each work, in order, whether the owner is one of its authors."""
    who = Who(Identity.of(cv.document.name, cv.document.aliases), (), Sink(), cv.database.works)
    return [any(who.is_owner(author) for author in work.authors) for work in cv.database.works]


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


@settings(max_examples=20)
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
    cv, said = checked(text)
    assert said == []
    assert cv is not None
    assert by_owner(cv) == [True, True, True]


class Ran(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Cvbuild = Callable[..., Ran]


@pytest.fixture
def cvbuild(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cvbuild:
    """The command line, in this process."""

    def run(*args: str, cwd: Path) -> Ran:
        monkeypatch.chdir(cwd)
        with pytest.raises(SystemExit) as left:
            app(args, prog_name="cvbuild")
        assert isinstance(left.value.code, int)
        return Ran(left.value.code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("Lei Wu", "Lei Wu*, Carl Instance*, Grace Sample"),
        (
            "Tom and Jerry",
            "a{nd} Jerry, Tom*; Carl Instance*; Grace Sample",
        ),  # a family name of its own, behind semicolons
        ("😀", "[{name: '{😀}', marks: equal, me: true}, Carl Instance*, Grace Sample]"),  # no name at all
    ],
)
def test_authors_are_written_as_plainly_as_can_be(name: str, authors: str) -> None:
    assert f"    authors: {authors} # the star" in starter(Wish(name))["cv.yaml"]


@pytest.mark.parametrize("name", ["", "  \n", "a\x07b", "half \udc80"])
def test_what_no_text_can_hold_is_no_name(name: str) -> None:
    with pytest.raises(Unwritable):
        clean_name(name)


BIB = """
@article{a, author={Wu, L. and Ma, Chao}, title={A}, journal={J}, volume=1, year=2020}
@inproceedings{b, author={Wu, Lei and L. Wu}, title={B}, booktitle={NeurIPS}, year=2018}
@misc{c, author={Wang, Mingze and Wu, Lei}, title={C}, eprint={2101.00001}, archiveprefix={arXiv}, year=2021}
@article{d, author={E, Weinan}, title={D}, journal={J}, volume=2, year=2020}
@article{e, author={Lei B. Wu}, title={E}, journal={J}, volume=2, year=2020}
"""
OWN = BIB.replace(" and L. Wu}", "}")


def looked(name: str, bib: str = BIB) -> tuple[Found, list[Diagnostic]]:
    sink = Sink()
    found = look(name, [Source("refs.bib", bib, Path("/nowhere"))], sink)
    return found, list(sink.sorted())


def test_the_owner_is_looked_for_in_files_of_works() -> None:
    found, said = looked("Lei Wu")
    # “L. Wu” stands beside “Lei Wu” in one work, and so is somebody else.
    assert found == Found(5, ("Lei B. Wu",), 2, "e")
    assert said == []


def test_forms_that_are_in_doubt_become_aliases() -> None:
    found, _ = looked("Lei Wu", OWN)
    assert found.aliases == ("L. Wu", "Lei B. Wu")
    assert found.others == 1


def test_who_is_nobody_there_is_told_the_nearest_names() -> None:
    found, (told,) = looked("Max Wu")
    assert (told.code.number, found.aliases, found.others) == ("CV014", (), 5)
    assert told.hint is not None
    assert told.hint.startswith("are you “L. Wu” or “Lei Wu” or “Lei B. Wu”?")
    assert told.span is not None
    _, (alone,) = looked("Ada Lovelace", "@book{x, title={T}, publisher={P}, editor={Max Q}, year=2000}")
    assert "not among the authors of the only work" in alone.message


def test_from_a_file_of_works(tmp_path: Path, cvbuild: Cvbuild) -> None:
    (tmp_path / "refs.bib").write_text(OWN)
    ran = cvbuild("new", "Lei Wu", "--from", "refs.bib", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "5 works found; in some you are L. Wu and Lei B. Wu, which" in ran.stderr
    assert "; 1 is not by you, and in no list" in ran.stderr
    text = (tmp_path / "cv.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, yaml.BaseLoader)
    assert data["aliases"] == ["L. Wu", "Lei B. Wu"]
    assert data["publications"] == {"files": "refs.bib"}
    assert data["sections"]["Publications"]["publications"]["group"] == "kind"
    assert {finding.code.number for finding in checked(text, tmp_path)[1]} == {"CV713"}  # that there are two spellings


def test_what_stands_in_files_of_others_stays_what_it_is(tmp_path: Path, cvbuild: Cvbuild) -> None:
    """Keys of works, forms of names, and names of themes come to stand in the CV, and must not become lines of it."""
    evil = "\nname: Mallory\n"
    author = [{"literal": f"L. Wu{evil}"}, {"family": f"Wu{evil}", "given": "L."}]
    work = {"id": f"x{evil}", "type": "book", "title": "T", "author": author, "issued": {"date-parts": [[2020]]}}
    (tmp_path / "works.json").write_text(json.dumps([work]))
    (tmp_path / "themes" / f"mine{evil}").mkdir(parents=True)
    (tmp_path / "themes" / f"mine{evil}" / "theme.toml").write_text("")
    ran = cvbuild("new", "Lei Wu", "--from", "works.json", cwd=tmp_path)
    text = (tmp_path / "cv.yaml").read_text(encoding="utf-8")
    assert ran.returncode in (0, 1)
    assert re.findall(r"^ *name: (.*)", text, re.MULTILINE) == ["Lei Wu", "noether # or mine?name: Mallory?, turing"]
    assert yaml.load(text, yaml.BaseLoader)["name"] == "Lei Wu"
    assert "  # key-of-a-work:\n" in text


def test_errors_in_works_are_told_and_warnings_left_for_later(tmp_path: Path, cvbuild: Cvbuild) -> None:
    (tmp_path / "refs.bib").write_text(OWN.replace("year=2020", "year=soon", 1) + "@article{f author={Lei Wu}}")
    ran = cvbuild("new", "Lei Wu", "--from", "refs.bib", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stderr.startswith("refs.bib:7:11: error CV451")
    assert ran.stderr.count("CV4") == 1
    assert "mend the errors first" in ran.stderr
    assert (tmp_path / "cv.yaml").is_file()


def test_works_that_lie_elsewhere_are_copied(tmp_path: Path, cvbuild: Cvbuild) -> None:
    (tmp_path / "refs.bib").write_text(OWN)
    ran = cvbuild("new", "Lei Wu", "--from", "refs.bib", "-o", "cv", cwd=tmp_path)
    assert "cv/refs.bib (a copy)" in ran.stderr
    assert (tmp_path / "cv" / "refs.bib").read_text() == OWN
    text = (tmp_path / "cv" / "cv.yaml").read_text(encoding="utf-8")
    assert {finding.code.number for finding in checked(text, tmp_path / "cv")[1]} == {"CV713"}
    ran = cvbuild("new", "Lei Wu", "--from", "../refs.bib", "--from", "refs.bib", "-o", "me.yaml", cwd=tmp_path / "cv")
    assert (ran.returncode, "two files are called refs.bib" in ran.stderr) == (2, True)
    (tmp_path / "cv" / "link.bib").symlink_to(tmp_path / "refs.bib")
    ran = cvbuild("new", "Lei Wu", "--from", "link.bib", "-o", "me.yaml", cwd=tmp_path / "cv")
    assert (ran.returncode, "link.bib leads out of the folder" in ran.stderr) == (2, True)


def test_nothing_is_written_over(tmp_path: Path, cvbuild: Cvbuild) -> None:
    mine = tmp_path / "cv.yaml"
    mine.write_text("name: Me\n")
    (tmp_path / ".gitignore").write_text("mine\n")
    ran = cvbuild("new", "Lei Wu", "--github", "--makefile", cwd=tmp_path)
    assert (ran.returncode, mine.read_text()) == (2, "name: Me\n")
    assert ran.stderr == "cvbuild: cv.yaml exists; --force writes over it, and `-o FOLDER` writes to another place\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "cv.yaml"]
    ran = cvbuild("new", "Lei Wu", "--github", "--makefile", "-o", "a b.yml", cwd=tmp_path)
    assert "`a b.yml` cannot stand in a Makefile or a workflow" in ran.stderr
    assert "cvbuild watch 'a b.yml'" in cvbuild("new", "Lei Wu", "-o", "a b.yml", cwd=tmp_path).stderr
    ran = cvbuild("new", "Lei Wu", "--github", "-o", "me.yml", cwd=tmp_path)
    assert ran.returncode == 0
    assert ".gitignore was there, and is left as it is" in ran.stderr
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    workflow = yaml.safe_load((tmp_path / ".github/workflows/cv.yml").read_text())
    assert any("cvbuild render me.yml --to pdf" in step.get("run", "") for step in workflow["jobs"]["make"]["steps"])
    old = tmp_path / ".cvbuild" / "cv.schema.json"
    old.write_text(json.dumps({"title": "cvbuild CV"}))  # of another version
    assert cvbuild("new", "Lei Wu", "--force", cwd=tmp_path).returncode == 0
    assert mine.read_text(encoding="utf-8").count("Lei Wu") == 4
    assert len(old.read_text(encoding="utf-8")) > 50_000


def test_whoever_has_no_engine_is_told_how_to_get_it(
    tmp_path: Path, cvbuild: Cvbuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvbuild.engine.parts.locate", lambda: None)
    ran = cvbuild("new", "Lei Wu", cwd=tmp_path)
    assert "Now:\n  cvbuild engine install  # once: fetches the engine\n  cvbuild watch cv.yaml\n" in ran.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("A", "--theme", "noethr"), "did you mean `noether`?"),
        (("A", "--from", "none.bib"), "there is no file `none.bib`"),
        (("A", "--from", "cv.tex"), "cv.tex is neither a .bib file nor a .json file of CSL-JSON"),
        (("",), "the name is empty"),
        (("A", "-o", "cv.pdf"), "cv.pdf is no name for a CV, which is a YAML file; write cv.yaml"),
    ],
)
def test_wrong_wishes(args: tuple[str, ...], said: str, tmp_path: Path, cvbuild: Cvbuild) -> None:
    ran = cvbuild("new", *args, cwd=tmp_path)
    assert (ran.returncode, list(tmp_path.iterdir())) == (2, [])
    assert said in ran.stderr


@pytest.mark.engine
def test_it_renders_on_one_page_and_make_and_the_workflow_know_how(tmp_path: Path, cvbuild: Cvbuild) -> None:
    name = "Grüße O'Brien-吴"
    assert cvbuild("new", name, "--makefile", "--github", "-o", "me.yaml", cwd=tmp_path).returncode == 0
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def shell(command: str) -> str:
        ran = subprocess.run(
            ["sh", "-ec", command], cwd=tmp_path, capture_output=True, text=True, env=environment, check=True
        )
        return ran.stdout + ran.stderr

    def make() -> str:
        return shell("make")

    assert "me.pdf (1 page)" in make()
    assert "up to date" in make()
    cv = tmp_path / "me.yaml"
    os.utime(cv, (cv.stat().st_atime + 10, cv.stat().st_mtime + 10))
    assert "cvbuild render me.yaml" in make()
    workflow = yaml.safe_load((tmp_path / ".github/workflows/cv.yml").read_text())
    for step in workflow["jobs"]["make"]["steps"]:
        if "public" in step.get("run", ""):
            shell(step["run"])
    assert (tmp_path / "public" / "cv.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "public" / "index.html").is_file()


# --- what is answered where one does not know yet ---


def test_the_help_begins_with_the_first_steps_and_lists_all_commands(tmp_path: Path, cvbuild: Cvbuild) -> None:
    ran = cvbuild("--help", cwd=tmp_path)
    assert ran.returncode == 0
    assert ran.stdout.index("Your first CV:\n    cvbuild new ") < ran.stdout.index("Begin:\n  new ")
    listed = re.findall(r"^  ([a-z]+) {2,}\S", ran.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)
    assert not re.search(r"[a-z]\.\.\.", ran.stdout)  # nothing is cut off
    assert cvbuild("help", "watch", cwd=tmp_path).stdout == cvbuild("watch", "--help", cwd=tmp_path).stdout
    alone = cvbuild(cwd=tmp_path)
    assert (alone.returncode, "Your first CV:" in alone.stderr + alone.stdout) == (2, True)


def test_a_command_without_a_cv_says_which_there_are(tmp_path: Path, cvbuild: Cvbuild) -> None:
    def said(*args: str) -> str:
        ran = cvbuild(*args, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (2, "")
        return ran.stderr.splitlines()[-1]

    new = 'write one with: cvbuild new "YOUR NAME"'
    assert said("render") == f"Error: Say which CV. There is none in this folder; {new}"
    hint = cvbuild("validate", "cv.yaml", cwd=tmp_path).stderr.splitlines()[1]
    assert hint == '  hint: there is no CV in this folder; `cvbuild new "YOUR NAME"` writes one'
    (tmp_path / "me.yaml").write_text("name: Me\n")
    assert said("validate") == "Error: Say which CV, for example: cvbuild validate me.yaml"
    (tmp_path / "b\x1b.yaml").write_text("name: Me\n")
    assert said("watch") == (
        "Error: Say which CV. In this folder are b�.yaml, me.yaml; for example: cvbuild watch b�.yaml"
    )
    assert said("new") == "Error: Missing argument '\"YOUR NAME\"'."


def test_the_schema_for_editors_is_written_and_renewed(
    tmp_path: Path, cvbuild: Cvbuild, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / SCHEMA
    assert cvbuild("schema", cwd=tmp_path).stdout == editor_schema()
    ran = cvbuild("schema", "-o", SCHEMA, cwd=tmp_path)
    assert (ran.returncode, ran.stdout, path.read_text(encoding="utf-8")) == (0, "", editor_schema())
    path.write_text('{"title": "mine"}')
    assert "exists; --force writes over it" in cvbuild("schema", "-o", SCHEMA, cwd=tmp_path).stderr
    _renew_schema(tmp_path)
    assert path.read_text() == '{"title": "mine"}'
    for renew in (lambda: cvbuild("schema", "-o", SCHEMA, cwd=tmp_path), lambda: _renew_schema(tmp_path)):
        path.write_text('{"title": "cvbuild CV"}')
        renew()
        assert path.read_text(encoding="utf-8") == editor_schema()
    assert "is renewed for your editor" in capsys.readouterr().err
