"""Braces, which protect what they hold from the rules for names and lists; unbalanced ones are an error."""

from __future__ import annotations


class AuthorsError(ValueError):
    """A list of authors that cannot be split; characters `start` to `end` of it are to blame."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


SHIELDED = "X"
"""What rules see in place of a character in braces."""


def shield_braces(text: str) -> str:
    """`text` with each character of a braced group replaced by a capital, so that rules do not see inside.

    Raises `AuthorsError` if the braces are not balanced.
    """
    if "{" not in text and "}" not in text:
        return text
    seen: list[str] = []
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "{":
            opened.append(at)
        seen.append(SHIELDED if opened else character)
        if character == "}":
            if not opened:
                raise AuthorsError("this brace closes nothing", at, at + 1)
            opened.pop()
    if opened:
        raise AuthorsError("this brace is not closed", opened[-1], opened[-1] + 1)
    return "".join(seen)


def bare(text: str) -> str:
    """`text`, whose white space is collapsed, without its braces."""
    if "{" in text or "}" in text:
        text = " ".join(text.replace("{", "").replace("}", "").split())
    return text
