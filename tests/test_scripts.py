"""More scripts: which text is of which, in which order it stands, and how it looks with the extra."""

from __future__ import annotations

import io
import json
import re
import shutil
import unicodedata
import zipfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild import scripts
from cvbuild.diagnostics import Sink
from cvbuild.engine import install_scripts
from cvbuild.engine.base import EngineError, TexJob
from cvbuild.engine.parts import locate as locate_parts
from cvbuild.engine.scripts import LOCK, Scripts, divide, equip, locate, status
from cvbuild.engine.tectonic import TectonicEngine
from cvbuild.files import Files
from cvbuild.model import ThemeChoice
from cvbuild.pipeline import Outcome, render
from cvbuild.places import builtin_themes
from cvbuild.text import Emph, Inline, Link, Str, Strong, Text, Url
from cvbuild.theme import find_theme
from cvbuild.words import Words
from cvbuild.writers import LatexWriter, bidi
from tests.pdf import Pdf
from tests.support import ROOT, source, whole_latex

# Which text is of which script ------------------------------------------------

MIXED = st.text(st.sampled_from("aé ,(1-–%)אבجة٣हिกาက𝔄🎓\u200d\u0301\u0323ẉɓ漢字→")).map(lambda text: text.strip())


@given(MIXED)
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(piece for _, piece in scripts.pieces(text)) == text
    assert scripts.foreign(text) == any(script for script, _ in scripts.pieces(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain Đặng ὅτι Жук 漢字 “quoted” – €", [None]),
        ("at بغداد now", [None, "arab", None]),
        ("हिन्दी क्षेत्र।", ["deva"]),
        ("שלום, עולם", ["hebr", None, "hebr"]),
        ("∑∫", ["zsym", "zsym"]),
        ("👩\u200d🔬", ["zsym"]),
        ("kx̯a", [None, "latn", None]),
        ("x̌", [None]),  # every font has this mark
    ],
)
def test_pieces(text: str, expected: list[str | None]) -> None:
    assert [script for script, _ in scripts.pieces(text)] == expected
    assert scripts.foreign(text) == (expected != [None])


def test_rare_letters_are_taken_apart_if_that_makes_them_common() -> None:
    assert scripts.taken_apart("ẉ ȋ ɓ ơ") == "w\u0323 i\u0311 ɓ ơ"


def test_ranges_do_not_overlap() -> None:
    owner: dict[int, str] = {}
    for script in scripts.RANGES:
        for first, last in scripts.ranges(script):
            for code in range(first, last + 1):
                assert owner.setdefault(code, script) == script, hex(code)
                assert scripts.script_of(chr(code)) == script


# In which order it stands -----------------------------------------------------


def shown(text: str) -> str:
    """The text as it stands on the line, from left to right."""
    right = bidi.runs_right(text)
    levels = bidi.levels(bidi.kinds_of(text), right)
    line = list(zip(text, levels, strict=True))
    for level in (2, 1):
        at = 0
        while at < len(line):
            end = at
            while end < len(line) and line[end][1] >= level:
                end += 1
            line[at:end] = reversed(line[at:end])
            at = end + 1
    return "".join(bidi.mirrored(c) if level == 1 else c for c, level in line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("at אבג (now), 19", "at גבא (now), 19"),
        ("אבג (גד) 2019–20.", ".20–2019 (דג) גבא"),
        ("אבג ab, 15% גד", "דג ab, 15% גבא"),
        ("in אבג 19, דה", "in הד ,19 גבא"),
        ("אב, John Smith", "בא, John Smith"),  # one name does not turn a list around
        ("no 5, no 6", "no 5, no 6"),
        ("אב 1,234.5/6", "1,234.5/6 בא"),
        ("אבגדהוז ab (19), חט", "טח ,ab (19) זוהדגבא"),  # brackets go together, with what is inside of them
        ("אבגדה [ab (c)] וז", "זו [ab (c)] הדגבא"),
        ("ab (אב), c", "ab (בא), c"),
        ("אבגדהוז (ab), חט", "טח ,(ab) זוהדגבא"),
        ("אבג) דה (", ") הד (גבא"),
    ],
)
def test_the_order_on_the_line(text: str, line: str) -> None:
    assert shown(text) == line


@cache
def writer() -> LatexWriter:
    theme = find_theme(ThemeChoice(), ROOT, Files(), Sink())
    assert theme
    return LatexWriter(theme, Words(), Files())


def latex(*body: Inline) -> str:
    return str(writer().finalize(Text(body)))


def test_inlines_keep_their_order_together() -> None:
    body = (Str("אב "), Strong((Str("גד"),)), Str(" הו"))
    assert latex(*body) == r"\cvrtl{\cvscripthebr{אב} \cvstrong{\cvrtl{\cvscripthebr{גד}}} \cvscripthebr{הו}}"
    assert latex(Str("in "), *body) == "in " + latex(*body)


def test_a_link_in_text_from_right_to_left_is_turned_back() -> None:
    link = Link(Url("https://example.org"), (Str("אב"),))
    assert r"\cvltr{\href" in latex(Str("גד "), link, Str(" הו"))
    assert latex(link).startswith(r"\href")


@given(st.lists(st.one_of(MIXED.map(Str), MIXED.map(lambda t: Strong((Emph((Str(t),)),)))), max_size=4))
def test_nothing_is_lost_by_reordering(body: list[Str | Strong]) -> None:
    """TeX gets the characters in the order in which they are read; brackets may be mirrored."""
    plain = "".join(n.text if isinstance(n, Str) else n.body[0].body[0].text for n in body)  # type: ignore[union-attr]
    written = latex(*body)
    written = re.sub(r"\\cvscript(latn|zsym)\{[^{}]*\}", "", written)
    bare = re.sub(r"\\%", "%", re.sub(r"\\cv(apart\{\}|[a-z]+(?=\{))|[{}]", "", written))

    def known(text: str) -> str:
        return unicodedata.normalize("NFC", text).replace("(", "|").replace(")", "|")

    assert known(bare) == known(plain)


# Words without spaces ---------------------------------------------------------


def test_divide() -> None:
    words = frozenset(["ab", "abc", "cd", "de", "f"])
    assert divide("abcde", words) == ["abc", "de"]
    assert divide("abxxcd", words) == ["abxx", "cd"]
    assert divide("xyz", words) == ["xyz"]


@given(st.text("abcdef"), st.frozensets(st.text("abcdef", min_size=1, max_size=3)))
def test_divide_keeps_the_text(text: str, words: frozenset[str]) -> None:
    assert "".join(divide(text, words)) == text


# The extra --------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one font, and the lock that takes it."""
    package = tmp_path / "noto.whl"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("fonts/NotoSansHebrew-Regular.ttf", b"font")
        archive.writestr("copyright", b"free")
        archive.writestr("th.dic", "2\nab/X\ncd\nc\n")
    lock = tmp_path / "lock.toml"
    lock.write_text(
        '[content]\nsha256 = "SUM"\n[[package]]\nname = "noto"\nroot = "fonts"\nfaces = "Regular Bold"\n'
        'licenses = ["copyright"]\nscripts.hebr.sans = "NotoSansHebrew"\nwords.thai = "th.dic"\n'
    )
    monkeypatch.setattr(install_scripts, "LOCK", lock)
    monkeypatch.setattr(install_scripts, "fetch", lambda *_: package)
    monkeypatch.setattr(install_scripts, "edit", lambda *_: None)
    return lock


def test_installation(fake: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not SUM as in the lock") as caught:
        install_scripts.install_scripts(tmp_path / "out", print)
    assert not (tmp_path / "out").exists()
    found = re.search("[0-9a-f]{64}", str(caught.value))
    assert found
    fake.write_text(fake.read_text().replace("SUM", found[0]))
    extra = install_scripts.install_scripts(tmp_path / "out", print)
    assert [*extra.fonts("hebr")] == ["cv-hebr-sans-regular.ttf"]
    assert extra.words("thai") == {"ab", "cd"}
    assert extra.damaged() == []
    assert (tmp_path / "out" / "licenses" / "noto-copyright").read_bytes() == b"free"
    (tmp_path / "out" / "fonts" / "hebr-sans-regular.ttf").write_bytes(b"")
    assert extra.damaged() == ["fonts/hebr-sans-regular.ttf"]
    assert install_scripts.install_scripts(tmp_path / "out", print).damaged() == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_package_without_its_font(fake: Path, tmp_path: Path) -> None:
    fake.write_text(fake.read_text().replace("NotoSansHebrew", "NotoSansThai"))
    with pytest.raises(EngineError, match="has no fonts/NotoSansThai-Regular"):
        install_scripts.install_scripts(tmp_path / "out", print)


def test_the_extra_is_found_as_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CVBUILD_SCRIPTS_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert locate() is None
    assert status() is None
    (tmp_path / "cvbuild_scripts").mkdir()
    (tmp_path / "cvbuild_scripts" / "manifest.json").write_text('{"lock": "other", "files": {"gone.ttf": "0"}}')
    monkeypatch.syspath_prepend(tmp_path)
    assert locate() == Scripts(tmp_path / "cvbuild_scripts")
    found = status()
    assert found
    assert (found.current, found.damaged) == (False, ("gone.ttf",))


def test_every_script_can_be_had() -> None:
    """The lock has fonts for each script that the writer marks, and the preamble a size."""
    lock = LOCK.read_text(encoding="utf-8")
    preamble = Path(builtin_themes(), "base", "preamble.tex").read_text(encoding="utf-8")
    for script in scripts.RANGES:
        assert re.search(rf"^{script} = ", lock, re.MULTILINE)
        assert rf"{{{script}}}{{" in preamble


# With the extra installed -----------------------------------------------------

installed = pytest.mark.skipif(
    locate_parts() is None or locate() is None, reason="run `cvbuild engine install --scripts`"
)
engine = pytest.mark.engine


def made(*lines: str, theme: str = "noether", head: str = "") -> Outcome:
    items = "".join(f"    - {json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    outcome = render(source(f"name: N\ntheme: {theme}\n{head}sections:\n  A:\n{items}"))
    assert outcome.pdf, outcome.sink.diagnostics
    return outcome


# Read as their parts, which are in another order, or without ink; one figure shares its glyph with another.
NOT_READ = set("\u034f\u2800\U0001d159\u17b4\u17b5\u180c\u180d\u17be\u17c4\u0f00\u06f6")


@engine
@installed
@pytest.mark.parametrize("script", scripts.RANGES)
def test_every_character_of_the_extra_reads_back(script: str) -> None:
    parts, extra = locate_parts(), locate()
    assert parts
    assert extra
    codes = [code for first, last in scripts.ranges(script) for code in range(first, last + 1)]
    codes = [code for code in codes if unicodedata.category(chr(code)) not in {"Cn", "Cc", "Cf", "Zs", "Zl", "Zp"}]
    tag = "" if script in scripts.SIGNS else f":script={script}"
    tries = "\n".join(rf"\try{{{code}}}" for code in codes)
    fonts = extra.fonts(script)
    document = (
        r"\begin{document}\parindent0pt\raggedright\def\try#1{\iffontchar\x#1 \message{=#1=}\char#1 \par\fi}" "\n"
    )
    for name in fonts:  # each on pages of its own
        document += rf'\clearpage\message{{=from \thepage=}}\font\x="[{name}]{tag}" at 9pt \x' f"\n{tries}\n"
    job = TexJob("\\documentclass[11pt]{article}\n", document + r"\end{document}", 0, fonts)
    typeset = TectonicEngine(parts).run(job)
    assert typeset.pdf, typeset.messages
    pages = Pdf(typeset.pdf).pages
    _, *said = typeset.log.replace("\n", "").split("=from ")
    starts = [int(text.partition("=")[0]) - 1 for text in said]
    assert len(starts) == len(fonts) > 0
    for name, text, (start, end) in zip(fonts, said, pairwise([*starts, len(pages)]), strict=True):
        assert start < end, name
        has = {chr(int(code)) for code in re.findall(r"=(\d+)=", text.partition("=")[2])}
        assert len(has) > 0.8 * len(codes)
        read = "".join(pages[start:end])
        whole = {*read, *unicodedata.normalize("NFKD", read)}
        assert {c for c in has if not set(unicodedata.normalize("NFKD", c)) <= whole} <= NOT_READ, name


SAMPLES = {
    "arab": "جامعة القاهرة",
    "armn": "Հայաստանի Հանրապետություն",
    "deva": "हिन्दी विश्वविद्यालय",
    "ethi": "አዲስ አበባ",
    "geor": "საქართველოს უნივერსიტეტი",
    "hebr": "האוניברסיטה העברית",
    "thai": "มหาวิทยาลัยจุฬาลงกรณ์",
    "zsym": "🎓 ∑ 𝔄 ⚛",
    "latn": "ɸʘ ɠ",
}


@engine
@installed
@pytest.mark.parametrize("theme", ["noether", "turing"])
@pytest.mark.parametrize("script", SAMPLES)
def test_words_in_all_faces(script: str, theme: str) -> None:
    words = SAMPLES[script]
    outcome = made(f"{words} **{words}** *{words}* ***{words}*** and `{words}`", theme=theme)
    assert outcome.sink.diagnostics == []
    assert outcome.pdf
    read = unicodedata.normalize("NFKC", Pdf(outcome.pdf).text)
    for character in unicodedata.normalize("NFKC", words.replace(" ", "")):
        assert read.count(character) >= 5 * words.count(character), character
    fonts = {font for font in Pdf(outcome.pdf).drawn_fonts() if font.startswith(("Noto", "Symbola"))}
    assert len(fonts - {"NotoSansMono-Regular"}) >= (1 if script == "zsym" else 2)


@engine
@installed
@pytest.mark.parametrize("theme", ["noether", "turing"])
def test_words_are_copied_as_they_are_written(theme: str) -> None:
    words = ["हिन्दी", "विश्वविद्यालय", "বাংলাদেশ", "தமிழ்நாடு", "മലയാളം", "සිංහල", "မြန်မာ", "ភាសាខ្មែរ", "བོད་ཡིག"]
    text = " and ".join(words)
    pdf = made(text, theme=theme).pdf
    assert pdf
    # A space beside such a word may get lost, as there are no spaces in a PDF by XeTeX but gaps.
    assert "".join(text.split()) in "".join(Pdf(pdf).text.split())


@engine
@installed
def test_words_from_right_to_left_stand_in_this_order() -> None:
    pdf = made("Ax אבג Bx דהו 19, זח Cx").pdf
    assert pdf
    where = Pdf(pdf).where("AאגBד1וזC")
    assert where["A"] < where["ג"] < where["א"] < where["B"] < where["C"]
    assert where["B"] < where["ז"] < where["1"] < where["ו"] < where["ד"] < where["C"]


@engine
@installed
def test_links_in_text_from_right_to_left() -> None:
    pdf = made("אבג [דהו](https://example.org/a) זחט [ab](https://example.org/b) יכל").pdf
    assert pdf
    assert sorted(Pdf(pdf).links) == ["https://example.org/a", "https://example.org/b"]
    read = Pdf(pdf)
    where = read.where("אדזטaי")
    assert where["י"] < where["a"] < where["ט"] < where["ז"] < where["ד"] < where["א"]
    boxes = {str(note.A.URI)[-1]: [float(x) for x in note.Rect] for note in read.pike.pages[0].Annots}
    assert boxes["a"][0] < where["ד"] < boxes["a"][2] + 1
    assert boxes["b"][0] - 1 < where["a"] < boxes["b"][2]


@engine
@installed
@pytest.mark.parametrize("theme", ["noether", "turing"])
def test_thai_breaks_between_words(theme: str) -> None:
    text = "การศึกษาวิทยาศาสตร์คอมพิวเตอร์ในประเทศไทยและมหาวิทยาลัยในกรุงเทพมหานคร" * 4
    outcome = made(text, theme=theme)
    assert outcome.sink.diagnostics == []
    assert outcome.pdf
    extra = locate()
    assert extra
    lines = [line.strip("• \ufffe\r") for line in Pdf(outcome.pdf).pages[0].split("\n")]
    thai = [line for line in lines if "\u0e01" <= line[:1] <= "\u0e5b"]
    assert len(thai) > 2
    assert "".join(thai) == text
    for line in thai[1:]:
        assert any(line.startswith(word) for word in extra.words("thai"))


@engine
@installed
def test_headings_bookmarks_and_capitals() -> None:
    yaml = """
        name: דוד Lévy ქართული
        theme: {name: turing, name-case: capitals}
        sections:
          עברית and 🎓:
            - x
    """
    outcome = render(source(yaml))
    assert outcome.pdf, outcome.sink.diagnostics
    assert outcome.sink.diagnostics == []
    pdf = Pdf(outcome.pdf)
    assert [title for _, title in pdf.bookmarks] == ["עברית and 🎓"]
    assert pdf.metadata["Author"] == "דוד Lévy ქართული"
    assert "LÉVY" in pdf.text


@engine
@installed
def test_the_same_bytes_wherever_the_extra_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = locate()
    assert extra
    here = made(*SAMPLES.values()).pdf
    shutil.copytree(extra.folder, tmp_path / "some where else")
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", str(tmp_path / "some where else"))
    assert made(*SAMPLES.values()).pdf == here
    assert here
    with pikepdf.open(io.BytesIO(here)) as pdf:
        everything = b"".join(o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream))
    assert str(extra.folder).encode() not in everything + here
    assert b"hebr-serif" not in everything + here


@engine
@pytest.mark.skipif(locate_parts() is None, reason="the embedded engine is not installed")
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is as it would be if nobody had thought of scripts, but for warnings."""
    monkeypatch.setenv("CVBUILD_SCRIPTS_DIR", "/nonexistent")
    job = TexJob("", r"\cvscripthebr{אב}", 0)
    assert equip(job, Files()) is job
    outcome = made("at אב now")
    assert {d.code.number for d in outcome.sink.diagnostics} == {"CV604"}
    assert "at" in Pdf(outcome.pdf or b"").text


@engine
@installed
def test_only_the_fonts_that_are_needed_go_along() -> None:
    job = equip(TexJob("", whole_latex("name: N\nsections:\n  A: [ab אב, ab]\n"), 0), Files())
    assert {name.split("-")[1] for name in job.assets} == {"hebr"}
    assert equip(TexJob("", "plain", 0), Files()).assets == {}
