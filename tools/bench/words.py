"""Whether two PDFs say the same: the share of words that both have."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pypdfium2

_WORD = re.compile(r"\w+")


def pages(file: Path) -> int:
    """The number of pages."""
    with pypdfium2.PdfDocument(file) as document:
        return len(document)


def words_of(file: Path) -> Counter[str]:
    """The words of a PDF, whatever breaks its lines; numbers are not counted, as labels and page numbers are some."""
    with pypdfium2.PdfDocument(file) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    text = re.sub(r"\ufffe\s*", "", text)  # a word that was broken at the end of a line
    return Counter(word for word in _WORD.findall(text.casefold()) if not word.isdigit())


def agreement(one: Counter[str], other: Counter[str]) -> float:
    """The words that both have, in parts of those of the one that has more."""
    return (one & other).total() / max(one.total(), other.total(), 1)
