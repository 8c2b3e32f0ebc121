"""`cvbuild theme`, as a user meets it; and themes that have one template of their own, for each template there is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.drawings import png

from cvbuild.checked import Choices
from cvbuild.cli import app
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.model import ThemeChoice
from cvbuild.pipeline import check, write_latex
from cvbuild.places import builtin_themes
from cvbuild.source import Source
from cvbuild.theme import OptionSpec, Theme, find_theme, is_theme_name
from cvbuild.themes import catalogue, eject, members, new_theme, put
from cvbuild.themes.making import _better, _new_toml
from cvbuild.themes.preview import SAMPLE
from tests.pdf import Pdf
from tests.support import remarks

BASE = Path(builtin_themes()) / "base"
TEMPLATES = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*.tex"))


class Said:
    """What a command said, and its status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Run = Callable[..., Said]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, in which the user's own themes are too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def cvbuild(here: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, in this process."""

    def run(*args: str) -> Said:
        with pytest.raises(SystemExit) as left:
            app(args, prog_name="cvbuild")
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Said(left.value.code, said.out, said.err)

    return run


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)


def found(name: str, folder: Path) -> Theme:
    sink = Sink()
    theme = find_theme(ThemeChoice(name=name), folder, Files(), sink)
    assert theme is not None, sink.diagnostics
    return theme


# --- list, show ---


def test_list_tells_what_there_is_and_what_is_broken(here: Path, cvbuild: Run) -> None:
    write(here / "themes/mine", theme_toml='description = "Mine"\nextends = "turing"\n')
    write(here / "themes/bare")
    write(here / "themes/no name", theme_toml='extends = "base"\n')
    write(here / "themes/lost", theme_toml='extends = "tuing"\n')
    write(here / "config/cvbuild/themes/everywhere", theme_toml='extends = "mine"\n')
    write(here / "config/cvbuild/themes/mine", theme_toml='description = "Hidden"\n')
    said = cvbuild("theme", "list")
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    at = lines.index("mine        Mine")
    assert lines[at + 1] == "            extends turing; beside the CV: themes/mine"
    assert "            CV502: the folder `themes/bare` is no theme, for it has no theme.toml" in lines
    assert "            CV516: `no name` is no name for a theme" in lines
    at = lines.index(
        "            CV502: themes/lost/theme.toml:1: the theme `lost` extends `tuing`, which is not there"
    )
    assert lines[at + 1] == "            hint: did you mean `turing`?"
    assert "            extends mine; your own: config/cvbuild/themes/everywhere" in lines
    assert "Hidden" not in said.out
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [
        "bare", "lost", "mine", "no", "everywhere", "curie", "hopper", "mirzakhani", "noether", "turing",
    ]  # fmt: skip
    themes = {theme["name"]: theme for theme in json.loads(cvbuild("theme", "list", "--format", "json").out)["themes"]}
    assert themes["everywhere"]["extends"] == ["mine", "turing", "base"]
    assert (themes["lost"]["usable"], themes["lost"]["problems"][0]["code"]) == (False, "CV502")
    (accent,) = (option for option in themes["mine"]["options"] if option["name"] == "accent")
    assert (accent["type"], accent["default"]) == ("colour", "#1A4F8A")


def test_no_theme_steers_the_terminal(here: Path, cvbuild: Run) -> None:
    write(here / "themes/evil\x1b[31m", theme_toml='extends = "base"\n')
    write(here / "themes/evil", theme_toml='description = "\\u001B]0;owned"\nextends = "base"\n', **{"x\x1b_tex": ""})
    for args in (("list",), ("show", "evil"), ("which", "evil"), ("which", "evil", "x\x1b.tex")):
        said = cvbuild("theme", *args)
        assert "evil" in said.out
        assert "\x1b" not in said.out + said.err
    assert "\x1b" not in cvbuild("theme", "list", "--format", "json").out


def test_a_theme_whose_styles_are_wrong_is_listed_as_broken(here: Path) -> None:
    write(here / "themes/mine", theme_toml='extends = "turing"\n', styles_yaml="a: {extends: nothing, nonsense: 1}\n")
    (mine,) = (listed for listed in catalogue(here, Files()) if listed.name == "mine")
    assert (mine.theme, [d.code.number for d in mine.problems]) == (None, ["CV201", "CV201"])


def test_show_tells_every_option(here: Path, cvbuild: Run) -> None:
    said = cvbuild("theme", "show", "noether")
    for name, spec in found("noether", here).specs.items():
        assert f"\n{name}: " in said.out
        assert spec.about in said.out
    assert (
        "font-size: 11pt\n  The size of running text; everything else follows from it. A length from 9pt to 12pt.\n"
        in said.out
    )
    assert "One of: lining, old-style." in said.out
    assert 'date-separator: " – "' in said.out


# --- which ---


def test_which_tells_the_source_of_each_file(here: Path, cvbuild: Run) -> None:
    write(here / "themes/mine", theme_toml='extends = "turing"\n', header_tex="mine")
    write(here / "themes/mine/blocks", talk_tex="mine", talk_tex_bak="x")
    write(here / "themes/mine/html/blocks", talk_html="<p>")
    (here / "themes/mine/blocks/talk.tex~").write_text("an editor's")
    said = cvbuild("theme", "which", "mine").out
    listed = dict(re.findall(r"^(\S+) +(.+)$", said.partition("\n\n")[2], re.MULTILINE))
    assert listed["header.tex"] == "mine, instead of base"
    assert listed["blocks/degree.tex"] == "turing, instead of base"
    assert listed["blocks/talk.tex"] == "mine, instead of base"
    assert listed["html/blocks/talk.html"] == "mine, instead of base"
    assert listed["theme.toml"] == "mine, and turing, and base"
    assert set(TEMPLATES) <= set(listed)
    assert "blocks/talk.tex~" not in listed
    assert cvbuild("theme", "which", "mine", "header").out == "themes/mine/header.tex\n"
    both = f"themes/mine/header.tex\n{BASE}/header.tex\n"
    assert cvbuild("theme", "which", "mine", "header.tex", "--all").out == both
    assert cvbuild("theme", "which", "mine", "base/header.tex").out == f"{BASE}/header.tex\n"
    assert cvbuild("theme", "which", "mine", "blocks/talk.tex").out == "themes/mine/blocks/talk.tex\n"
    assert cvbuild("theme", "which", "./themes/mine", "talk.html").out == "themes/mine/html/blocks/talk.html\n"


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("which", "tuing"), 1, "CV501: there is no theme `tuing`\n  hint: did you mean `turing`?"),
        (("which", "turing", "tlak"), 1, "CV515: the theme `turing` has no file `tlak`\n  hint: did you mean `blocks/talk.tex`?"),
        (("which", "turing", "../base/cv.tex"), 1, "CV515"),
        (("which", "turing", ""), 1, "CV515"),
        (("which", "turing", "/etc/passwd"), 1, "CV515"),
        (("show", "x"), 1, "CV501"),
        (("eject", "turing"), 2, "say which files to copy"),
        (("eject", "turing", "talk", "--all"), 2, "say which files to copy"),
        (("eject", "turing", "talk", "theme.toml"), 1, "CV515: a theme.toml is not copied"),
        (("eject", "turing", "talk", "nonsense"), 1, "CV515"),
        (("eject", "turing", "talk", "--to", "turing"), 2, "CV516: a theme that extends `turing` needs another name"),
        (("eject", "turing", "talk", "--to", "my theme"), 2, "for example `my-theme`"),
        (("new", "a/b"), 2, "CV516: `a/b` is no name for a theme\n  hint: for example `b`"),
        (("new", "turing"), 2, "CV516: there is a theme `turing` already"),
        (("new", "base"), 2, "CV516"),
        (("new", ""), 2, "CV516"),
        (("new", "mine", "--extends", "noehter"), 1, "hint: did you mean `noether`?"),
        (("list", "--cv", "nowhere.yaml"), 2, "there is no file nowhere.yaml"),
        (("preview", "a.yaml", "b.yaml"), 2, "one CV at a time"),
        (("preview", "a/mine", "b/mine"), 2, "two of the themes are called mine"),
        (("preview", "missing.yaml"), 2, "CV001"),
    ],
)  # fmt: skip
def test_mistakes_are_told_and_nothing_is_made(
    here: Path, cvbuild: Run, args: tuple[str, ...], status: int, said: str
) -> None:
    ran = cvbuild("theme", *args)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert list(here.iterdir()) == []


def test_a_name_that_several_files_have_is_asked_back(here: Path, cvbuild: Run) -> None:
    write(here / "themes/mine/extra", header_tex="mine")
    write(here / "themes/mine", theme_toml='extends = "turing"\n')
    ran = cvbuild("theme", "which", "mine", "header")
    assert "CV515: `header` may be `header.tex` and `extra/header.tex`" in ran.err
    assert cvbuild("theme", "which", "mine", "html/header").out == f"{BASE}/html/header.html\n"


# --- eject, new ---


def test_eject_copies_and_never_overwrites(here: Path, cvbuild: Run) -> None:
    ran = cvbuild("theme", "eject", "turing", "degree", "blocks/talk.tex")
    assert ran.status == 0
    mine = here / "themes/mine"
    assert (mine / "blocks/degree.tex").read_bytes() == (BASE.parent / "turing/blocks/degree.tex").read_bytes()
    assert found("mine", here).folders[:2] == (mine, BASE.parent / "turing")
    (mine / "blocks/talk.tex").write_text("edited")
    toml = (mine / "theme.toml").read_text()
    ran = cvbuild("theme", "eject", "mine", "talk", "header")
    assert (ran.status, ran.err) == (
        2,
        "error CV517: `themes/mine/blocks/talk.tex` exists\n  hint: `--force` writes over it\n",
    )
    assert ((mine / "blocks/talk.tex").read_text(), (mine / "header.tex").exists()) == ("edited", False)
    assert cvbuild("theme", "eject", "mine", "talk", "header", "--force").status == 0
    assert (mine / "blocks/talk.tex").read_bytes() == (BASE / "blocks/talk.tex").read_bytes()
    assert (mine / "header.tex").read_bytes() == (BASE / "header.tex").read_bytes()
    assert (mine / "theme.toml").read_text() == toml


def test_eject_takes_any_file_of_the_chain(here: Path, cvbuild: Run) -> None:
    write(here / "themes/web/html/fonts", a_css="css")
    (here / "themes/web/html/fonts/b.woff2").write_bytes(b"\xff\0\xfe")
    write(here / "themes/web", theme_toml='extends = "turing"\n')
    ran = cvbuild("theme", "eject", "web", "b.woff2", "html/fonts/a.css", "base/header.tex", "--to", "own")
    assert ran.status == 0
    assert (here / "themes/own/html/fonts/b.woff2").read_bytes() == b"\xff\0\xfe"
    assert (here / "themes/own/html/fonts/a.css").read_text() == "css"
    assert (here / "themes/own/header.tex").is_file()
    assert not (here / "themes/own/base").exists()


def test_eject_reads_nothing_outside_of_a_theme(here: Path, cvbuild: Run) -> None:
    write(here / "themes/sly/blocks", other_tex="")
    write(here / "themes/sly", theme_toml='extends = "turing"\n')
    (here / "secret").write_text("secret")
    (here / "themes/sly/blocks/talk.tex").symlink_to(here / "secret")
    ran = cvbuild("theme", "eject", "sly", "talk")
    assert ran.status == 1
    assert "leads out of the folder of the theme" in ran.err
    assert not (here / "themes/mine").exists()


def test_links_of_a_theme_are_followed_inside_of_it_only_and_end(here: Path, cvbuild: Run) -> None:
    write(here / "outside", far_tex="far")
    write(here / "themes/mine/real", near_tex="near")
    write(here / "themes/mine", theme_toml='extends = "turing"\n')
    for name, to in (("out", here / "outside"), ("round", here / "themes/mine"), ("again", here / "themes/mine/real")):
        (here / "themes/mine" / name).symlink_to(to)
    names = [member.name for member in members(found("mine", here))]
    assert sum(name.endswith("near.tex") for name in names) == 1
    assert not [name for name in names if name.endswith("far.tex") or name.startswith("round")]
    (here / "themes/mine/header.tex").symlink_to(here / "nowhere")
    assert cvbuild("theme", "eject", "turing", "header").status == 2
    assert not (here / "nowhere").exists()


def test_a_theme_in_a_folder_that_has_no_place_cannot_be_extended(here: Path, cvbuild: Run) -> None:
    write(here / "elsewhere/far", theme_toml='extends = "turing"\n')
    ran = cvbuild("theme", "eject", "./elsewhere/far", "talk")
    assert (ran.status, "a theme cannot extend that in `elsewhere/far`" in ran.err) == (1, True)
    assert cvbuild("theme", "eject", "turing", "talk", "--to", "elsewhere/far").status == 0
    assert cvbuild("theme", "which", "./elsewhere/far", "talk").out == "elsewhere/far/blocks/talk.tex\n"


def test_what_cannot_be_written_leaves_nothing_behind(here: Path, cvbuild: Run) -> None:
    (here / "themes").write_text("a file in the way")
    ran = cvbuild("theme", "new", "mine")
    assert (ran.status, "CV006" in ran.err) == (2, True)
    (here / "themes").unlink()
    (here / "themes").mkdir()
    (here / "themes/mine").mkdir()
    (here / "themes/mine/notes.txt").write_text("mine")
    ran = cvbuild("theme", "new", "mine")
    assert (ran.status, "CV517: the folder `themes/mine` exists, and is not empty" in ran.err) == (2, True)


def test_folders_that_were_made_for_nothing_go_again(here: Path) -> None:
    (here / "a").mkdir()
    (here / "a/b").write_text("a file in the way")
    sink = Sink()
    assert not put({here / "a/x/y/f": b"", here / "a/b/c": b""}, sink)
    assert ([d.code.number for d in sink.diagnostics], list((here / "a").iterdir())) == (["CV006"], [here / "a/b"])


@pytest.mark.parametrize("extends", ["noether", "turing", "base"])
def test_a_new_theme_looks_as_the_one_that_it_extends(here: Path, cvbuild: Run, extends: str) -> None:
    assert cvbuild("theme", "new", "mine", "--extends", extends).status == 0
    assert latex("mine", here, photo=False) == latex(extends, here, photo=False)
    toml = here / "themes/mine/theme.toml"
    every = re.sub(r"^# (?=\[|default =|type =|about =|corresponding)", "", toml.read_text(), flags=re.MULTILINE)
    toml.write_text(every)  # all options without their signs: still a theme, with the same defaults
    specs, base = found("mine", here).specs, found(extends, here).specs
    assert {name: specs[name].default for name in base} == {name: spec.default for name, spec in base.items()}
    assert specs.keys() - base.keys() == {"motto"}


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(max_size=30))
def test_options_of_any_words_are_written_as_toml(default: str, about: str) -> None:
    specs = {name: OptionSpec(name, "text", default, about) for name in ("accent", 'a "b"\n', "plain")}
    every = _new_toml("mine", Theme("far", (Path("far"),), specs, {}))
    assert set(tomllib.loads(every)["options"]) == {"accent"}
    every = re.sub(r"^# (?=\[options|default =)", "", every, flags=re.MULTILINE)
    options = tomllib.loads(every.partition("# An option that only")[0])["options"]
    assert {name: option["default"] for name, option in options.items()} == dict.fromkeys(specs, default)


def test_a_theme_can_extend_one_without_macros(here: Path, cvbuild: Run) -> None:
    assert cvbuild("theme", "eject", "turing", "talk", "--to", "first").status == 0
    assert cvbuild("theme", "new", "second", "--extends", "first").status == 0
    assert latex("second", here) == latex("turing", here)


def test_a_new_theme_of_the_user_is_known_everywhere(here: Path, cvbuild: Run) -> None:
    write(here / "themes/near", theme_toml='extends = "turing"\n')
    ran = cvbuild("theme", "new", "mine", "--user", "--extends", "near")
    assert (ran.status, "CV501" in ran.err) == (1, True)  # it would not be there for another CV
    assert cvbuild("theme", "new", "mine", "--user").status == 0
    assert (here / "config/cvbuild/themes/mine/theme.toml").is_file()
    (here / "other").mkdir()
    assert found("mine", here / "other").folders[0] == here / "config/cvbuild/themes/mine"


@given(st.text(max_size=80))
def test_what_is_said_instead_of_a_bad_name_is_a_name(name: str) -> None:
    hint = re.fullmatch("for example `(.+)`", _better(name))
    assert hint is None or is_theme_name(hint[1])


@settings(max_examples=30)
@given(st.text(max_size=20), st.text(max_size=20))
def test_names_from_anywhere_are_answered(name: str, wanted: str) -> None:
    sink = Sink()
    theme = found("turing", BASE)
    assert eject(theme, [wanted], BASE / "no" / "where", BASE / "no", Files(), sink) is not None or sink.failed
    assert new_theme(name, "turing", BASE / "no", Files(), sink) is not None or sink.failed


# --- one template of one's own, for each template there is ---


def cv(folder: Path, *, photo: bool = True) -> Source:
    """The sample, in which each kind of entry is, with a photo."""
    (folder / "me.png").write_bytes(png(60, 80, 2, 8))
    text = SAMPLE.read_text(encoding="utf-8").replace("sections:\n", "sections:\n  Interests: Waves.\n")
    text = text.replace("headline:", "photo: me.png\nheadline:" if photo else "headline:")
    return Source("me.yaml", text, folder, raw_latex=False)


def latex(theme: str, folder: Path, *, photo: bool = True) -> tuple[str, str]:
    sink = Sink()
    checked = check(cv(folder, photo=photo), Files(), sink, Choices(theme=theme))
    tex = write_latex(checked, sink) if checked is not None else None
    assert tex is not None, list(sink.sorted())
    return tex.preamble, re.sub(r"(?m)^%.*\n", "", tex.written.text)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return latex("base", tmp_path_factory.mktemp("before"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_theme_with_one_template_of_its_own(here: Path, name: str, before: tuple[str, str]) -> None:
    """An ejected template is read, and nothing else changes; and so is one that takes in that which it replaces."""
    sink = Sink()
    base = found("base", here)
    drafts = eject(base, [name], here / "themes/mine", here, Files(), sink)
    assert drafts is not None
    assert put(drafts, sink)
    path = here / "themes/mine" / name
    if name == "parts.tex":  # macros: what is printed beside them goes nowhere
        path.write_text(re.sub(r"(<% macro when\(.*%>\n)", r"\1\\own ", path.read_text()))
        mark = "\\own "
    else:
        mark = "\\own{}\n"
        path.write_text(mark + path.read_text())
    preamble, text = latex("mine", here)
    assert mark in preamble + text
    assert (preamble.replace(mark, ""), text.replace(mark, "")) == before
    if name not in ("parts.tex", "preamble.tex"):
        path.write_text(f'{mark}<% include "base/{name}" %>\n')
        assert latex("mine", here) == (preamble, text)
    if name in ("cv.tex", "header.tex", "section.tex", "blocks/talk.tex", "blocks/listing.tex"):
        path.write_text(f'<% extends "base/{name}" %>')
        assert latex("mine", here) == before


# --- the whole way, with the engine ---


@pytest.mark.engine
def test_a_theme_with_all_templates_of_its_own_is_typeset(here: Path, cvbuild: Run) -> None:
    assert cvbuild("theme", "new", "mine", "--extends", "turing").status == 0
    assert cvbuild("theme", "eject", "turing", "--all", "--to", "mine").status == 2  # theme.tex is there
    assert cvbuild("theme", "eject", "turing", "--all", "--to", "mine", "--force").status == 0
    mine = here / "themes/mine"
    assert (mine / "theme.tex").read_bytes() == (BASE.parent / "turing/theme.tex").read_bytes()
    assert not (mine / "preamble.tex").exists()
    blocks = sorted((mine / "blocks").iterdir())
    for path in blocks:
        path.write_text(f"\\cvpar{{own-{path.stem}}}\n{path.read_text()}")
    (mine / "cv.tex").write_text('<% extends "base/cv.tex" %>\n<% block foot %>\\cvpar{own-foot}<% endblock %>\n')
    (here / "me.yaml").write_text(cv(here).text + "theme: mine\n")
    ran = cvbuild("render", "me.yaml")
    assert ran.status == 0, ran.err
    text = Pdf((here / "me.pdf").read_bytes()).text
    for path in blocks:
        assert f"own-{path.stem}" in text
    assert "own-foot" in text


@pytest.mark.engine
def test_preview_sets_a_cv_in_each_theme_and_goes_on_after_a_failure(here: Path, cvbuild: Run) -> None:
    write(here / "themes/broken", theme_toml='extends = "noether"\n', section_tex="<< nothing >>\n")
    ran = cvbuild("theme", "preview", "broken", "turing", "noether", "-o", "out")
    assert ran.status == 1
    assert "themes/broken/section.tex:1:1: error CV504" in ran.err
    assert (
        "cvbuild: broken failed\ncvbuild: wrote out/turing.pdf (1 page)\ncvbuild: wrote out/noether.pdf (1 page)\n"
        in ran.err
    )
    names = {"turing.pdf", "turing.png", "noether.pdf", "noether.png", "index.html"}
    assert {path.name for path in (here / "out").iterdir()} == names
    for name in ("turing", "noether"):
        assert "What an echo knows" in Pdf((here / "out" / f"{name}.pdf").read_bytes()).text
        assert (here / "out" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    page = (here / "out/index.html").read_text()
    assert re.findall("<h2>(.+)</h2>", page) == ["broken", "turing", "noether"]
    assert page.count('<img src="data:image/png;base64,') == 2
    assert "It could not be typeset: 1 error." in page
    assert set(re.findall(r'(?:href|src)="(?!data:)([^"]+)"', page)) == {"turing.pdf", "noether.pdf"}


def test_the_sample_is_a_cv_of_which_lint_has_nothing_to_say(here: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert remarks(text) == []
    kinds = {path.stem for path in (BASE / "blocks").iterdir()}
    sink = Sink()
    checked = check(cv(here), Files(), sink)
    assert checked is not None
    printed = {block.kind for section in checked.outline.blocks for block in getattr(section, "blocks", ())}
    assert printed >= kinds - {"legend"}
