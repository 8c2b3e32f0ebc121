r"""LaTeX as it stands in the fields of .bib files -> inlines, plain characters, addresses, names.

Text, never TeX: accents and signs become characters, the usual commands emphasis,
links and formulas. Of a command that is not known the arguments are printed, and
`Notes` keeps its name. No letter gets lost.
"""

from __future__ import annotations

import html
import re
from typing import Final
from unicodedata import normalize

from cvbuild.bibliography.commands import DROPPED, ONE, SILENT, SWITCHES, TWO, Body
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.signs import ACCENTS, JOURNALS, SIGNS, SPACING, other_sign
from cvbuild.formulas import check_math
from cvbuild.markup import to_url
from cvbuild.markup.writing import escape, write
from cvbuild.text import Inline, Link, Math, Str, children, plain

_PLACES: Final = re.compile(
    r"\\(?P<word>[A-Za-z]+)\*?[ \t\n]*|\\(?P<sign>.)|\\|(?P<brace>[{}])|\$\$?|~|``|''|`|---?|[?!]`"
    r"|https?://[^\s{}<>\"]+|[ \t\n]+",
    re.DOTALL,
)
# A text without any of these is its own meaning, but for white space.
_LATEX: Final = re.compile(r"[\\{}$~`]|''|--|&[#a-z]|</")
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_MARKUP: Final = re.compile(r"[*_`\[<$\\]")
_MATH_END: Final = {"$": re.compile(r"(?:[^\\$]|\\.)*?(?=\$)", re.DOTALL), "$$": re.compile(r".*?(?=\$\$)", re.DOTALL)}
_OLD_FONTS: Final = re.compile(r"\{\s*\\(rm|bf|it|cal|sf|tt)\b\s*([^{}]*)\}|\\(rm|bf|cal)\s+([A-Za-z])")
_IN_MATH: Final = (
    (re.compile(r"\\(?:mbox|textrm|textnormal|hbox)\s*\{"), r"\\text{"),
    (re.compile(r"\\(?:textit|emph)\s*\{"), r"\\mathit{"),
    (re.compile(r"\\(?:textbf|bm|boldsymbol)\s*\{"), r"\\mathbf{"),
    (re.compile(r"\\(?:ensuremath|displaystyle|textstyle|limits|nolimits)\b\s*"), ""),
)
_DEEPEST: Final = 60
# What is read otherwise with braces around it: several words, a comma, a particle, a suffix.
_PROTECTS: Final = re.compile(r"[\s,]|^[^\w]*[^\W\d_A-Z]|^(?:[JjSs]r\.?|I+|IV)$")
# What exports of web pages leave behind.
_ENTITY: Final = re.compile(r"\\?&(?:amp|lt|gt|quot|apos|nbsp|ndash|mdash|#[0-9]{2,5}|#x[0-9a-fA-F]{2,4});")
_TAGS: Final = re.compile(r"<(i|em|b|strong|sub|sup)>([^<>{}]*)</\1>", re.IGNORECASE)
_TAG_COMMANDS: Final = {
    "i": "emph",
    "em": "emph",
    "b": "textbf",
    "strong": "textbf",
    "sub": "textsubscript",
    "sup": "textsuperscript",
}


def fold(text: str) -> str:
    """White space as TeX reads it: one space between words."""
    return _BLANKS.sub(" ", text).strip(" ")


def to_inlines(text: str, notes: Notes) -> tuple[Inline, ...]:
    """A field as formatted text."""
    if not _LATEX.search(text):
        folded = fold(text)
        return (Str(folded),) if folded else ()
    return _trimmed(_Reader(text, notes).all())


def to_markdown(text: str, notes: Notes) -> str:
    """A field in the dialect of `markup`."""
    if not _LATEX.search(text):
        folded = fold(text)
        return escape(folded) if _MARKUP.search(folded) else folded
    return write(to_inlines(text, notes))


def to_plain(text: str, notes: Notes) -> str:
    """A field as characters alone."""
    if not _LATEX.search(text):
        return fold(text)
    return plain(to_inlines(text, notes)).strip()


def to_name(text: str, notes: Notes) -> str:
    """One name, as `names.parse_name` reads it: braces that protect words are kept."""
    if not _LATEX.search(text):
        return fold(text)
    return fold(plain(_Reader(text, notes, braces=True).all()).replace("\u00a0", " "))


_ADDRESS_COMMAND: Final = re.compile(
    r"\\(?:url|path|nolinkurl|texttt)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}"
)
_ADDRESS_SIGN: Final = re.compile(
    r"\{?\\textasciitilde(?:\{\})?\}?|\{?\$\\sim\$\}?|\\~(?:\{\})?|\{?\\textunderscore(?:\{\})?\}?|\{?\\([_%&#$~{}-])\}?|[{}]"
)


def to_address(text: str) -> str:
    """An address, a number or the name of a file, of which every character counts."""
    text = text.replace("&amp;", "&")
    if "\\" not in text and "{" not in text and "$" not in text:
        return fold(text)
    text = _ADDRESS_COMMAND.sub(lambda found: found[1] or found[2] or "", text)
    return fold(_ADDRESS_SIGN.sub(_address_sign, text))


def _address_sign(found: re.Match[str]) -> str:
    sign = found[0]
    if "tilde" in sign or "sim" in sign or "~" in sign:
        return "~"
    if "underscore" in sign:
        return "_"
    return "" if found[1] in (None, "-") else found[1]


def _trimmed(body: list[Inline]) -> tuple[Inline, ...]:
    """Without spaces at both ends, words joined."""
    joined = _joined(body)
    if joined and isinstance(joined[0], Str):
        joined[0] = Str(joined[0].text.lstrip(" "))
    if joined and isinstance(joined[-1], Str):
        joined[-1] = Str(joined[-1].text.rstrip(" "))
    return tuple(node for node in joined if not isinstance(node, Str) or node.text)


def _joined(body: list[Inline]) -> list[Inline]:
    """Words side by side as one, in Unicode's form C, with single spaces."""
    out: list[Inline] = []
    words: list[str] = []
    for node in [*body, None]:
        if isinstance(node, Str):
            words.append(node.text)
            continue
        if words:
            text = _BLANKS.sub(" ", "".join(words))
            out.append(Str(text if text.isascii() else normalize("NFC", text)))
            words.clear()
        if node is not None:
            out.append(node)
    return out


def _from_web(text: str) -> str:
    """LaTeX, in place of entities and tags of HTML."""
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "</" in text:
        text = _TAGS.sub(lambda found: f"\\{_TAG_COMMANDS[found[1].lower()]}{{{found[2]}}}", text)
    return text


def _entity(found: re.Match[str]) -> str:
    sign = html.unescape(found[0].removeprefix("\\"))
    return {"\u00a0": "~"}.get(sign, f"\\{sign}" if sign in "#$%&_{}" else sign)


class _Reader:
    """Reads LaTeX once, from left to right."""

    def __init__(self, text: str, notes: Notes, braces: bool = False) -> None:
        self.text, self.notes, self.braces = _from_web(text), notes, braces
        self.at = 0
        self.depth = 0

    def all(self) -> list[Inline]:
        """Everything; a brace that closes nothing is passed over."""
        out: list[Inline] = []
        while self.at < len(self.text):
            out.extend(self.run())
        return out

    def run(self) -> list[Inline]:
        """Up to the brace that ends the group, and over it, or to the end."""
        out: list[Inline] = []
        text = self.text
        while found := _PLACES.search(text, self.at):
            if found.start() > self.at:
                out.append(Str(text[self.at : found.start()]))
            self.at = found.end()
            sign = found[0]
            if found["brace"] == "}":
                return _joined(out)
            if found["brace"]:
                out.extend(self.group())
            elif name := found["word"] or found["sign"]:
                if name in SWITCHES and found["word"] and self.depth < _DEEPEST:
                    self.depth += 1
                    out.extend(SWITCHES[name](tuple(self.run())))
                    self.depth -= 1
                    return _joined(out)
                out.extend(self.command(name, found))
            elif sign[0] == "$":
                out.extend(self.math(sign))
            elif sign[0] == "h":
                out.append(self.bare_address(found))
            else:
                out.append(Str(_TYPED.get(sign, " " if sign.isspace() else sign)))
        out.append(Str(text[self.at :]))
        self.at = len(text)
        return _joined(out)

    def group(self) -> list[Inline]:
        """What stands in braces, behind the first of them."""
        special = self.text.startswith("\\", self.at)
        if self.depth >= _DEEPEST:  # no more recursion: the rest as it is, without its braces
            rest, self.at = self.text[self.at :], len(self.text)
            return [Str(rest.replace("{", "").replace("}", ""))]
        self.depth += 1
        inner = self.run()
        self.depth -= 1
        if self.braces and not special and self.depth == 0 and inner and _PROTECTS.search(plain(inner)):
            return [Str("{"), *inner, Str("}")]
        return inner

    def argument(self) -> Body:
        """The next group, command or character."""
        blank = _BLANKS.match(self.text, self.at)
        start = blank.end() if blank else self.at
        found = _PLACES.match(self.text, start)
        if start >= len(self.text) or (found is not None and found["brace"] == "}") or self.depth >= _DEEPEST:
            return ()
        self.at = start + 1
        if found is None or found[0][0] not in "\\{$":
            return (Str(self.text[start]),)
        self.at = found.end()
        if found["brace"]:
            braces, self.braces = self.braces, False
            inner = self.group()
            self.braces = braces
            return tuple(inner)
        if found[0][0] == "$":
            return tuple(self.math(found[0]))
        name = found["word"] or found["sign"]
        if not name:
            return (Str("\\"),)
        self.depth += 1
        printed = self.command(name, found)
        self.depth -= 1
        return tuple(printed)

    def has_group(self) -> bool:
        """Whether an argument in braces follows."""
        blank = _BLANKS.match(self.text, self.at)
        return self.text.startswith("{", blank.end() if blank else self.at)

    def verbatim(self) -> str:
        """The next group as it is written."""
        blank = _BLANKS.match(self.text, self.at)
        start = blank.end() if blank else self.at
        if not self.text.startswith("{", start):
            return plain(self.argument())
        depth = 0
        for found in re.finditer(r"[{}]", self.text[start:]):
            depth += 1 if found[0] == "{" else -1
            if not depth:
                self.at = start + found.end()
                return self.text[start + 1 : start + found.start()]
        self.at = len(self.text)
        return self.text[start + 1 :]

    # --- commands ---

    def command(self, name: str, found: re.Match[str]) -> list[Inline]:
        """What a command prints."""
        accent = ACCENTS.get(name)
        if accent is not None and (not found["word"] or len(name) > 1 or self.accented(found)):
            return self.accent(accent)
        if name in SIGNS:
            return [Str(SIGNS[name])]
        if name in JOURNALS:
            return [Str(JOURNALS[name])]
        if not found["word"]:
            if name in "([":
                return self.display(name)
            return [Str(name)]
        if name in TWO:
            first = self.argument()
            if not self.has_group():
                return [] if name in DROPPED else list(first)
            second = self.argument()
            if name == "switchargs":
                return [*second, *first]
            return list(second if TWO[name] else first)
        if name in ONE:
            return list(ONE[name](self.argument()))
        if name in DROPPED:
            self.argument()
            return []
        if name in SILENT:
            return []
        return self.special(name, found)

    def special(self, name: str, found: re.Match[str]) -> list[Inline]:
        """Links, formulas, signs of pylatexenc, and what nobody knows."""
        if name in ("url", "path"):
            address = to_address(self.verbatim())
            url = to_url(address)
            return [Link(url, (Str(address),))] if url else [Str(address)]
        if name == "href":
            address, words = to_address(self.verbatim()), self.argument()
            url = to_url(address)
            if url is None:
                return [*words, Str(f" ({address})")] if address else list(words)
            return [Link(url, _unlinked(words) or (Str(address),))]
        if name == "doi":
            doi = to_address(self.verbatim())
            url = to_url(f"doi:{doi}")
            return [Link(url, (Str(doi),))] if url else [Str(doi)]
        if name == "ensuremath":
            return self.formula(self.verbatim())
        if name == "char":
            return self.char()
        if name == "symbol":
            code = plain(self.argument())
            return [Str(chr(int(code)))] if code.isdecimal() and 32 <= int(code) < 0xD800 else [Str(code)]
        sign = other_sign(name)
        if sign is not None:
            gap = " " if found[0][-1:].isspace() and sign.isalnum() and not sign.isascii() else ""
            return [Str(sign + gap)]
        self.notes.command(name)
        # `\\MF`, and what is all of a field, is a word; `\\acro{MF}` and `\\smc` are not
        word = name != name.lower() or self.text.strip() == f"\\{name}"
        return [Str(name)] if word and not self.has_group() else []

    def char(self) -> list[Inline]:
        r"""``\char 228``"""
        found = re.compile(r"\s*(?:'([0-7]+)|\"([0-9A-F]+)|([0-9]+)) ?").match(self.text, self.at)
        if found is None:
            self.notes.command("char")
            return []
        self.at = found.end()
        code = int(found[1], 8) if found[1] else int(found[2], 16) if found[2] else int(found[3])
        return [Str(chr(code))] if 32 <= code < 0xD800 else [Str(found[0])]

    def accented(self, found: re.Match[str]) -> bool:
        r"""Whether a letter follows that an accent named by a letter may take: ``\c c``, ``\v{s}``; not ``\c.``"""
        rest = self.text[self.at : self.at + 1]
        return rest.isalpha() or rest in ("{", "\\")

    def accent(self, accent: str) -> list[Inline]:
        """The accent on the first letter of the argument."""
        base = plain(self.argument())
        if not base or not base[0].isalpha():
            return [Str(SPACING.get(accent, "") + base)]
        first = {"ı": "i", "ȷ": "j"}.get(base[0], base[0])
        end = 1
        while end < len(base) and "\u0300" <= base[end] <= "\u036f":
            end += 1
        return [Str(normalize("NFC", first + base[1:end] + accent) + base[end:])]

    # --- formulas and addresses ---

    def math(self, sign: str) -> list[Inline]:
        """A formula between dollars; a dollar that has no partner is money."""
        found = _MATH_END[sign].match(self.text, self.at)
        if found is None:
            return [Str(sign)]
        tex = found[0]
        if not tex.strip() or (tex[:1].isdigit() and tex[-1].isspace()):
            return [Str(sign)]
        self.at = found.end() + len(sign)
        return self.formula(tex)

    def display(self, name: str) -> list[Inline]:
        r"""``\(…\)``"""
        end = self.text.find("\\)" if name == "(" else "\\]", self.at)
        if end < 0:
            return [Str(name)]
        tex, self.at = self.text[self.at : end], end + 2
        return self.formula(tex)

    def formula(self, tex: str) -> list[Inline]:
        """A formula, if it is allowed; otherwise its characters."""
        tex = _OLD_FONTS.sub(_new_font, fold(tex))
        for pattern, new in _IN_MATH:
            tex = pattern.sub(new, tex)
        tex = tex.strip()
        if self.braces or not tex or tex in _SAME_IN_TEXT:
            return list(to_text(tex))
        problem = check_math(tex)
        if problem is None and "$" not in tex:
            return [Math(tex)]
        if not re.fullmatch(r"[^\\^_{}&#%$~]*", tex):
            self.notes.formula(tex, problem or "a formula in a formula")
            return list(to_text(tex))
        return [Str(tex)]

    def bare_address(self, found: re.Match[str]) -> Inline:
        """An address in the text, as far as it goes without LaTeX's signs around it."""
        written = found[0].rstrip(".,;:!?")
        if written.count("(") < written.count(")"):
            written = written.rstrip(")")
        written = written.removesuffix("\\")
        self.at = found.start() + len(written)
        return Str(to_address(written))


_TYPED: Final = {"~": "\u00a0", "``": "“", "''": "”", "`": "‘", "--": "–", "---": "—", "?`": "¿", "!`": "¡"}
_SAME_IN_TEXT: Final = frozenset("<>+=*-/()|&%#0123456789")


def to_text(tex: str) -> Body:
    """The characters of a formula, as well as can be."""
    if not tex:
        return ()
    if tex in _SAME_IN_TEXT:
        return (Str("−" if tex == "-" else tex),)
    if numbered := re.fullmatch(
        r"\^\s*\{([0-9, ]*[0-9][0-9, ]*)([*\\a-z†‡]*)[, ]*\}", tex
    ):  # of affiliations, and perhaps a sign
        return to_text("^" + numbered[2]) if numbered[2] else ()
    raised_sign = re.fullmatch(r"\^\s*\{?\s*(\*|\\(?:ast|star|dagger|ddagger|dag|ddag|S|P|#|sharp))\s*\}?", tex)
    if raised_sign:
        name = raised_sign[1].removeprefix("\\")
        return (Str({"star": "*", "#": "#", "sharp": "#"}.get(name) or SIGNS.get(name, name)),)
    return (Str(plain((Math(tex),))),)


def _new_font(found: re.Match[str]) -> str:
    name, body = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"\\math{name}{{{body}}}"


def _unlinked(body: Body) -> Body:
    """Words without the links in them."""
    out: list[Inline] = []
    for node in body:
        out.extend(children(node) if isinstance(node, Link) else (node,))
    return tuple(out)
