"""What a person, or a machine, gets from a PDF: its text, fonts, links, outline and metadata."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as raw


@dataclass(frozen=True)
class Word:
    """Some characters in one font."""

    text: str
    font: str


class Pdf:
    """A PDF, looked at from outside."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document = pypdfium2.PdfDocument(data)
        self.pike = pikepdf.open(io.BytesIO(data))

    @property
    def pages(self) -> list[str]:
        """The text of each page, in reading order."""
        return [page.get_textpage().get_text_range() for page in self.document]

    @property
    def text(self) -> str:
        """All text, with white space folded and words that were broken at a line end put together."""
        folded = " ".join("\n".join(self.pages).replace("\u00a0", " ").split())
        return folded.replace("\ufffe ", "").replace("\ufffe", "")

    @property
    def metadata(self) -> dict[str, str]:
        """The document information."""
        return {str(key).lstrip("/"): str(value) for key, value in self.pike.docinfo.items()}

    @property
    def bookmarks(self) -> list[tuple[int, str]]:
        """Level and title of each bookmark."""
        return [(item.level, item.get_title()) for item in self.document.get_toc()]

    @property
    def links(self) -> list[str]:
        """Every address that the document leads to."""
        return [str(a.A.URI) for a in self._annotations() if "/A" in a and "/URI" in a.A]

    @property
    def inner_links(self) -> list[str]:
        """The names of the places inside the document that links lead to."""
        found = []
        for a in self._annotations():
            if "/Dest" in a:
                found.append(str(a.Dest))
            elif "/A" in a and "/D" in a.A:
                found.append(str(a.A.D))
        return found

    @property
    def places(self) -> set[str]:
        """The named places inside the document."""
        names = self.pike.Root.Names.Dests
        out: set[str] = set()

        def visit(node: Any) -> None:
            if "/Names" in node:
                out.update(str(name) for name in list(node.Names)[::2])
            for kid in node.get("/Kids", []):
                visit(kid)

        visit(names)
        return out

    def _annotations(self) -> list[Any]:
        return [a for page in self.pike.pages for a in page.get("/Annots", [])]

    def drawn_fonts(self) -> list[str]:
        """The name of the font of each piece of text that is drawn, whatever it is copied as."""
        names = []
        for page in self.document:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                buffer = ctypes.create_string_buffer(200)
                raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(item.raw), buffer, 200)
                names.append(buffer.value.decode().split("+")[-1])
        return names

    def where(self, characters: str) -> dict[str, float]:
        """How far from the left edge of the first page each of these characters begins, where it first occurs."""
        textpage = self.document[0].get_textpage()
        found: dict[str, float] = {}
        for index in range(textpage.count_chars()):
            character = textpage.get_text_range(index, 1)
            if character in characters:
                found.setdefault(character, textpage.get_charbox(index)[0])
        return found

    def fonts_of(self, words: str, before: str = "") -> set[str]:
        """The names of the fonts in which the first occurrence of `words` (with `before` behind it) is set."""
        for page in self.document:
            textpage = page.get_textpage()
            searcher = textpage.search(words + before, match_case=True)
            found = searcher.get_next()
            if found is None:
                continue
            start, count = found[0], found[1] - len(before)
            return {
                self._font(textpage, i) for i in range(start, start + count) if textpage.get_text_range(i, 1).strip()
            }
        raise AssertionError(f"{words!r} is not in the PDF")

    @staticmethod
    def _font(textpage: Any, index: int) -> str:
        buffer = ctypes.create_string_buffer(200)
        raw.FPDFText_GetFontInfo(textpage.raw, index, buffer, 200, ctypes.byref(ctypes.c_int()))
        return buffer.value.decode().split("+")[-1]
