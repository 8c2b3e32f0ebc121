"""Pictures that are drawn here: for the gallery, for tests, and for a comparison of the engines.

python -m tools.drawings docs/gallery/face.jpg      draws the photo of the gallery
python -m tools.drawings                            prints every kind of picture by every engine, and compares
"""

from __future__ import annotations

import io
import random
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from cvbuild.engine import ENGINES, Typesetter
from cvbuild.files import Files
from cvbuild.pipeline import render
from cvbuild.source import Source

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def face(width: int, height: int) -> Image.Image:
    """Somebody before a light wall."""
    image = Image.new("RGB", (4 * width, 4 * height), "#b9cad8")
    draw = ImageDraw.Draw(image)
    size, x, y = 4 * min(width, height), 2 * width, round(1.68 * height)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return (x + size * left, y + size * top, x + size * right, y + size * bottom)

    draw.ellipse(box(-0.55, 0.33, 0.55, 1.4), fill="#34495e")
    draw.rectangle(box(-0.09, 0.1, 0.09, 0.4), fill="#d9a884")
    draw.ellipse(box(-0.23, -0.28, 0.23, 0.28), fill="#e8bd9b")
    draw.pieslice(box(-0.25, -0.32, 0.25, 0.22), 180, 360, fill="#4a3426")
    for eye in (-0.09, 0.09):
        draw.ellipse(box(eye - 0.02, -0.02, eye + 0.02, 0.02), fill="#222222")
    draw.arc(box(-0.1, 0.02, 0.1, 0.16), 20, 160, fill="#8c3a2e", width=round(size * 0.012))
    return image.resize((width, height), Image.Resampling.BOX)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, colour: int, depth: int, interlaced: bool = False, *extra: bytes) -> bytes:
    """A PNG file of this type: a few blocks of colour, the same for the same arguments. `extra` stands before the pixels."""
    dice = random.Random(f"{colour} {depth}")
    largest = (1 << depth) - 1
    colours = [tuple(dice.randint(0, largest) for _ in range(CHANNELS[colour])) for _ in range(16)]
    palette = bytes(dice.randint(0, 255) for _ in range(3 << depth)) if colour == 3 else b""

    def packed(columns: range, row: int) -> bytes:
        samples = [s for column in columns for s in colours[4 * row // height * 4 + 4 * column // width]]
        if depth == 16:
            return struct.pack(f">{len(samples)}H", *samples)
        bits = "".join(f"{sample:0{depth}b}" for sample in samples)
        bits += "0" * (-len(bits) % 8)
        return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))

    raw = b""
    for x, y, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        columns = range(x, width, across)
        raw += b"".join(b"\0" + packed(columns, row) for row in range(y, height, down) if columns)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    parts = [chunk(b"IHDR", header), *extra]
    parts += [chunk(b"PLTE", palette)] if palette else []
    data = zlib.compress(raw)
    parts += [chunk(b"IDAT", data[: len(data) // 2]), chunk(b"IDAT", data[len(data) // 2 :]), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(image: Image.Image, **options: object) -> bytes:
    """A JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def kinds(width: int = 300, height: int = 400) -> Iterator[tuple[str, bytes]]:
    """A picture of each kind that cvbuild takes."""
    for colour, interlaced in product(DEPTHS, (False, True)):
        for depth in DEPTHS[colour]:
            yield f"PNG {colour}/{depth}{' interlaced' * interlaced}", png(width, height, colour, depth, interlaced)
    clear = {0: struct.pack(">H", 3), 2: bytes(6)}
    for colour, body in clear.items():
        yield f"PNG {colour}/8 transparent", png(width, height, colour, 8, False, chunk(b"tRNS", body))
    photo = face(width, height)
    yield "JPEG", jpeg(photo, quality=90)
    yield "JPEG progressive", jpeg(photo, progressive=True)
    yield "JPEG grey", jpeg(photo.convert("L"))
    yield "JPEG 4:4:4", jpeg(photo, subsampling=0, quality=95)
    yield "JPEG restarts", jpeg(photo, restart_marker_rows=1)
    yield "JPEG RGB", jpeg(photo, keep_rgb=True)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"JPEG on its side {orientation}", jpeg(photo, exif=exif)


def printed(picture: bytes, engine: str, shape: str = "rectangle") -> Image.Image:
    """The part of a page on which this photo stands, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "me").write_bytes(picture)
        yaml = f"name: Ada Lovelace\nphoto: {{file: me, width: 3cm, shape: {shape}}}\n"
        outcome = render(Source("cv.yaml", yaml, Path(folder)), Files(), Typesetter(engine))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    page: Image.Image = pypdfium2.PdfDocument(outcome.pdf)[0].render(scale=1.5).to_pil().convert("RGB")
    return page.crop((page.width * 2 // 3, 0, page.width, page.height // 2))


def compare() -> int:
    """Print the largest difference of a photo by each other engine from that by the embedded one."""
    worst = 0
    for name, data in kinds():
        pages = [printed(data, engine) for engine in ENGINES]
        # Of a pixel at an edge, engines may cover a little more or less: so blocks of 4 × 4 are compared.
        small = [page.resize((page.width // 4, page.height // 4), Image.Resampling.BOX) for page in pages]
        differences = [max(ImageChops.difference(small[0], other).tobytes()) for other in small[1:]]
        worst = max(worst, *differences)
        print(
            f"{name:24}", *(f"{engine} {d:3}" for engine, d in zip(ENGINES[1:], differences, strict=True)), flush=True
        )
    return worst


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(jpeg(face(300, 400), quality=85))
    else:
        print("largest difference:", compare())
