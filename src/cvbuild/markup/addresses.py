"""Addresses: which a link may lead to, where they end in a text, and what to write instead of a wrong one."""

from __future__ import annotations

import re
from typing import Final

from cvbuild.markup.characters import BLANKS, ESCAPED
from cvbuild.text import Url

_BARE: Final = re.compile(r"https?://[^\s<>\"`*\[\]\\^{}|“”‘’«»，。；：、！？（）《》「」【】]{1,2000}")
_ANGLED: Final = re.compile(r"<([^<>\n]*)>")
_ADDRESS_PIECE: Final = re.compile(r"[^\x00-\x20()\\]+|\\[!-/:-@\[-`{-~]|[()\\]")
_NOT_IN_ADDRESS: Final = re.compile(r"[\x00-\x1f\x7f<>\"]")
_LOOKS_LIKE_HOST: Final = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?:[/?#]|$)")

_LONGEST_ADDRESS: Final = 2000
"""Characters that an address may have; it bounds the time that hostile texts take."""


def to_url(address: str) -> Url | None:
    """An address that a link may lead to, or None.

    Schemes that can do more than lead somewhere (javascript:, file:, data:) are
    not allowed. `doi:10.…` becomes the address of the DOI's resolver.
    """
    scheme, _, rest = address.partition(":")
    if _NOT_IN_ADDRESS.search(address):
        return None
    address = address.replace(" ", "%20")
    match scheme.lower():
        case "http" | "https" | "ftp" if rest[:2] == "//" and rest[2:3].strip("/?#. "):
            return Url(address)
        case "mailto" if "@" in rest.strip("@"):
            return Url(address)
        case "tel" if any(map(str.isdigit, rest)):
            return Url(address)
        case "doi" if rest.startswith("10.") and "/" in rest:
            return Url(f"https://doi.org/{rest}")
        case _:
            return None


def link_address(text: str, at: int) -> tuple[str | None, int]:
    """The address of a link behind its `(`, and the offset behind its `)`; None if it is malformed."""
    at = _skip_blanks(text, at)
    if found := _ANGLED.match(text, at):
        address, end = found[1], found.end()
    else:
        end = _end_of_address(text, at)
        address = text[at:end]
    behind = _skip_blanks(text, end)
    if text[behind : behind + 1] != ")":
        return None, end
    return ESCAPED.sub(r"\1", address), behind + 1


def _end_of_address(text: str, start: int) -> int:
    """Where a blank ends an address, or a `)` that has no `(` in it; `start` if a `(` has no `)`."""
    at, depth = start, 0
    while at - start < _LONGEST_ADDRESS and (piece := _ADDRESS_PIECE.match(text, at)):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if depth < 0:
            break
        at = piece.end()
    return at if depth <= 0 else start


def _skip_blanks(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return found.end() if found else at


def bare_address(text: str, at: int) -> str:
    """The address that begins here, without the punctuation, and the `)` of the sentence, that stand behind it."""
    found = _BARE.match(text, at)
    address = found[0] if found else ""
    while address:
        last = address[-1]
        if last not in "?!.,:;_~'" and (last != ")" or address.count("(") >= address.count(")")):
            break
        address = address[:-1]
    return address


def advice(address: str) -> str:
    """What to write instead of an address that is none."""
    if not address.strip("#"):
        return "write the address between the parentheses, or the words without brackets"
    if _LOOKS_LIKE_HOST.match(address):
        return f"write https://{address}"
    if "@" in address and ":" not in address:
        return f"write mailto:{address}"
    return "an address begins with https://, http://, mailto:, tel:, ftp:// or doi:"
