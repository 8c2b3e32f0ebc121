"""What a reader finds in each format: its words, in the order in which they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cvbuild.text import Math, plain

COMMONMARK: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_TAGS: Final = {"strong": "strong", "em": "emph", "ins": "ins", "span": None, "a": None}


def words(text: str) -> list[str]:
    """The words and numbers of a text."""
    return re.findall(r"[^\W_]+", text)


# --- Markdown ---


def inline_tokens(tokens: list[Token]) -> Iterator[Token]:
    """All inlines of a document."""
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()
            yield Token("softbreak", "", 0)


def formatted(tokens: Iterator[Token] | list[Token]) -> list[tuple[str, frozenset[str]]]:
    """Each character that is printed, but for blanks, and how it is formatted."""
    found: list[tuple[str, frozenset[str]]] = []
    inside: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                found += [(c, frozenset(inside)) for c in token.content if not c.isspace()]
            case "softbreak" | "hardbreak":
                pass
            case "strong_open" | "em_open" | "link_open":
                inside.append(_TAGS.get(token.tag) or f"link {token.attrs['href']}")
            case "strong_close" | "em_close" | "link_close":
                inside.pop()
            case "html_inline":
                tag = re.fullmatch(r'<(/?)(strong|em|ins|span|a)(?: id="[\w.]+")?>', token.content)
                assert tag, f"foreign HTML: {token.content}"
                format = _TAGS[tag[2]]
                if format is not None and tag[1]:
                    inside.reverse()
                    inside.remove(format)
                    inside.reverse()
                elif format is not None:
                    inside.append(format)
            case other:
                raise AssertionError(f"{other} in {token.content!r}")
    return found


def words_of_md(text: str) -> list[str]:
    said = ""
    tokens = COMMONMARK.parse(text)
    lists: list[int | None] = []
    for token in tokens:
        match token.type:
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                number_here = lists[-1]
                if number_here is not None:
                    said += f"\n{number_here} "
                    lists[-1] = number_here + 1
            case "inline":
                said += "".join(_said(child) for child in token.children or ()) + "\n"
            case "html_block" | "code_block" | "fence":
                raise AssertionError(f"{token.type}: {token.content}")
    return words(re.sub(r"\$`?([^$`\n]+)`?\$", lambda found: plain((Math(found[1]),)), said))


def _said(token: Token) -> str:
    if token.type == "code_inline":
        return token.content
    return token.content if token.type == "text" else " " if token.type in ("softbreak", "hardbreak") else ""


# --- plain text ---


def words_of_txt(text: str) -> list[str]:
    """Without addresses that stand behind words."""
    return words(re.sub(r"<(?:https?:|tel:)?[^\s<>]+>|(?<=: )https?:\S+$", "", text, flags=re.MULTILINE))


# --- LaTeX ---

# How many arguments of a macro are no text; `None`: the macro has no arguments that are.
_NOT_TEXT: Final = {
    "cvheader": 1, "href": 1, "cvref": 1, "cvrole": 1, "cvlinkicon": 1, "cvheading": 2, "cvbookmark": 4, "cvfit": 1,
    "cvfitnumbers": 1, "cvfityears": 1, "begin": 1, "end": 1, "cvphoto": 3, "cvscriptzsym": 1, "cvactual": 1,
}  # fmt: skip
_SPACES: Final = dict.fromkeys(
    "cvbreak , cvinstitution cvplace cvremark cvduty cvlabel cvmore cvright cvtopic cvsubject cvperson".split(), " "
)


def words_of_tex(text: str, *, labels: bool = True) -> list[str]:
    """Of the document behind the preamble. The theme may not print `labels` of contacts."""
    text = re.sub(r"(?<!\\)%.*\n", "\n", text[text.index("% --- header ---") :] + _foot(text))
    text = re.sub(r"(?<!\\)\$(.+?)(?<!\\)\$", lambda found: plain((Math(found[1]),)), text)
    out = ""
    at = 0
    while at < len(text):
        if found := re.compile(r"\\([A-Za-z@]+)\s*|\\(.)").match(text, at):
            name, at = found[1] or found[2], found.end()
            skipped = _NOT_TEXT.get(name, 0)
            if name.startswith("cvscript") and name != "cvscriptzsym":
                skipped = 1 if text.startswith("{", _argument(text, at)) else 0
            if name == "begin" and text.startswith(("{cventries}", "{cvworks}"), at):
                skipped = 2
            elif name == "begin" and text.startswith("{cventry}", at):
                skipped = 1
            if name == "cvcontact":
                skipped = 1 if labels else 2
            for _ in range(skipped):
                at = _argument(text, at)
            if name in ("cvwork", "cvworkown"):
                end = _argument(text, at)
                out, at = out + text[at:end] + " ", _argument(text, end)
            out += _SPACES.get(name, "")
            out += name if not name.isalpha() and name in "_&%#{}$" else ""
            out += "\\" if name == "textbackslash" else ""
        elif text[at] in "{}":
            out += " " if text[at : at + 2] == "}{" else ""
            at += 1
        else:
            out, at = out + (" " if text[at] == "~" else text[at]), at + 1
    return words(out)


def _foot(text: str) -> str:
    """What the foot of each page says of the date, as if it stood at the end."""
    found = re.search(r"\\renewcommand\\cvfootdate\{(.*)\}\n", text)
    return f"\n{found[1]}" if found else ""


def _argument(text: str, at: int) -> int:
    """Where an argument that begins here ends."""
    if not text.startswith("{", at):
        return at
    depth = 0
    while True:
        depth += (text[at] == "{") - (text[at] == "}") if text[at - 1] != "\\" else 0
        at += 1
        if depth == 0:
            return at


# --- HTML ---


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said, self.hidden = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("head", "script", "style", "svg")
        self.said += "" if tag in ("a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "u") else "\n"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("head", "script", "style", "svg")
        self.said += "" if tag in ("a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "u") else "\n"

    def handle_data(self, data: str) -> None:
        self.said += "" if self.hidden else data


def words_of_html(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    return words(page.said)


READERS: Final[dict[str, Callable[[str], list[str]]]] = {
    "tex": words_of_tex,
    "html": words_of_html,
    "md": words_of_md,
    "txt": words_of_txt,
}
