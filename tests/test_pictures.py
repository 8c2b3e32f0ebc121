"""Pictures: what is taken, what is refused, and what of a file gets into the PDF."""

from __future__ import annotations

import io
import os
import shutil
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageOps, PngImagePlugin
from tools.drawings import DEPTHS, chunk, face, jpeg, kinds, png

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import ENGINES, Typesetter
from cvbuild.files import Files, state
from cvbuild.job import Job, make
from cvbuild.lengths import points
from cvbuild.pictures import Picture, PictureError, Portrait
from cvbuild.pictures.picture import read_picture
from cvbuild.pictures.value import MAX_BYTES
from cvbuild.pipeline import Outcome, render, write_latex
from cvbuild.pipeline import check as check_cv
from cvbuild.source import Source
from tests.support import ROOT

SECRET = b"s3cret"
PHOTO = jpeg(face(30, 40))
PORTRAIT = jpeg(face(300, 400))
GRAPHIC = png(30, 40, 2, 8)
KINDS = dict(kinds(30, 40))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixels(data: bytes) -> bytes:
    return opened(data).convert("RGBA").tobytes()


def problem(data: bytes) -> PictureError:
    with pytest.raises(PictureError) as caught:
        read_picture(data)
    return caught.value


# What is taken ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "data"), KINDS.items(), ids=KINDS)
def test_every_kind_is_taken_as_it_is(name: str, data: bytes) -> None:
    picture = read_picture(data)
    assert (picture.width, picture.height) == opened(data).size
    assert pixels(picture.data) == pixels(data)
    assert picture.kind == ("png" if name.startswith("PNG") else "jpg")
    assert read_picture(picture.data).data == picture.data
    assert picture.name == read_picture(data).name


def talkative_jpeg() -> bytes:
    """A JPEG that tells where it was taken, and more."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 8.0), 29: SECRET.decode()})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = jpeg(face(30, 40), exif=exif, icc_profile=profile, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET)
    assert data.count(SECRET) >= 4
    segments = [
        (0xE0, b"JFXX\0\x10" + SECRET),
        (0xE2, b"MPF\0" + SECRET),
        (0xEC, b"Ducky" + SECRET),
        (0xED, b"Photoshop 3.0\0" + SECRET),
        (0xEE, b"Adobe\0\x64\0\0\0\0\x01" + SECRET),
        (0xFE, SECRET),
    ]
    said = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return data[:2] + b"\xff\xff" + data[3:20] + said + data[20:] + SECRET + PHOTO


TALKATIVE = talkative_jpeg()


def test_a_jpeg_tells_nothing_but_the_picture() -> None:
    data = TALKATIVE
    cleaned = read_picture(data).data
    assert SECRET not in cleaned
    assert b"Exif" not in cleaned
    assert cleaned.endswith(b"\xff\xd9")
    assert cleaned.count(b"\xff\xd8\xff") == 1
    assert opened(cleaned).info["icc_profile"] == opened(data).info["icc_profile"]
    assert (opened(cleaned).info["jfif_version"], opened(cleaned).info["adobe_transform"]) == ((1, 1), 1)
    assert pixels(cleaned) == pixels(data)


def test_a_small_picture_inside_is_left_out() -> None:
    small = struct.pack(">BBH", 0xFF, 0xE0, 16 + 12) + b"JFIF\0\x01\x02\x01\0\x48\0\x48\x02\x02" + SECRET * 2
    data = PHOTO[:2] + small + PHOTO[20:]
    cleaned = read_picture(data).data
    assert cleaned[2:20] == struct.pack(">BBH", 0xFF, 0xE0, 16) + b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"
    assert pixels(cleaned) == pixels(PHOTO)


def test_a_png_tells_nothing_but_the_picture() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    info.add(b"tIME", b"\x07\xea\x0b\x15\0\0\0")
    info.add(b"gAMA", b"\0\0\x20\0")
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    face(30, 40).save(out, "PNG", pnginfo=info, exif=exif, icc_profile=profile)
    data = out.getvalue() + SECRET
    cleaned = read_picture(data).data
    assert data.count(SECRET) == 4
    assert SECRET not in cleaned
    assert all(kind not in cleaned for kind in (b"tEXt", b"iTXt", b"tIME", b"gAMA", b"eXIf"))
    assert opened(cleaned).info["icc_profile"] == profile
    assert pixels(cleaned) == pixels(data)


@pytest.mark.parametrize("profile", [b"x\0\0junk", b"x\0\1", b"x", b"\0\0", b"x" * 90 + b"\0\0"])
def test_a_broken_profile_is_left_out(profile: bytes) -> None:
    assert read_picture(png(30, 40, 2, 8, False, chunk(b"iCCP", profile))).data == GRAPHIC_CLEANED


GRAPHIC_CLEANED = read_picture(GRAPHIC).data


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(10))
def test_a_photo_stands_upright(orientation: int, order: str) -> None:
    directory = struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + directory
    data = PHOTO[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif + PHOTO[2:]
    picture = read_picture(data)
    seen = opened(picture.data)
    if picture.mirrored:
        seen = ImageOps.mirror(seen)
    seen = seen.rotate(90 * picture.quarters, expand=True)
    upright = ImageOps.exif_transpose(opened(data))
    assert upright is not None
    assert seen.tobytes() == upright.tobytes()
    assert picture.upright == upright.size


# What is refused -------------------------------------------------------------


@pytest.mark.parametrize("data", [PHOTO, GRAPHIC, png(9, 9, 6, 16, True), TALKATIVE[: -len(SECRET + PHOTO)]])
def test_what_is_cut_off_anywhere_is_told(data: bytes) -> None:
    for end in range(len(data)):
        error = problem(data[:end])
        assert error.code.number in ("CV231" if end < 8 else "CV232", "CV232")
        assert "missing" in str(error) or end < 8


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", GRAPHIC[:33], PHOTO[:200]])
)
def test_no_bytes_raise_anything_else(data: bytes, before: bytes) -> None:
    with suppress(PictureError):
        assert isinstance(read_picture(before + data), Picture)


@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    good = bytearray(data.draw(st.sampled_from([PHOTO, GRAPHIC, TALKATIVE])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        picture = read_picture(bytes(good))
    except PictureError:
        return
    assert read_picture(picture.data).data == picture.data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "is a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "is PostScript"),
        (b'<?xml version="1.0"?><svg xmlns="">', "is an SVG drawing"),
        (b"GIF89a", "is a GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "is a WebP"),
        (b"\0\0\0\x18ftypheic", "is a HEIC picture"),
        (b"\0\0\0\x18ftypavif", "is an AVIF"),
        (b"II*\0", "is a TIFF"),
        (b"BM", "is a BMP"),
        (b"<!DOCTYPE html><HTML>", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1", "place holder"),
        (b"name: me", "is not a PNG or JPEG picture"),
    ],
)
def test_other_kinds_are_refused(data: bytes, words: str) -> None:
    error = problem(data)
    assert error.code.number == "CV231"
    assert words in str(error)
    assert error.hint


def header(width: int, height: int, depth: int = 8, colour: int = 2, *rest: int) -> bytes:
    """The beginning of a PNG file."""
    methods = rest or (0, 0, 0)
    return GRAPHIC[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, *methods))


def framed(body: bytes, marker: int = 0xC0) -> bytes:
    """The beginning of a JPEG file."""
    return b"\xff\xd8" + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


END = chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (header(100_000, 100_000) + END, "100,000 × 100,000 pixels"),
        (header(1, 40_000) + END, "pixels"),
        (header(7000, 7000, 16, 6) + END, "pixels"),
        (framed(struct.pack(">BHHB", 8, 60_000, 60_000, 1) + bytes(3)), "60,000 × 60,000 pixels"),
        (PHOTO + bytes(MAX_BYTES), "20 MiB"),
        (GRAPHIC + bytes(MAX_BYTES), "20 MiB"),
    ],
)
def test_what_is_too_large_is_refused(data: bytes, words: str) -> None:
    error = problem(data)
    assert error.code.number == "CV233"
    assert words in str(error)
    assert error.hint


def test_a_bomb_is_not_unpacked() -> None:
    data = zlib.compress(bytes(5_000_000))
    error = problem(header(1, 1) + chunk(b"IDAT", data) + END)
    assert "more pixels than it says" in str(error)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (GRAPHIC[:40] + b"\0" + GRAPHIC[41:], "belongs to no part"),
        (GRAPHIC[:60] + bytes([GRAPHIC[60] ^ 1]) + GRAPHIC[61:], "checksum"),
        (header(0, 3) + END, "no pixels"),
        (header(3, 3, 4, 2) + END, "what cannot be"),
        (header(3, 3, 8, 2, 0, 0, 2) + END, "what cannot be"),
        (GRAPHIC[:8] + END, "does not begin with its size"),
        (header(3, 3) + END, "not in order"),
        (header(3, 3) + header(3, 3)[8:] + END, "twice"),
        (header(3, 3, 8, 3) + chunk(b"IDAT", b"") + END, "colours are not there"),
        (header(3, 3, 1, 3) + chunk(b"PLTE", bytes(9)) + chunk(b"IDAT", b"") + END, "colours are not in order"),
        (header(3, 3) + chunk(b"tRNS", b"\0") + chunk(b"IDAT", b"") + END, "transparency"),
        (header(3, 3) + chunk(b"IDAT", b"junk") + END, "unpacked"),
        (header(3, 3) + chunk(b"IDAT", b"x\x9cc\x00\x00\x00\x01\x00\x01") + END, "missing"),
        (header(3, 3) + chunk(b"IDAT", b"x\x9c\x93\x93\x93\x93\x93\x93") + END, "cannot be read"),
        (header(3, 3) + chunk(b"IDAT", zlib.compress(bytes(30))[:-1]) + END, "missing"),
        (header(3, 3) + chunk(b"CgBI", b"") + END, "CgBI"),
        (b"\xff\xd8\xff\xd9", "no picture in it"),
        (b"\xff\xd8\xff\xd8", "second picture"),
        (b"\xff\xd8\xff\x00", "belongs to no part"),
        (b"\xff\xd8\xff\xdb\x00\x01", "length of a part"),
        (framed(b"\x08\0\x03\0\x03\x03"), "wrong length"),
        (framed(b"\x08\0\x03\0\x03\x01abc") + framed(b"\x08\0\x03\0\x03\x01abc")[2:], "its size twice"),
        (framed(b"", 0xDA), "does not tell its size"),
    ],
)
def test_what_is_damaged_is_told(data: bytes, words: str) -> None:
    error = problem(data)
    assert error.code.number == "CV232"
    assert words in str(error)


def test_a_filter_that_is_none_is_found_in_any_line() -> None:
    for interlaced, length in ((0, 28), (1, 28)):
        good = bytearray(length * 20 if not interlaced else 0)
        if interlaced:  # 9 × 20 pixels: the lines of the seven passes
            good = bytearray(
                b"".join(
                    bytes(1 + 3 * n) * rows for n, rows in ((2, 3), (1, 3), (3, 2), (2, 5), (5, 5), (4, 10), (9, 10))
                )
            )
        whole = header(9, 20, 8, 2, 0, 0, interlaced)
        assert read_picture(whole + chunk(b"IDAT", zlib.compress(good)) + END).height == 20
        good[-28] = 5  # the last line
        assert "cannot be read" in str(problem(whole + chunk(b"IDAT", zlib.compress(good)) + END))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (jpeg(face(9, 9).convert("CMYK")), "CMYK"),
        (framed(struct.pack(">BHHB", 8, 9, 9, 1) + bytes(3), 0xC9), "cannot be printed"),
        (framed(struct.pack(">BHHB", 12, 9, 9, 1) + bytes(3), 0xC1), "12 bits"),
        (framed(struct.pack(">BHHB", 8, 9, 9, 2) + bytes(6)), "2 colours"),
        (framed(struct.pack(">BHHB", 8, 0, 9, 1) + bytes(3)), "its height"),
    ],
)
def test_rare_kinds_of_jpeg_are_refused(data: bytes, words: str) -> None:
    error = problem(data)
    assert error.code.number == "CV231"
    assert words in str(error)
    assert error.hint


# In a CV ---------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a CV, with a photo, and one outside of it."""
    inside = tmp_path / "cv"
    (inside / "deep").mkdir(parents=True)
    (inside / "deep" / "me.jpg").write_bytes(PORTRAIT)
    (inside / "me.jpeg").write_bytes(PORTRAIT)
    (tmp_path / "me.jpeg").write_bytes(PHOTO)
    return inside


def cv(folder: Path, photo: str, more: str = "") -> Source:
    return Source("cv.yaml", f"name: N\nphoto: {photo}\n{more}", folder)


def told(folder: Path, photo: str, more: str = "", theme: str | None = None) -> list[str]:
    """Everything that is reported about a CV with this photo, up to LaTeX."""
    sink = Sink()
    checked = check_cv(cv(folder, photo, more), Files(), sink, Choices(theme=theme))
    if checked is not None:
        write_latex(checked, sink)
    return [f"{d.span.line}:{d.span.column} {d.code.number} {d.message}; {d.hint}" for d in sink.sorted() if d.span]


def portrait(folder: Path, photo: str) -> Portrait:
    sink = Sink()
    checked = check_cv(cv(folder, photo), Files(), sink)
    assert checked is not None
    assert list(sink.diagnostics) == []
    assert checked.outline.photo is not None
    return checked.outline.photo


@pytest.mark.parametrize("name", ["me.jpeg", "deep/me.jpg", "./deep/../me.jpeg", "link.jpg"])
def test_files_beside_and_below_are_read(folder: Path, name: str) -> None:
    (folder / "link.jpg").symlink_to("deep/me.jpg")
    assert told(folder, name) == []


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("me.jpg", "2:8 CV001 there is no file `me.jpg`; did you mean `me.jpeg`?"),
        ("deep/Me.JPG", "2:8 CV001 there is no file `deep/Me.JPG`; did you mean `deep/me.jpg`?"),
        ("me", "2:8 CV001 there is no file `me`; did you mean `me.jpeg`?"),
        (
            "portrait.gif",
            "2:8 CV001 there is no file `portrait.gif`; in this folder are `cut.png`, `loop.jpg`, `me.jpeg`, `out.jpg`, `text.png`",
        ),
        ("no/me.jpg", "2:8 CV001 there is no folder `no`; None"),
        ("deep", "2:8 CV001 `deep` is a folder, not a file; name a file in it: `deep/me.jpg`"),
        ("../me.jpeg", "2:8 CV230 `../me.jpeg` lies outside of the folder of the CV; put it beside the CV"),
        ("~/me.jpeg", "2:8 CV230 `~/me.jpeg` lies outside of the folder of the CV; put it beside the CV"),
        (
            "https://example.org/me.jpeg",
            "2:8 CV230 `https://example.org/me.jpeg` is an address, not a file; save the file",
        ),
        ("/etc/passwd", "2:8 CV230 `/etc/passwd` lies outside of the folder of the CV; put it beside the CV"),
        ("out.jpg", "2:8 CV230 `out.jpg` lies outside of the folder of the CV; put it beside the CV"),
        ("out/me.jpeg", "2:8 CV230 `out/me.jpeg` lies outside of the folder of the CV; put it beside the CV"),
        ("loop.jpg", "2:8 CV001 `loop.jpg` cannot be read: Too many levels of symbolic links"),
        ("pipe", "2:8 CV230 `pipe` is not a file"),
        ('"a\\0b"', "2:8 CV003 control character U+0000; delete its escape"),
        ("x" * 5000, "2:8 CV001 `xxx"),
        ("{file: ../me.jpeg, shape: circle}", "2:15 CV230 `../me.jpeg` lies outside"),
        ("{shape: circle, file: text.png}", "2:30 CV231 `text.png` is not a PNG or JPEG picture"),
        ("cut.png", "2:8 CV232 `cut.png` ends too early"),
        ("{file: me.jpeg, width: 3}", "2:31 CV236 `3` is not a length such as 2cm"),
        ("{file: me.jpeg, height: 30cm}", "2:32 CV236 the height of a photo is between 1cm and 8cm"),
        ("{file: me.jpeg, width: 0.1mm}", "2:31 CV236 the width of a photo is between 1cm and 8cm"),
        ("{width: 3cm}", "2:8 CV203"),
        ('""', "2:8 CV230 the name of a file is missing"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_place(folder: Path, name: str, finding: str) -> None:
    (folder / "out.jpg").symlink_to("../me.jpeg")
    (folder / "out").symlink_to("..")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    os.mkfifo(folder / "pipe")
    (folder / "text.png").write_text("text")
    (folder / "cut.png").write_bytes(GRAPHIC[:-1])
    found = told(folder, name)
    assert len(found) == 1
    assert finding in found[0]


def test_what_is_read_is_remembered(folder: Path) -> None:
    files = Files()
    check_cv(cv(folder, "me.jpeg"), files, Sink())
    assert files.states[str(folder / "me.jpeg")] == state(str(folder / "me.jpeg"))
    files = Files()
    check_cv(cv(folder, "none.jpg"), files, Sink())
    assert files.states[str(folder / "none.jpg")] == "-"
    (folder / "large.jpg").write_bytes(bytes(MAX_BYTES + 10))  # or `watch` would never rest
    check_cv(cv(folder, "large.jpg"), files, Sink())
    assert files.states[str(folder / "large.jpg")] == state(str(folder / "large.jpg"))


def test_pixels_and_size_must_go_together(folder: Path) -> None:
    (folder / "tiny.jpg").write_bytes(PHOTO)
    (found,) = told(folder, "{file: tiny.jpg, width: 2.54cm}")
    assert found.startswith(
        "2:8 CV234 the photo will look blurred: 30 pixels to the inch, at a width of 2.5 cm; take one with 300"
    )
    assert told(folder, "{file: me.jpeg, width: 5cm}") == []
    assert told(folder, "{file: me.jpeg, width: 5.1cm}") != []  # 149 pixels to the inch
    assert told(folder, "{file: me.jpeg, width: 4cm, height: 8cm}") != []  # half of it is cut off, the rest enlarged
    profile = b"ICC_PROFILE\0" + bytes(65_000)  # never mind what is in it
    large = jpeg(Image.new("L", (2400, 2400)))
    (folder / "heavy.jpg").write_bytes(large[:2] + 40 * framed(profile, 0xE2)[2:] + large[2:])
    (found,) = told(folder, "{file: heavy.jpg, width: 2.54cm}")
    assert "2:8 CV234 the photo makes the PDF" in found
    assert "600 pixels from left to right are enough" in found


def test_frames(folder: Path) -> None:
    plain = portrait(folder, "me.jpeg")
    assert (plain.ratio, plain.across, plain.up, plain.x, plain.y, plain.whole) == (
        "1.3333",
        "1",
        "1.3333",
        "0",
        "0",
        True,
    )
    assert float(plain.most.removesuffix("pt")) == pytest.approx(points("2.4cm"), abs=0.01)
    assert float(plain.least.removesuffix("pt")) == pytest.approx(points("2.4cm") * 0.72, abs=0.01)
    circle = portrait(folder, "{file: me.jpeg, shape: circle, width: 2cm, height: 3cm}")
    assert (circle.ratio, circle.across, circle.up, circle.x, circle.y) == ("1", "1", "1.3333", "0", "-0.25")
    assert circle.least == circle.most == f"{points('2cm'):.4f}pt"
    wide = portrait(folder, "{file: me.jpeg, width: 3cm, height: 2cm}")
    assert (wide.ratio, wide.up, wide.y, wide.whole) == ("0.6667", "1.3333", "-0.5", False)
    slim = portrait(folder, "{file: me.jpeg, width: 1cm, height: 2cm}")
    assert (slim.ratio, slim.across, slim.up, slim.x, slim.y) == ("2", "1.5", "2", "-0.25", "0")
    assert portrait(folder, "{file: me.jpeg, height: 2cm}").most == f"{points('1.5cm'):.4f}pt"
    assert (plain.alt, portrait(folder, "{file: me.jpeg, alt: On a hike}").alt) == ("N", "On a hike")
    (folder / "long.png").write_bytes(png(800, 80, 0, 1))
    assert portrait(folder, "long.png").ratio == "0.25"  # not a line


def test_a_theme_that_prints_no_photo_says_so(folder: Path, tmp_path: Path) -> None:
    assert told(folder, "me.jpeg", "theme: {photo: none}\n") == []
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "theme.toml").write_text('extends = "turing"\n[options.photo]\ndefault = "none"\n')
    (found,) = told(folder, "me.jpeg", theme=str(theme))
    assert found.startswith("2:8 CV235 the theme")
    assert "`photo: right`" in found
    assert told(folder, "me.jpeg", "theme: {photo: left}\n", theme=str(theme)) == []
    (theme / "theme.toml").write_text('extends = "turing"\n')
    (theme / "header.tex").write_text("\\cvheader{line}{<< cv.name >>}{}{}\\cvheaderend\n")
    (found,) = told(folder, "me.jpeg", theme=str(theme))
    assert found.endswith("does not print the photo; None")
    assert len(told(folder, "me.jpeg", "theme: {photo: left}\n", theme=str(theme))) == 1


def test_the_name_of_a_file_never_reaches_tex(folder: Path) -> None:
    name = "a {b}%$\\c.jpg"
    (folder / name).write_bytes(PORTRAIT)
    checked = check_cv(cv(folder, f"'{name}'"), Files(), Sink())
    assert checked is not None
    tex = write_latex(checked, Sink())
    assert tex is not None
    assert "{b}%" not in tex.text
    ((file, data),) = tex.written.pictures.items()
    assert f"{{{file}}}" in tex.text
    assert data == read_picture((folder / name).read_bytes()).data


# In a PDF --------------------------------------------------------------------


def typeset(folder: Path, photo: str, engine: str = "tectonic", more: str = "") -> Outcome:
    outcome = render(cv(folder, photo, more), Files(), Typesetter(engine))
    assert [d.code.number for d in outcome.sink.diagnostics] == []
    assert outcome.pdf is not None
    return outcome


def images(pdf: bytes) -> list[Any]:
    page = pypdfium2.PdfDocument(pdf)[0]
    return list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))


@pytest.mark.engine
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(e, marks=pytest.mark.skipif(e != "tectonic" and not shutil.which(e), reason=f"no {e}"))
        for e in ENGINES
    ],
)
def test_a_photo_in_the_pdf(folder: Path, engine: str) -> None:
    data = TALKATIVE
    (folder / "me.jpeg").write_bytes(data)
    outcome = render(cv(folder, "{file: me.jpeg, width: 3cm, alt: 'Ada (left) & é'}"), Files(), Typesetter(engine))
    assert [d.code.number for d in outcome.sink.diagnostics] == ["CV234"]
    pdf = outcome.pdf
    assert pdf is not None
    opened_pdf = pikepdf.open(io.BytesIO(pdf))
    page = opened_pdf.pages[0]
    page.contents_coalesce()
    ((name, image),) = page.Resources.XObject.items()
    assert (int(image.Width), int(image.Height), str(image.Filter)) == (30, 40, "/DCTDecode")
    assert all(word not in image.read_raw_bytes() + pdf for word in (SECRET, b"Exif", b"xmpmeta"))
    assert pixels(image.read_raw_bytes()) == pixels(data)
    (found,) = images(pdf)
    left, bottom, right, top = found.get_bounds()
    inch = 72
    edge = (210 / 25.4 - 2.4 / 2.54) * inch  # the right margin of the text
    assert (right, right - left, top - bottom) == pytest.approx((edge, 3 / 2.54 * inch, 4 / 2.54 * inch), abs=0.05)
    assert top == pytest.approx((297 / 25.4 - 2.4 / 2.54) * inch, abs=0.05)  # at the top margin of the text
    commands: list[Any] = [(str(found.operator), found.operands) for found in pikepdf.parse_content_stream(page)]
    at, alt = next((n, ops[1].Alt) for n, (op, ops) in enumerate(commands) if op == "BDC" and "/Alt" in ops[1])
    assert str(alt) == "Ada (left) & é"
    assert at < next(n for n, (op, ops) in enumerate(commands) if op == "Do" and ops[0] == name)


CONTACTS = "email: n@example.org\nphone: (+1) 555-010-0100\nwebsite: https://example.org\ntheme: {%s}\n"


@pytest.mark.engine
def test_where_the_photo_stands(folder: Path) -> None:
    """It ends with the lines beside it, if it can, and the words make room for it."""
    for theme, side in (("name: noether", "left"), ("name: turing, header: line", "right")):
        pdf = typeset(folder, "{file: me.jpeg, shape: rounded}", more=CONTACTS % f"{theme}, photo: {side}").pdf
        assert pdf is not None
        (image,) = images(pdf)
        left, bottom, right, top = image.get_bounds()
        assert (left < 200) == (side == "left")
        page = pypdfium2.PdfDocument(pdf)[0]
        words = page.get_textpage()
        boxes = [words.get_charbox(i) for i in range(words.count_chars()) if words.get_text_range(i, 1).strip()]
        boxes = [box for box in boxes if box[1] > 100]  # the foot is far below
        assert all(box[0] > right + 5 if side == "left" else box[2] < left - 5 for box in boxes)
        above, below = top - max(box[3] for box in boxes), min(box[1] for box in boxes) - bottom
        assert abs(above - below) < 6  # in the middle
        if "line" in theme:
            middle = (min(box[0] for box in boxes) + max(box[2] for box in boxes)) / 2
            assert middle == pytest.approx(page.get_width() / 2, abs=2)


@pytest.mark.engine
def test_a_photo_is_as_high_as_the_header(folder: Path) -> None:
    address = "name: HE\naddress: [H, H, H]\n"
    more = CONTACTS % "header: block" + "profiles: {orcid: 0000-0002-1825-0097}\n"
    source = Source("cv.yaml", f"{address}photo: me.jpeg\n{more}", folder)
    pdf = render(source).pdf
    assert pdf is not None
    (image,) = images(pdf)
    _, bottom, _, top = image.get_bounds()
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    text = words.get_text_range()
    name, last = words.get_charbox(text.index("HE")), words.get_charbox(text.index("1825"))
    assert top == pytest.approx(name[3], abs=0.3)  # the height of the capitals
    assert bottom == pytest.approx(last[1], abs=0.3)  # the base line
    assert 2.4 < (top - bottom) / 72 * 2.54 < 3.19


@pytest.mark.engine
def test_a_circle_on_its_side(folder: Path) -> None:
    """An upright picture in a file that lies on its side, of which a circle is cut out."""
    exif = Image.Exif()
    exif[0x0112] = 7
    picture = Image.new("RGB", (400, 300), "blue")
    picture.paste("red", (0, 0, 200, 300))  # seen upright: below
    (folder / "me.jpeg").write_bytes(jpeg(picture, exif=exif, quality=95))
    pdf = typeset(folder, "{file: me.jpeg, shape: circle, width: 4cm}").pdf
    assert pdf is not None
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB")
    size = 4 / 2.54 * 144
    right, top = (21 - 2.4) / 2.54 * 144, 2.4 / 2.54 * 144

    def at(x: float, y: float) -> str:
        pixel = page.getpixel((round(right - size + x * size), round(top + y * size)))
        assert isinstance(pixel, tuple)
        names = {(255, 255, 255): "white", (0, 0, 254): "blue", (254, 0, 0): "red"}
        return next(
            name for colour, name in names.items() if all(abs(a - b) < 9 for a, b in zip(colour, pixel, strict=False))
        )

    assert [at(0.1, 0.1), at(0.9, 0.1), at(0.1, 0.9), at(0.9, 0.9)] == ["white"] * 4
    assert [at(0.5, 0.04), at(0.04, 0.5), at(0.96, 0.5), at(0.5, 0.56)] == ["blue"] * 4
    # A quarter of what is cut off is cut off above: the middle of the picture stands a little below that of the circle.
    assert [at(0.5, 0.61), at(0.5, 0.96)] == ["red"] * 2


@pytest.mark.engine
def test_the_same_photo_gives_the_same_pdf(folder: Path) -> None:
    photo = "{file: deep/me.jpg, shape: circle}"
    assert typeset(folder, photo).pdf == typeset(folder, photo).pdf


@pytest.mark.engine
def test_what_is_kept_with_keep_tex(folder: Path) -> None:
    (folder / "cv.yaml").write_text("name: N\nphoto: me.jpeg\n")
    made = make(Job(cv=folder / "cv.yaml", targets={"pdf": folder / "cv.pdf"}, keep_tex=True), Typesetter(), Files())
    name = read_picture((folder / "me.jpeg").read_bytes()).name
    assert (folder / name).read_bytes() == read_picture((folder / "me.jpeg").read_bytes()).data
    assert str(folder / name) in made.outputs
    assert made.outcome.inputs is not None
    assert str(folder / "me.jpeg") in made.outcome.inputs


def test_the_photo_of_the_gallery_is_drawn_here() -> None:
    drawn, kept = face(300, 400), Image.open(ROOT / "docs" / "gallery" / "face.jpg")
    assert max(ImageChops.difference(drawn.resize((30, 40)), kept.resize((30, 40))).tobytes()) < 10


def test_all_depths_are_drawn() -> None:
    assert {name.split()[1] for name in KINDS if name.startswith("PNG")} == {
        f"{colour}/{depth}" for colour, depths in DEPTHS.items() for depth in depths
    }
