"""What a file is that should be a CV and is not: seen from its first bytes."""

from __future__ import annotations

import re

# Where each begins so, nothing else does: https://en.wikipedia.org/wiki/List_of_file_signatures
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of Word, Excel or PowerPoint"),
    (b"{\\rtf", "a document of a word processor (RTF)"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "PostScript"),
)
# The longer marks first: those of UTF-32 begin like those of UTF-16.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_LOOK = 4096
# With the signs of which the first is one, if there are few: not all patterns need to be compiled for each CV.
_TEXTS: tuple[tuple[str, str, str], ...] = (
    ("%@", r"(?:\s|%[^\n]*\n)*@[A-Za-z]+\s*[{(]", "BibTeX"),
    ("%\\", r"(?:\s|%[^\n]*\n)*\\(?:documentclass|documentstyle|begin|input|usepackage)\b", "LaTeX"),
    ("<", r"\s*<(?:!doctype|html|\?xml|[a-z]+>)", "HTML or XML"),
    ("", r"(?:\s|#[^\n]*\n)*[\w.-]+[ \t]+=[ \t]", "TOML"),
    ("#[", r"(?:\s|#[^\n]*\n)*\[[\w.-]+\][ \t]*\n\s*[\w.-]+[ \t]*=", "TOML"),
)


def binary_kind(data: bytes) -> str | None:
    """What a file is, in the user's words, if it is no text; None if it may be one."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return _archive(data) if kind == "a ZIP archive" else kind
    head = data[:_LOOK]
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return "no text" if strange >= 8 and strange * 10 > len(head) else None


def _archive(data: bytes) -> str:
    if b"opendocument" in data[:200]:
        return "a document of LibreOffice or OpenOffice"
    if b"[Content_Types].xml" in data[:_LOOK] or b"word/" in data[:_LOOK]:
        return "a document of Word, Excel or PowerPoint"
    return "a ZIP archive"


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32, if a file is that, with a mark at its beginning or without."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:_LOOK]
    if len(head) < 4 or b"\0" not in head:
        return None
    # Mostly ASCII, so that one byte of each character has a value, and always the same one.
    for width, name in ((4, "UTF-32"), (2, "UTF-16")):
        zeros = [head[at::width].count(0) * width / len(head) for at in range(width)]
        low, *rest = sorted(zeros)
        if low < 0.1 and all(share > 0.7 for share in rest):
            return name
    return None


def narrow_encoding(data: bytes) -> str:
    """The likely encoding of bytes that are not UTF-8, in the user's words."""
    high = re.findall(rb"[\x80-\xff]+", data[:_LOOK])
    long = sum(len(run) > 1 for run in high)
    if long * 2 > len(high):
        return "GBK, Big5 or Shift-JIS"
    return "Latin-1 or Windows-1252"


def text_kind(text: str) -> str | None:
    """What a text is that cannot be YAML: BibTeX, LaTeX, …; None if it may be."""
    first = text.lstrip()[:1]
    likely = ((pattern, kind) for signs, pattern, kind in _TEXTS if not signs or first in signs)
    return next((kind for pattern, kind in likely if re.match(pattern, text, re.IGNORECASE)), None)
