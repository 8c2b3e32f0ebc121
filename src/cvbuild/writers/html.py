"""Outline -> one HTML page that needs nothing else: no script, no font, no picture from outside.

Blocks are templates of the theme (``html/`` in its folder), inlines are
written here. What a page must have and a sheet of paper has not is made here too: ids that stay when works are added,
colours that can be read in the light and in the dark, and what the page says of itself to programs (`linked_data`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import escape
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from cvbuild.checked import Checked
from cvbuild.dates import DateRange, PartialDate, When
from cvbuild.diagnostics import RAW_LEFT_OUT, Sink
from cvbuild.files import Files
from cvbuild.outline import Block, Outline, OutSection, Run
from cvbuild.publications import Listing
from cvbuild.source import Span
from cvbuild.text import (
    Break,
    Cite,
    Code,
    Count,
    Date,
    Emph,
    Icon,
    Inline,
    Link,
    Mark,
    Math,
    Raw,
    Ref,
    Role,
    Str,
    Strong,
    Text,
    Url,
    children,
    plain,
    walk,
)
from cvbuild.theme import Theme
from cvbuild.writers import bidi
from cvbuild.writers.base import Writer, Written
from cvbuild.writers.colours import on_dark, on_light
from cvbuild.writers.icons import svg
from cvbuild.writers.linked_data import linked_data
from cvbuild.writers.photo import check_photo

if TYPE_CHECKING:
    from cvbuild.pictures import Picture, Portrait

_CONTENTS: Final = 5
"""So many sections, and the page has a table of contents."""
_LONGEST: Final = 200
"""Characters of a description."""
# Languages that are written from right to left: https://r12a.github.io/app-subtags, Suppress-Script.
_RIGHT: Final = frozenset("ar arc ckb dv fa he iw ks nqo ps sd syr ug ur yi".split())
_BREAK: Final = re.compile("[\x85\u2028\u2029]")
# Code points that no page may hold; none of them is a character.
_NONE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff]")
# Signs without ink that turn all that follows; directions are found here by themselves, as in the PDF.
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LETTERS: Final = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
# What runs from right to left as one: letters, and what stands between them but for what parts the members of a list.
_TURNED: Final = re.compile(f"[{_LETTERS}](?:[{_LETTERS}\\s\\d\u0300-\u036f\u200c-\u200f'\"’”()–-]*[{_LETTERS}])?")
_HEBREW: Final = re.compile("[\u0590-\u05ff\ufb1d-\ufb4f\\W\\d]+")
# ASCII that an address must have encoded (https://url.spec.whatwg.org/#url-code-points).
_ENCODED: Final = re.compile(r"[\x00-\x20\"<>\[\\\]^`{|}\x7f]|%(?![0-9A-Fa-f]{2})")


def write(checked: Checked, sink: Sink) -> bytes:
    """The page. Raw LaTeX, which no page can show, is reported. Raises as `Writer.write`."""
    writer = HtmlWriter(checked.theme, checked.outline, checked.files, checked.pdf)
    written = writer.page()
    check_photo(checked, written.pictures, sink)
    for span in writer.raw:
        hint = "the PDF has it; write it in Markdown, or as a formula, for the page to have it too"
        sink.add(RAW_LEFT_OUT, "raw LaTeX is left out of the page", span, hint=hint)
    return written.text.encode()


class HtmlWriter(Writer):
    """Writes one outline as HTML. `raw` are the places of raw LaTeX that was left out."""

    below = "html"

    def __init__(self, theme: Theme, outline: Outline, files: Files, pdf: str | None = None) -> None:
        super().__init__(theme, outline.words, files)
        self.outline, self.pdf = outline, pdf
        self.raw: list[Span | None] = []
        self.right = outline.language.partition("-")[0].lower() in _RIGHT
        self.ids = dict(_ids(outline.blocks))
        self._turned = False  # whether what is being written stands in text that runs from right to left as a whole

    def page(self) -> Written:
        """The whole page. Raises `TemplateFailed`."""
        accent = self.theme.options.get("accent", "000000")
        return self.write(
            "page.html",
            self.outline,
            page=SimpleNamespace(
                title=_title(self.outline),
                pdf=self.pdf,
                description=_shortened(_description(self.outline)),
                language=self.outline.language,
                direction="rtl" if self.right else "ltr",
                contents=contents if len(contents := _contents(self.outline.blocks)) >= _CONTENTS else (),
                dated=_has_dates(self.outline.blocks),
                accent=on_light(accent),
                dark_accent=on_dark(accent),
                data=Markup(linked_data(self.outline, self.ids, photo=self.theme.options.get("photo") != "none")),
                photo=_frame(self.outline.photo) if self.outline.photo is not None else None,
            ),
        )

    def functions(self) -> dict[str, Callable[..., object]]:  # noqa: D102
        mine: dict[str, Callable[..., object]] = {
            "id": self._id,
            "link": self._link,
            "toward": self._toward,
            "icon": _icon,
            "digest": _digest,
        }
        return {**super().functions(), **mine}

    # --- template functions ---

    def _id(self, anchor: str) -> str:
        """`id`: the id of a section or a work, by its anchor in the outline."""
        return self.ids[anchor]

    def _link(self, value: Text | str, url: Url | None) -> Markup:
        """`link`: words that lead to an address, if there is one."""
        body = value.body if isinstance(value, Text) else (Str(value),)
        return self.finalize(Text((Link(url, body),)) if url is not None else value)

    def _toward(self, value: Text) -> Markup:
        """`toward`: the attribute of a paragraph that runs to another direction than the page."""
        return Markup(' dir="rtl"' if not self.right and bidi.runs_right(plain(value.body)) else "")

    def picture(self, picture: Picture) -> str:
        """`picture`: the picture itself, as an address."""
        super().picture(picture)
        kind = "jpeg" if picture.kind == "jpg" else picture.kind
        return Markup(f"data:image/{kind};base64,{b64encode(picture.data).decode()}")

    # --- text ---

    def escape(self, text: str) -> str:  # noqa: D102
        return escape(_NONE.sub("\ufffd", text).translate(_TURNS))

    def comment(self, words: str) -> str:
        """Nothing: a page does not tell from which line of the CV it came."""
        return ""

    def finalize(self, value: object) -> Markup:  # noqa: D102
        match value:
            case Text():
                return Markup(self._paragraph(value.body))
            case When() | PartialDate():
                return Markup(self._dated(value))
        return super().finalize(value)

    def _paragraph(self, body: tuple[Inline, ...]) -> str:
        """A text. One that runs from right to left as a whole is kept apart from the line that it stands in."""
        if self.right or self._turned or not bidi.has_right(words := plain(body)) or not bidi.runs_right(words):
            return self.inlines(body)
        self._turned = True
        written = self.inlines(body)
        self._turned = False
        return f"<bdi>{written}</bdi>"

    def inlines(self, body: Iterable[Inline]) -> str:  # noqa: D102
        body = tuple(body)
        out = []
        for node, following in zip(body, (*body[1:], None), strict=False):
            if not isinstance(node, Str):
                out.append(self.inline(node))
            elif isinstance(following, Role) and following.name == "year" and node.text.endswith(" "):
                out.append(self._words(node.text[:-1] + "\xa0"))  # lest the year stand alone on the last line
            else:
                out.append(self._words(node.text))
        return "".join(out)

    def _words(self, text: str) -> str:
        """Characters, with their breaks; what runs to the other direction by itself, so that its neighbours keep their places."""
        if _BREAK.search(text):
            return "<br>".join(map(self._words, _BREAK.split(text)))
        if self.right or self._turned or not bidi.has_right(text):
            return self.escape(text)
        out, at = [], 0
        for found in _TURNED.finditer(text):
            language = ' lang="he"' if _HEBREW.fullmatch(found[0]) else ""
            out += [self.escape(text[at : found.start()]), f"<bdi{language}>{self.escape(found[0])}</bdi>"]
            at = found.end()
        return "".join((*out, self.escape(text[at:])))

    def _dated(self, value: When | PartialDate) -> str:
        parts = value.parts if isinstance(value, When) else (value,)
        said = {self.when(When((part,))): part for part in reversed(parts)}  # what looks the same is printed once
        return ", ".join(self._span_of_time(words, said[words]) for words in reversed(said))

    def _span_of_time(self, words: str, part: PartialDate | DateRange) -> str:
        """A date, or a range of which both ends are marked."""
        if isinstance(part, PartialDate):
            return self._time(words, part)
        start = self.when(part.start) if part.start is not None else ""
        end = self.when(part.end) if isinstance(part.end, PartialDate) else ""
        if part.start is not None and words == start:
            return self._time(words, part.start)
        between = words.removeprefix(start)
        between = between[: len(between) - len(end)]
        return (
            (self._time(start, part.start) if part.start is not None else "")
            + self.escape(between)
            + (self._time(end, part.end) if isinstance(part.end, PartialDate) else "")
        )

    def _time(self, words: str, date: PartialDate) -> str:
        machine = f"{date.year:04}"
        if date.month is not None:
            machine += f"-{date.month:02}" + (f"-{date.day:02}" if date.day is not None else "")
        return f'<time datetime="{machine}">{self.escape(words)}</time>'

    def url(self, url: Url) -> str:
        """An address in a quoted attribute."""
        before, sign, place = _ENCODED.sub(lambda found: f"%{ord(found[0]):02X}", url.href).partition("#")
        return escape(before + sign + place.replace("#", "%23"))

    def inline(self, node: Inline) -> str:  # noqa: D102
        match node:
            case Strong(body):
                return f"<strong>{self.inlines(body)}</strong>"
            case Emph(body):
                return f"<em>{self.inlines(body)}</em>"
            case Code(text):
                return f"<code>{self._words(text)}</code>"
            case Math(tex):
                from cvbuild.writers.mathml import mathml  # few CVs have formulas

                return mathml(tex)
            case Raw(span=span):
                self.raw.append(span)
                return ""
            case Break():
                return "<br>"
            case Link(url, body):
                return "".join(map(self._anchor, _flat(Link(url, body))))
            case Ref(target, body):
                return f'<a href="#{self.escape(self.ids.get(target, target))}">{self.inlines(body)}</a>'
            case Role(name, body):
                return self._role(name, body)
            case Mark(symbol):
                raised = "span" if set(symbol) == {"*"} else "sup"  # fonts have raised it already
                return f'<{raised} class="mark">{self.escape(symbol)}</{raised}>'
            case Icon(kind, label):
                drawn = svg(kind)
                words = self.escape(label)
                return f'<span class="icon" title="{words}">{drawn}<span>{words}</span></span>' if drawn else words
            case Date(value):
                return self._dated(value)
            case Count(name):
                return self.escape(f"[#{name}]")  # where nothing is counted
            case Cite():
                raise TypeError("a citation was not resolved")
        raise TypeError(f"cannot write {type(node).__name__}")

    def _anchor(self, node: Inline) -> str:
        if not isinstance(node, Link):
            return self.inline(node)
        return f'<a href="{self.url(node.url)}">{self.inlines(node.body)}</a>'

    def _role(self, name: str, body: tuple[Inline, ...]) -> str:
        words = self.inlines(body)
        match name:
            case "author":  # there are many, and they look like all else
                return words
            case "self":
                return f'<b class="self">{words}</b>'
            case "advisee" | "underlined":
                return f'<u class="{name}">{words}</u>'
        return f'<span class="{name}">{words}</span>'


def _flat(link: Link) -> tuple[Inline, ...]:
    """A link as several, if there are links inside it, which HTML does not allow."""

    def linked(node: Inline) -> bool:
        return any(isinstance(inner, Link | Ref) for inner in walk((node,)))

    if not any(map(linked, link.body)):
        return (link,)
    out: list[Inline] = []
    for inside, nodes in groupby(link.body, linked):
        if not inside:
            out.append(Link(link.url, tuple(nodes)))
            continue
        for node in nodes:
            if isinstance(node, Strong | Emph | Role):
                out.append(replace(node, body=_flat(Link(link.url, children(node)))))
            else:
                out.append(node)
    return tuple(out)


# --- what a page has, and a sheet of paper has not ---


def _icon(kind: str) -> Markup:
    """The template function `icon`: a drawing, or nothing."""
    return Markup(svg(kind))


def _digest(style: Markup) -> Markup:
    """The template function `digest`: what a policy calls an inline style by (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return Markup("sha256-" + b64encode(sha256(style.encode()).digest()).decode())


def _ids(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Anchors of the outline, each with its id: the words of a heading, or the key of a work. Both stay when more are added."""
    taken = {"content", "contents", "me", "photo"}

    def free(wanted: str) -> str:
        found = next(
            name for n in range(1, len(taken) + 2) if (name := f"{wanted}-{n}" if n > 1 else wanted) not in taken
        )
        taken.add(found)
        return found

    def inside(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
        for block in blocks:
            if isinstance(block, OutSection):
                words = re.sub(r"\W+", "-", plain(block.title.body).lower() if block.title is not None else "").strip(
                    "-_"
                )
                yield block.anchor, free(words or "section")
                yield from inside(block.blocks)
            elif isinstance(block, Listing):
                for item in block.items:
                    yield item.anchor, free(re.sub(r"\s+", "-", f"work-{item.work.key}"))

    yield from inside(blocks)


def _contents(blocks: Iterable[Block]) -> list[OutSection]:
    """The sections that have a heading of the highest level."""
    out: list[OutSection] = []
    for block in blocks:
        if isinstance(block, OutSection):
            out += [block] if block.title is not None else _contents(block.blocks)
    return out


def _has_dates(blocks: Iterable[Block]) -> bool:
    """Whether anything stands in the column of dates; if not, a page has none."""

    def dated(entry: object) -> bool:
        said = any(getattr(entry, name, None) for name in ("date", "when"))
        return said or any(map(dated, getattr(entry, "venues", ())))

    return any(
        _has_dates(block.blocks)
        if isinstance(block, OutSection)
        else any(map(dated, block.entries))
        if isinstance(block, Run)
        else isinstance(block, Listing) and block.margin
        for block in blocks
    )


def _title(outline: Outline) -> str:
    """What the page is called in the bar of a browser, and by whoever links to it."""
    what = outline.title or outline.headline
    return outline.name + (f" – {_shortened(plain(what.body))}" if what is not None else "")


def _description(outline: Outline) -> str:
    return plain(
        (outline.headline or (outline.summary[0] if outline.summary else None) or outline.title or Text(())).body
    )


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _frame(photo: Portrait) -> SimpleNamespace:
    """Where a picture lies in the frame of a photo, in per cent of its width and height, and how it is turned."""
    ratio, across, up = float(photo.ratio), float(photo.across), float(photo.up)
    picture = photo.picture
    on_its_side = picture.quarters % 2 == 1

    def percent(value: float) -> str:
        return f"{100 * value:.2f}".rstrip("0").rstrip(".") + "%"

    return SimpleNamespace(
        width=photo.most,
        ratio=percent(ratio),
        left=percent(float(photo.x) + across / 2),
        top=percent(1 - (float(photo.y) + up / 2) / ratio),
        across=percent(up if on_its_side else across),
        up=percent((across if on_its_side else up) / ratio),
        turn=f"rotate({-90 * picture.quarters}deg){' scaleX(-1)' if picture.mirrored else ''}",
    )
