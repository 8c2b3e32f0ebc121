"""The pipeline as a whole: what the engine says comes back to the CV, and nothing half done is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import TexJob, Typeset, Typesetter
from cvbuild.files import Files
from cvbuild.outputs import write_file
from cvbuild.pipeline import check, render
from cvbuild.source import Source
from tests.pdf import Pdf
from tests.support import source


def theme(folder: Path, **files: str) -> str:
    """A theme that extends noether, in a folder, as --theme wants it."""
    (folder / "theme.toml").write_text('extends = "noether"\n')
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_tex", ".tex").replace("_toml", ".toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return f"{folder}/."


def found(yaml: str, **options: object) -> list[str]:
    outcome = render(source(yaml), **options)  # type: ignore[arg-type]
    return [
        f"{d.span.line}:{d.span.column} {d.code.number}" if d.span else d.code.number for d in outcome.sink.sorted()
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "extends = 5",
        "options = 3",
        'extends = "nope"',
        "extends = ",
        'extends = "mine"\n[options]\nx = 3\n',
        '[options.x]\ntype = "length"\n',
    ],
)
def test_a_broken_theme_is_cv502(broken: str, tmp_path: Path) -> None:
    name = theme(tmp_path, theme_toml=broken.replace('"mine"', '"noether"'))
    sink = Sink()
    assert check(source("name: N"), Files(), sink, Choices(theme=name)) is None
    assert [d.code.number for d in sink.diagnostics] == ["CV502"]


@pytest.mark.parametrize(
    ("broken", "place", "hint"),
    [
        ('description = "x"\nextends = "neother"  # not there\n', '2:11 "neother"', "did you mean `noether`?"),
        ("extends = 'neother'\n", "1:11 'neother'", "did you mean `noether`?"),
        ('extends = "noether"\n[options.accent]  # ours\ndefault = "teel" # a colour\n', '3:11 "teel"', None),
        ('[options.x]\ndefault = ""\n[options.motto]\ndefault = ""\ntype = "txt"\n', '5:8 "txt"', None),
    ],
)
def test_a_broken_theme_is_told_at_its_line(broken: str, place: str, hint: str | None, tmp_path: Path) -> None:
    name = theme(tmp_path, theme_toml=broken)
    sink = Sink()
    assert check(source("name: N"), Files(), sink, Choices(theme=name)) is None
    (told,) = sink.diagnostics
    assert told.span is not None
    assert told.span.source.name.endswith("theme.toml")
    words = told.span.source.text[told.span.start : told.span.end]
    assert (f"{told.span.line}:{told.span.column} {words}", told.hint) == (place, hint)


def test_a_folder_without_a_theme_is_told(tmp_path: Path) -> None:
    (tmp_path / "themes" / "mine").mkdir(parents=True)
    sink = Sink()
    assert check(Source("cv.yaml", "name: N\ntheme: mine\n", tmp_path), Files(), sink) is None
    assert [(d.code.number, "it has no theme.toml" in (d.hint or "")) for d in sink.diagnostics] == [("CV501", True)]


@pytest.mark.engine
def test_a_tex_error_is_reported_at_its_yaml_line(tmp_path: Path) -> None:
    name = theme(tmp_path, blocks__award_tex="<% for e in block.entries %>\n<< at(e) >>\n\\nosuchmacro\n<% endfor %>\n")
    yaml = "name: N\nsections:\n  A:\n    - fine\n    - award: Prize\n"
    assert found(yaml, choices=Choices(theme=name)) == ["5:7 CV602"]


@pytest.mark.engine
def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    name = theme(tmp_path, header_tex="\\loop\\iftrue\\repeat\n")
    assert found("name: N", choices=Choices(theme=name), timeout=2.0) == ["CV603"]


@pytest.mark.engine
def test_a_missing_character_is_reported_where_it_stands() -> None:
    assert found("name: N\nsections:\n  A:\n    - good\n    - see \ue123 here\n") == ["5:11 CV604"]


@pytest.mark.engine
def test_a_line_that_is_too_wide_is_reported_at_its_entry() -> None:
    assert found("name: N\nsections:\n  A:\n    - good\n    - " + "x\u00a0" * 150 + "x\n") == ["5:7 CV605"]


@pytest.mark.engine
def test_page_n_of_m() -> None:
    bullets = "\n".join(f"    - point number {i}" for i in range(120))
    outcome = render(source(f"name: N\ntheme: {{name: turing, page-numbers: n-of-m}}\nsections:\n  A:\n{bullets}\n"))
    assert outcome.pdf is not None
    pages = Pdf(outcome.pdf).pages
    assert len(pages) == outcome.pages == 3
    for number, text in enumerate(pages, start=1):
        assert f"{number} of 3" in " ".join(text.split())


def count_runs(monkeypatch: pytest.MonkeyPatch) -> list[TexJob]:
    """The jobs that any typesetter does from now on."""
    jobs: list[TexJob] = []
    run = Typesetter.run

    def counting(self: Typesetter, job: TexJob) -> Typeset:
        jobs.append(job)
        return run(self, job)

    monkeypatch.setattr(Typesetter, "run", counting)
    return jobs


@pytest.mark.engine
@pytest.mark.parametrize(("known", "runs"), [(None, 2), (1, 1), (2, 2)])
def test_page_n_of_m_takes_one_run_if_m_is_known(known: int | None, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count_runs(monkeypatch)
    outcome = render(source("name: N\ntheme: {name: turing, page-numbers: n-of-m}\n"), pages=known)
    assert outcome.pdf is not None
    assert len(counted) == runs
    assert "1 of 1" in Pdf(outcome.pdf).text


@pytest.mark.engine
def test_one_run_is_enough_without_m(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count_runs(monkeypatch)
    assert render(source("name: N\n"), pages=7).pdf is not None
    assert len(counted) == 1


@pytest.mark.engine
@pytest.mark.parametrize("name", ["noether", "turing"])
@pytest.mark.parametrize(
    "options",
    [
        "paper: letter, font-size: 12pt, margins: 1in",
        "dates: left, date-style: '2012-07', date-separator: ' to '",
        "dates: right, header: line, contacts: labels, name-case: capitals",
        "header: block, contacts: plain, accent: teal, link-colour: true, page-numbers: none",
    ],
)
def test_options(name: str, options: str) -> None:
    yaml = f"""
    name: Ada Lovelace
    email: ada@example.org
    theme: {{name: {name}, {options}}}
    sections:
      Work:
        - {{position: Analyst, at: The Engine, date: 1842-03 - 1843-07}}
    """
    outcome = render(source(yaml))
    assert outcome.sink.diagnostics == []
    assert outcome.pdf is not None
    pdf = Pdf(outcome.pdf)
    width, height = (float(x) for x in list(pdf.pike.pages[0].MediaBox)[2:])
    assert (round(width), round(height)) == ((612, 792) if "letter" in options else (595, 842))
    assert ("ADA LOVELACE" in pdf.text) == ("capitals" in options)
    if "2012-07" in options:
        assert "1842-03 to 1843-07" in pdf.text
    if "labels" in options:
        assert "Email: ada@example.org" in pdf.text


@pytest.mark.engine
def test_a_user_theme_overrides_one_template(tmp_path: Path) -> None:
    name = theme(tmp_path, blocks__award_tex="<% for e in block.entries %>\nMINE << e.award >>\\par\n<% endfor %>\n")
    outcome = render(
        source("name: N\nsections:\n  A:\n    - award: Prize & Co\n    - title: Other\n"), choices=Choices(theme=name)
    )
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    assert "MINE Prize & Co" in Pdf(outcome.pdf).text
    assert "Other" in Pdf(outcome.pdf).text


@pytest.mark.engine
@pytest.mark.parametrize(
    "script", ["吴磊 数学", "東京大学", "김철수", "Łódź Đặng Thị Hằng", "Ελληνικά", "Русский язык"]
)
def test_other_scripts_arrive(script: str) -> None:
    outcome = render(source(f"name: N\nsections:\n  A: 'before {script} after'\n"))
    assert outcome.sink.diagnostics == []
    assert outcome.pdf is not None
    assert f"before {script} after".replace(" ", "") in Pdf(outcome.pdf).text.replace(" ", "")


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    target.write_bytes(b"old")
    target.chmod(0o640)
    sink = Sink()
    assert write_file(target, b"new", sink)
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)
    assert not write_file(tmp_path / "no" / "such" / "out.pdf", b"new", sink)
    assert [d.code.number for d in sink.diagnostics] == ["CV006"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_cv_cannot_name_a_theme_by_path() -> None:
    for name in ("../noether", "/etc", "a/b", ".", "..", "base/../noether"):
        sink = Sink()
        assert check(source(f"name: N\ntheme: {name}"), Files(), sink) is None
        assert "CV501" in [d.code.number for d in sink.diagnostics]
