"""The embedded engine, run for real. Skipped where its parts are not installed (`cvbuild engine install`)."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import threading
import time
import unicodedata
import zlib
from pathlib import Path

import pikepdf
import pytest

from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter, process
from cvbuild.engine.base import EngineError, EngineTimeout, TexJob, Typeset
from cvbuild.engine.install import preload
from cvbuild.engine.parts import Parts, locate
from cvbuild.engine.tectonic import TectonicEngine
from cvbuild.files import Files
from cvbuild.pipeline import check, write_latex
from tests.support import ROOT, source

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed"),
]

PREAMBLE = r"""\documentclass[11pt]{article}
\newcommand\cvwide[1]{\hbox to 1cm{#1}}
"""
LINKS = r"""\documentclass{article}
\usepackage[hidelinks,implicit=false]{hyperref}
\usepackage{bookmark}
\usepackage{graphicx}
"""
EPOCH = 1_600_000_000


def job(body: str, preamble: str = PREAMBLE, *, before: str = "", timeout: float = 60.0, **assets: Path) -> TexJob:
    document = before + "\\begin{document}\n" + body + "\n\\end{document}\n"
    return TexJob(preamble, document, EPOCH, {f"{name}.png": path for name, path in assets.items()}, timeout)


def text_of(typeset: Typeset) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    assert typeset.pdf is not None, typeset.messages
    ran = subprocess.run(["pdftotext", "-layout", "-", "-"], input=typeset.pdf, capture_output=True, check=True)
    return ran.stdout.decode()


@pytest.fixture(scope="module")
def parts() -> Parts:
    found = locate()
    assert found
    return found


@pytest.fixture
def engine(parts: Parts) -> TectonicEngine:
    return TectonicEngine(parts)


@pytest.fixture
def own_parts(parts: Parts, tmp_path: Path) -> Parts:
    """A copy of the parts that a test may damage."""
    return Parts(shutil.copytree(parts.folder, tmp_path / "engine"))


@pytest.fixture(scope="module")
def preloaded(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> TectonicEngine:
    """An engine that has `PREAMBLE` preloaded."""
    copy = Parts(shutil.copytree(parts.folder, tmp_path_factory.mktemp("preloaded") / "engine"))
    preload(copy, PREAMBLE)
    assert copy.format(PREAMBLE)
    return TectonicEngine(copy)


@pytest.fixture(params=["plain", "preloaded"])
def either(request: pytest.FixtureRequest) -> TectonicEngine:
    """The engine, without and with the preamble preloaded: nobody shall see a difference."""
    chosen: TectonicEngine = request.getfixturevalue("engine" if request.param == "plain" else "preloaded")
    return chosen


def test_one_pass(either: TectonicEngine) -> None:
    typeset = either.run(job("Hello, Göttingen\n\\newpage\nwörld"))
    assert typeset.messages == ()
    assert typeset.pages == 2
    assert text_of(typeset).split() == ["Hello,", "Göttingen", "1", "wörld", "2"]
    assert "Output written on cv.xdv (2 pages" in typeset.log


def test_what_tex_says_has_lines(either: TectonicEngine) -> None:
    warned = either.run(job("a\n\n漢 b\n\n\\cvwide{too wide for this}"))
    assert warned.pdf
    assert [(m.kind, m.line, m.character) for m in warned.messages] == [
        ("missing-character", 4, "漢"),
        ("overfull", 6, None),
    ]
    failed = either.run(job("a\n\nb \\nothing c"))
    assert failed.pdf is None
    assert [(m.kind, m.line, m.text) for m in failed.messages] == [
        ("error", 4, "Undefined control sequence: \\nothing")
    ]


def test_an_error_in_the_preamble_has_no_line(engine: TectonicEngine) -> None:
    failed = engine.run(job("a", PREAMBLE + "\\nothing\n"))
    assert [(m.kind, m.line) for m in failed.messages] == [("error", None)]


def test_a_document_without_pages_is_an_error(engine: TectonicEngine) -> None:
    failed = engine.run(job(""))
    assert failed.pdf is None
    assert [m.kind for m in failed.messages] == ["error"]


def test_links_outline_and_metadata(engine: TectonicEngine) -> None:
    about = "\\hypersetup{pdftitle={Żółw 數學},pdfauthor={Emmy}}\n"
    body = "\\bookmark[page=1,level=1]{Papers}\\href{https://example.org/~emmy?a=1\\%20b}{home}"
    typeset = engine.run(job(body, LINKS, before=about))
    assert typeset.messages == ()
    assert typeset.pdf
    with pikepdf.open(io.BytesIO(typeset.pdf)) as pdf:
        (annotation,) = [note for note in pdf.pages[0].Annots if note.Subtype == "/Link"]
        assert str(annotation.A.URI) == "https://example.org/~emmy?a=1%20b"
        assert (str(pdf.docinfo["/Title"]), str(pdf.docinfo["/Author"])) == ("Żółw 數學", "Emmy")
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20200913122640")
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Papers"]


def test_assets(engine: TectonicEngine, tmp_path: Path) -> None:
    picture = tmp_path / "me.png"
    picture.write_bytes(png())
    typeset = engine.run(job("\\includegraphics[width=1cm]{photo.png}", LINKS, photo=picture))
    assert typeset.pdf
    with pikepdf.open(io.BytesIO(typeset.pdf)) as pdf:
        assert len(pdf.pages[0].get_images()) == 1


def test_math(engine: TectonicEngine) -> None:
    preamble = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n"
    typeset = engine.run(
        job("$\\sum_{i<n} x_i^2 \\in \\mathbb{R}$, $\\mathfrak{g}$, $\\mathcal{O}$, $\\boldsymbol{x}$", preamble)
    )
    assert typeset.messages == ()
    missing = engine.run(job("$α + 𝔄$", preamble))
    assert [m.kind for m in missing.messages] == ["missing-character"] * 2


def test_the_same_bytes_everywhere(either: TectonicEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = either.run(job("Hello, \\today"))
    elsewhere = tmp_path / "a place with spaces"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    monkeypatch.chdir("/")
    there = either.run(job("Hello, \\today"))
    assert here.pdf
    assert here.pdf == there.pdf
    assert list(elsewhere.iterdir()) == []


def test_preloaded_or_not_looks_the_same(engine: TectonicEngine, preloaded: TectonicEngine) -> None:
    body = "Text \\textbf{bold} \\emph{emph} \\texttt{mono} \\textsf{sans} \\Large large $x^2$"
    plain, fast = engine.run(job(body)), preloaded.run(job(body))
    assert text_of(plain) == text_of(fast)
    assert plain.pdf == fast.pdf


def test_a_cv_is_the_same_whether_its_preamble_was_preloaded_or_not(engine: TectonicEngine) -> None:
    sink = Sink()
    checked = check(source((ROOT / "examples" / "lei-wu.yaml").read_text()), Files(), sink)
    assert checked is not None
    tex = write_latex(checked, sink)
    assert tex is not None
    assert engine.parts.format(tex.preamble)
    assert engine.parts.format(tex.preamble + "%") is None
    fast, plain = (engine.run(TexJob(text, tex.written.text, EPOCH)) for text in (tex.preamble, tex.preamble + "%\n"))
    assert fast.pdf
    assert fast.pdf == plain.pdf


def test_fonts_of_the_system_are_not_used(engine: TectonicEngine) -> None:
    failed = engine.run(job('\\font\\x="DejaVu Sans" \\x a'))
    assert failed.pdf is None


def test_the_time_limit(engine: TectonicEngine) -> None:
    started = time.monotonic()
    with pytest.raises(EngineTimeout, match="2 seconds"):
        engine.run(job("\\loop\\iftrue\\repeat", timeout=2.0))
    assert time.monotonic() - started < 10


def test_the_time_limit_holds_for_endless_pages(engine: TectonicEngine) -> None:
    with pytest.raises(EngineTimeout):
        engine.run(job("\\loop a\\newpage\\iftrue\\repeat", timeout=1.0))


def test_a_run_that_began_before_its_document(either: TectonicEngine) -> None:
    wanted = job("Hello, Göttingen")
    begun = either.start(PREAMBLE, EPOCH)
    time.sleep(0.5)
    assert begun.finish(wanted).pdf == either.run(wanted).pdf


def test_the_time_limit_counts_from_the_document_on(preloaded: TectonicEngine) -> None:
    begun = preloaded.start(PREAMBLE, EPOCH)
    time.sleep(2.3)
    assert begun.finish(job("Hello, Göttingen", timeout=2.0)).pdf


def test_where_a_program_cannot_wait_it_starts_with_its_document(
    either: TectonicEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["Hello", "\\undefined"]
    ahead = [either.run(job(text)) for text in texts]
    monkeypatch.setattr("cvbuild.engine.tectonic._CAN_WAIT", False)
    then = [either.run(job(text)) for text in texts]
    assert [(run.pdf, run.messages) for run in then] == [(run.pdf, run.messages) for run in ahead]


def test_a_run_that_is_given_up_leaves_nothing(
    engine: TectonicEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    begun = engine.start(PREAMBLE, EPOCH)
    assert list(tmp_path.iterdir())
    begun.stop()
    begun.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_died_while_it_waited_is_told(own_parts: Parts) -> None:
    own_parts.program.write_text("#!/bin/sh\nexit 7\n")
    begun = TectonicEngine(own_parts).start(PREAMBLE, EPOCH)
    time.sleep(0.2)
    with pytest.raises(EngineError, match="damaged"):
        begun.finish(job("Hello"))


def test_typesetters_use_what_has_begun_only_if_it_fits(engine: TectonicEngine) -> None:
    with Typesetter() as typesetter:
        assert typesetter.identity is None
        typesetter.prepare(LINKS, EPOCH)
        assert typesetter.run(job("Hello")).pdf == engine.run(job("Hello")).pdf
        typesetter.prepare(PREAMBLE, EPOCH + 1)
        assert typesetter.run(job("Hello")).pdf == engine.run(job("Hello")).pdf
        assert typesetter.identity == engine.parts.folder / "manifest.json"


def test_files_that_are_read_elsewhere_are_known(
    engine: TectonicEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are where nothing confines the engine."""
    monkeypatch.setattr("cvbuild.engine.process.confined", lambda _, call: call())
    words = tmp_path / "words here.tex"
    words.write_text("words")
    picture = tmp_path / "me.png"
    picture.write_bytes(png())
    assert engine.run(job("\\includegraphics[width=1cm]{photo.png}", LINKS, photo=picture)).outside == ()
    assert engine.run(job(f'\\input{{"{words}"}}')).outside == (words,)


def test_nothing_of_the_user_or_the_machine_is_seen(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/mine")
    monkeypatch.setenv("TEXINPUTS", "/mine")
    environment = parts.environment(epoch=0)
    assert environment.pop("SOURCE_DATE_EPOCH") == "0"
    assert {value for value in environment.values() if not value.startswith(str(parts.folder))} == set()
    assert not (Path(environment["HOME"]) / ".config").exists()
    assert not (Path(environment["FONTCONFIG_SYSROOT"]) / "usr").exists()


@pytest.mark.skipif(os.name != "posix", reason="runs a shell")
def test_a_flood_of_words_is_read_and_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvbuild.engine.process.MAX_WORDS", 1000)
    environment = {"PATH": os.environ["PATH"]}
    flood, endless = tmp_path / "flood", tmp_path / "endless"
    flood.write_text("#!/bin/sh\nyes | head -c 3000000; yes no | head -c 3000000 >&2; exit 5\n")
    endless.write_text("#!/bin/sh\nexec yes\n")
    for script in (flood, endless):
        script.chmod(0o755)
    ran = process.run([flood], folder=tmp_path, environment=environment, timeout=20)
    assert (ran.status, ran.stdout, ran.stderr[:6], len(ran.stderr)) == (5, "y\n" * 500, "no\nno\n", 1000)
    with pytest.raises(EngineTimeout):
        process.run([endless], folder=tmp_path, environment=environment, timeout=0.5)


def test_shell_commands_are_not_run(engine: TectonicEngine, tmp_path: Path) -> None:
    typeset = engine.run(job(f"\\immediate\\write18{{touch {tmp_path}/ran}}a"))
    assert typeset.pdf
    assert not (tmp_path / "ran").exists()


def test_many_first_runs_at_once(own_parts: Parts) -> None:
    shutil.rmtree(own_parts.cache)
    results: list[Typeset] = []
    threads = [
        threading.Thread(target=lambda: results.append(TectonicEngine(own_parts).run(job("Hello")))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({result.pdf for result in results}) == 1
    assert len(results) == 2
    assert results[0].pdf
    assert [name for name in own_parts.damaged() if "-latex-" in name] == [], "what was made is what was installed"


@pytest.mark.parametrize("damage", ["empty", "cut", "missing and not writable"])
def test_a_damaged_cache(
    damage: str, own_parts: Parts, engine: TectonicEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (format_file,) = own_parts.cache.glob("formats/*-latex-*.fmt")

    def take(parts: Parts, format: str, cache: Path) -> Path:  # the test above has it made
        shutil.copytree(engine.parts.cache, cache, dirs_exist_ok=True)
        return cache / format_file.relative_to(own_parts.cache)

    monkeypatch.setattr("cvbuild.engine.install._make_format", take)
    if damage == "empty":
        format_file.write_bytes(b"")
    elif damage == "cut":
        format_file.write_bytes(format_file.read_bytes()[:1_000_000])
    else:
        shutil.rmtree(own_parts.cache)
        own_parts.cache.touch()  # not even root can make a folder there
    healed = TectonicEngine(own_parts).run(job("Hello"))
    assert healed.pdf == engine.run(job("Hello")).pdf
    if damage != "missing and not writable":
        assert own_parts.damaged() == []


def test_damaged_parts_are_told(own_parts: Parts) -> None:
    (own_parts.bundle / "article.cls").write_text("\\undefined")
    with pytest.raises(EngineError, match=r"damaged: .*article\.cls") as caught:
        TectonicEngine(own_parts).run(job("Hello"))
    assert caught.value.hint
    own_parts.program.write_bytes(b"")
    with pytest.raises(EngineError) as caught:
        TectonicEngine(own_parts).run(job("Hello"))
    assert caught.value.hint


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_parts(own_parts: Parts) -> None:
    subprocess.run(["chmod", "-R", "a-w", own_parts.folder], check=True)
    try:
        assert TectonicEngine(own_parts).run(job("Hello")).pdf
    finally:
        subprocess.run(["chmod", "-R", "u+w", own_parts.folder], check=True)


# Fonts -----------------------------------------------------------------------

FACES = {
    "serif": ("EBGaramond-Regular", "EBGaramond-Bold", "EBGaramond-Italic", "EBGaramond-BoldItalic"),
    "sans": ("SourceSans3-Regular", "SourceSans3-Bold", "SourceSans3-Italic", "SourceSans3-BoldItalic"),
    "mono": ("NotoSansMono-Regular", "NotoSansMono-Bold"),
}
FILES = [f"{name}.ttf" for names in FACES.values() for name in names]


def assigned(*ranges: tuple[int, int]) -> str:
    characters = [chr(code) for first, last in ranges for code in range(first, last + 1)]
    return "".join(c for c in characters if unicodedata.category(c) not in {"Cn", "Cc", "Zs", "Cf"})


# Latin of all Europe and of Vietnam, Greek (monotonic and polytonic), Cyrillic, and the usual signs.
PROMISED = (
    assigned(
        (0x21, 0x7E), (0xA1, 0x17F), (0x1CD, 0x1DC), (0x1E4, 0x1E7), (0x1EA, 0x1EB), (0x1FA, 0x1FF), (0x218, 0x21B)
    )
    + assigned((0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9))
    + assigned((0x384, 0x3CE), (0x1F00, 0x1FFE), (0x400, 0x45F), (0x490, 0x491))
    + "‐‑–—―‘’‚“”„†‡•…‰‹›€№™−∆Ω←→≤≥"
)
SAMPLE = "efficient office waffle fjord Thy shuffle Đặng"


@pytest.mark.parametrize("font", FILES)
def test_every_promised_character_is_printed_and_reads_back(font: str, engine: TectonicEngine) -> None:
    lines = "\n\n".join(f"{number}:\\char{ord(character)};" for number, character in enumerate(PROMISED))
    typeset = engine.run(job(f'\\raggedright\\parskip=3pt\\font\\x="[{font}]" at 9pt \\x\n{lines}'))
    assert typeset.messages == ()
    read = dict(line.strip().removesuffix(";").split(":", 1) for line in text_of(typeset).splitlines() if ":" in line)
    lost = [character for number, character in enumerate(PROMISED) if read[str(number)] != character]
    assert lost == []


@pytest.mark.parametrize("font", FILES)
def test_words_with_ligatures_read_back(font: str, engine: TectonicEngine) -> None:
    typeset = engine.run(job(f'\\font\\x="[{font}]" at 8pt \\x {SAMPLE}'))
    assert text_of(typeset).splitlines()[0].strip() == SAMPLE


def test_reserved_names_of_fonts_are_not_used(parts: Parts) -> None:
    for font, reserved in (("SourceSans3-*.ttf", "Source Sans"), ("FontAwesome7-*.otf", "Font Awesome 7")):
        for file in parts.bundle.glob(font):
            assert reserved.encode("utf-16-be") not in file.read_bytes()


@pytest.mark.parametrize("text", ["数学", "東京大学の教授", "서울대학교", "臺灣"])
def test_chinese_japanese_korean(text: str, engine: TectonicEngine) -> None:
    typeset = engine.run(job(f'\\font\\x="[DroidSansFallback.ttf]" \\x {text}'))
    assert typeset.messages == ()
    assert text in text_of(typeset)


@pytest.mark.parametrize(("font", "codes"), [("Solid", [0xF0E0, 0xF095, 0xF3C5]), ("Brands", [0xF09B, 0xF08C, 0xF8D2])])
def test_icons(font: str, codes: list[int], engine: TectonicEngine) -> None:
    body = "".join(f"\\char{code} " for code in codes)
    assert engine.run(job(f'\\font\\x="[FontAwesome7-{font}.otf]" \\x {body}')).messages == ()


def png() -> bytes:
    """A picture of one black pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (1).to_bytes(4, "big") * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + bytes([8, 0, 0, 0, 0]))
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )
