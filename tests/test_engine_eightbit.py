"""Fonts for pdfTeX: metrics, and which character stands where. No TeX is needed."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import pytest

from cvbuild.engine.eightbit import Face, slices
from cvbuild.engine.fonts import code_points
from cvbuild.engine.install import read_lock
from cvbuild.engine.parts import locate
from cvbuild.engine.tfm import Box, Metrics, write_tfm
from tests.support import ROOT


@dataclass(frozen=True)
class Read:
    """A TFM file, read as TeX reads it (TeX: The Program, §539 and following)."""

    boxes: dict[int, Box]
    steps: list[tuple[int, ...]]
    starts: dict[int, int]
    kerns: list[float]
    parameters: list[float]

    @classmethod
    def of(cls, data: bytes) -> Read:
        size, header, first, last, *counts, parameters = struct.unpack(">12H", data[:24])
        assert len(data) == 4 * size
        widths, heights, depths, italics, steps, kerns, extensible = counts
        assert size == 6 + header + (last - first + 1) + sum(counts) + parameters
        assert extensible == 0
        at = 24 + 4 * header
        infos = data[at : at + 4 * (last - first + 1)]
        at += len(infos)

        def fixes(count: int) -> list[float]:
            nonlocal at
            found = [value / 2**20 for value in struct.unpack(f">{count}i", data[at : at + 4 * count])]
            at += 4 * count
            return found

        w, h, d, i = fixes(widths), fixes(heights), fixes(depths), fixes(italics)
        assert w[0] == h[0] == d[0] == i[0] == 0
        program = [tuple(data[n : n + 4]) for n in range(at, at + 4 * steps, 4)]
        at += 4 * steps
        boxes, starts = {}, {}
        for slot in range(first, last + 1):
            width, both, italic, remainder = infos[4 * (slot - first) : 4 * (slot - first) + 4]
            if width:
                boxes[slot] = Box(w[width], h[both >> 4], d[both & 15], i[italic >> 2])
                if italic & 3 == 1:
                    starts[slot] = remainder
        return cls(boxes, program, starts, fixes(kerns), fixes(parameters))

    def between(self, left: int, right: int | None) -> int | float | None:
        """What TeX makes of two characters: a ligature, a kern, or nothing. None is the end of a word."""
        if right is None:
            if not self.steps or self.steps[0][0] != 255:
                return None
            right = self.steps[0][1]
        if left not in self.starts:
            return None
        at = self.starts[left]
        if self.steps[at][0] > 128:
            at = 256 * self.steps[at][2] + self.steps[at][3]
        while True:
            skip, then, operation, remainder = self.steps[at]
            if skip <= 128 and then == right:
                return self.kerns[256 * (operation - 128) + remainder] if operation >= 128 else remainder
            if skip >= 128:
                return None
            at += skip + 1


PARAMETERS = (0.25, 0.2, 0.1, 0.066, 0.4, 1.0, 0.066)


def close(value: int | float | None) -> object:
    assert value is not None
    return pytest.approx(value, abs=1e-6)


def test_metrics_come_out_as_they_went_in() -> None:
    boxes = {0: Box(0.0), 65: Box(0.7, 0.65), 86: Box(0.71, 0.66, 0.01), 102: Box(0.3, 0.7, 0.2, 0.05)}
    metrics = Metrics(boxes, PARAMETERS, kerns={65: {86: -0.1, 102: 0.02}, 86: {65: -0.1}})
    read = Read.of(write_tfm(metrics))
    assert set(read.boxes) == set(boxes), "a character without width is there too"
    for slot, box in boxes.items():
        found = read.boxes[slot]
        assert (found.width, found.height, found.depth, found.italic) == (
            close(box.width), close(box.height), close(box.depth), close(box.italic),
        )  # fmt: skip
    assert read.parameters == [close(value) for value in PARAMETERS]
    assert read.between(65, 86) == close(-0.1)
    assert read.between(65, 102) == close(0.02)
    assert read.between(86, 65) == close(-0.1)
    assert read.between(102, 65) is None
    assert read.between(86, 86) is None
    assert read.between(65, None) is None


def test_ligatures_win_over_kerns_and_grow() -> None:
    boxes = {slot: Box(0.3) for slot in (27, 30, 102, 105)}
    kerns = {102: {102: 0.1, 105: 0.1}, 27: {105: 0.1}}
    read = Read.of(write_tfm(Metrics(boxes, PARAMETERS, kerns, {(102, 102): 27, (27, 105): 30})))
    assert read.between(102, 102) == 27
    assert read.between(27, 105) == 30
    assert read.between(102, 105) == close(0.1)


def test_the_space_at_the_end_of_a_word() -> None:
    read = Read.of(write_tfm(Metrics({65: Box(0.5), 66: Box(0.5)}, PARAMETERS, {65: {66: 0.1}}, at_end=-0.06)))
    assert read.between(65, None) == close(-0.06)
    assert read.between(66, None) == close(-0.06)
    assert read.between(65, 66) == close(0.1)
    assert read.between(66, 65) is None


def test_many_programs_and_many_kerns() -> None:
    boxes = {slot: Box(slot / 1000) for slot in range(1, 200)}
    kerns = {left: {right: (left * 200 + right) / 100_000 for right in range(1, 100)} for left in range(1, 50)}
    read = Read.of(write_tfm(Metrics(boxes, PARAMETERS, kerns, at_end=0.01)))
    for left in kerns:
        for right in range(1, 200):
            assert read.between(left, right) == (close(kerns[left][right]) if right < 100 else None)


def test_programs_are_shared() -> None:
    boxes = {slot: Box(0.5) for slot in range(256)}
    row = dict.fromkeys(range(0, 256, 2), 0.01)
    data = write_tfm(Metrics(boxes, PARAMETERS, dict.fromkeys(range(256), row)))
    assert len(data) < 2200


def test_close_heights_become_one_and_widths_stay() -> None:
    boxes = {slot: Box(slot / 1000, slot / 1000, slot / 2000, slot / 4000) for slot in range(200)}
    read = Read.of(write_tfm(Metrics(boxes, PARAMETERS)))
    for slot, box in boxes.items():
        assert read.boxes[slot].width == close(box.width)
        assert abs(read.boxes[slot].height - box.height) < 0.008
        assert abs(read.boxes[slot].depth - box.depth) < 0.004
        assert abs(read.boxes[slot].italic - box.italic) < 0.001


def test_what_a_tfm_cannot_hold_is_refused() -> None:
    boxes = {slot: Box(0.5) for slot in range(256)}
    kerns = {left: {right: (left * 256 + right) / 10**6 for right in range(256)} for left in range(256)}
    with pytest.raises(ValueError, match="TFM"):
        write_tfm(Metrics(boxes, PARAMETERS, kerns))


ALL = [c for c in code_points(read_lock()["bundle"]["characters"]) if c not in (0x20, 0xA0)]


def test_every_character_has_one_place() -> None:
    made = slices(ALL)
    lower = [{slot: c for slot, c in each.items() if slot < 0x80} for each in made]
    assert all(each == lower[0] for each in lower), "the lower half is the same everywhere"
    assert all(slot == c for slot, c in lower[0].items() if 0x21 <= slot <= 0x7E)
    upper = [c for each in made for slot, c in each.items() if slot >= 0x80]
    assert len(upper) == len(set(upper))
    assert set(ALL) <= set(upper) | set(lower[0].values())
    assert not set(upper) & set(lower[0].values())


def test_what_belongs_together_is_in_one_slice() -> None:
    made = [set(each.values()) for each in slices(ALL)]
    for text in ("Čeština, polski, español", "Москва и Київ", "Αθήνα και Όλυμπος", "ằẳẵặ", "±×©™€"):
        characters = {ord(c) for c in text if not c.isspace()}
        assert [number for number, each in enumerate(made) if characters <= each], text


def test_the_slices_are_those_that_hyphenation_knows() -> None:
    t1, cyrillic, *_ = slices(ALL)
    assert {chr(t1[slot]) for slot in (0xC4, 0xE4, 0xFF, 0xB8)} == {"Ä", "ä", "ß", "ÿ"}
    assert "".join(chr(cyrillic[slot]) for slot in range(0xC0, 0x100)) == "".join(map(chr, range(0x410, 0x450)))
    assert (cyrillic[0x9C], cyrillic[0xBC]) == (ord("Ё"), ord("ё"))


def test_a_face_is_called_as_in_the_preamble() -> None:
    face = Face.parse("EBGaramond-Bold.ttf:+smcp;+lnum;letterspace=6")
    assert face.file == "EBGaramond-Bold.ttf"
    assert face.features == {"smcp", "lnum", "liga"}
    assert face.letterspace == pytest.approx(0.06)
    assert face.name == "cv-ebgaramond-bold-smcp-lnum-letterspace-6"


def test_the_lock_lists_the_faces_of_the_preamble() -> None:
    """What a theme can ask for, pdfTeX can print."""
    preamble = (ROOT / "templates" / "latex" / "base" / "preamble.tex").read_text(encoding="utf-8")
    families = re.findall(r"^\\cvfontfamily" + r"\{(\S+?)\}%?\s*".replace(r"\S+?", r"[^}]*") * 7, preamble, re.M)
    assert len(families) == 4
    faces = set()
    for _, regular, italic, bold, bold_italic, features, capitals in families:
        faces |= {f"{file}:{features}" for file in (regular, italic, bold, bold_italic)}
        faces |= {f"{file}:{capitals}" for file in (regular, bold)}
    icons = {f"{file}:" for file in re.findall(r"\\cv@face\{\w+\}\{m\}\{n\}\{([^#}]+)\}\{\}", preamble)}
    eightbit = read_lock()["eightbit"]
    assert set(eightbit["faces"].split()) == faces
    assert set(eightbit["icons"].split()) == icons
    assert len(icons) == 2


# What `engine install` made -----------------------------------------------------

installed = pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed")


@pytest.fixture
def made() -> Path:
    parts = locate()
    assert parts is not None
    return parts.eightbit


def metrics(made: Path, face: str, number: int = 0) -> Read:
    return Read.of((made / f"cv-{face}-{number}.tfm").read_bytes())


@pytest.mark.engine
@installed
def test_every_font_has_its_files(made: Path) -> None:
    lines = (made / "cveightbit.map").read_text(encoding="ascii").splitlines()
    assert len(lines) == len(list(made.glob("*.tfm")))
    for line in lines:
        name, _, encoding, font = line.split()
        assert (made / f"{name}.tfm").is_file()
        slots = (made / encoding.removeprefix("<")).read_text(encoding="ascii").splitlines()[1:-1]
        assert len(slots) == 256
        used = {slot for slot, glyph in enumerate(slots) if glyph != "/.notdef"}
        assert set(Read.of((made / f"{name}.tfm").read_bytes()).boxes) == used
        file = font.removeprefix("<")
        assert (made / file).is_file() or (made.parent / file).is_file()


@pytest.mark.engine
@installed
def test_the_metrics_are_those_of_the_fonts(made: Path) -> None:
    garamond = metrics(made, "ebgaramond-regular-lnum-pnum")
    assert garamond.boxes[ord("e")].width == close(0.39)
    assert garamond.parameters[1] == close(0.2)
    kern = garamond.between(ord("A"), ord("V"))
    assert kern is not None
    assert -0.2 < kern < -0.05
    assert garamond.between(ord("A"), None) is None
    double = garamond.between(ord("f"), ord("f"))
    assert isinstance(double, int)
    assert isinstance(garamond.between(double, ord("i")), int)
    for pair in ("--", "''", "``", ",,", "<<", ">>", "?`", "!`"):
        assert not isinstance(garamond.between(*map(ord, pair)), int), "a ligature that would change what was written"
    italic = metrics(made, "ebgaramond-italic-lnum-pnum")
    assert italic.parameters[0] > 0.2
    assert italic.boxes[ord("f")].italic > 0.1


@pytest.mark.engine
@installed
def test_small_capitals_and_figures(made: Path) -> None:
    plain = metrics(made, "ebgaramond-regular-lnum-pnum")
    capitals = metrics(made, "ebgaramond-regular-smcp-lnum-letterspace-6")
    old_style = metrics(made, "ebgaramond-regular-onum-pnum")
    assert capitals.boxes[ord("d")].height < plain.boxes[ord("d")].height
    assert capitals.boxes[ord("A")].width == close(plain.boxes[ord("A")].width + 0.06)
    assert capitals.between(ord("A"), None) == close(-0.06)
    assert not isinstance(capitals.between(ord("f"), ord("f")), int)
    assert old_style.boxes[ord("1")].height < plain.boxes[ord("1")].height - 0.1


@pytest.mark.engine
@installed
def test_the_preamble_finds_every_character_and_icon(made: Path) -> None:
    text = (made / "cveightbit.def").read_text(encoding="utf-8")
    characters = dict(re.findall(r"\\cv@eightcharacter\{\d*\}\{\w\w\}\{(\w+)\}\{(.)\}", text))
    assert all(int(code, 16) == ord(character) for code, character in characters.items())
    assert set("éßŁŞțЖёΩάếự’“–…•€№→½") <= set(characters.values())
    slots = re.findall(r"\\cv@eighticon\{FontAwesome7-(\w+).otf:\}\{(\w\w)\}\{(\w+)\}", text)
    preamble = (ROOT / "templates" / "latex" / "base" / "preamble.tex").read_text(encoding="utf-8")
    icons = re.findall(r"\\cvdeclareicon\{[\w-]+\}\{cv(\w+)\}\{(\w+)\}", preamble)
    assert len(icons) > 20
    places = {"solid": "Solid", "brands": "Brands"}
    assert {(places[family], code) for family, code in icons} <= {(font, code) for font, _, code in slots}
    sets = re.findall(r"\\pdfglyphtounicode\{(\S+)\}\{([0-9A-F ]+)\}", text)
    assert ("f_f_i", "0066 0066 0069") in sets
    assert ("a.sc", "0061") in sets
